"""A whole server on an empty folder: who gets in by which door, and what a box brings to the business side."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.routing import BaseRoute, Mount, Route
from typer.testing import CliRunner

from headrace.app.application import Application
from headrace.business.connections.service import Connection
from headrace.business.inbound.routes import callback_path
from headrace.business.team import Caller
from headrace.cli import application as application_of
from headrace.clock import ManualClock
from headrace.console.routes import OPEN_PAGES, PAGES
from headrace.identifiers import SeededIdentifiers
from headrace.platform import routes as platform
from headrace.settings import Settings
from headrace.ui.pages import static_routes

pytestmark = pytest.mark.anyio

FOREIGN = {"Host": "evil.example"}
FORWARDED = {"Host": "127.0.0.1:8460", "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
async def application(settings: Settings) -> AsyncIterator[Application]:
    application = await Application.open(settings, ManualClock(), SeededIdentifiers(7))
    yield application
    await application.close()


def demo_of(application: Application) -> tuple[Caller, Connection]:
    """The demo's administrator and connection; a whole server has both."""
    assert application.demo is not None
    assert application.demo.connection is not None
    return application.demo.administrator, application.demo.connection


def browser(application: Application) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application.asgi)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8460")


OPEN = ["/webhooks/whatsapp", "/v23.0/me", "/me", "/123", "/cdn/none"]


def address(route: BaseRoute) -> str:
    """An address of this route; what is below a mounted one is reached in the same way."""
    assert isinstance(route, Route | Mount)
    return re.sub(r"{[^}]*}", "1", route.path) or "/"


async def test_pages_are_for_our_names_and_for_known_people(application: Application) -> None:
    assert application.box is not None
    routes = [*PAGES, *platform.pages(application.box.box, "/")]
    async with browser(application) as client:
        for path in {*map(address, routes), "/no/such/page"}:
            assert (await client.get(path, headers=FOREIGN)).status_code == 421, path
            assert (await client.get(path, headers=FORWARDED)).status_code == 401, path
        for path in map(address, [*OPEN_PAGES, *static_routes()]):
            assert (await client.get(path, headers=FOREIGN)).status_code == 421, path
            assert (await client.get(path, headers=FORWARDED)).status_code in {200, 404, 405}, path
        asked = await client.get("/flows", headers={**FORWARDED, "Accept": "text/html"})
        assert asked.headers["location"] == "/sign-in?next=%2Fflows"


@pytest.mark.parametrize("path", OPEN)
async def test_what_carries_its_own_proof_answers_to_everybody(application: Application, path: str) -> None:
    async with browser(application) as client:
        for headers in (FOREIGN, FORWARDED):
            answer = await client.get(path, headers=headers)
            assert "by one of them" not in answer.text
            assert "sign in" not in answer.text


STRAY = ["/vfoo/123", "/v-1.0/123", "//123", "/media/1234567890123456", "/responses/1234567890123456789012", "/no/such"]


@pytest.mark.parametrize("path", STRAY)
async def test_a_call_that_goes_astray_is_refused_as_graph_refuses(application: Application, path: str) -> None:
    async with browser(application) as client:
        for headers, query in (({"Authorization": "Bearer none"}, ""), ({}, "?access_token=none")):
            for method in ("GET", "POST"):
                answer = await client.request(method, f"http://127.0.0.1:8460{path}{query}", headers=headers)
                assert answer.status_code in {400, 401}, answer.text
                assert {"message", "type", "code", "fbtrace_id"} <= answer.json()["error"].keys()


async def test_pages_stay_pages_whatever_comes_with_the_request(application: Application) -> None:
    token = {"Authorization": "Bearer of a proxy", "Accept": "text/html"}
    async with browser(application) as client:
        for path in ("/flows", "/responses", "/responses/1", "/_world", "/flows/", "/sign-in", "/static/none"):
            usual = await client.get(path, headers={"Accept": "text/html"})
            for headers in (token, {"Authorization": "Bearer none", "Accept": "text/html"}):
                page = await client.get(path, headers=headers)
                assert (page.status_code, "fbtrace_id" in page.text) == (usual.status_code, False), path
            page = await client.get(f"{path}?access_token=none", headers=token)
            assert (page.status_code, "fbtrace_id" in page.text) == (usual.status_code, False), path
        for path in ("/no/such/page", "/media/1234567890123456", "/video"):
            lost = await client.get(path, headers={"Accept": "text/html"})
            assert lost.status_code == 404, path
            assert "fbtrace_id" not in lost.text


async def test_whoever_sits_at_the_machine_is_the_demos_administrator(application: Application) -> None:
    async with browser(application) as client:
        page = await client.get("/")
    assert page.status_code == 200
    assert "Millrace Opticians" in page.text
    assert demo_of(application)[0].user.email == "demo@localhost"


async def test_on_another_address_nobody_gets_in(settings: Settings) -> None:
    application = await Application.open(replace(settings, host="192.0.2.7"), ManualClock(), SeededIdentifiers(7))
    async with browser(application) as client:
        for host in ("192.0.2.7:8460", "127.0.0.1:8460"):
            refused = await client.get("/", headers={"Host": host})
            assert refused.status_code == 401
            assert refused.text.startswith("Sign in first")
    await application.close()


async def test_a_box_with_another_port_keeps_its_connection(settings: Settings, application: Application) -> None:
    first = demo_of(application)[1]
    moved = await Application.open(replace(settings, port=9000), ManualClock(), SeededIdentifiers(8))
    second = demo_of(moved)[1]
    await moved.close()
    assert (second.id, callback_path(second)) == (first.id, callback_path(first))
    assert first.access.base_url == "http://127.0.0.1:8460"
    assert second.access.base_url == "http://127.0.0.1:9000"
    assert second.access.access_token == first.access.access_token


async def test_no_token_lies_readable_in_the_business_database(application: Application, settings: Settings) -> None:
    content = (settings.data / "business.db").read_bytes() + (settings.data / "business.db-wal").read_bytes()
    assert demo_of(application)[1].app.id.encode() in content
    assert demo_of(application)[1].access.access_token.encode() not in content


def test_a_key_that_is_none_stops_the_server_with_a_sentence(tmp_path: Path) -> None:
    arguments = ["serve", "--data", str(tmp_path), "--port", "0"]
    run = CliRunner().invoke(application_of(("serve",)), arguments, env={"HEADRACE_SECRET_KEY": "short"})
    assert run.exit_code == 2
    assert run.stderr.startswith("The key in HEADRACE_SECRET_KEY or in the file secret.key is not")
    assert len(run.stderr.splitlines()) == 1
