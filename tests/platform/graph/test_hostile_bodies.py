"""Nobody without a token keeps a box busy: who calls is known before a body is read."""

from typing import Any

import httpx
import pytest

from headrace.platform.graph.bodies import LARGEST_BODY, UNPROVEN_BODY
from headrace.platform.world import World

pytestmark = pytest.mark.anyio


async def send(client: httpx.AsyncClient, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return await client.post(path, content=body, headers=headers)


@pytest.mark.parametrize(
    ("headers", "path", "code", "status"),
    [
        ({}, "/v23.0/1/assets", 104, 401),
        ({"Authorization": "Bearer nobody's"}, "/v23.0/1/assets", 190, 401),
        ({}, "/v23.0/1/assets?access_token=nobody's", 190, 401),
        ({}, "/v23.0/1/messages", 104, 401),
        ({}, "/oauth/access_token", 104, 401),
        ({"Origin": "https://evil.example"}, "/v23.0/1/messages", 200, 403),
        ({"Sec-Fetch-Site": "cross-site"}, "/v23.0/1/messages?access_token=a", 200, 403),
        ({"Origin": "null"}, "/oauth/access_token", 200, 403),
    ],
)
async def test_a_large_body_of_nobody_is_not_read(
    anonymous: httpx.AsyncClient, world: World, headers: dict[str, str], path: str, code: int, status: int
) -> None:
    # The length is told, as a browser does; the transport of these tests would read a stream to its end by itself.
    refused = await send(anonymous, path, b"{" * (UNPROVEN_BODY + 1), headers)
    assert (refused.json()["error"]["code"], refused.status_code) == (code, status)


async def test_a_small_body_may_bring_the_token(anonymous: httpx.AsyncClient, world: World) -> None:
    own_site = {"Origin": "http://box.test", "Sec-Fetch-Site": "same-origin"}
    form = {"access_token": world.developer.token, "name": "Booking", "categories": '["OTHER"]'}
    made = await anonymous.post(f"/v23.0/{world.wabas[0].id}/flows", data=form, headers=own_site)
    assert made.status_code == 200, made.text


@pytest.mark.parametrize("kind", ["form", "parts", "json"])
async def test_a_large_body_may_bring_the_token_at_its_beginning(
    anonymous: httpx.AsyncClient, world: World, kind: str
) -> None:
    large = "{" + " " * UNPROVEN_BODY + "}"
    members = {"access_token": world.developer.token, "name": "Large", "categories": '["OTHER"]', "flow_json": large}
    sent: dict[str, dict[str, Any]] = {
        "form": {"data": members},
        "parts": {"files": {name: (None, value) for name, value in members.items()}},
        "json": {"json": members},
    }
    made = await anonymous.post(f"/v23.0/{world.wabas[0].id}/flows", **sent[kind])
    assert made.status_code == 200, made.text
    members["access_token"] = "nobody's"
    sent["parts"] = {"files": {name: (None, value) for name, value in members.items()}}
    refused = await anonymous.post(f"/v23.0/{world.wabas[0].id}/flows", **sent[kind])
    assert refused.json()["error"]["code"] == 190


async def test_a_page_of_another_site_with_a_token_in_its_header_may_call(
    graph: httpx.AsyncClient, world: World
) -> None:
    form = {"name": "Booking", "categories": '["OTHER"]'}
    answer = await graph.post(
        f"/v23.0/{world.wabas[0].id}/flows", data=form, headers={"Origin": "https://ours.example"}
    )
    assert answer.status_code == 200, answer.text


async def test_each_call_has_its_own_limit(graph: httpx.AsyncClient, world: World) -> None:
    padding = b'{"name": "' + b"x" * (1024 * 1024) + b'"}'
    too_large = await send(graph, f"/v23.0/{world.senders[0].id}/register", padding, {})
    assert (too_large.status_code, too_large.json()["error"]["message"]) == (
        413,
        "(#100) The body of the request is larger than 1 MB",
    )
    taken = await send(graph, f"/v23.0/{world.wabas[0].id}/flows", padding, {})
    assert taken.status_code == 400  # what is wrong is the name, not the size
    over = await send(graph, f"/v23.0/{world.wabas[0].id}/flows", b"{" * (LARGEST_BODY + 1), {})
    assert over.status_code == 413


async def test_a_body_of_very_many_values_is_refused(graph: httpx.AsyncClient, world: World) -> None:
    refused = await send(graph, f"/v23.0/{world.wabas[0].id}/flows", b'{"a": [' + b"[]," * 300_000 + b"1]}", {})
    assert refused.status_code == 400
    assert "more than 200,000 values" in refused.json()["error"]["message"]
