"""The records of messages that carried a Flow: learned from echoes, moved by statuses, found by answers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeGuard

from sqlalchemy import BindParameter, CursorResult, bindparam, delete, exists, or_, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.flows.copies import CopyFacts
from headrace.business.flows.models import FlowMessage
from headrace.business.statements import core, insert_into
from headrace.business.team import InWorkspace, of, topic
from headrace.business.team.scope import change_of
from headrace.database import touch
from headrace.protocol import UNUSED_TOKEN, MessageStatus, precedes

TOPIC = "flow_messages"
_CALLBACK_MARK = "headrace:"


@dataclass(frozen=True)
class TemplateName:
    """A template of a WABA, as a message names it."""

    waba_id: str
    name: str
    language: str


@dataclass(frozen=True)
class Echo:
    """A Flow message that another app of the business sent, as an echo tells of it.

    One that was sent by a template names only that: which Flow its button opens has to be asked for.
    """

    wamid: str
    flow_id: str | None
    flow_name: str | None
    flow_token: str | None
    phone_number_id: str
    wa_id: str
    sent_at: datetime
    template: TemplateName | None = None


@dataclass(frozen=True)
class StatusNotice:
    """How far a message came. `flow_token` is that of our own message, where it was sent with `callback_data`."""

    wamid: str
    status: str
    error: str | None
    flow_token: str | None


def callback_data(flow_token: str) -> str:
    """What our own messages carry, so that their statuses tell which record they belong to."""
    return _CALLBACK_MARK + flow_token


def token_of(callback: str) -> str | None:
    """The flow token in the callback data of a status; none in that of somebody else's message."""
    return callback.removeprefix(_CALLBACK_MARK) if callback.startswith(_CALLBACK_MARK) else None


async def look_up_message(session: AsyncSession, owner: InWorkspace, text: str) -> FlowMessage | None:
    """The newest message with this id or this flow token."""
    named = or_(FlowMessage.wamid == text, FlowMessage.flow_token == text)
    return (await session.scalars(of(owner, FlowMessage).where(named).order_by(FlowMessage.id.desc()).limit(1))).first()


async def note_echoes(
    session: AsyncSession, owner: InWorkspace, echoes: Sequence[Echo], copies: Mapping[str, CopyFacts]
) -> None:
    """Makes the records of messages that are not known yet."""
    await settle(session, owner, {echo.flow_token: echo.wamid for echo in echoes if is_telling(echo.flow_token)})
    rows = [_row(owner, echo, copies.get(echo.flow_id or "")) for echo in echoes]
    if rows:
        statement = insert_into(session, FlowMessage)
        await session.execute(statement.on_conflict_do_nothing(index_elements=["workspace_id", "wamid"]), rows)
        await touch(session, topic(owner, TOPIC))


def _row(owner: InWorkspace, echo: Echo, copy: CopyFacts | None) -> dict[str, object]:
    return {
        "workspace_id": owner.workspace_id,
        "wamid": echo.wamid,
        "flow_id": echo.flow_id,
        "flow_name": echo.flow_name if copy is None else copy.flow_name,
        "flow_copy_id": None if copy is None else copy.id,
        "flow_token": echo.flow_token,
        "phone_number_id": echo.phone_number_id,
        "wa_id": echo.wa_id,
        "status": MessageStatus.ACCEPTED.value,
        "error": None,
        "sent_at": echo.sent_at,
    }


async def settle(session: AsyncSession, owner: InWorkspace, wamids: Mapping[str, str]) -> None:
    """Gives our own records their wamids, by flow token; a record that an echo without a token left makes way.

    A record is settled by the answer to its sending, by its echo or by its first status, whichever comes first; by the
    latter two also where a server was ended while it sent, or where no answer came and the record was failed.
    """
    if not wamids:
        return
    table = core(FlowMessage)
    token: BindParameter[str] = bindparam("of_token")
    wamid: BindParameter[str] = bindparam("its_wamid")
    ours = (table.c.workspace_id == owner.workspace_id, table.c.flow_token == token, table.c.wamid.is_(None))
    left = (table.c.workspace_id == owner.workspace_id, table.c.wamid == wamid, table.c.flow_token.is_(None))
    rows = [{"of_token": own, "its_wamid": given} for own, given in wamids.items()]
    await session.execute(delete(table).where(*left, exists().where(*ours).correlate(None)), rows)
    accepted = {"wamid": wamid, "status": MessageStatus.ACCEPTED.value, "error": None}
    await session.execute(update(table).where(*ours).values(accepted), rows)


