"""Batches: up to 50 calls in one."""

import json
from typing import Any

import httpx
import pytest
from tests.platform.graph.test_face import error_of
from tests.platform.sample_flows import flow_json

from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.1")]


async def batch(graph: httpx.AsyncClient, calls: list[Any], **more: Any) -> list[Any]:
    answer = await graph.post("/v23.0/", data={"batch": json.dumps(calls), **more})
    assert answer.status_code == 200, answer.text
    answers: list[Any] = answer.json()
    return answers


async def test_each_call_is_answered_as_if_it_came_alone(graph: httpx.AsyncClient, world: World) -> None:
    flows = f"{world.wabas[0].id}/flows"
    me, made, none, listed = await batch(
        graph,
        [
            {"method": "GET", "relative_url": "me"},
            {"method": "POST", "relative_url": flows, "body": "name=Book&categories=%5B%22OTHER%22%5D"},
            {"method": "DELETE", "relative_url": "/v21.0/1"},
            {"relative_url": f"{flows}?fields=name&limit=1"},
        ],
    )
    assert (me["code"], json.loads(me["body"])) == (200, (await graph.get("/me")).json())
    assert json.loads(made["body"])["success"] is True
    assert (none["code"], json.loads(none["body"])["error"]["error_subcode"]) == (400, 33)
    assert {"name": "facebook-api-version", "value": "v21.0"} in none["headers"]
    assert [flow["name"] for flow in json.loads(listed["body"])["data"]] == ["Book"]
    assert {"name": "content-type", "value": "application/json; charset=UTF-8"} in listed["headers"]


async def test_one_call_takes_from_the_answer_of_another(graph: httpx.AsyncClient, world: World) -> None:
    flows = f"{world.wabas[0].id}/flows"
    made, renamed, shown = await batch(
        graph,
        [
            {"method": "POST", "relative_url": flows, "name": "made", "body": "name=A&categories=[%22OTHER%22]"},
            {"method": "POST", "relative_url": "{result=made:$.id}", "body": '{"name": "B"}'},
            {"relative_url": "{result=made:$.id}?fields=name"},
        ],
        include_headers="false",
    )
    assert made is None
    assert renamed == {"code": 200, "body": '{"success":true}'}
    assert json.loads(shown["body"])["name"] == "B"
    body = "name={result=list:$.data.*.name}2&categories=[%22OTHER%22]"
    first, second = await batch(
        graph,
        [
            {"relative_url": flows, "name": "list", "omit_response_on_success": False},
            {"method": "POST", "relative_url": flows, "body": body},
        ],
    )
    assert (first["code"], second["code"]) == (200, 200)
    assert {flow["name"] for flow in (await graph.get(f"/{flows}?fields=name")).json()["data"]} == {"B", "B2"}


async def test_what_depends_on_a_refused_call_is_not_made(graph: httpx.AsyncClient, world: World) -> None:
    flows = f"{world.wabas[0].id}/flows"
    refused, skipped, wrong = await batch(
        graph,
        [
            {"method": "POST", "relative_url": flows, "name": "made", "body": "name=A"},
            {"method": "POST", "relative_url": flows, "depends_on": "made", "body": "name=B&categories=[%22OTHER%22]"},
            {"relative_url": "{result=made:$.id}"},
        ],
    )
    assert (refused["code"], skipped, wrong["code"]) == (400, None, 400)
    assert "no earlier call answered" in json.loads(wrong["body"])["error"]["message"]
    assert (await graph.get(f"/{flows}")).json() == {"data": []}


async def test_a_file_of_a_batch(graph: httpx.AsyncClient, world: World) -> None:
    made = await graph.post(f"/{world.wabas[0].id}/flows", json={"name": "A", "categories": ["OTHER"]})
    call = {
        "method": "POST",
        "relative_url": f"{made.json()['id']}/assets",
        "body": "name=flow.json&asset_type=FLOW_JSON",
        "attached_files": "file",
    }
    calls = json.dumps([call, {**call, "attached_files": "x"}])
    answer = await graph.post("/", files={"file": ("flow.json", flow_json())}, data={"batch": calls})
    uploaded, missing = answer.json()
    assert json.loads(uploaded["body"]) == {"success": True, "validation_errors": []}
    assert missing["code"] == 400


async def test_a_call_may_bring_its_own_token(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, world: World
) -> None:
    calls = [{"relative_url": "me"}, {"relative_url": f"me?access_token={world.console.token}"}]
    nobody, console = await batch(anonymous, calls)
    assert (nobody["code"], console["code"]) == (401, 200)
    developer, console = await batch(graph, calls)
    assert json.loads(developer["body"])["id"] != json.loads(console["body"])["id"]


async def test_odd_addresses_are_refused_each_for_itself(
    graph: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    odd = ["1\n2", "é", "1/\u2028", "v99.0/" + "9" * 5000, "{result=a:$.b}", "a" * 3000 + "/b"]
    answers = await batch(graph, [{"relative_url": address, "method": "post", "body": "x=%ff"} for address in odd])
    assert [answer["code"] for answer in answers] == [400] * len(odd)
    for answer in answers:
        assert json.loads(answer["body"])["error"]["code"] in {100, 2500}
    assert not any("\n" in record.getMessage() or "\u2028" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "value",
    [
        *(None, "x", "{}", [1]),
        [{"relative_url": ""}],
        [{"relative_url": 1}],
        [{"relative_url": "/v23.0/"}],
        [{"relative_url": "me", "method": "PATCH"}],
        [{"relative_url": "me", "body": {}}],
        [{"relative_url": "me"}] * 51,
    ],
)
async def test_batches_that_are_none(graph: httpx.AsyncClient, value: Any) -> None:
    body = {} if value is None else {"batch": value if isinstance(value, str) else json.dumps(value)}
    error_of(await graph.post("/", data=body), 400, 100)
