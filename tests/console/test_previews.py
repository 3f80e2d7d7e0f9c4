"""The previews of the Builder: each belongs to who began it, and a run opens the text as it was wished for."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tests.business.workspace import Member, make_member
from tests.console.whatsapp_server import WhatsAppServer

from headrace.app.builder_previews import BuilderPreviews
from headrace.app.guard import LOCAL_NAMES, PageGuard
from headrace.business.context import BusinessContext
from headrace.business.team import Role
from headrace.console.context import Console
from headrace.console.routes import REFUSALS
from headrace.flowjson.gallery import TEMPLATES
from headrace.simulator.previewing import shelf

pytestmark = pytest.mark.anyio

SURVEY = TEMPLATES["survey"].text()
ASKING = TEMPLATES["appointment"].text(with_endpoint=True)
Browse = Callable[[Member], httpx.AsyncClient]


@pytest.fixture
def browse(business: BusinessContext, console: Console) -> Browse:
    previews = BuilderPreviews(business, "http://127.0.0.1")

    def browser_of(member: Member) -> httpx.AsyncClient:
        async def find_caller(_headers: object) -> object:
            return member.caller

        pages = Starlette(routes=previews.routes(), exception_handlers=REFUSALS)
        pages.state.console = console
        guard = PageGuard(
            pages, names=LOCAL_NAMES, find_caller=find_caller, content_security_policy="default-src 'self'"
        )
        return httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://127.0.0.1")

    return browser_of


async def test_a_preview_belongs_to_who_began_it(browse: Browse, member: Member, business: BusinessContext) -> None:
    other = await make_member(business, "Other")
    async with browse(member) as mine, browse(other) as theirs:
        told = await mine.post("/previews/k/text", content=SURVEY, headers={"Accept": "application/json"})
        screens = told.json()["screens"]
        assert len(screens) == len(json.loads(SURVEY)["screens"])
        picture = await mine.get(screens[0]["url"])
        assert f'data-screen="{screens[0]["screen"]}"' in picture.text
        page = await mine.get("/previews/k/?as=phone")
        assert "framed alone" in page.text
        assert "No screen to show yet" not in page.text
        assert "No screen to show yet" in (await theirs.get("/previews/k/")).text


async def test_the_one_that_was_not_used_for_longest_is_forgotten(
    browse: Browse, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST_PREVIEWS", 2)
    async with browse(member) as mine:
        for key in ("a", "b"):
            await mine.post(f"/previews/{key}/text", content=SURVEY)
        await mine.get("/previews/a/")
        await mine.post("/previews/c/text", content=SURVEY)
        empty = ["No screen to show yet" in (await mine.get(f"/previews/{key}/")).text for key in ("a", "c", "b")]
    assert empty == [False, False, True]


async def test_a_run_begins_where_it_is_wished(browse: Browse, member: Member) -> None:
    async with browse(member) as mine:
        assert (await mine.post("/previews/k/run", json={"text": ASKING, "flow_token": "t-1"})).status_code == 204
        page = (await mine.get("/previews/k/?as=run")).text
        assert "framed run" in page
        assert 'data-screen="' not in page  # it waits for the answer to INIT
        wish = {"text": SURVEY, "screen": None, "data": None}
        assert (await mine.post("/previews/k/run", json=wish)).status_code == 204
        assert 'data-screen="' in (await mine.get("/previews/k/?as=run")).text


@pytest.mark.parametrize(
    ("wish", "status", "words"),
    [
        ({"text": "{"}, 422, "no screen to run"),
        ({"text": SURVEY, "screen": "NOWHERE"}, 422, "no screen NOWHERE"),
        ({"text": SURVEY, "data": [1]}, 422, "JSON object"),
        ({"text": SURVEY, "flow_id": "902"}, 422, "no endpoint yet"),
        ({"text": SURVEY, "flow_id": "7"}, 502, "no Flow with the id 7"),
        ("[", 400, "described by JSON"),
    ],
)
async def test_a_run_that_cannot_begin_says_why(
    browse: Browse, member: Member, whatsapp_server: WhatsAppServer, wish: Any, status: int, words: str
) -> None:
    async with browse(member) as mine:
        body = {"content": wish} if isinstance(wish, str) else {"json": wish}
        answer = await mine.post("/previews/k/run", headers={"Accept": "application/json"}, **body)
    assert answer.status_code == status
    assert words in answer.json()["error"]


async def test_a_viewer_runs_by_hand_but_asks_no_endpoint(
    browse: Browse, business: BusinessContext, whatsapp_server: WhatsAppServer
) -> None:
    viewer = await make_member(business, "V", base_url=whatsapp_server.url, waba_ids=("100",), role=Role.VIEWER)
    async with browse(viewer) as theirs:
        assert (await theirs.post("/previews/k/run", json={"text": SURVEY})).status_code == 204
        assert (await theirs.post("/previews/k/run", json={"text": SURVEY, "flow_id": "901"})).status_code == 403
