"""The button of a Flow message: which Flow and version it opens, how, and whether it may be sent now.

Rules: messages.md § 6.2 for the parameters, lifecycle.md § 4.2 for what each status allows.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.phone.engine.program import Program, UnusableFlow
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.refusals import refusal

_log = logging.getLogger(__name__)

FIRST_ENTRY_SCREEN = "FIRST_ENTRY_SCREEN"
UNUSED_TOKEN = "unused"  # noqa: S105 - the protocol's word for "no token was given"
MESSAGES_WHILE_THROTTLED = 10
_THROTTLE_PERIOD = timedelta(hours=1)
_ADVISED_CTA_LENGTH = 30


@dataclass(frozen=True)
class FlowButton:
    """`version_id` is None for a draft, which opens the working copy; `opening` is `{"action", "screen", "data"}`."""

    flow_id: str
    version_id: str | None
    mode: str
    token: str
    opening: dict[str, Any]


async def read_flow_button(session: AsyncSession, box: Box, sender: PhoneNumber, parameters: Fields) -> FlowButton:
    """Reads `action.parameters` of an interactive Flow message."""
    if parameters.text("flow_message_version") != "3":
        raise refusal(131009, f"`{parameters.path('flow_message_version')}` has to be `3`, the only version there is.")
    cta = parameters.text("flow_cta")
    if len(cta) > _ADVISED_CTA_LENGTH:
        _log.warning("the button of a Flow message has %d characters; phones cut it after about 30", len(cta))
    mode = parameters.choice("mode", ("published", "draft"), "published")
    token = parameters.optional_text("flow_token") or UNUSED_TOKEN
    flow = await _find_flow(session, sender, parameters)
    version = await _sendable_version(session, box, flow, mode)
    _check_set_up(flow, version, sender)
    opening = _read_opening(parameters, flow.json_text if version is None else version.json_text)
    return FlowButton(flow.id, None if version is None else version.id, mode, token, opening)


async def _find_flow(session: AsyncSession, sender: PhoneNumber, parameters: Fields) -> Flow:
    flow_id, name = parameters.optional_text("flow_id"), parameters.optional_text("flow_name")
    if flow_id and name:
        raise refusal(131009, "Both `flow_id` and `flow_name` are given. Keep one of them.")
    if not flow_id and not name:
        raise refusal(131008, f"`{parameters.path('flow_id')}` is missing. Name the Flow by `flow_id` or `flow_name`.")
    chosen = Flow.id == flow_id if flow_id else Flow.name == name
    flow = await session.scalar(select(Flow).where(chosen, Flow.waba_id == sender.waba_id, Flow.status != "DELETED"))
    if flow is None:
        which = f"id {flow_id[:40]}" if flow_id else f'name "{str(name)[:80]}"'
        raise refusal(131009, f"The WhatsApp account of {sender.display_number} has no Flow with the {which}.")
    return flow


async def _sendable_version(session: AsyncSession, box: Box, flow: Flow, mode: str) -> FlowVersion | None:
    """The version that `mode` sends: the newest published one, or None for the working copy of a draft."""
    if flow.status == "DEPRECATED":
        raise refusal(131009, f'The Flow "{flow.name}" is deprecated, so it can no longer be sent. Send another one.')
    if flow.status == "BLOCKED":
        raise refusal(132068, f'The Flow "{flow.name}" is blocked. It can be sent again once its endpoint is well.')
    if mode == "draft":
        if flow.status != "DRAFT":
            raise refusal(131009, f'The Flow "{flow.name}" is no draft. Send it with `mode` `published`.')
        return None
    version = await newest_version(session, flow.id)
    if version is None:
        raise refusal(131009, f'The Flow "{flow.name}" is not published yet. Publish it, or send `mode` `draft`.')
    if flow.status == "THROTTLED":
        await _check_throttle(session, flow, box.clock.now())
    return version


async def newest_version(session: AsyncSession, flow_id: str) -> FlowVersion | None:
    return await session.scalar(
        select(FlowVersion).where(FlowVersion.flow_id == flow_id).order_by(FlowVersion.number.desc()).limit(1)
    )


async def _check_throttle(session: AsyncSession, flow: Flow, now: datetime) -> None:
    sent = await session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.flow_id == flow.id, Message.direction == "out", Message.created_at > now - _THROTTLE_PERIOD)
    )
    if (sent or 0) >= MESSAGES_WHILE_THROTTLED:
        raise refusal(
            132069,
            f'The Flow "{flow.name}" is throttled: {MESSAGES_WHILE_THROTTLED} messages using this flow were already '
            "sent in the last hour. Wait, or mend its endpoint.",
        )


def _check_set_up(flow: Flow, version: FlowVersion | None, sender: PhoneNumber) -> None:
    has_endpoint = (flow.data_api_version if version is None else version.data_api_version) is not None
    if not has_endpoint:
        return
    if not flow.endpoint_uri:
        raise refusal(132068, f'The Flow "{flow.name}" exchanges data, but it has no `endpoint_uri`. Set it first.')
    if not sender.public_key:
        raise refusal(
            132068,
            f'The Flow "{flow.name}" exchanges data, but {sender.display_number} has no public key. Upload it with '
            "POST /{phone number}/whatsapp_business_encryption.",
        )


def _read_opening(parameters: Fields, flow_text: str | None) -> dict[str, Any]:
    action = parameters.choice("flow_action", ("navigate", "data_exchange"), "navigate")
    try:
        program = program_of(flow_text or "")
    except UnusableFlow as error:
        raise refusal(131009, f"The Flow cannot be opened: {error} Upload its Flow JSON first.") from error
    payload = parameters.optional_object("flow_action_payload")
    if action == "data_exchange":
        if payload is not None and payload.value:
            raise refusal(
                131009, f"`{payload.whole}` goes only with `flow_action` `navigate`. Leave it out, or navigate."
            )
        return {"action": action, "screen": None, "data": None}
    screen = None if payload is None else payload.optional_text("screen")
    if not screen or screen == FIRST_ENTRY_SCREEN:
        screen = program.entry_screen
    if screen not in program.screens or not program.may_begin_at(screen):
        known = ", ".join(f"`{name}`" for name in program.screens if program.may_begin_at(name))
        raise refusal(131009, f"The Flow cannot open with screen `{screen[:80]}`. It opens with {known}.")
    data = None if payload is None else payload.optional_object("data")
    if data is not None and not data.value:
        raise refusal(131009, f"`{data.whole}` is empty. Give it at least one member, or leave it out.")
    return {"action": action, "screen": screen, "data": None if data is None else data.value}


@lru_cache(maxsize=64)
def program_of(flow_text: str) -> Program:
    """The Flow, compiled; the same text is compiled once. Raises `UnusableFlow` when it has no screen."""
    return Program.compile(flow_text)
