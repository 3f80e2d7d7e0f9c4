"""Whether a message is accepted. Pure: what is wanted, the facts and the time in; a row or a refusal out.

What fails later (nobody there, window shut) is accepted with the reason why it will fail.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.errors.catalogue import (
    ACCOUNT_LOCKED,
    BUSINESS_BLOCKED,
    FLOW_BLOCKED,
    FLOW_THROTTLED,
    MEDIA_UPLOAD_FAILED,
    MEMBER_INVALID,
    MESSAGING_LIMIT_HIT,
    NUMBER_NOT_REGISTERED,
    RECIPIENT_IS_SENDER,
    TEMPLATE_UNKNOWN,
    UNDELIVERABLE,
    WINDOW_CLOSED,
)
from headrace.platform.flows.sending import FlowToSend, Sendable
from headrace.platform.messaging.content import Content
from headrace.platform.messaging.facts import Facts, flow_name, template_name
from headrace.platform.messaging.flow_buttons import FlowButton
from headrace.platform.messaging.media_kinds import unfit_for
from headrace.platform.messaging.media_objects import MediaName
from headrace.platform.messaging.recipients import Addressee, Recipient
from headrace.platform.messaging.requests import Wanted
from headrace.platform.messaging.template_filling import fill_template
from headrace.platform.messaging.template_messages import LARGEST_BYTES, TemplateRequest
from headrace.platform.templates.buttons import FLOW
from headrace.platform.templates.components import buttons_of
from headrace.platform.templates.sending import REFUSALS
from headrace.protocol import TemplateCategory, TemplateStatus
from headrace.protocol.numbers import MESSAGING_TIERS, NumberStatus

MESSAGES_WHILE_THROTTLED = 10

_LOST = (
    f"The template with its parameters is larger than {LARGEST_BYTES // 1024 // 1024} MB. WhatsApp accepts such a "
    "message and loses it without a word: no status, no failure. Send less, for instance smaller images in "
    "flow_action_data."
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message to be written: its recipient and its own columns."""

    recipient: Recipient
    columns: dict[str, Any]
    throttled_flow_id: str | None = None
    flow: FlowToSend | None = None


def accept(sender: PhoneNumber, wanted: Wanted, facts: Facts, now: datetime) -> Accepted:
    """Judges one message. Raises `PlatformError` for whatever Graph refuses at once."""
    if sender.status == NumberStatus.BANNED:
        raise ACCOUNT_LOCKED.detailed(f"{sender.display_number} is banned, so nothing can be sent from it.")
    if sender.status != NumberStatus.CONNECTED:
        raise NUMBER_NOT_REGISTERED.detailed(
            f"{sender.display_number} is {sender.status.lower()}. {NUMBER_NOT_REGISTERED.remedy}"
        )
    recipient = _recipient(sender, wanted.addressee, facts)
    content = wanted.content
    columns: dict[str, Any] = {"type": content.type, "payload": content.payload}
    chat = (sender.id, recipient.wa_id)
    throttled, button, flow = None, content.flow, None
    if content.template is not None:
        window_ends_at = facts.windows.get(chat)
        is_open = window_ends_at is not None and window_ends_at > now
        filled, button = _filled(sender, content.template, facts, is_open=is_open)
        columns |= filled
    if button is not None:
        flow = _flow(sender, button, facts)
        columns |= _opened(sender, button, flow, facts)
        throttled = flow.id if flow.id in facts.sent else None
    if wanted.context_wamid is not None and (wanted.context_wamid, chat) not in facts.known:
        raise MEMBER_INVALID.detailed(
            "`context.message_id` is no message of this chat. Leave `context` out, or name one."
        )
    if content.reacts_to is not None and (content.reacts_to, chat) not in facts.known:
        raise MEMBER_INVALID.detailed("`reaction.message_id` is no message of this chat. Name one to react to.")
    failures = [_media_failure(sender, file, facts) for file in content.files if file.id is not None]
    failure = next(filter(None, failures), None)
    links = {file.link: None for file in content.files if file.link is not None}
    error = _foreseen_failure(recipient, content, facts.windows.get(chat), now)
    if error is not None and error["code"] == WINDOW_CLOSED.code and facts.pace.limits.refuses_shut_windows:
        raise WINDOW_CLOSED.detailed(error["error_data"]["details"])
    if error is None and failure is None and columns.get("initiates") and not facts.pace.may_initiate(chat):
        tier = facts.pace.limits.tier
        failure = MESSAGING_LIMIT_HIT.as_failure(
            f"The business has reached its messaging limit, {tier}: it wrote first to {MESSAGING_TIERS[tier]:,} people "
            "in 24 hours. Wait, answer those who write, or raise the limit."
        )
    facts.pace.take(chat)
    columns |= {
        "context_wamid": wanted.context_wamid,
        "callback_data": wanted.callback_data,
        "error": error or failure,
        "fetched": links if links and (error or failure) is None else None,
    }
    return Accepted(recipient, columns, throttled, flow)


