"""Rows that change seldom, kept in memory for as long as nobody, in any process, has changed one of their kind.

A table says in `kept_as` what kind its rows are. Whoever changes such a row through a session moves the kind's revision
in the same transaction; whoever reads asks for the revisions of all kinds first, in one statement, and uses what was
kept under the same ones. So what is read is never older than the transaction that reads it. Statements that change such
rows past the session (`update(...)`, `delete(...)`) are not noticed: there must be none.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, UOWTransaction

from headrace.database import note_topics

ACCOUNTS = "kept:accounts"
CALLBACKS = "kept:callbacks"
FLOWS = "kept:flows"
TEMPLATES = "kept:templates"
USERS = "kept:users"

KINDS = (ACCOUNTS, CALLBACKS, FLOWS, TEMPLATES, USERS)
"""Every kind; whoever changes many rows past the session moves the revisions of all."""
_LARGEST = 20_000
"""A kind that holds more entries than this begins anew."""

_CHANGED = "changed kinds"
_KEPT = "kept"
_NUMBERS = text(f"SELECT topic, number FROM revisions WHERE topic IN ({', '.join(repr(kind) for kind in KINDS)})")  # noqa: S608


@dataclass
class Kept:
    """What was read so far under certain revisions, by kind and by whatever key its readers choose."""

    by_kind: dict[str, dict[Any, Any]] = field(default_factory=dict)

    def of(self, kind: str) -> dict[Any, Any]:
        return self.by_kind.setdefault(kind, {})


class Cache:
    """What one process keeps of one database."""

    def __init__(self) -> None:
        self._revisions: dict[str, int | None] = {}
        self._entries: dict[str, dict[Any, Any]] = {kind: {} for kind in KINDS}

    async def kept(self, session: AsyncSession) -> Kept:
        """What may be used in this transaction; what is read into it is kept for the next ones.

        A transaction that changed rows of a kind itself gets nothing of that kind and leaves nothing behind: it may
        still be undone.
        """
        if session.new or session.dirty or session.deleted:
            await session.flush()
        if (known := session.info.get(_KEPT)) is not None:
            return known  # type: ignore[no-any-return]
        connection = await session.connection()
        numbers: dict[str, int] = dict((await connection.execute(_NUMBERS)).all())
        changed = session.info.get(_CHANGED, ())
        kept = Kept()
        for kind in KINDS:
            if kind in changed:
                continue
            if self._revisions.get(kind) != numbers.get(kind) or len(self._entries[kind]) > _LARGEST:
                # Not emptied but replaced: a transaction that reads now may still write into the old entries.
                self._revisions[kind] = numbers.get(kind)
                self._entries[kind] = {}
            kept.by_kind[kind] = self._entries[kind]
        session.info[_KEPT] = kept
        return kept


@event.listens_for(Session, "after_flush")
def _note_changes(session: Session, _flush: UOWTransaction) -> None:
    kinds = _kinds_of([*session.new, *session.deleted, *filter(session.is_modified, session.dirty)])
    if not kinds:
        return
    session.info.setdefault(_CHANGED, set()).update(kinds)
    session.info.pop(_KEPT, None)
    note_topics(session, kinds)


def _kinds_of(rows: Iterable[Any]) -> set[str]:
    return {kind for row in rows if (kind := getattr(row, "kept_as", None)) is not None}