async def move_statuses(session: AsyncSession, owner: InWorkspace, notices: Sequence[StatusNotice]) -> None:
    """Moves messages forward, one statement for each status; messages the business does not know are left alone."""
    await settle(session, owner, {notice.flow_token: notice.wamid for notice in notices if notice.flow_token})
    furthest: dict[str, StatusNotice] = {}
    for notice in notices:
        known = furthest.get(notice.wamid)
        if precedes(MessageStatus.ACCEPTED if known is None else known.status, notice.status):
            furthest[notice.wamid] = notice
    moved = 0
    for status, error in sorted({(notice.status, notice.error or "") for notice in furthest.values()}):
        wamids = [
            notice.wamid for notice in furthest.values() if (notice.status, notice.error or "") == (status, error)
        ]
        moved += await _move(session, owner, wamids, status, error or None)
    if moved:
        await touch(session, topic(owner, TOPIC))


async def _move(
    session: AsyncSession, owner: InWorkspace, wamids: Collection[str], status: str, error: str | None
) -> int:
    table = core(FlowMessage)
    earlier = [before.value for before in MessageStatus if precedes(before, status)]
    statement = (
        update(table)
        .where(
            table.c.workspace_id == owner.workspace_id, table.c.wamid.in_(sorted(wamids)), table.c.status.in_(earlier)
        )
        .values(status=status, error=error)
    )
    result = await session.execute(statement)
    assert isinstance(result, CursorResult)
    return result.rowcount


async def list_sent(session: AsyncSession, owner: InWorkspace, flow_id: str, limit: int = 5) -> list[FlowMessage]:
    """The newest messages that carried a Flow."""
    statement = of(owner, FlowMessage).where(FlowMessage.flow_id == flow_id)
    return list(await session.scalars(statement.order_by(FlowMessage.id.desc()).limit(limit)))


class KnownMessages:
    """The messages that answers of a batch may belong to."""

    def __init__(self, messages: Sequence[FlowMessage]) -> None:
        self._of_wamid = {message.wamid: message for message in messages}
        self._of_token = {message.flow_token: message for message in sorted(messages, key=lambda message: message.id)}
        self.all = messages

    def answered(self, wamid: str | None, flow_token: str | None) -> FlowMessage | None:
        """The message an answer belongs to: the one it replies to, else the newest one with its flow token."""
        if wamid and wamid in self._of_wamid:
            return self._of_wamid[wamid]
        return self._of_token.get(flow_token) if is_telling(flow_token) else None


def is_telling(flow_token: str | None) -> TypeGuard[str]:
    """Whether a token tells messages apart: those sent without one all carry the same."""
    return bool(flow_token) and flow_token != UNUSED_TOKEN


async def find_messages(
    session: AsyncSession, owner: InWorkspace, wamids: Collection[str], flow_tokens: Collection[str]
) -> KnownMessages:
    """Every message with one of these wamids or flow tokens."""
    if not wamids and not flow_tokens:
        return KnownMessages([])
    chosen = or_(FlowMessage.wamid.in_(sorted(wamids)), FlowMessage.flow_token.in_(sorted(flow_tokens)))
    return KnownMessages(list(await session.scalars(of(owner, FlowMessage).where(chosen))))


async def attach_copies(session: AsyncSession, owner: InWorkspace, messages: Mapping[int, CopyFacts]) -> None:
    """Gives messages, by id, the copy of the Flow they carried."""
    for message_id, copy in messages.items():
        statement = change_of(owner, FlowMessage).where(FlowMessage.id == message_id)
        await session.execute(statement.values(flow_copy_id=copy.id, flow_name=copy.flow_name))
