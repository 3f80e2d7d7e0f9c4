"""Tokens and what they let through."""

from datetime import timedelta

import pytest

from headrace.clock import ManualClock
from headrace.platform.accounts.callers import MANAGEMENT, MESSAGING, Caller, authenticate, check_proof
from headrace.platform.accounts.models import AccessToken, App
from headrace.platform.accounts.tokens import find_app_by_secret
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.world import World

pytestmark = pytest.mark.anyio


async def call_as(box: Box, token: str | None) -> Caller:
    async with box.database.reading() as session:
        return await authenticate(session, token, box.clock.now())


async def test_a_token_stands_for_its_app(box: Box, world: World) -> None:
    caller = await call_as(box, world.developer.token)
    assert caller.app.id == world.developer.app.id
    assert caller.business_id == world.business.id
    caller.require(MANAGEMENT)
    caller.require(MESSAGING)


@pytest.mark.parametrize("token", [None, ""])
async def test_no_token(box: Box, world: World, token: str | None) -> None:
    with pytest.raises(PlatformError) as refused:
        await call_as(box, token)
    assert (refused.value.code, refused.value.http_status) == (104, 401)


@pytest.mark.parametrize("token", ["EAAnobody", "1|2", "|", "\x00", "é"])
async def test_an_unknown_token(box: Box, world: World, token: str) -> None:
    with pytest.raises(PlatformError) as refused:
        await call_as(box, token)
    assert (refused.value.code, refused.value.subcode, refused.value.http_status) == (190, 467, 401)


async def test_a_token_that_expires(box: Box, world: World, clock: ManualClock) -> None:
    async with box.database.transaction() as session:
        stored = await session.get_one(AccessToken, world.developer.token)
        stored.expires_at = clock.now() + timedelta(hours=1)
        stored.scopes = [MESSAGING]
    caller = await call_as(box, world.developer.token)
    with pytest.raises(PlatformError) as lacking:
        caller.require(MANAGEMENT)
    assert (lacking.value.code, lacking.value.http_status) == (200, 403)
    clock.advance(timedelta(hours=1))
    with pytest.raises(PlatformError) as expired:
        await call_as(box, world.developer.token)
    assert (expired.value.code, expired.value.subcode) == (190, 463)


async def test_the_app_itself_is_a_caller_without_scopes(box: Box, world: World) -> None:
    app = world.developer.app
    async with box.database.reading() as session:
        assert (await find_app_by_secret(session, app.id, app.secret)).id == app.id
    caller = await call_as(box, f"{app.id}|{app.secret}")
    assert caller.app.id == app.id
    assert caller.scopes == ()


@pytest.mark.parametrize(("right_id", "code"), [(True, 1), (False, 101)])
async def test_an_app_token_takes_the_secret(box: Box, world: World, right_id: bool, code: int) -> None:
    async with box.database.reading() as session:
        with pytest.raises(PlatformError) as refused:
            await find_app_by_secret(session, world.developer.app.id if right_id else "1", "wrong")
    assert refused.value.code == code


@pytest.mark.parametrize("is_required", [True, False])
def test_the_published_vector_of_appsecret_proof(is_required: bool) -> None:
    caller = Caller(App(secret="test_app_secret"), None)
    right = "bad6df0b858104754a0ffde2f0c05fe9731f1a5e141ee1bccf316d05f28d5135"
    check_proof(caller, "EAATESTTOKEN", right, is_required=is_required)
    with pytest.raises(PlatformError, match="Invalid appsecret_proof"):
        check_proof(caller, "EAATESTTOKEN", "0" * 64, is_required=is_required)


@pytest.mark.parametrize(
    ("role", "has_token", "refused"),
    [("developer", True, True), ("console", True, False), ("developer", False, False)],
)
def test_a_proof_is_required_of_the_apps_that_people_bring(role: str, has_token: bool, refused: bool) -> None:
    caller = Caller(App(secret="s", role=role), AccessToken() if has_token else None)
    check_proof(caller, "EAATESTTOKEN", None, is_required=False)
    if refused:
        with pytest.raises(PlatformError, match="require an appsecret_proof argument"):
            check_proof(caller, "EAATESTTOKEN", None, is_required=True)
    else:
        check_proof(caller, "EAATESTTOKEN", None, is_required=True)
