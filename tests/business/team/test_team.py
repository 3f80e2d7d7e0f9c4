"""Who may do what, and whose caller somebody is."""

import pytest
from tests.business.workspace import Member, make_member

from headrace.business.context import BusinessContext
from headrace.business.team import Caller, NotPermitted, Permission, Role
from headrace.business.team.permissions import PERMISSIONS
from headrace.business.team.service import demo_administrator, find_caller

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]


def test_every_role_has_its_permissions() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert PERMISSIONS[Role.VIEWER] < PERMISSIONS[Role.EDITOR] < PERMISSIONS[Role.ADMIN] == set(Permission)


async def test_a_refusal_names_the_role_the_workspace_and_the_act(context: BusinessContext) -> None:
    viewer = (await make_member(context, "Millrace", role=Role.VIEWER)).caller
    viewer.require(Permission.READ_FLOWS)
    with pytest.raises(NotPermitted, match='As viewer of "Millrace" you may not send Flows'):
        viewer.require(Permission.SEND_FLOWS)


async def test_a_user_is_a_caller_only_where_they_are_a_member(context: BusinessContext, member: Member) -> None:
    other = await make_member(context, "Other")
    async with context.database.reading() as session:
        known = await find_caller(session, member.caller.user.email, member.caller.workspace_id)
        assert known is not None
        assert (known.role, known.workspace.name) == (Role.ADMIN, "Millrace")
        assert await find_caller(session, member.caller.user.email, other.caller.workspace_id) is None
        assert await find_caller(session, "nobody@example.org", member.caller.workspace_id) is None


async def test_the_demo_has_one_administrator(context: BusinessContext) -> None:
    async def demo(name: str) -> Caller:
        async with context.database.transaction() as session:
            return await demo_administrator(session, name, context.clock.now())

    first, second = await demo("Millrace"), await demo("Another")
    assert (first.user.id, first.workspace_id) == (second.user.id, second.workspace_id)
    assert second.workspace.name == "Millrace"
    assert second.role is Role.ADMIN
