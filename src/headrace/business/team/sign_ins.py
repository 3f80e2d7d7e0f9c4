"""Signing in: a browser shows a token, of which only the digest is kept; tries that fail slow down further ones."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team.caller import Caller
from headrace.business.team.models import Membership, SignIn, SignInFailure, User, Workspace
from headrace.business.team.permissions import Role
from headrace.database import wait_for_turn

LASTS = timedelta(days=14)
"""So long a sign-in holds."""

TRIES, WITHIN = 5, timedelta(minutes=15)
"""So many tries may fail for one email within this time; then there is a wait."""

_MOST_KEPT = timedelta(days=1)


class TooManyTries(Exception):
    """Signing in has to wait. The words are fit to be shown."""


@dataclass(frozen=True)
class Known:
    """Somebody who may sign in: their id, the hash of their password, and a workspace of theirs."""

    user_id: int
    password_hash: str | None
    workspace_id: int


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def plain_email(email: str) -> str:
    """An email as it is kept and compared."""
    return email.strip().casefold()[:320]


async def begin_try(session: AsyncSession, email: str, now: datetime) -> None:
    """Counts a try before its password is looked at, so that many at once are no way around; `forgive` takes it back.

    Raises `TooManyTries`. Old tries are forgotten.
    """
    of = digest(plain_email(email))
    await wait_for_turn(session, f"sign-in {of}")
    failures = select(func.count(), func.max(SignInFailure.at)).where(
        SignInFailure.of == of, SignInFailure.at > now - WITHIN
    )
    count, newest = (await session.execute(failures)).one()
    if count >= TRIES and newest is not None:
        minutes = max(1, round((newest + WITHIN - now).total_seconds() / 60))
        raise TooManyTries(f"Too many tries failed. Try again in {minutes} min, or ask an admin for a new invitation.")
    await session.execute(delete(SignInFailure).where(SignInFailure.at < now - _MOST_KEPT))
    session.add(SignInFailure(of=of, at=now))
    await session.flush()


async def find_known(session: AsyncSession, email: str) -> Known | None:
    """Who signs in with this email; none for nobody, or for a member of no workspace."""
    statement = (
        select(User.id, User.password_hash, Membership.workspace_id)
        .join(Membership, Membership.user_id == User.id)
        .where(User.email == plain_email(email))
        .order_by(Membership.workspace_id)
        .limit(1)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Known(*row)


async def begin(session: AsyncSession, user_id: int, workspace_id: int, token: str, now: datetime) -> None:
    """A browser with this token is this user from now on."""
    await session.execute(delete(SignIn).where(SignIn.expires_at < now))
    row = SignIn(token_sha256=digest(token), user_id=user_id, workspace_id=workspace_id)
    row.created_at, row.expires_at = now, now + LASTS
    session.add(row)
    await session.flush()


async def forgive(session: AsyncSession, email: str) -> None:
    """Forgets the failed tries of somebody who signed in."""
    await session.execute(delete(SignInFailure).where(SignInFailure.of == digest(plain_email(email))))


async def caller_of_token(session: AsyncSession, token: str, now: datetime) -> Caller | None:
    """Who shows this token; none when it is unknown, over, or its user is no longer a member."""
    statement = (
        select(User, Workspace, Membership)
        .join(SignIn, SignIn.user_id == User.id)
        .join(Workspace, Workspace.id == SignIn.workspace_id)
        .join(Membership, (Membership.user_id == User.id) & (Membership.workspace_id == Workspace.id))
        .where(SignIn.token_sha256 == digest(token), SignIn.expires_at > now)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Caller(row[0], row[1], Role(row[2].role))


async def end(session: AsyncSession, token: str) -> None:
    """The browser with this token is nobody any more."""
    await session.execute(delete(SignIn).where(SignIn.token_sha256 == digest(token)))


async def end_all(session: AsyncSession, user_id: int) -> None:
    """Every browser of a user is nobody any more."""
    await session.execute(delete(SignIn).where(SignIn.user_id == user_id))


async def end_others(session: AsyncSession, user_id: int, token: str) -> int:
    """Every browser of a user but the one with this token is nobody any more; returns how many there were."""
    others = select(SignIn.token_sha256).where(SignIn.user_id == user_id, SignIn.token_sha256 != digest(token))
    ended = list(await session.scalars(others))
    await session.execute(delete(SignIn).where(SignIn.token_sha256.in_(ended)))
    return len(ended)


async def count_others(session: AsyncSession, user_id: int, token: str, now: datetime) -> int:
    """In how many other browsers a user is signed in."""
    others = select(func.count()).select_from(SignIn).where(SignIn.user_id == user_id, SignIn.expires_at > now)
    return (await session.execute(others.where(SignIn.token_sha256 != digest(token)))).scalar_one()


async def set_password(session: AsyncSession, user_id: int, password_hash: str) -> None:
    """The user signs in with this password from now on."""
    await session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))


async def forget_password(session: AsyncSession, email: str) -> None:
    """The user's password holds no more, in no browser: they choose a new one when they accept an invitation."""
    user = (await session.scalars(select(User).where(User.email == plain_email(email)))).one_or_none()
    if user is not None:
        user.password_hash = None
        await end_all(session, user.id)


async def workspaces_of(session: AsyncSession, user_id: int) -> list[Workspace]:
    """The workspaces that a user is a member of."""
    statement = select(Workspace).join(Membership, Membership.workspace_id == Workspace.id)
    return list(await session.scalars(statement.where(Membership.user_id == user_id).order_by(Workspace.name)))


async def move(session: AsyncSession, token: str, user_id: int, workspace_id: int) -> bool:
    """Goes on in another workspace of the user; gives whether it is one of theirs."""
    if workspace_id not in {workspace.id for workspace in await workspaces_of(session, user_id)}:
        return False
    statement = update(SignIn).where(SignIn.token_sha256 == digest(token)).values(workspace_id=workspace_id)
    await session.execute(statement)
    return True
