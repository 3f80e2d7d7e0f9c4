"""The Playground: whoever comes along writes and tries a Flow and shares it by a link; nothing of it is kept here."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Error, expect
from tests.app.everything import Everything
from tests.browsers import accessibility_findings
from tests.simulator.browser import chromium_page

from headrace.app.application import Application
from headrace.clock import ManualClock
from headrace.console.creating import start_text, starts
from headrace.console.playground import LARGEST
from headrace.flowjson.gallery import template
from headrace.identifiers import SeededIdentifiers
from headrace.settings import Settings
from headrace.testing.fresh_box import FreshBox

STRANGER = {"Host": "127.0.0.1:8460", "X-Forwarded-For": "203.0.113.9"}
"""Somebody from elsewhere, behind a proxy: nobody knows them."""

FLOW = template("contact").text()


@pytest.fixture(scope="module")
async def application(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Application]:
    settings = Settings(data=tmp_path_factory.mktemp("data"))
    application = await Application.open(settings, ManualClock(), SeededIdentifiers(7))
    yield application
    await application.close()


def stranger(application: Application) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(application.asgi)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8460", headers=STRANGER)


@pytest.mark.anyio
async def test_a_stranger_writes_tries_and_reaches_nothing_else(application: Application) -> None:
    async with stranger(application) as client:
        assert (await client.get("/playground")).status_code == 200
        for start in starts():
            assert (await client.get(f"/playground/starts/{start.key}")).json() == {"text": start_text(start.key)}
        assert (await client.get("/playground/starts/none")).status_code == 404
        for query in ("component=Dropdown", "component=%3Cscript%3E", "start=none"):
            page = (await client.get(f"/playground?{query}")).text
            assert ("Stoneware" in page) is (query == "component=Dropdown")
            assert "<script>&" not in page
        asked = {"ask": "check", "text": FLOW}
        assert (await client.post("/playground/language", json=asked)).json()["problems"] == []
        preview = "/playground/previews/of-mine"
        assert (await client.post(f"{preview}/text", content=FLOW)).status_code == 204
        assert json.loads(FLOW)["screens"][0]["title"] in (await client.get(f"{preview}/?as=phone")).text
        wish = {"text": FLOW, "flow_id": "1", "app_secret": "x", "screen": ""}
        assert (await client.post(f"{preview}/run", json=wish)).status_code == 204
        assert (await client.post(f"{preview}/run", json={"text": "["})).status_code == 422
        for elsewhere in ("/", "/flows", "/reference/components", "/previews/x/", "/language", "/handsets"):
            assert (await client.get(elsewhere)).status_code in {401, 405}, elsewhere


@pytest.mark.anyio
async def test_what_a_stranger_sends_is_bounded(application: Application) -> None:
    large = json.dumps({"ask": "check", "text": "x" * (LARGEST + 70_000)})
    async with stranger(application) as client:
        assert (await client.post("/playground/language", content=large)).status_code == 413
        assert (await client.post("/playground/previews/k/text", content=large)).status_code == 413
        assert (await client.post("/playground/previews/k/run", content=large * 2)).status_code == 413
        assert (await client.post("/playground/previews/k/run", content="{")).status_code == 400
        for nothing in ("", "[]", "{", '{"ask": "none"}', '"\\ud800"'):
            assert (await client.post("/playground/language", content=nothing)).status_code in {400, 422}, nothing
        foreign = {**STRANGER, "Origin": "https://elsewhere.example"}
        assert (await client.post("/playground/language", content="{}", headers=foreign)).status_code == 403


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("settings", "is_there"),
    [
        ({}, True),
        ({"playground": False}, False),
        ({"public_url": "https://box.example.org"}, False),
        ({"public_url": "https://box.example.org", "playground": True}, True),
    ],
)
async def test_it_is_there_where_only_this_machine_is_or_where_that_is_set(
    tmp_path: Path, settings: dict[str, object], is_there: bool
) -> None:
    chosen = replace(Settings(data=tmp_path), **settings)  # type: ignore[arg-type]
    application = await Application.open(chosen, ManualClock(), SeededIdentifiers(7))
    try:
        async with stranger(application) as client:
            assert ((await client.get("/playground")).status_code == 200) is is_there
            assert ((await client.get("/playground/previews/k/")).status_code == 200) is is_there
    finally:
        await application.close()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshBox]:
    with Everything(tmp_path_factory.mktemp("everything") / "box") as box:
        yield box


@pytest.mark.browser
def test_a_flow_is_written_run_and_shared(box: FreshBox) -> None:
    errors: list[str] = []

    def hear(error: Error) -> None:
        errors.append(error.message)

    with chromium_page() as page:
        page.on("pageerror", hear)
        page.set_viewport_size({"width": 1280, "height": 720})
        page.goto(f"{box.url}/reference/errors")
        page.keyboard.press("Control+k")
        page.keyboard.type("dropd")
        expect(page.locator("#found a")).to_have_count(1)
        assert accessibility_findings(page) == []
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{box.url}/reference/components/Dropdown")
        expect(page.frame_locator("[data-sample-frame]").get_by_label("Clay")).to_be_visible()
        assert accessibility_findings(page) == []
        page.get_by_role("link", name="Open in the Playground").click()
        phone = page.frame_locator("[data-preview]")
        expect(phone.get_by_label("Clay")).to_be_visible()
        page.locator(".cm-content").get_by_text('"Clay"', exact=True).dblclick()
        page.keyboard.type("Glaze")
        expect(phone.get_by_label("Glaze")).to_be_visible()
        page.get_by_role("button", name="Run", exact=True).click()
        expect(phone.get_by_label("Glaze")).to_be_visible()
        page.get_by_role("button", name="Share").click()
        expect(page.locator(".toast")).to_be_visible()
        link = page.url
        assert "#flow=" in link
        assert accessibility_findings(page) == []
        page.goto("about:blank")
        page.goto(link)
        expect(page.frame_locator("[data-preview]").get_by_label("Glaze")).to_be_visible()
        page.goto("about:blank")
        page.goto(f"{link[:-20]}")
        expect(page.locator(".toast")).to_contain_text("cannot be read")
        page.goto("about:blank")
        page.goto(f"{box.url}/playground")
        expect(page.get_by_text("What you wrote here last is back.")).to_be_visible()
    assert errors == []
