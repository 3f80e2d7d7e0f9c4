"""Looking people up, and the topic under which changes of what they see are told."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.users.models import User


async def find_user(session: AsyncSession, wa_id: str) -> User | None:
    """The person with this number; None for a number that is nobody on this box."""
    return await session.get(User, wa_id)


async def find_user_by_user_id(session: AsyncSession, user_id: str) -> User | None:
    return await session.scalar(select(User).where(User.user_id == user_id))


def topic_of(user: User) -> str:
    """The topic of the pages that show what this person sees."""
    return f"chat:{user.wa_id}"
