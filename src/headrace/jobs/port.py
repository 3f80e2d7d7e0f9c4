"""What the house asks of durable work, whoever does it: rows of the database, or a queue of its own.

A job is written in the caller's transaction and exists from its commit on. It is done at least once, when it is due, by
whatever process comes first; what it does must therefore be idempotent. A job does a batch: everything of its key that
is due, never one message of many.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True)
class NewJob:
    """A job to be scheduled; see `Jobs.schedule`."""

    command: str
    key: str
    at: datetime
    queue: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """A job as its handler sees it; `attempts` counts the failures so far."""

    id: int
    command: str
    key: str
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True)
class Again:
    """A handler's answer when the job is not finished: run it again at `at`, without counting a failure."""

    at: datetime


FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=1)


def retry_wait(attempts: int) -> timedelta:
    """How long a job waits that has failed once more after `attempts` failures: twice as long every time."""
    return min(FIRST_RETRY * int(2 ** min(attempts, 20)), LONGEST_RETRY)


Handler = Callable[[Job], Awaitable[Again | None]]


class Jobs(Protocol):
    """Durable work of one database. Any number of processes may do it side by side."""

    @property
    def trouble(self) -> str | None:
        """Why no work is done at the moment, in one sentence; None while all is well: what readiness asks for."""
        ...

    async def schedule(
        self,
        session: AsyncSession,
        command: str,
        key: str,
        at: datetime,
        *,
        queue: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> None:
        """Schedules `command` for `at`, in the caller's transaction: written at its end, all that it schedules at once.

        `key` makes it unique: while a job with the same command and key waits, scheduling it again only moves it
        forward in time and replaces its payload; one that is scheduled while it runs runs once more. Jobs of one
        `queue` run one after another, in the order in which they are due, and never hold back another queue; without a
        queue a job stands alone.
        """
        ...

    async def schedule_many(self, session: AsyncSession, jobs: Sequence[NewJob]) -> None:
        """The same for many jobs in one statement. Of several with one command and key, the earliest moment counts."""
        ...

    def handle(self, command: str, handler: Handler) -> None:
        """Says who does `command`. Raises ValueError when somebody does already."""
        ...

    def every(self, command: str, interval: timedelta, handler: Handler) -> None:
        """Has `handler` run again and again, `interval` after its last end, one at a time over all processes."""
        ...

    async def run(self) -> None:
        """Does jobs until cancelled, through every failure of the database. Register handlers before.

        What a process was doing when it was killed is taken over by another once its lease has run out; one that is
        cancelled gives its work back.
        """
        ...

    async def drain(self) -> None:
        """Does everything that is due now, and what that makes due, to the end: for tests and for moved clocks."""
        ...

    async def waiting(self, session: AsyncSession) -> list[NewJob]:
        """Every job that is not done yet, but for what `every` repeats: what a snapshot of the world keeps."""
        ...

    async def clear(self, session: AsyncSession) -> None:
        """Forgets them all, in the caller's transaction. What is running comes to its end, and is not done again."""
        ...

    async def due_at(self, command: str, key: str = "") -> datetime | None:
        """When a waiting job is due, such as one that `every` repeats; None while it runs or when there is none."""
        ...

    async def next_due(self) -> datetime | None:
        """When the next job is due that waits and comes only once; None when there is none. For clocks that are moved
        from one due moment to the next; what `every` repeats goes on beside it.
        """
        ...