def _media_failure(sender: PhoneNumber, media: MediaName, facts: Facts) -> dict[str, Any] | None:
    """Why a message with this file will fail: it is of another kind. Raises code 131009 when it is not there."""
    mime_type = facts.media.get((media.id or "", sender.waba_id))
    if mime_type is None:
        raise MEMBER_INVALID.detailed(
            f"`{media.path}` is no media of this account, or not any more. Upload it with POST /{{phone number}}/media."
        )
    problem = unfit_for(media.kind, mime_type)
    return None if problem is None else MEDIA_UPLOAD_FAILED.as_failure(problem)


def _recipient(sender: PhoneNumber, addressee: Addressee, facts: Facts) -> Recipient:
    if addressee.wa_id is not None:
        if addressee.wa_id == sender.digits:
            raise RECIPIENT_IS_SENDER.detailed(
                f"`to` is {sender.display_number}, the very number that sends. Choose another one."
            )
        return Recipient(addressee.input, addressee.wa_id, facts.users.get(addressee.wa_id))
    user = facts.users_by_user_id.get(addressee.user_id or "")
    if user is None:
        name = addressee.input[:40]
        raise UNDELIVERABLE.detailed(f"Nobody on this box has the user id `{name}`. Send to a number in `to` instead.")
    return Recipient(addressee.input, user.wa_id, user, by_user_id=True)


def _filled(
    sender: PhoneNumber, request: TemplateRequest, facts: Facts, *, is_open: bool
) -> tuple[dict[str, Any], FlowButton | None]:
    """The columns of a template message, and the button of its Flow where it has one."""
    template = facts.templates.get(template_name(sender, request))
    if template is not None and (refusal := REFUSALS.get(template.status)) is not None:
        raise refusal.detailed(
            f"template ({request.name[:80]}) is {template.status} in {request.language[:20]}, so it cannot be sent."
        )
    if template is None or template.status != TemplateStatus.APPROVED:
        why = "does not exist" if template is None else f"is {template.status}, not approved,"
        raise TEMPLATE_UNKNOWN.detailed(f"template name ({request.name[:80]}) {why} in {request.language[:20]}.")
    filled = fill_template(request, template)
    columns: dict[str, Any] = {
        "template_id": template.id,
        "shown": filled.shown,
        "pricing": _pricing(template.category, is_open=is_open),
        "initiates": not is_open,
        "loss": _LOST if request.is_too_large else None,
    }
    if template.flow_id is None:
        return columns, None
    button = next(button for button in buttons_of(template.components) if button["type"] == FLOW)
    exchanges = button["flow_action"] == "DATA_EXCHANGE"
    return columns, FlowButton(
        flow_id=template.flow_id,
        flow_name=None,
        mode="published",
        token=filled.flow_token,
        action="data_exchange" if exchanges else "navigate",
        screen=button.get("navigate_screen"),
        data=filled.flow_data,
    )


def _pricing(category: str, *, is_open: bool) -> dict[str, Any]:
    """What a template message costs: it is billed but for utility within an open window (docs/messages.md)."""
    is_free = is_open and category == TemplateCategory.UTILITY
    return {
        "billable": not is_free,
        "pricing_model": "PMP",
        "type": "free_customer_service" if is_free else "regular",
        "category": category.lower(),
    }


def _flow(sender: PhoneNumber, button: FlowButton, facts: Facts) -> FlowToSend:
    flow = facts.flows.get(flow_name(sender, button))
    if flow is None:
        which = f"id {button.flow_id[:40]}" if button.flow_id else f'name "{str(button.flow_name)[:80]}"'
        raise MEMBER_INVALID.detailed(f"The WhatsApp account of {sender.display_number} has no Flow with the {which}.")
    return flow


