"""The Flow JSON that sessions were opened with: stored once, compiled once in each process."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy import delete, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import Database
from headrace.phone.engine.program import Program
from headrace.platform.handsets.models import FlowSession, SessionText

_MOST_PROGRAMS = 64
"""At most this many compiled Flows are kept; those that were not used for longest go first."""

_INSERT = text("INSERT INTO session_texts (sha256, text) VALUES (:sha256, :text) ON CONFLICT (sha256) DO NOTHING")


async def store_text(session: AsyncSession, flow: str) -> str:
    """Stores a Flow JSON where it is not stored yet; gives its name, see `SessionText`."""
    sha256 = hashlib.sha256(flow.encode("utf-8", "surrogatepass")).hexdigest()
    # Held until the session that needs it is stored: nobody forgets it meanwhile.
    held = select(SessionText.sha256).where(SessionText.sha256 == sha256).with_for_update(read=True, key_share=True)
    while await session.scalar(held) is None:
        await session.execute(_INSERT, {"sha256": sha256, "text": flow})
    return sha256


async def forget_texts(session: AsyncSession, names: Sequence[str]) -> None:
    """Deletes those of these texts that no session was opened with, once who stores sessions with them is done."""
    held = select(SessionText.sha256).where(SessionText.sha256.in_(names)).order_by(SessionText.sha256)
    unused = ~exists().where(FlowSession.text_sha256 == SessionText.sha256)
    await session.execute(held.with_for_update())
    await session.execute(
        delete(SessionText).where(SessionText.sha256.in_(names), unused).execution_options(synchronize_session=False)
    )


class Programs:
    """Compiled Flows by the name of their text."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._programs: OrderedDict[str, Program] = OrderedDict()

    async def of(self, sha256: str) -> Program:
        """The Flow with this text. Raises `UnusableFlow` when it has no screen."""
        program = self._programs.get(sha256)
        if program is None:
            program = await asyncio.to_thread(Program.compile, await self.text(sha256))
            self._programs[sha256] = program
            while len(self._programs) > _MOST_PROGRAMS:
                self._programs.popitem(last=False)
        else:
            self._programs.move_to_end(sha256)
        return program

    async def text(self, sha256: str) -> str:
        async with self._database.reading() as session:
            return (await session.get_one(SessionText, sha256)).text
