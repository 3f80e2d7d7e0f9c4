"""What has to be known to judge messages: looked up for all messages of a batch at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.directory import sender_of
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.cache import Kept
from headrace.platform.controls import MessageLimits
from headrace.platform.flows.models import Flow
from headrace.platform.flows.sending import FlowName, FlowToSend, find_flows
from headrace.platform.messaging import window
from headrace.platform.messaging.flow_buttons import FlowButton
from headrace.platform.messaging.limits import Pace, pace_of
from headrace.platform.messaging.media_files import find_mime_types
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.requests import Wanted
from headrace.platform.messaging.template_messages import TemplateRequest
from headrace.platform.tables import table_of
from headrace.platform.templates.sending import TemplateName, TemplateToSend, find_templates
from headrace.platform.users.models import User
from headrace.platform.users.service import find_users, find_users_by_user_id

THROTTLE_PERIOD = timedelta(hours=1)

_NO_LIMITS = MessageLimits()

Chat = tuple[str, str]
"""The id of a sender and the number of a person."""

_messages = table_of(Message)


@dataclass
class Facts:
    """`windows` says until when each chat's window is open, for people who wrote; `sent` how many messages with each
    throttled Flow were sent in the last hour; `known` which messages that are answered are part of their chat;
    `blocked` why a sender's business may not send Flows; `is_expired` whether a version of Flow JSON is.
    """

    users: dict[str, User] = field(default_factory=dict)
    users_by_user_id: dict[str, User] = field(default_factory=dict)
    flows: dict[FlowName, FlowToSend] = field(default_factory=dict)
    windows: dict[Chat, datetime] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    known: set[tuple[str, Chat]] = field(default_factory=set)
    media: dict[tuple[str, str], str] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)
    blocked: dict[str, str] = field(default_factory=dict)
    templates: dict[TemplateName, TemplateToSend] = field(default_factory=dict)
    is_expired: Callable[[str | None], bool] = lambda _version: False


def flow_name(sender: PhoneNumber, button: FlowButton) -> FlowName:
    """The Flow that a button names, in the account of the sender."""
    return FlowName(sender.waba_id, button.flow_id, button.flow_name)


def template_name(sender: PhoneNumber, request: TemplateRequest) -> TemplateName:
    """The template that a message names, in the account of the sender."""
    return TemplateName(sender.waba_id, request.name, request.language)


async def gather(
    session: AsyncSession,
    kept: Kept,
    wanted: Sequence[tuple[PhoneNumber, Wanted]],
    now: datetime,
    limits: MessageLimits,
) -> Facts:
    """The facts for messages, each with its sender. Throttled Flows stay locked until the transaction ends."""
    facts = Facts()
    addressees = [message.addressee for _, message in wanted]
    user_ids = [addressee.user_id for addressee in addressees if addressee.user_id]
    facts.users_by_user_id = await find_users_by_user_id(session, kept, user_ids)
    facts.users = await find_users(session, kept, [addressee.wa_id for addressee in addressees if addressee.wa_id])
    facts.users |= {user.wa_id: user for user in facts.users_by_user_id.values()}
    buttons = [flow_name(sender, message.content.flow) for sender, message in wanted if message.content.flow]
    named = [template_name(sender, message.content.template) for sender, message in wanted if message.content.template]
    if named:
        facts.templates = await find_templates(session, kept, named)
        buttons += [
            FlowName(name.waba_id, template.flow_id, None)
            for name, template in facts.templates.items()
            if template.flow_id is not None
        ]
    facts.flows = await find_flows(session, kept, buttons)
    opening = {sender.id for sender, message in wanted if message.content.may_open_flow}
    facts.blocked = await _blocked(session, kept, opening)
    facts.windows = await window.ends(session, {sender.id for sender, _ in wanted}, list(facts.users))
    chats = ((sender.id, wa_id) for sender, _ in wanted for wa_id in facts.users)
    facts.pace = Pace(limits) if limits == _NO_LIMITS else await pace_of(session, kept, limits, chats, now)
    facts.sent = await _count_throttled(session, facts.flows.values(), now)
    answered = [wamid for _, message in wanted for wamid in message.answers]
    named_media = {file.id for _, message in wanted for file in message.content.files if file.id is not None}
    if named_media:
        facts.media = await find_mime_types(session, named_media, now)
    facts.known = await _find_answered(session, answered)
    return facts


async def _blocked(session: AsyncSession, kept: Kept, sender_ids: Iterable[str]) -> dict[str, str]:
    senders = [await sender_of(session, kept, sender_id) for sender_id in sorted(sender_ids)]
    return {sender.number.id: sender.integrity_problem for sender in senders if sender and sender.integrity_problem}


async def _count_throttled(session: AsyncSession, flows: Iterable[FlowToSend], now: datetime) -> dict[str, int]:
    throttled = sorted({flow.id for flow in flows if flow.permission == "few"})
    if not throttled:
        return {}
    # Whoever sends one of these waits here until the one before has been counted or has failed.
    locked = select(Flow.id).where(Flow.id.in_(throttled)).order_by(Flow.id).with_for_update(key_share=True)
    await session.execute(locked)
    counts = await session.execute(
        select(_messages.c.flow_id, func.count())
        .where(
            _messages.c.flow_id.in_(throttled),
            _messages.c.direction == "out",
            _messages.c.created_at > now - THROTTLE_PERIOD,
        )
        .group_by(_messages.c.flow_id)
    )
    return dict.fromkeys(throttled, 0) | dict(counts.all())


async def _find_answered(session: AsyncSession, wamids: Sequence[str]) -> set[tuple[str, Chat]]:
    if not wamids:
        return set()
    columns = (_messages.c.wamid, _messages.c.phone_number_id, _messages.c.wa_id)
    rows = await session.execute(select(*columns).where(_messages.c.wamid.in_(wamids)))
    return {(wamid, (sender_id, wa_id)) for wamid, sender_id, wa_id in rows}
