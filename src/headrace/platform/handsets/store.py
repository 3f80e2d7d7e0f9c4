"""Where the sheet of a handset keeps its session: a row of `flow_sessions`, its trace, and what its end means."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from headrace.clock import local_day
from headrace.database import touch
from headrace.exchange.channel import Channel, Outcome, UnverifiedKey
from headrace.phone.engine.effects import Closed, Complete, Expired
from headrace.phone.engine.program import UnusableFlow
from headrace.phone.session import Session
from headrace.platform.accounts.encryption import MISMATCH, signature_status
from headrace.platform.accounts.models import App, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.flows.programs import program_of
from headrace.platform.handsets.file_store import BoxFileStore
from headrace.platform.handsets.models import FlowSession, Handset
from headrace.platform.handsets.screen import business_name
from headrace.platform.handsets.switches import omits_token
from headrace.platform.handsets.traces import read_moments, write_entries, write_exchange
from headrace.platform.messaging.media import send_files
from headrace.platform.messaging.models import Message
from headrace.platform.messaging.service import write_flow_response
from headrace.platform.users.service import topic_of
from headrace.simulator.sheet import OpenSession
from headrace.simulator.trace import Entry, Trace, opening_of
from headrace.simulator.uploads import Uploads

_log = logging.getLogger(__name__)


class HandsetStore:
    """A `simulator.sheet.Store` over one box. Every step is a transaction of its own, none is open during a call."""

    def __init__(self, box: Box) -> None:
        self._box = box

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        """The session as stored; None when the phone named in the path has no such session."""
        async with self._box.database.reading() as session:
            row = await session.get(FlowSession, session_id)
            if row is None or row.handset_id != scope["path_params"].get("handset_id"):
                return None
            handset = await session.get_one(Handset, row.handset_id)
            message = await session.get_one(Message, row.message_id)
            sender = await session.get_one(PhoneNumber, message.phone_number_id)
            flow = None if row.flow_id is None else await session.get(Flow, row.flow_id)
            app = None if flow is None or flow.app_id is None else await session.get(App, flow.app_id)
            name = await business_name(session, sender)
        try:
            state = {**row.state, "omits_flow_token": omits_token(handset)}
            held = Session.from_json(program_of(row.flow_text), state)
        except (UnusableFlow, ValueError):
            _log.exception("the session %s cannot be read", session_id)
            return None
        return OpenSession(
            session=held,
            client=self._client(flow, sender, app),
            business_name=name,
            today=local_day(self._box.clock),
            is_draft=message.flow_mode == "draft",
            platform=handset.platform,
            uploads=Uploads(BoxFileStore(self._box, session_id), self._box.identifiers),
        )

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace:
        """All that has happened in a session, which is one of the phone named in the path."""
        async with self._box.database.reading() as session:
            row = await session.get_one(FlowSession, session_id)
            moments = await read_moments(session, session_id)
        opening = opening_of(Session.from_json(program_of(row.flow_text), row.state))
        return Trace(row.flow_text, opening, tuple(moments))

    async def save(self, session_id: str, session: Session, entries: Sequence[Entry]) -> None:
        """Keeps where the person is now. A session that came to its end meanwhile stays as it ended."""
        async with self._box.database.transaction() as transaction:
            row = await transaction.get_one(FlowSession, session_id)
            if row.status == "open":
                self._keep(row, session)
                write_entries(transaction, session_id, entries, self._box.clock.now())

    async def record(self, session_id: str, outcome: Outcome) -> None:
        """Keeps one exchange, clear and sealed, and logs what went wrong."""
        if outcome.kind == "failed":
            _log.warning(
                "an exchange of session %s failed: %s: %s", session_id, outcome.error_type, outcome.explanation
            )
        async with self._box.database.transaction() as transaction:
            await write_exchange(transaction, session_id, outcome, self._box.clock.now())

    async def finish(
        self, session_id: str, session: Session, effect: Complete | Closed | Expired, entries: Sequence[Entry]
    ) -> None:
        """The sheet is gone: the response goes into the chat, or the button stays for another time, or is shut."""
        async with self._box.database.transaction() as transaction:
            row = await transaction.get_one(FlowSession, session_id)
            if row.status != "open":
                return
            self._keep(row, session)
            write_entries(transaction, session_id, entries, self._box.clock.now())
            handset = await transaction.get_one(Handset, row.handset_id)
            message = await transaction.get_one(Message, row.message_id)
            match effect:
                case Complete(response):
                    row.status = "completed"
                    sender_id = message.phone_number_id
                    await send_files(transaction, self._box.clock, session_id, sender_id, response)
                    await write_flow_response(transaction, self._box, handset.user, message, response)
                case Expired(words):
                    row.status = "ended"
                    message.flow_outcome = "closed"
                    handset.notice = words
                case Closed():
                    row.status = "closed"
            await touch(transaction, topic_of(handset.user))

    def _keep(self, row: FlowSession, session: Session) -> None:
        row.state = session.to_json()
        row.updated_at = self._box.clock.now()

    def _client(self, flow: Flow | None, sender: PhoneNumber, app: App | None) -> Channel | None:
        if flow is None or not flow.endpoint_uri or app is None:
            return None

        async def fetch_public_key() -> str | None:
            async with self._box.database.reading() as session:
                current = await session.get_one(PhoneNumber, sender.id)
                if await signature_status(session, current) == MISMATCH:
                    raise UnverifiedKey
                return current.public_key

        return Channel(self._box.outbound, flow.endpoint_uri, app.secret, fetch_public_key, self._box.identifiers)
