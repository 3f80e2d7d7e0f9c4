"""Keeping people: whoever writes becomes known, under the name WhatsApp gives."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.people.models import Person
from headrace.business.statements import core, insert_into
from headrace.business.team import InWorkspace
from headrace.business.team.scope import columns_of


@dataclass(frozen=True)
class Writer:
    """A person who wrote, as a webhook tells of them. Name and user id are none where it tells none."""

    wa_id: str
    name: str | None
    user_id: str | None
    first_wrote_at: datetime
    last_wrote_at: datetime

    def later(self, other: "Writer") -> "Writer":
        """Both in one, `other` being the later one."""
        return replace(
            self,
            name=other.name or self.name,
            user_id=other.user_id or self.user_id,
            last_wrote_at=max(self.last_wrote_at, other.last_wrote_at),
        )


@dataclass(frozen=True)
class Named:
    """A person as one looks for them."""

    wa_id: str
    name: str


async def find_people(session: AsyncSession, owner: InWorkspace, text: str, limit: int = 10) -> list[Named]:
    """Those whose name or number has this text in it, who wrote last first. A number may be written with its signs."""
    digits = "".join(letter for letter in text if letter.isascii() and letter.isdigit())
    is_number = bool(digits) and not any(letter.isalpha() for letter in text)
    fits = Person.name.icontains(text, autoescape=True)
    chosen = columns_of(owner, Person, Person.wa_id, Person.name)
    chosen = chosen.where(or_(fits, Person.wa_id.contains(digits)) if is_number else fits)
    rows = await session.execute(chosen.order_by(Person.last_wrote_at.desc(), Person.id.desc()).limit(limit))
    return [Named(row[0], row[1] or f"+{row[0]}") for row in rows]


async def last_written(session: AsyncSession, owner: InWorkspace, wa_ids: Iterable[str]) -> dict[str, datetime]:
    """When each of these numbers wrote last; those that never did are missing."""
    chosen = columns_of(owner, Person, Person.wa_id, Person.last_wrote_at)
    rows = await session.execute(chosen.where(Person.wa_id.in_(sorted(set(wa_ids)))))
    return {row[0]: row[1] for row in rows}


async def note_people(session: AsyncSession, owner: InWorkspace, writers: Iterable[Writer]) -> dict[str, int]:
    """Makes the people that are new and brings the others up to date, in one statement; ids by `wa_id`."""
    by_number: dict[str, Writer] = {}
    for writer in writers:
        by_number[writer.wa_id] = by_number[writer.wa_id].later(writer) if writer.wa_id in by_number else writer
    if not by_number:
        return {}
    table = core(Person)
    statement = insert_into(session, Person)
    given = statement.excluded
    upsert = statement.on_conflict_do_update(
        index_elements=["workspace_id", "wa_id"],
        set_={
            "name": case((given.name == "", table.c.name), else_=given.name),
            "user_id": func.coalesce(given.user_id, table.c.user_id),
            "last_wrote_at": case(
                (given.last_wrote_at > table.c.last_wrote_at, given.last_wrote_at), else_=table.c.last_wrote_at
            ),
        },
    ).returning(table.c.wa_id, table.c.id)
    rows = [
        {
            "workspace_id": owner.workspace_id,
            "wa_id": writer.wa_id,
            "user_id": writer.user_id,
            "name": writer.name or "",
            "first_wrote_at": writer.first_wrote_at,
            "last_wrote_at": writer.last_wrote_at,
        }
        for _, writer in sorted(by_number.items())  # in one order for all, so that writers never wait for each other
    ]
    return {row.wa_id: row.id for row in await session.execute(upsert, rows)}
