"""Writing jobs. A job is a row; it exists from the commit of the transaction that scheduled it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Text, UniqueConstraint, bindparam, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from headrace.database import Json, UtcDateTime, signal

SIGNAL = "jobs"


class JobColumns:
    """Mixin for the table `jobs` of one database."""

    __tablename__ = "jobs"

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[UniqueConstraint, ...]:
        return (UniqueConstraint("command", "key"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)
    queue: Mapped[str] = mapped_column(String(200))
    command: Mapped[str] = mapped_column(String(100))
    key: Mapped[str] = mapped_column(String(200))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    generation: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


_STATEMENT = text(
    "INSERT INTO jobs (queue, command, key, payload, due_at, generation, attempts) "
    "VALUES (:queue, :command, :key, :payload, :due_at, 0, 0) "
    "ON CONFLICT (command, key) DO UPDATE SET "
    "due_at = CASE WHEN excluded.due_at < jobs.due_at THEN excluded.due_at ELSE jobs.due_at END, "
    "payload = excluded.payload, generation = jobs.generation + 1"
).bindparams(bindparam("payload", type_=Json), bindparam("due_at", type_=UtcDateTime))


async def schedule(
    session: AsyncSession,
    command: str,
    key: str,
    at: datetime,
    *,
    queue: str | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Schedules `command` for `at`, in the caller's transaction.

    `key` makes it unique: while a job with the same command and key waits, scheduling it again only moves it forward
    in time and replaces its payload; one that is scheduled while it runs runs once more. Jobs of one `queue` run one
    after another, in the order in which they are due; without a queue a job stands alone. A job may run more than once,
    so what it does must be idempotent.
    """
    await session.execute(
        _STATEMENT,
        {
            "queue": queue or f"{command}:{key}",
            "command": command,
            "key": key,
            "payload": payload or {},
            "due_at": at,
        },
    )
    signal(session, SIGNAL)
