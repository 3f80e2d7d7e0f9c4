"""Where the sheets of handsets keep their sessions: rows of `flow_sessions`, which any process may take up."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy import select

from headrace.clock import local_day
from headrace.exchange.channel import Channel, Outcome, UnverifiedKey
from headrace.phone.engine.program import UnusableFlow
from headrace.phone.session import Session
from headrace.platform.accounts.encryption import MISMATCH, signature_status
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.endpoints.channels import open_channel
from headrace.platform.handsets.file_store import BoxFileStore
from headrace.platform.handsets.models import FlowSession
from headrace.platform.handsets.session_rows import HeldRow, SessionRow, find_session, hold_phone_of, sheet_topic
from headrace.platform.handsets.switches import omits_token
from headrace.platform.handsets.texts import Programs
from headrace.platform.handsets.traces import read_moments, write_exchange
from headrace.simulator.sessions import OpenSession
from headrace.simulator.trace import Trace, opening_of
from headrace.simulator.uploads import Uploads

_log = logging.getLogger(__name__)

_LOOK_AGAIN_SECONDS = 1.0
"""At the latest after so long a process looks whether another one has ended an exchange."""


class HandsetStore:
    """A `simulator.sessions.SessionStore` over one box.

    A session is held by its phone: one transaction that changes something on it at a time, in whatever process. None is
    open during a call to an endpoint.
    """

    def __init__(self, box: Box) -> None:
        self._box = box
        self._programs = Programs(box.database)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def load(self, session_id: str, scope: Mapping[str, Any]) -> OpenSession | None:
        """The session as stored; None when the phone named in the path has no such session."""
        return await self.find(session_id, scope["path_params"]["handset_id"])

    @asynccontextmanager
    async def hold(self, session_id: str, scope: Mapping[str, Any]) -> AsyncIterator[HeldRow | None]:
        async with self.held(session_id, scope["path_params"]["handset_id"]) as held:
            yield held

    async def wait(self, session_id: str, scope: Mapping[str, Any], seconds: float) -> None:
        """What is outstanding is carried out by a job; this is told by its commit, or by the phone's topic when
        another process did it.
        """
        if seconds <= 0:
            return
        topic, ended = sheet_topic(scope["path_params"]["handset_id"]), asyncio.Event()
        until = asyncio.get_running_loop().time() + seconds
        stop_listening = self._box.database.listen(topic, ended.set)
        following = asyncio.create_task(self._follow(topic, ended))
        try:
            while await self._is_waiting(session_id):
                async with asyncio.timeout_at(until):
                    await ended.wait()
                ended.clear()
        except TimeoutError:
            pass
        finally:
            stop_listening()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)

    async def find(self, session_id: str, handset_id: str | None = None) -> OpenSession | None:
        """The session as stored: on this phone, or on whatever phone it is."""
        if not await self._is_compiled(session_id, handset_id):
            return None
        async with self._box.database.reading() as session:
            found = await find_session(session, session_id)
        return None if found is None else await self._opened(found)

    @asynccontextmanager
    async def held(self, session_id: str, handset_id: str | None = None) -> AsyncIterator[HeldRow | None]:
        """The same, to change; see `SessionStore.hold`."""
        async with self._locks.setdefault(session_id, asyncio.Lock()):
            if not await self._is_compiled(session_id, handset_id):  # before anything is held
                yield None
                return
            async with self._box.database.transaction() as transaction:
                await hold_phone_of(transaction, session_id)
                found = await find_session(transaction, session_id)
                opened = None if found is None else await self._opened(found)
                yield None if found is None or opened is None else HeldRow(transaction, self._box, found, opened)

    async def record(self, session_id: str, outcome: Outcome) -> None:
        """Keeps an exchange that changes nothing in the session: an error notice."""
        async with self._box.database.transaction() as transaction:
            row = await transaction.get_one(FlowSession, session_id)
            await write_exchange(transaction, row, outcome, self._box.clock.now())

    async def trace(self, session_id: str, scope: Mapping[str, Any]) -> Trace:
        """All that has happened in a session, which is one of the phone named in the path."""
        async with self._box.database.reading() as session:
            row = await session.get_one(FlowSession, session_id)
            moments = await read_moments(session, session_id)
        opening = opening_of(Session.from_json(await self._programs.of(row.text_sha256), row.state))
        return Trace(await self._programs.text(row.text_sha256), opening, tuple(moments))

    async def _is_waiting(self, session_id: str) -> bool:
        async with self._box.database.reading() as session:
            return bool(await session.scalar(select(FlowSession.is_waiting).where(FlowSession.id == session_id)))

    async def _follow(self, topic: str, ended: asyncio.Event) -> None:
        async for topics in self._box.revisions.follow(_LOOK_AGAIN_SECONDS):
            if not topics or topic in topics:
                ended.set()

    async def _is_compiled(self, session_id: str, handset_id: str | None) -> bool:
        """Compiles the Flow of a session where that was not done yet. False when there is no such session, or none on
        this phone, or nothing to show.
        """
        statement = select(FlowSession.text_sha256).where(FlowSession.id == session_id)
        if handset_id is not None:
            statement = statement.where(FlowSession.handset_id == handset_id)
        async with self._box.database.reading() as session:
            sha256 = await session.scalar(statement)
        if sha256 is None:
            return False
        try:
            await self._programs.of(sha256)
        except UnusableFlow:
            _log.exception("the Flow of the session %s cannot be read", session_id)
            return False
        return True

    async def _opened(self, found: SessionRow) -> OpenSession | None:
        row = found.row
        try:
            program = await self._programs.of(row.text_sha256)
            session = Session.from_json(program, {**row.state, "omits_flow_token": omits_token(found.handset)})
        except (UnusableFlow, ValueError) as error:
            _log.warning("the session %s cannot be taken up: %s", row.id, error)
            return None
        return OpenSession(
            session=session,
            client=self._client(found),
            business_name=found.business_name,
            today=local_day(self._box.clock),
            is_draft=found.message.flow_mode == "draft",
            platform=found.handset.platform,
            uploads=Uploads(BoxFileStore(self._box, row.id), self._box.identifiers),
            asked=row.asked,
            is_offline=not found.handset.user.is_online,
        )

    def _client(self, found: SessionRow) -> Channel | None:
        if found.flow is None or not found.flow.endpoint_uri or found.app is None:
            return None
        sender_id = found.sender.id

        async def fetch_public_key() -> str | None:
            async with self._box.database.reading() as session:
                current = await session.get_one(PhoneNumber, sender_id)
                if await signature_status(session, current) == MISMATCH:
                    raise UnverifiedKey
                return current.public_key

        return open_channel(self._box, found.flow.id, found.flow.endpoint_uri, found.app.secret, fetch_public_key)
