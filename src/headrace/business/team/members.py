"""The members of a workspace: inviting them, what they are, and taking them out again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team.audit import Act, note
from headrace.business.team.caller import Caller
from headrace.business.team.models import Invitation, Membership, User, Workspace
from headrace.business.team.permissions import Permission, Role
from headrace.business.team.scope import of
from headrace.business.team.sign_ins import digest, end_all, plain_email
from headrace.database import wait_for_turn

HOLDS = timedelta(days=7)
"""So long an invitation can be accepted."""


class NotDone(Exception):
    """What was asked for cannot be done. The words are fit to be shown."""


@dataclass(frozen=True)
class Member:
    """Somebody in the workspace; `can_sign_in` says that they have a password."""

    user_id: int
    email: str
    name: str
    role: Role
    can_sign_in: bool


@dataclass(frozen=True)
class Invited:
    """An invitation that still holds. `is_known`: the email belongs to somebody who has a password already."""

    id: int
    email: str
    role: Role
    workspace_id: int
    workspace_name: str
    expires_at: datetime
    is_known: bool = False


async def list_members(session: AsyncSession, caller: Caller) -> list[Member]:
    statement = of(caller, Membership).add_columns(User).join(User, User.id == Membership.user_id).order_by(User.name)
    return [
        Member(user.id, user.email, user.name, Role(membership.role), user.password_hash is not None)
        for membership, user in await session.execute(statement)
    ]


async def list_invitations(session: AsyncSession, caller: Caller, now: datetime) -> list[Invited]:
    """Those that still hold, the newest first."""
    caller.require(Permission.MANAGE_TEAM)
    statement = of(caller, Invitation).where(Invitation.expires_at > now).order_by(Invitation.id.desc())
    return [
        Invited(row.id, row.email, Role(row.role), row.workspace_id, caller.workspace.name, row.expires_at)
        for row in await session.scalars(statement)
    ]


def check_email(email: str) -> None:
    """Raises `NotDone` for what is no email."""
    name, _, host = email.strip().partition("@")
    if not name or not host or len(email.strip()) > 320 or any(mark.isspace() for mark in email.strip()):
        raise NotDone("An invitation needs an email address.")


async def invite(session: AsyncSession, caller: Caller, email: str, role: str, token: str, now: datetime) -> None:
    """Invites somebody; whoever has the token may accept. Raises `NotDone`."""
    caller.require(Permission.MANAGE_TEAM)
    check_email(email)
    address = plain_email(email)
    if role not in set(Role):
        raise NotDone("Choose what they will be: admin, editor or viewer.")
    if address in {member.email for member in await list_members(session, caller)}:
        raise NotDone(f"{address} is a member already.")
    await add_invitation(session, caller.workspace_id, address, Role(role), token, now)
    await note(session, caller, Act.INVITED, address, now, f"as {role}")


async def add_invitation(
    session: AsyncSession, workspace_id: int, email: str, role: Role, token: str, now: datetime
) -> None:
    """Writes an invitation down in place of an earlier one; who may do so was judged before."""
    await session.execute(_invitations(workspace_id, plain_email(email)))
    row = Invitation(workspace_id=workspace_id, email=plain_email(email), role=role.value, token_sha256=digest(token))
    row.expires_at = now + HOLDS
    session.add(row)
    await session.flush()


async def withdraw(session: AsyncSession, caller: Caller, email: str, now: datetime) -> None:
    """An invitation that was not accepted yet holds no more."""
    caller.require(Permission.MANAGE_TEAM)
    await session.execute(_invitations(caller.workspace_id, plain_email(email)))
    await note(session, caller, Act.WITHDREW_INVITATION, plain_email(email), now)


async def open_invitation(session: AsyncSession, token: str, now: datetime) -> Invited | None:
    """The invitation with this token, while it holds."""
    statement = (
        select(Invitation, Workspace, User)
        .join(Workspace, Workspace.id == Invitation.workspace_id)
        .outerjoin(User, User.email == Invitation.email)
        .where(Invitation.token_sha256 == digest(token), Invitation.expires_at > now)
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    found, workspace, user = row
    is_known = user is not None and user.password_hash is not None
    return Invited(
        found.id, found.email, Role(found.role), workspace.id, workspace.name, found.expires_at, is_known=is_known
    )


async def accept(session: AsyncSession, invited: Invited, name: str, password_hash: str | None, now: datetime) -> int:
    """Makes the invited a member, and the invitation used; returns the user's id.

    `password_hash` is none for somebody who has one already, and proved that they know it.
    """
    user = (await session.scalars(select(User).where(User.email == invited.email))).one_or_none()
    if user is None:
        user = User(email=invited.email, name=name, created_at=now)
        session.add(user)
    if password_hash is not None:
        user.password_hash, user.name = password_hash, name
    await session.flush()
    known = await session.get(Membership, (invited.workspace_id, user.id))
    if known is None:
        role = invited.role.value
        session.add(Membership(workspace_id=invited.workspace_id, user_id=user.id, role=role, created_at=now))
    else:
        known.role = invited.role.value
    await session.execute(delete(Invitation).where(Invitation.id == invited.id))
    await session.flush()
    workspace = await session.get_one(Workspace, invited.workspace_id)
    await note(session, Caller(user, workspace, invited.role), Act.JOINED, user.email, now, f"as {invited.role}")
    return user.id


async def change_role(session: AsyncSession, caller: Caller, user_id: int, role: str, now: datetime) -> None:
    """Makes a member something else. Raises `NotDone`, also for the last admin."""
    caller.require(Permission.MANAGE_TEAM)
    membership, user = await _member(session, caller, user_id)
    if role not in set(Role):
        raise NotDone("Choose admin, editor or viewer.")
    if role == membership.role:
        return
    await _keep_an_admin(session, caller, membership)
    membership.role = role
    await note(session, caller, Act.CHANGED_ROLE, user.email, now, f"to {role}")


async def remove(session: AsyncSession, caller: Caller, user_id: int, now: datetime) -> None:
    """Takes a member out of the workspace, and out of every browser. Raises `NotDone`, also for the last admin."""
    caller.require(Permission.MANAGE_TEAM)
    membership, user = await _member(session, caller, user_id)
    await _keep_an_admin(session, caller, membership)
    await session.delete(membership)
    await end_all(session, user_id)
    await note(session, caller, Act.REMOVED_MEMBER, user.email, now)


async def _member(session: AsyncSession, caller: Caller, user_id: int) -> tuple[Membership, User]:
    statement = of(caller, Membership).add_columns(User).join(User, User.id == Membership.user_id)
    row = (await session.execute(statement.where(Membership.user_id == user_id))).one_or_none()
    if row is None:
        raise NotDone("Nobody of this workspace has this ID.")
    return row[0], row[1]


async def _keep_an_admin(session: AsyncSession, caller: Caller, membership: Membership) -> None:
    if membership.role != Role.ADMIN:
        return
    await wait_for_turn(session, f"admins {caller.workspace_id}")  # two who take each other out would leave none
    admins = (
        select(func.count())
        .select_from(Membership)
        .where(Membership.workspace_id == caller.workspace_id, Membership.role == Role.ADMIN.value)
    )
    if (await session.execute(admins)).scalar_one() == 1:
        raise NotDone("A workspace keeps at least one admin. Make somebody else an admin first.")


def _invitations(workspace_id: int, email: str) -> Delete:
    return delete(Invitation).where(Invitation.workspace_id == workspace_id, Invitation.email == email)
