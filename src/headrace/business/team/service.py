"""Workspaces, users and memberships: making them, and the caller that a user is in a workspace."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team.caller import Caller
from headrace.business.team.models import Membership, User, Workspace
from headrace.business.team.permissions import Role

DEMO_EMAIL = "demo@localhost"


async def create_workspace(session: AsyncSession, name: str, at: datetime) -> Workspace:
    workspace = Workspace(name=name, created_at=at)
    session.add(workspace)
    await session.flush()
    return workspace


async def find_workspace(session: AsyncSession, name: str | None) -> Workspace | None:
    """The workspace of this name, or the first one where no name is given."""
    statement = select(Workspace).order_by(Workspace.id).limit(1)
    if name is not None:
        statement = statement.where(Workspace.name == name)
    return (await session.scalars(statement)).one_or_none()


async def create_member(
    session: AsyncSession, workspace: Workspace, *, email: str, name: str, role: Role, at: datetime
) -> Caller:
    """A new user who is a member of the workspace."""
    user = User(email=email, name=name, created_at=at)
    session.add(user)
    await session.flush()
    session.add(Membership(workspace_id=workspace.id, user_id=user.id, role=role.value, created_at=at))
    await session.flush()
    return Caller(user, workspace, role)


async def find_caller(session: AsyncSession, email: str, workspace_id: int) -> Caller | None:
    """The user in that workspace; none where there is no such user or no membership."""
    statement = (
        select(User, Workspace, Membership)
        .join(Membership, Membership.user_id == User.id)
        .join(Workspace, Workspace.id == Membership.workspace_id)
        .where(User.email == email, Workspace.id == workspace_id)
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Caller(row[0], row[1], Role(row[2].role))


async def demo_administrator(session: AsyncSession, business_name: str, at: datetime) -> Caller:
    """The administrator of the demo's workspace, the first one; both are made when they are missing.

    A workspace that came from a folder of the time before workspaces has no member yet and takes the business's name.
    """
    workspace = (await session.execute(select(Workspace).order_by(Workspace.id).limit(1))).scalar_one_or_none()
    if workspace is None:
        workspace = await create_workspace(session, business_name, at)
    caller = await find_caller(session, DEMO_EMAIL, workspace.id)
    if caller is not None:
        return caller
    workspace.name = business_name
    return await create_member(session, workspace, email=DEMO_EMAIL, name="You", role=Role.ADMIN, at=at)
