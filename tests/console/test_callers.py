"""Every page asks who calls and what they may do."""

import inspect
import re
from dataclasses import replace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from starlette.requests import Request
from starlette.routing import Route
from tests.business.workspace import Member, make_member
from tests.console.conftest import browser_of
from tests.console.drawn import Drawn

from headrace.business.context import BusinessContext
from headrace.business.encryption import Vault
from headrace.business.team import Role
from headrace.console.context import Console, NoCaller
from headrace.console.routes import PAGES

pytestmark = pytest.mark.anyio


def name_of(route: Route) -> str:
    return f"{'-'.join(sorted(route.methods or ()))} {route.path}"


@pytest.mark.parametrize("route", PAGES, ids=name_of)
async def test_a_page_is_a_function_that_asks_who_calls(route: Route) -> None:
    assert inspect.getmodule(route.endpoint).__dict__[route.endpoint.__name__] is route.endpoint
    values: dict[str, Any] = {"flow_id": "901", "response_id": 1, "media_id": "7"}
    scope = {"type": "http", "method": "GET", "path": route.path, "headers": [], "query_string": b"", "state": {}}
    with pytest.raises(NoCaller):
        await route.endpoint(Request({**scope, "path_params": values}))


async def test_a_viewer_sees_pages_but_neither_sends_nor_sees_tokens(
    console: Console, business: BusinessContext, whatsapp_server: Any
) -> None:
    viewer = await make_member(business, "Viewing", base_url=whatsapp_server.url, waba_ids=("100",), role=Role.VIEWER)
    async with browser_of(console, viewer) as browser:
        start = await browser.get("/")
        assert start.status_code == 200
        assert "developer-token" not in start.text
        assert (await browser.get("/flows/901")).status_code == 200
        for refused in (await browser.get("/flows/901/send"), await browser.post("/flows/901/send", data={})):
            assert refused.status_code == 403
            page = Drawn(refused.text)
            assert page.one("h1").text == "Not yours to see"
            assert 'As viewer of "Viewing" you may not send Flows' in refused.text.replace("&#34;", '"')
    assert whatsapp_server.sent == []


OPEN_TO_ALL = {"/language", "/you/password", "/you/elsewhere", "/workspaces/{workspace_id:row}"}
"""Posts that change nothing of a workspace's: questions about a text, where one looks, one's own password."""

ADMINS_ONLY = {
    "/team",
    "/team/invite",
    "/team/withdraw",
    "/team/{user_id:row}",
    "/log",
    "/traffic",
    "/traffic/{kind:str}/{number:row}",
    "/traffic/webhook/{number:row}/deliver",
}


async def test_every_page_holds_every_role_to_its_permissions(
    console: Console, business: BusinessContext, whatsapp_server: Any
) -> None:
    """A viewer changes nothing whatever the route, an editor nothing of the team, an admin is refused nowhere."""
    before = repr(whatsapp_server.flows)
    for role in Role:
        one = await make_member(business, role.value, base_url=whatsapp_server.url, waba_ids=("100",), role=role)
        async with browser_of(console, one) as browser:
            for route in PAGES:
                is_post = "POST" in (route.methods or ())
                is_refused = role is not Role.ADMIN and route.path in ADMINS_ONLY
                is_refused |= role is Role.VIEWER and is_post and route.path not in OPEN_TO_ALL
                if route.path.endswith("events") or (is_post and not is_refused):
                    continue
                address = re.sub(r"{(\w+):\w+}", lambda found: "901" if found[1] == "flow_id" else "1", route.path)
                answer = await browser.request("POST" if is_post else "GET", address)
                refused = answer.status_code == 403
                asks = not is_post and role is Role.VIEWER  # forms of acts are refused to those who may not do them
                assert refused if is_refused else asks or not refused, (role, route.path, answer.status_code)
    assert repr(whatsapp_server.flows) == before


async def test_secrets_of_another_key_are_told(console: Console, business: BusinessContext, member: Member) -> None:
    other = replace(console, business=replace(business, vault=Vault(Fernet.generate_key().decode())))
    async with browser_of(other, member) as browser:
        answer = await browser.get("/flows")
        assert answer.status_code == 500
        assert "HEADRACE_SECRET_KEY" in Drawn(answer.text).all("div", role="alert")[-1].text
        assert (await browser.get("/responses")).status_code == 200
