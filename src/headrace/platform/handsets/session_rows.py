"""A session as its row has it, with all there is around it; and how it is written back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import signal, touch
from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Closed, Complete, Effect, Expired, Notify
from headrace.phone.engine.state import Pending
from headrace.phone.session import Session
from headrace.platform.accounts.models import App, Business, PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.handsets.traces import write_entries, write_exchange
from headrace.platform.messaging.media import send_files
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.service import write_flow_response
from headrace.platform.users.service import topic_of
from headrace.simulator.sessions import Ending, OpenSession, ending_of
from headrace.simulator.trace import Entry

ASK = "exchange.ask"
"""The job that carries out the pending exchange of a session; its key is the session's id."""

NOTIFY = "exchange.notify"
"""The job that tells an endpoint of an error. Its payload has the `session_id` and the `request`."""


GO_ON = "persons.go_on"
"""The job in which a scripted person goes on with a session; its key is the session's id."""


def sheet_topic(handset_id: str) -> str:
    """Told when a session of this phone waits for its endpoint no more."""
    return f"sheet:{handset_id}"


@dataclass(frozen=True)
class SessionRow:
    """A session's row and the rows it belongs to."""

    row: FlowSession
    handset: Handset
    message: Message
    sender: PhoneNumber
    business_name: str
    flow: Flow | None
    app: App | None


async def find_session(session: AsyncSession, session_id: str) -> SessionRow | None:
    statement = (
        select(FlowSession, Handset, Message, PhoneNumber, Business.name, Flow, App)
        .join(Handset, Handset.id == FlowSession.handset_id)
        .join(Message, Message.id == FlowSession.message_id)
        .join(PhoneNumber, PhoneNumber.id == Message.phone_number_id)
        .join(Waba, Waba.id == PhoneNumber.waba_id)
        .join(Business, Business.id == Waba.business_id)
        .outerjoin(Flow, Flow.id == FlowSession.flow_id)
        .outerjoin(App, App.id == Flow.app_id)
        .where(FlowSession.id == session_id)
    )
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else SessionRow(*found)


async def hold_phone(session: AsyncSession, handset_id: str) -> None:
    """Has everybody else who wants to change something on this phone wait until this transaction ends.

    SQLite lets one transaction write at a time, so nothing is left to do there.
    """
    await session.execute(select(Handset.id).where(Handset.id == handset_id).with_for_update())


async def hold_phone_of(session: AsyncSession, session_id: str) -> None:
    """The same for the phone that a session is on."""
    handset_id = select(FlowSession.handset_id).where(FlowSession.id == session_id).scalar_subquery()
    await session.execute(select(Handset.id).where(Handset.id == handset_id).with_for_update())


async def write_state(
    transaction: AsyncSession, box: Box, row: FlowSession, session: Session, before: Pending | None
) -> None:
    """Writes where a session stands into its row. `before` is what was pending when the session was read: a pending
    exchange that is another is carried out once this transaction is committed.
    """
    pending = session.state.pending
    row.state = session.to_json()
    row.updated_at = box.clock.now()
    if pending is not None and (pending is not before or not row.is_waiting):
        row.asked = (row.asked or 0) + 1
        await box.jobs.schedule(transaction, ASK, row.id, box.clock.now())
    elif pending is None and row.is_waiting:
        topic = sheet_topic(row.handset_id)
        await touch(transaction, topic)
        signal(transaction, topic)
        if row.script is not None:
            await box.jobs.schedule(transaction, GO_ON, row.id, box.clock.now())
    row.is_waiting = pending is not None


class HeldRow:
    """A `simulator.sessions.HeldSession`: a row whose phone is held by a transaction."""

    def __init__(self, transaction: AsyncSession, box: Box, found: SessionRow, opened: OpenSession) -> None:
        self.opened = opened
        self._transaction = transaction
        self._box = box
        self._found = found
        self._pending = opened.session.state.pending

    @property
    def row(self) -> FlowSession:
        return self._found.row

    @property
    def handset(self) -> Handset:
        return self._found.handset

    async def save(self, session: Session, effects: Sequence[Effect], entries: Sequence[Entry]) -> None:
        """Keeps where the person is now. A session that came to its end stays as it ended."""
        row = self._found.row
        if row.status != "open":
            return
        await write_state(self._transaction, self._box, row, session, self._pending)
        self._pending = session.state.pending
        write_entries(self._transaction, row.id, entries, self._box.clock.now())
        for effect in effects:
            if isinstance(effect, Notify) and self.opened.client is not None:
                key = f"{row.id}:{self._box.identifiers.token(8)}"
                payload = {"session_id": row.id, "request": effect.request}
                await self._box.jobs.schedule(self._transaction, NOTIFY, key, self._box.clock.now(), payload=payload)
        ending = ending_of(effects)
        if ending is not None:
            await self._end(ending)

    async def record(self, outcome: Outcome) -> None:
        await write_exchange(self._transaction, self._found.row, outcome, self._box.clock.now())

    async def _end(self, ending: Ending) -> None:
        """The sheet is gone: the response goes into the chat, or the button stays for another time, or is shut."""
        row, handset, message = self._found.row, self._found.handset, self._found.message
        match ending:
            case Complete(response):
                row.status = "completed"
                sender_id = message.phone_number_id
                await send_files(self._transaction, self._box.clock, row.id, sender_id, response)
                await write_flow_response(self._transaction, self._box, handset.user, message, response)
            case Expired(words):
                row.status = "ended"
                message.flow_outcome = "closed"
                handset.notice = words
            case Closed():
                row.status = "closed"
        await touch(self._transaction, topic_of(handset.user))
