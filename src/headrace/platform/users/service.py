"""Looking people up, and the topic under which changes of what they see are told."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.cache import USERS, Kept
from headrace.platform.tables import table_of
from headrace.platform.users.models import User

_users = table_of(User)


async def find_user(session: AsyncSession, wa_id: str) -> User | None:
    """The person with this number; None for a number that is nobody on this box."""
    return await session.get(User, wa_id)


async def find_users(session: AsyncSession, kept: Kept, wa_ids: Iterable[str]) -> dict[str, User]:
    """People by their numbers, as values for reading; numbers that are nobody's are left out."""
    return await _find(session, kept, "wa_id", set(wa_ids))


async def find_users_by_user_id(session: AsyncSession, kept: Kept, user_ids: Iterable[str]) -> dict[str, User]:
    return await _find(session, kept, "user_id", set(user_ids))


def topic_of(user: User) -> str:
    """The topic of the pages that show what this person sees."""
    return f"chat:{user.wa_id}"


async def _find(session: AsyncSession, kept: Kept, column: str, values: set[str]) -> dict[str, User]:
    users = kept.of(USERS)
    missing = [value for value in sorted(values) if (column, value) not in users]
    if missing:
        connection = await session.connection()
        rows = await connection.execute(select(_users).where(_users.c[column].in_(missing)))
        for row in rows.mappings():
            user = User(**row)
            users[("wa_id", user.wa_id)] = users[("user_id", user.user_id)] = user
    return {value: users[column, value] for value in values if (column, value) in users}