def _opened(sender: PhoneNumber, button: FlowButton, flow: FlowToSend, facts: Facts) -> dict[str, Any]:
    """The columns that say what the button of a Flow message opens."""
    if (problem := facts.blocked.get(sender.id)) is not None:
        raise BUSINESS_BLOCKED.detailed(problem)
    version = _version(button, flow, facts)
    if facts.is_expired(version.json_version):
        raise FLOW_BLOCKED.detailed(
            f'The Flow "{flow.name}" uses version {version.json_version} of Flow JSON, which has expired. Publish it '
            "with a newer one."
        )
    _check_set_up(sender, flow, version)
    return {
        "flow_id": flow.id,
        "flow_version_id": version.version_id,
        "flow_mode": button.mode,
        "flow_token": button.token,
        "flow_opening": _opening(button, version),
    }


def _version(button: FlowButton, flow: FlowToSend, facts: Facts) -> Sendable:
    """The version that the mode sends: the newest published one, or the working copy of a draft."""
    if flow.permission == "deprecated":
        raise MEMBER_INVALID.detailed(
            f'The Flow "{flow.name}" is deprecated, so it can no longer be sent. Send another one.'
        )
    if flow.permission == "blocked":
        raise FLOW_BLOCKED.detailed(
            f'The Flow "{flow.name}" is blocked. It can be sent again once its endpoint is well.'
        )
    if button.mode == "draft":
        if flow.status != "DRAFT":
            raise MEMBER_INVALID.detailed(f'The Flow "{flow.name}" is no draft. Send it with `mode` `published`.')
        return flow.draft
    if flow.published is None:
        raise MEMBER_INVALID.detailed(
            f'The Flow "{flow.name}" is not published yet. Publish it, or send `mode` `draft`.'
        )
    if facts.sent.get(flow.id, 0) >= MESSAGES_WHILE_THROTTLED:
        raise FLOW_THROTTLED.detailed(
            f'The Flow "{flow.name}" is throttled: {MESSAGES_WHILE_THROTTLED} messages using this flow were already '
            "sent in the last hour. Wait, or mend its endpoint.",
        )
    return flow.published


def _check_set_up(sender: PhoneNumber, flow: FlowToSend, version: Sendable) -> None:
    if not version.has_endpoint:
        return
    if not flow.endpoint_uri:
        raise FLOW_BLOCKED.detailed(
            f'The Flow "{flow.name}" exchanges data, but it has no `endpoint_uri`. Set it first.'
        )
    if not sender.public_key:
        raise FLOW_BLOCKED.detailed(
            f'The Flow "{flow.name}" exchanges data, but {sender.display_number} has no public key. Upload it with '
            "POST /{phone number}/whatsapp_business_encryption.",
        )


def _opening(button: FlowButton, version: Sendable) -> dict[str, Any]:
    opening = version.opening
    if opening.problem is not None:
        raise MEMBER_INVALID.detailed(f"The Flow cannot be opened: {opening.problem} Upload its Flow JSON first.")
    if button.action == "data_exchange":
        return {"action": button.action, "screen": None, "data": None}
    screen = button.screen or opening.entry_screen
    if screen not in opening.screens:
        known = ", ".join(f"`{name}`" for name in opening.screens)
        raise MEMBER_INVALID.detailed(f"The Flow cannot open with screen `{screen[:80]}`. It opens with {known}.")
    return {"action": button.action, "screen": screen, "data": button.data}


def _foreseen_failure(
    recipient: Recipient, content: Content, window_ends_at: datetime | None, now: datetime
) -> dict[str, Any] | None:
    """Why the message will fail, judged at the moment it is accepted; None when it will arrive."""
    if recipient.user is None:
        return UNDELIVERABLE.as_failure(
            f"No phone on this box has the number {recipient.wa_id}, so nobody received the message."
        )
    if not content.opens_without_window and (window_ends_at is None or window_ends_at <= now):
        return WINDOW_CLOSED.as_failure(
            "Message failed to send because more than 24 hours have passed since the customer last replied to this "
            "number.",
        )
    return None
