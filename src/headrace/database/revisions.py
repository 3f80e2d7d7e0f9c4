"""What changed, told to pages.

Each database has one counter row (topic `""`) and one row for every topic that ever changed. A transaction names
the topics it changes with `touch`; they take the next number in the same transaction. A process looks at the counter
twice a second, and at once when a commit of its own moved it, so pages follow within a second whatever process wrote.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

from sqlalchemy import ARRAY, JSON, String, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, Session, mapped_column

from headrace.database.engine import BigId, Database, at_the_end, signal
from headrace.database.loop import Loop

_SIGNAL = "revisions"
_POLL_SECONDS = 0.5
_PACE_SECONDS = 0.05
"""At least this long between two looks: however much changes, a page draws itself anew so often at most."""


class RevisionColumns:
    """Mixin for the table `revisions` of one database."""

    __tablename__ = "revisions"

    topic: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(BigId)


_TOPICS = "topics"

# Whoever writes the counter holds it until the commit, so numbers become visible in their order: a follower that has
# seen a number never misses a smaller one. Every transaction takes the counter first, so the topics cannot deadlock.
_ON_POSTGRESQL = text(
    "WITH counter AS (INSERT INTO revisions (topic, number) VALUES ('', 1)"
    " ON CONFLICT (topic) DO UPDATE SET number = revisions.number + 1 RETURNING number) "
    "INSERT INTO revisions (topic, number) "
    "SELECT topics.topic, counter.number FROM counter, unnest(CAST(:topics AS varchar[])) AS topics (topic) "
    "ON CONFLICT (topic) DO UPDATE SET number = excluded.number"
).bindparams(bindparam("topics", type_=ARRAY(String)))
# On SQLite there is one writer at a time; the counter is the topic with the empty name.
_ON_SQLITE = text(
    "INSERT INTO revisions (topic, number) "
    "SELECT value, coalesce((SELECT number FROM revisions WHERE topic = ''), 0) + 1 FROM json_each(:topics) WHERE true "
    "ON CONFLICT (topic) DO UPDATE SET number = excluded.number"
).bindparams(bindparam("topics", type_=JSON))


async def touch(session: AsyncSession, *topics: str) -> None:
    """Notes that `topics` change with this transaction, so that open pages draw them anew.

    They are written as the last statement before the commit, all at once: every transaction that touches anything
    writes the counter, and those that follow wait for it.
    """
    note_topics(session, topics)


def note_topics(session: AsyncSession | Session, topics: Iterable[str]) -> None:
    """The same where nothing can be awaited."""
    session.info.setdefault(_TOPICS, set()).update(topics)
    at_the_end(session, _TOPICS, _write_topics)
    signal(session, _SIGNAL)


async def _write_topics(session: AsyncSession) -> None:
    topics = sorted(session.info.pop(_TOPICS))
    if session.get_bind().dialect.name == "sqlite":
        await session.execute(_ON_SQLITE, {"topics": ["", *topics]})
    else:
        await session.execute(_ON_POSTGRESQL, {"topics": topics})


class Revisions:
    """Follows one database's topics. One task polls for all pages of the process."""

    def __init__(self, database: Database, table: type[RevisionColumns]) -> None:
        self._database = database
        self._table = table
        self._seen: int | None = None
        self._loop = Loop("following what changes", self._look)
        self._nudge = asyncio.Event()
        self._waiting: set[asyncio.Queue[set[str] | None]] = set()
        self._stop_listening = database.listen(_SIGNAL, self._nudge.set)

    @property
    def trouble(self) -> str | None:
        """Why pages do not hear what changes at the moment; None when they do."""
        return self._loop.trouble

    async def run(self) -> None:
        """Polls until cancelled."""
        try:
            await self._loop.run()
        finally:
            self._stop_listening()

    async def _look(self) -> None:
        if self._seen is None:
            self._seen = await self._counter()
        await asyncio.sleep(_PACE_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(_POLL_SECONDS):
                await self._nudge.wait()
        self._nudge.clear()
        changed = await self._changed(self._seen)
        if changed:
            for queue in self._waiting:
                queue.put_nowait(changed)

    async def follow(self, idle_seconds: float = 15.0) -> AsyncIterator[set[str]]:
        """Yields the set of topics that changed, as they change; an empty set after `idle_seconds` of nothing."""
        queue: asyncio.Queue[set[str] | None] = asyncio.Queue()
        self._waiting.add(queue)
        try:
            while True:
                try:
                    async with asyncio.timeout(idle_seconds):
                        topics = await queue.get()
                except TimeoutError:
                    yield set()
                    continue
                if topics is None:
                    return
                yield topics
        finally:
            self._waiting.discard(queue)

    def end(self) -> None:
        """Ends every `follow`, so that a server that stops need not wait for its open pages."""
        for queue in self._waiting:
            queue.put_nowait(None)

    async def _counter(self) -> int:
        async with self._database.reading() as session:
            found = await session.execute(select(self._table.number).where(self._table.topic == ""))
            return found.scalar_one_or_none() or 0

    async def _changed(self, seen: int) -> set[str]:
        counter = await self._counter()
        if counter == seen:
            return set()
        async with self._database.reading() as session:
            rows = await session.execute(
                select(self._table.topic).where(self._table.number > seen, self._table.topic != "")
            )
            topics = set(rows.scalars())
        self._seen = counter
        return topics
