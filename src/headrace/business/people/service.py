"""Keeping people: whoever writes becomes known, under the name WhatsApp gives."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.people.models import Person


async def note_person(
    session: AsyncSession, wa_id: str, *, name: str | None, user_id: str | None, wrote_at: datetime
) -> Person:
    """The person with this number, made when new; their name and the time they last wrote are brought up to date."""
    person = (await session.execute(select(Person).where(Person.wa_id == wa_id))).scalar_one_or_none()
    if person is None:
        person = Person(
            wa_id=wa_id, user_id=user_id, name=name or f"+{wa_id}", first_wrote_at=wrote_at, last_wrote_at=wrote_at
        )
        session.add(person)
        await session.flush()
        return person
    if name:
        person.name = name
    if user_id:
        person.user_id = user_id
    person.last_wrote_at = max(person.last_wrote_at, wrote_at)
    return person
