"""Signing in, invitations and the team, through the guard as browsers come: with a cookie or without."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest
from starlette.applications import Starlette
from tests.business.workspace import Member, make_member
from tests.console.drawn import Drawn

from headrace.app.guard import LOCAL_NAMES, FindCaller, PageGuard
from headrace.app.signing_in import signed_in
from headrace.business.context import BusinessContext
from headrace.business.team import Role
from headrace.business.team.members import add_invitation
from headrace.business.team.sign_ins import forget_password
from headrace.clock import ManualClock
from headrace.console.context import Console
from headrace.console.routes import OPEN_PAGES, OPEN_PATHS, PAGES, REFUSALS

pytestmark = pytest.mark.anyio

PASSWORD = "four words in a row"
Browser = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def open_browser(console: Console, business: BusinessContext) -> AsyncIterator[Browser]:
    """A new browser, on a console that knows nobody on this machine, or this caller."""
    opened: list[httpx.AsyncClient] = []

    def open_one(here: Member | None = None) -> httpx.AsyncClient:
        pages = Starlette(routes=[*PAGES, *OPEN_PAGES], exception_handlers=REFUSALS)
        pages.state.console = console

        async def otherwise(_headers: object) -> object:
            return None if here is None else here.caller

        finding: FindCaller = signed_in(business, otherwise)
        app = PageGuard(pages, names=LOCAL_NAMES, find_caller=finding, content_security_policy="default-src 'self'",
                        open_paths=OPEN_PATHS, sign_in="/sign-in")  # fmt: skip
        headers = {"Accept": "text/html"}
        transport = httpx.ASGITransport(app)
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers))
        return opened[-1]

    yield open_one
    for one in opened:
        await one.aclose()


async def invite(admin: httpx.AsyncClient, email: str, role: str = "editor") -> str:
    """Invites somebody; returns the path of the link."""
    page = await admin.post("/team/invite", data={"email": email, "role": role})
    found = re.search(r"/invitations/[\w-]+", page.text)
    assert found is not None, page.text
    return found[0]


async def join(browser: httpx.AsyncClient, link: str, name: str = "Ben", password: str = PASSWORD) -> httpx.Response:
    return await browser.post(link, data={"name": name, "password": password})


@pytest.mark.both_stores
async def test_an_invited_person_joins_signs_out_and_in_again(open_browser: Browser, member: Member) -> None:
    admin, ben = open_browser(member), open_browser()
    assert (await ben.get("/flows?q=a b")).headers["location"] == "/sign-in?next=%2Fflows%3Fq%3Da%2520b"
    link = await invite(admin, " Ben@Example.org ")
    assert "ben@example.org is invited as editor." in (await ben.get(link)).text
    assert "Say how you are called" in (await join(ben, link, name=" ")).text
    assert "10 to 200 characters" in (await join(ben, link, password="short")).text
    joined = await join(ben, link)
    assert joined.headers["location"] == "/"
    cookie = joined.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "Ben" in Drawn((await ben.get("/flows")).text).one("header").text
    assert (await ben.get("/team")).status_code == 403
    assert (await open_browser().get(link)).status_code == 404  # used once
    old = ben.cookies["headrace"]
    await ben.post("/sign-out")
    assert (await ben.get("/flows")).status_code == 303
    assert (await open_browser().get("/flows", headers={"Cookie": f"headrace={old}"})).status_code == 303
    wrong = await ben.post("/sign-in", data={"email": "ben@example.org", "password": "not this one"})
    assert (wrong.status_code, "do not belong together" in wrong.text) == (401, True)
    right = await ben.post("/sign-in?next=/flows", data={"email": "BEN@example.org", "password": PASSWORD})
    assert right.headers["location"] == "/flows"
    assert (await ben.get("/flows")).status_code == 200
    acts = [row.split(" ", 1)[-1] for row in Drawn((await admin.get("/log")).text).rows()]
    assert any("joined" in act for act in acts)
    assert any("invited somebody" in act for act in acts)


async def test_a_forgotten_password_is_replaced_by_whoever_runs_the_server(
    open_browser: Browser, member: Member, business: BusinessContext
) -> None:
    admin, ben = open_browser(member), open_browser()
    await join(ben, await invite(admin, "ben@example.org"))
    async with business.database.transaction() as session:
        await forget_password(session, "Ben@example.org")
        at = business.clock.now()
        await add_invitation(session, member.caller.workspace_id, "ben@example.org", Role.VIEWER, "new", at)
    assert (await ben.get("/flows")).status_code == 303
    form = {"email": "ben@example.org", "password": PASSWORD}
    assert (await ben.post("/sign-in", data=form)).status_code == 401
    assert (await join(ben, "/invitations/new", password="another password")).status_code == 303
    assert "viewer of" in (await ben.get("/you")).text


async def test_tries_that_fail_have_to_wait(open_browser: Browser, member: Member, clock: ManualClock) -> None:
    browser = open_browser()
    await join(open_browser(), await invite(open_browser(member), "ben@example.org"))
    form = {"email": "ben@example.org", "password": "wrong wrong"}
    assert [(await browser.post("/sign-in", data=form)).status_code for _ in range(6)] == [401] * 5 + [429]
    right = {**form, "password": PASSWORD}
    told = await browser.post("/sign-in", data=right)
    assert (told.status_code, "Try again in 15 min" in told.text) == (429, True)
    assert (await browser.post("/sign-in", data={**form, "email": "else@example.org"})).status_code == 401
    clock.advance(timedelta(minutes=16))
    assert (await browser.post("/sign-in", data=right)).status_code == 303


@pytest.mark.both_stores
async def test_many_tries_at_once_are_no_way_around_the_wait(open_browser: Browser, member: Member) -> None:
    await join(open_browser(), await invite(open_browser(member), "ben@example.org"))
    form = {"email": "ben@example.org", "password": "wrong wrong"}
    told = await asyncio.gather(*(open_browser().post("/sign-in", data=form) for _ in range(12)))
    assert sorted(one.status_code for one in told) == [401] * 5 + [429] * 7


@pytest.mark.both_stores
async def test_admins_who_take_out_each_other_leave_one(open_browser: Browser, member: Member) -> None:
    admin, ben = open_browser(member), open_browser()
    await join(ben, await invite(admin, "ben@example.org", "admin"))
    own = member.caller.user.id
    found = set(map(int, re.findall(r'action="/team/(\d+)"', (await admin.get("/team")).text)))
    (other,) = found - {own}
    form = {"role": "viewer"}
    told = await asyncio.gather(admin.post(f"/team/{other}", data=form), ben.post(f"/team/{own}", data=form))
    assert [one.status_code for one in told].count(303) == 1
    assert {(await who.get("/team")).status_code for who in (admin, ben)} == {200, 403}


async def test_sign_ins_and_invitations_run_out(open_browser: Browser, member: Member, clock: ManualClock) -> None:
    admin, ben = open_browser(member), open_browser()
    await join(ben, await invite(admin, "ben@example.org"))
    late = await invite(admin, "late@example.org")
    clock.advance(timedelta(days=8))
    assert (await open_browser().get(late)).status_code == 404
    assert (await join(open_browser(), late)).status_code == 404
    assert (await ben.get("/flows")).status_code == 200
    clock.advance(timedelta(days=7))
    assert (await ben.get("/flows")).status_code == 303


async def test_a_member_changes_and_goes_and_one_admin_stays(open_browser: Browser, member: Member) -> None:
    admin, ben = open_browser(member), open_browser()
    await join(ben, await invite(admin, "ben@example.org"))
    page = Drawn((await admin.get("/team")).text)
    ids = [form.attributes["action"].rpartition("/")[2] for form in page.all("form", class_="inline-form")]
    own = str(member.caller.user.id)
    (other,) = [one for one in ids if one != own]
    assert "at least one admin" in (await admin.post(f"/team/{own}", data={"role": "viewer"})).text
    assert "at least one admin" in (await admin.post(f"/team/{own}", data={"role": "none"})).text
    assert (await admin.post(f"/team/{other}", data={"role": "viewer"})).status_code == 303
    assert (await ben.get("/flows/902/settings")).status_code == 403
    assert (await admin.post(f"/team/{other}", data={"role": "none"})).status_code == 303
    assert (await ben.get("/flows")).status_code == 303
    assert "Nobody of this workspace" in (await admin.post("/team/9999", data={"role": "none"})).text
    for wrong in ({"email": "x", "role": "editor"}, {"email": "a b@c", "role": "editor"},
                  {"email": member.caller.user.email, "role": "editor"}, {"email": "a@b", "role": "x"}):  # fmt: skip
        assert 'role="alert"' in (await admin.post("/team/invite", data=wrong)).text
    withdrawn = await invite(admin, "late@example.org")
    await admin.post("/team/withdraw", data={"email": "late@example.org"})
    assert (await open_browser().get(withdrawn)).status_code == 404


async def test_somebody_of_two_workspaces_goes_from_one_to_the_other(
    open_browser: Browser, member: Member, business: BusinessContext
) -> None:
    other = await make_member(business, "Canal")
    ben = open_browser()
    await join(ben, await invite(open_browser(member), "ben@example.org"))
    link = await invite(open_browser(other), "ben@example.org", "viewer")
    stranger = open_browser()
    assert (await join(stranger, link, password="not the password")).status_code == 401
    assert (await join(ben, link)).status_code == 303
    assert "viewer of" in (await ben.get("/you")).text
    third = await make_member(business, "Third", role=Role.ADMIN)
    for place, name in ((member, "Millrace Opticians"), (third, "Millrace Opticians"), (other, "Canal")):
        await ben.post(f"/workspaces/{place.caller.workspace_id}")
        assert name in Drawn((await ben.get("/you")).text).one("header").text


async def test_on_this_machine_nobody_is_asked_until_they_sign_out(open_browser: Browser, member: Member) -> None:
    browser = open_browser(member)
    assert "You were not asked for a password" in (await browser.get("/you")).text
    await browser.post("/sign-out")
    assert (await browser.get("/flows")).headers["location"] == "/sign-in?next=%2Fflows"
    back = await browser.post("/sign-in?next=/flows", data={"here": "1"})
    assert back.headers["location"] == "/flows"
    assert (await browser.get("/flows")).status_code == 200


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\r\nX: y"]
)
async def test_nobody_is_sent_to_another_site(open_browser: Browser, member: Member, address: str) -> None:
    browser = open_browser(member)
    answer = await browser.post("/sign-in", params={"next": address}, data={"here": "1"})
    assert answer.headers["location"] == "/"


async def test_scripts_and_unknown_cookies_are_told(open_browser: Browser) -> None:
    browser = open_browser()
    for headers in (
        {"Accept": "application/json"},
        {"HX-Request": "true"},
        {"Cookie": "headrace=guessed", "Accept": "*/*"},
    ):
        answer = await browser.get("/flows", headers=headers)
        assert (answer.status_code, "Sign in first" in answer.text) == (401, True)
    assert (await browser.post("/flows/new", headers={"Cookie": 'headrace="; ='})).status_code == 401


async def test_a_password_is_changed_by_who_knows_it_and_other_browsers_are_signed_out(
    open_browser: Browser, member: Member
) -> None:
    admin, ben, elsewhere = open_browser(member), open_browser(), open_browser()
    await join(ben, await invite(admin, "ben@example.org"))
    await elsewhere.post("/sign-in", data={"email": "ben@example.org", "password": PASSWORD})
    assert "with 1 other browser." in (await ben.get("/you")).text
    new = "another four words here"
    wrong = await ben.post("/you/password", data={"current": "not this one", "password": new})
    assert (wrong.status_code, "not your present password" in wrong.text) == (422, True)
    weak = await ben.post("/you/password", data={"current": PASSWORD, "password": "short"})
    assert "10 to 200 characters" in weak.text
    assert (await elsewhere.get("/flows")).status_code == 200
    changed = await ben.post("/you/password", data={"current": PASSWORD, "password": new})
    assert changed.headers["location"] == "/you?done=password"
    assert (await ben.get("/flows")).status_code == 200
    assert (await elsewhere.get("/flows")).status_code == 303
    assert (
        await elsewhere.post("/sign-in", data={"email": "ben@example.org", "password": PASSWORD})
    ).status_code == 401
    await elsewhere.post("/sign-in", data={"email": "ben@example.org", "password": new})
    await ben.post("/you/elsewhere")
    assert (await elsewhere.get("/flows")).status_code == 303
    log = (await admin.get("/log")).text
    assert "changed their password" in log
    assert "signed out everywhere else" in log
    assert (await admin.post("/you/password", data={"current": "x", "password": new})).status_code == 422
