"""The preview link with `interactive=true`: the Flow on a phone that can be used, with its real endpoint."""

import json
import re
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from tests.platform.receiver import Endpoint, answering
from tests.platform.sample_flows import endpoint_flow_json, flow_json

from headrace.exchange.sealing import generate_key_pair
from headrace.platform.accounts import encryption
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.interactive import InteractivePreviews
from headrace.platform.flows.preview import preview_routes
from headrace.platform.graph.routes import graph_routes
from headrace.platform.world import World
from headrace.simulator.previewing.shelf import MOST_PREVIEWS

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.3")]

HOST = "http://box.test"
KEYS = generate_key_pair()
JSON = {"accept": "application/json"}


@pytest.fixture
def previews(box: Box) -> InteractivePreviews:
    return InteractivePreviews(box)


@pytest.fixture
async def client(box: Box, previews: InteractivePreviews, world: World) -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[*graph_routes(box), *preview_routes(box, previews)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HOST) as client:
        yield client
    previews.stop()


async def link_of(client: httpx.AsyncClient, world: World, text: str, **more: str) -> str:
    """The preview link of a new Flow, as Graph gives it."""
    mine = {"Authorization": f"Bearer {world.developer.token}"}
    body = {"name": "Book", "categories": ["OTHER"], "flow_json": text, **more}
    flow_id = (await client.post(f"/v23.0/{world.wabas[0].id}/flows", json=body, headers=mine)).json()["id"]
    shown = await client.get(f"/v23.0/{flow_id}?fields=preview.invalidate(false)", headers=mine)
    return str(shown.json()["preview"]["preview_url"])


async def begin(client: httpx.AsyncClient, link: str, **parameters: str) -> httpx.Response:
    return await client.get(f"{link}&{httpx.QueryParams({'interactive': 'true', **parameters})}")


async def sheet_of(client: httpx.AsyncClient, began: httpx.Response) -> str:
    """The address of the sheet on the page that was begun."""
    assert began.status_code == 303, began.text
    page = await client.get(began.headers["location"])
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    found = re.search(rf"{urlsplit(str(began.headers['location'])).path}sheet/\d+", page.text)
    assert found, page.text
    return found[0]


async def test_without_the_parameter_the_page_only_shows(client: httpx.AsyncClient, world: World) -> None:
    link = await link_of(client, world, flow_json("Good morning"))
    for address in (link, f"{link}&interactive=false&debug=true"):
        page = await client.get(address)
        assert page.status_code == 200
        assert "Good morning" in page.text
        assert "inert" in page.text
        assert "frame-ancestors *" in page.headers["content-security-policy"]


async def test_a_flow_is_used_on_the_phone_behind_the_link(client: httpx.AsyncClient, world: World) -> None:
    link = await link_of(client, world, flow_json("Good morning"))
    began = await begin(client, link, flow_token="token-1")
    assert began.headers["location"].endswith("/?as=phone")
    sheet = await sheet_of(client, began)
    shown = (await client.get(f"{sheet}/", headers=JSON)).json()
    assert shown["screen"] == "ONE"
    ended = (await client.post(f"{sheet}/tap", json={"target": "Done"}, headers=JSON)).json()
    assert ended["status"] == "completed"
    debug = await begin(client, link, debug="true")
    assert debug.headers["location"].endswith("/?as=run")
    assert debug.headers["location"] != began.headers["location"]


async def test_an_endpoint_is_asked_as_whatsapp_asks_it(client: httpx.AsyncClient, box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        await encryption.set_key(session, await session.get_one(PhoneNumber, world.senders[0].id), KEYS.public_pem)
    endpoint = Endpoint(KEYS.private_pem, world.developer.app.secret, reply={"screen": "ONE", "data": {}})
    async with answering(endpoint):
        link = await link_of(client, world, endpoint_flow_json(), endpoint_uri=endpoint.url)
        wanted = {"flow_token": "token-1", "phone_number": world.senders[0].id}
        sheet = await sheet_of(client, await begin(client, link, flow_action="data_exchange", **wanted))
        shown = (await client.post(f"{sheet}/outcome", json={}, headers=JSON)).json()
        assert (shown["status"], shown["screen"]) == ("ready", "ONE")
        [asked] = endpoint.requests
        assert (asked["action"], asked["flow_token"]) == ("INIT", "token-1")
        payload = json.dumps({"screen": "ONE", "data": {}})
        sheet = await sheet_of(client, await begin(client, link, flow_action_payload=payload, **wanted))
        assert (await client.get(f"{sheet}/", headers=JSON)).json()["screen"] == "ONE"
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"flow_action": "fly"}, "navigate or data_exchange"),
        ({"flow_action": "navigate"}, "flow_action_payload"),
        ({"flow_action": "data_exchange"}, "has none"),
        ({"flow_action": "data_exchange", "flow_action_payload": '{"screen":"ONE"}'}, "leave flow_action_payload out"),
        ({"flow_action_payload": "{"}, "flow_action_payload"),
        ({"flow_action_payload": "[]"}, "has to be an object with a screen"),
        ({"flow_action_payload": '{"screen":"ONE","data":[]}'}, "The data of flow_action_payload"),
        ({"flow_action_payload": '{"screen":"<b>"}'}, "The Flow has ONE"),
        ({"flow_token": "x" * 2001}, "longer than 2000"),
    ],
)
async def test_links_that_cannot_open_a_flow_say_why(
    client: httpx.AsyncClient, world: World, parameters: dict[str, str], words: str
) -> None:
    page = await begin(client, await link_of(client, world, flow_json()), **parameters)
    assert page.status_code == 400
    assert words in page.text
    assert "<b>" not in page.text


async def test_a_flow_with_an_endpoint_needs_a_token_a_number_and_its_key(
    client: httpx.AsyncClient, world: World
) -> None:
    link = await link_of(client, world, endpoint_flow_json(), endpoint_uri="http://127.0.0.1:9/")
    token = {"flow_token": "token-1"}
    for parameters, words in (
        ({}, "flow_token is missing"),
        (token, "phone_number is missing"),
        ({**token, "phone_number": world.senders[0].id}, "public key"),
        ({**token, "phone_number": world.senders[2].id}, "no number of this account"),
        ({**token, "phone_number": "1"}, "no number of this account"),
    ):
        page = await begin(client, link, **parameters)
        assert (page.status_code, words in page.text) == (400, True), page.text
    empty = await link_of(client, world, "{}", name="Empty")
    assert "no screen to show" in (await begin(client, empty)).text


async def test_links_and_previews_end(client: httpx.AsyncClient, previews: InteractivePreviews, world: World) -> None:
    link = await link_of(client, world, flow_json())
    assert (await begin(client, link + "x")).status_code == 404
    first = (await begin(client, link)).headers["location"]
    assert (await client.get(first)).status_code == 200
    for _ in range(MOST_PREVIEWS):
        await begin(client, link)
    gone = await client.get(first)
    assert (gone.status_code, "Open its link again" in gone.text) == (404, True)
    assert (await client.post(f"{first}sheet/1/tap", json={})).status_code == 404
