"""What holds for every call: paths, versions, tokens, encodings, errors."""

import base64
import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from tests.platform.sample_flows import flow_json

from headrace.clock import ManualClock
from headrace.platform.accounts.models import AccessToken, App, Business
from headrace.platform.box import Box
from headrace.platform.graph.bodies import LARGEST_BODY
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.1")]


def error_of(answer: httpx.Response, status: int, code: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["code"] == code, error
    assert {"message", "type", "code", "fbtrace_id"} <= error.keys()
    return error


@pytest.mark.parametrize("prefix", ["", "/v1.0", "/v16.0", "/v23.0", "/v26.0", "/v99.12"])
@pytest.mark.parametrize("suffix", ["", "/"])
async def test_any_version_and_a_slash_at_the_end(
    graph: httpx.AsyncClient, world: World, prefix: str, suffix: str
) -> None:
    answer = await graph.get(f"{prefix}/{world.wabas[0].id}{suffix}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.headers["facebook-api-version"] == (prefix.strip("/") or "v23.0")
    assert list(answer.json()) == ["name", "timezone_id", "message_template_namespace", "id"]


async def test_every_answer_has_the_headers_of_graph(graph: httpx.AsyncClient, world: World) -> None:
    for path, status in ((f"/v21.0/{world.wabas[0].id}", 200), ("/v21.0/123456789012345", 400)):
        answer = await graph.get(path)
        assert answer.status_code == status
        assert answer.headers["facebook-api-version"] == "v21.0"
        assert answer.headers["x-fb-rev"].isdigit()
        trace = answer.headers["x-fb-trace-id"]
        assert answer.headers["x-fb-request-id"] == trace
        assert base64.b64decode(answer.headers["x-fb-debug"]).decode() == trace


async def test_the_envelope_of_an_error(graph: httpx.AsyncClient) -> None:
    answer = await graph.get("/v23.0/123456789012345")
    error = error_of(answer, 400, 100)
    assert error == {
        "message": "Unsupported get request. Object with ID '123456789012345' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        "type": "GraphMethodException",
        "code": 100,
        "error_subcode": 33,
        "fbtrace_id": answer.headers["x-fb-trace-id"],
    }
    assert len(error["fbtrace_id"]) == 23
    assert error["fbtrace_id"].startswith("A")
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('OAuth "Facebook Platform" "invalid_request" "Unsupported get request.')


async def test_an_error_of_a_token_says_what_to_do(anonymous: httpx.AsyncClient, world: World) -> None:
    missing = error_of(await anonymous.get("/v23.0/me"), 401, 104)
    assert "Authorization: Bearer" in missing["error_user_msg"]
    bad = error_of(await anonymous.get("/v23.0/me?access_token=x"), 401, 190)
    assert (bad["error_user_title"], bad["error_user_msg"]) == (
        bad["message"],
        "Copy the token again, or make a new one.",
    )
    named = error_of(await anonymous.get("/oauth/access_token"), 400, 100)
    assert "error_user_msg" not in named


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PUT"])
async def test_the_method_is_named_for_an_unknown_object(graph: httpx.AsyncClient, method: str) -> None:
    error = error_of(await graph.request(method, "/v23.0/123456789012345"), 400, 100)
    assert error["message"].startswith(f"Unsupported {method.lower()} request.")


@pytest.mark.parametrize("path", ["/xyz", "/xyz/abc", "/flows/abc"])
async def test_unknown_paths_below_a_node(graph: httpx.AsyncClient, world: World, path: str) -> None:
    error = error_of(await graph.get(f"/v23.0/{world.wabas[0].id}{path}"), 400, 2500)
    assert error["message"] == f"Unknown path components: {path}"


async def test_an_edge_of_another_type_of_node(graph: httpx.AsyncClient, world: World) -> None:
    error_of(await graph.get(f"/v23.0/{world.senders[0].id}/flows"), 400, 2500)


@pytest.mark.parametrize("path", ["/v23.0", "/v23.0/", "/v23.0/nothing", "/v23.0/%00", "/v23.0/%2e%2e"])
async def test_paths_without_a_node(graph: httpx.AsyncClient, path: str) -> None:
    answer = await graph.get(path)
    assert answer.status_code == 400
    assert "error" in answer.json()


@pytest.mark.parametrize("path", ["/v23/1", "/v23.x/1", "/v23.0.1/1", "/v1", "/V23.0/1", "/v23.0x", "/v23.0%20/1"])
@pytest.mark.parametrize("method", ["GET", "POST", "PATCH"])
async def test_a_version_that_is_none(graph: httpx.AsyncClient, method: str, path: str) -> None:
    error = error_of(await graph.request(method, path), 400, 2500)
    assert error["message"] == (
        f"Unknown path components: {path}. A version is v, a number, a point and a number, such as v23.0"
    )


@pytest.mark.parametrize(
    "path", ["/v23.0/1", "/1", "/1/flows", "/me", "/me/accounts", "/app", "/debug_token", "/oauth"]
)
@pytest.mark.parametrize("method", ["PATCH", "OPTIONS", "TRACE", "PROPFIND", "PUT"])
async def test_a_method_that_graph_does_not_know(graph: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await graph.request(method, path)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in {100, 2500}
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"


@pytest.mark.parametrize("path", ["/me/accounts/x", "/debug_token/x", "/1/flows/2", "/1//2/3"])
async def test_a_path_that_graph_does_not_know(graph: httpx.AsyncClient, path: str) -> None:
    error_of(await graph.get(path), 400, 2500)


async def test_an_operation_that_a_node_does_not_have(graph: httpx.AsyncClient, world: World) -> None:
    assert error_of(await graph.delete(f"/{world.wabas[0].id}"), 400, 100)["error_subcode"] == 33
    assert error_of(await graph.get(f"/{world.senders[0].id}/messages"), 400, 100)["error_subcode"] == 33


async def test_an_unknown_field(graph: httpx.AsyncClient, world: World) -> None:
    error = error_of(await graph.get(f"/v23.0/{world.wabas[0].id}?fields=id,xyz"), 400, 100)
    assert error["message"] == "(#100) Tried accessing nonexisting field (xyz) on node type (WhatsAppBusinessAccount)"


async def test_a_broken_selection(graph: httpx.AsyncClient, world: World) -> None:
    error_of(await graph.get(f"/v23.0/{world.wabas[0].id}?fields=id("), 400, 2500)


@pytest.mark.parametrize(
    "give",
    [
        lambda token: {"headers": {"Authorization": f"Bearer {token}"}},
        lambda token: {"headers": {"Authorization": f"OAuth {token}"}},
        lambda token: {"headers": {"Authorization": f"bearer {token}"}},
        lambda token: {"params": {"access_token": token}},
        lambda token: {"params": {"access_token": token}, "headers": {"Authorization": "Bearer wrong"}},
    ],
)
async def test_where_a_token_may_stand(
    anonymous: httpx.AsyncClient, world: World, give: Callable[[str], dict[str, Any]]
) -> None:
    answer = await anonymous.get("/v23.0/me", **give(world.developer.token))
    assert answer.status_code == 200


async def test_a_token_in_the_body(anonymous: httpx.AsyncClient, world: World) -> None:
    body = {"access_token": world.developer.token, "name": "A", "categories": ["OTHER"]}
    assert (await anonymous.post(f"/v23.0/{world.wabas[0].id}/flows", json=body)).status_code == 200


@pytest.mark.parametrize("header", [None, "Bearer", "Basic abc", "EAAtoken"])
async def test_no_token(anonymous: httpx.AsyncClient, world: World, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    error = error_of(await anonymous.get(f"/v23.0/{world.wabas[0].id}", headers=headers), 401, 104)
    assert error["message"] == "An access token is required to request this resource."


async def test_a_wrong_token_is_refused_and_logged_but_not_shown(
    anonymous: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "headrace.platform.graph")
    answer = await anonymous.get("/v23.0/me?access_token=EAAsecret")
    error_of(answer, 401, 190)
    assert '"invalid_token"' in answer.headers["www-authenticate"]
    [record] = caplog.records
    assert "GET /v23.0/me is refused with code 190" in record.getMessage()
    assert "EAAsecret" not in record.getMessage()


async def test_a_scope_that_is_missing(graph: httpx.AsyncClient, box: Box, world: World) -> None:
    async with box.database.transaction() as session:
        (await session.get_one(AccessToken, world.developer.token)).scopes = ["whatsapp_business_messaging"]
    error = error_of(await graph.get(f"/v23.0/{world.wabas[0].id}/flows"), 403, 200)
    assert (error["error_subcode"], error["error_user_title"]) == (1349174, "Permission Denied")
    assert (await graph.get(f"/v23.0/{world.senders[0].id}/whatsapp_business_encryption")).status_code == 200


async def test_the_proof_of_the_app_secret_is_checked_when_given(graph: httpx.AsyncClient, world: World) -> None:
    error = error_of(await graph.get("/v23.0/me?appsecret_proof=00"), 400, 100)
    assert error["type"] == "GraphMethodException"
    assert error["message"] == "Invalid appsecret_proof provided in the API argument"


async def test_what_belongs_to_another_business_is_not_there(
    anonymous: httpx.AsyncClient, graph: httpx.AsyncClient, box: Box, world: World, clock: ManualClock
) -> None:
    flow_id = (await graph.post(f"/{world.wabas[0].id}/flows", json={"name": "A", "categories": ["OTHER"]})).json()[
        "id"
    ]
    async with box.database.transaction() as session:
        session.add(Business(id="1000", name="Stranger", created_at=clock.now()))
        await session.flush()
        session.add(
            App(id="1001", business_id="1000", name="x", secret="s", verify_token="v", role="x", created_at=clock.now())
        )
        await session.flush()
        scopes = ["whatsapp_business_management", "whatsapp_business_messaging"]
        session.add(AccessToken(token="foreign", app_id="1001", user_id="1002", scopes=scopes, created_at=clock.now()))
    headers = {"Authorization": "Bearer foreign"}
    ids = [flow_id, world.wabas[0].id, world.senders[0].id, world.developer.app.id, world.business.id]
    for node_id in ids:
        error_of(await anonymous.get(f"/v23.0/{node_id}", headers=headers), 400, 100)
    for method, path in (
        ("POST", f"{flow_id}/publish"),
        ("DELETE", flow_id),
        ("POST", f"{world.wabas[0].id}/flows"),
        ("POST", f"{world.senders[0].id}/messages"),
        ("POST", f"{world.developer.app.id}/subscriptions"),
    ):
        error_of(await anonymous.request(method, f"/v23.0/{path}", headers=headers), 400, 100)


CREATE: dict[str, dict[str, Any]] = {
    "json": {"json": {"name": "A", "categories": ["OTHER"]}},
    "json with a list as text": {"json": {"name": "A", "categories": '["OTHER"]'}},
    "json labelled as text": {
        "content": b' {"name": "A", "categories": ["OTHER"]}',
        "headers": {"Content-Type": "text/plain"},
    },
    "json labelled as a form": {
        "content": b'{"name": "A", "categories": ["OTHER"]}',
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    },
    "json without a label": {"content": b'{"name": "A", "categories": ["OTHER"]}'},
    "form": {"data": {"name": "A", "categories": '["OTHER"]'}},
    "form with brackets": {"data": {"name": "A", "categories[0]": "OTHER"}},
    "multipart": {"files": {"name": (None, "A"), "categories": (None, '["OTHER"]')}},
    "query": {"params": {"name": "A", "categories": '["OTHER"]'}},
    "query and body": {"params": {"name": "A"}, "json": {"categories": ["OTHER"]}},
    "unknown parameters": {"json": {"name": "A", "categories": ["OTHER"], "messaging_product": "whatsapp", "x": {}}},
}


@pytest.mark.parametrize("arguments", CREATE.values(), ids=CREATE.keys())
async def test_parameters_may_travel_in_any_way(
    graph: httpx.AsyncClient, world: World, arguments: dict[str, Any]
) -> None:
    answer = await graph.post(f"/v23.0/{world.wabas[0].id}/flows", **arguments)
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"] is True


async def test_a_get_may_carry_a_body_that_is_ignored(graph: httpx.AsyncClient, world: World) -> None:
    answer = await graph.request(
        "GET",
        f"/v23.0/{world.senders[0].id}/whatsapp_business_encryption",
        content=b"anything",
        headers={"Content-Type": "multipart/form-data"},
    )
    assert answer.json() == {"data": []}


BROKEN: dict[str, dict[str, Any]] = {
    "broken json": {"content": b'{"name": ', "headers": {"Content-Type": "application/json"}},
    "a list": {"content": b"[1]", "headers": {"Content-Type": "application/json"}},
    "deep json": {"content": b'{"a":' + b"[" * 100_000, "headers": {"Content-Type": "application/json"}},
    "json deeper than can be stored": {
        "content": b'{"name": "A", "categories": ["OTHER"], "a":' + b"[" * 900 + b"]" * 900 + b"}",
        "headers": {"Content-Type": "application/json"},
    },
    "no json": {"content": b"name=A", "headers": {"Content-Type": "application/json"}},
    "not utf-8": {"content": b"name=\xff", "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    "multipart without a boundary": {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
    "multipart cut off": {
        "content": b'--x\r\nContent-Disposition: form-data; name="na',
        "headers": {"Content-Type": "multipart/form-data; boundary=x"},
    },
    "multipart of something else": {
        "content": b"hello",
        "headers": {"Content-Type": "multipart/form-data; boundary=x; charset=nonsense"},
    },
    "many fields": {"content": b"a=1&" * 1000, "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
    "query not utf-8": {"params": "name=%ff"},
    "half a pair": {"content": rb'{"name": "\ud800", "categories": ["OTHER"]}'},
}


@pytest.mark.parametrize("arguments", BROKEN.values(), ids=BROKEN.keys())
async def test_bodies_that_cannot_be_read(graph: httpx.AsyncClient, world: World, arguments: dict[str, Any]) -> None:
    error = error_of(await graph.post(f"/v23.0/{world.wabas[0].id}/flows", **arguments), 400, 100)
    assert error["message"].startswith("(#100) ")
    assert (await graph.get(f"/{world.wabas[0].id}/flows")).json() == {"data": []}


async def test_a_body_beyond_all_limits(graph: httpx.AsyncClient, world: World) -> None:
    answer = await graph.post(f"/v23.0/{world.wabas[0].id}/flows", content=b" " * (LARGEST_BODY + 1))
    error_of(answer, 413, 100)


async def test_a_fault_of_ours_is_code_1_without_a_traceback(
    graph: httpx.AsyncClient, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails(*_: Any) -> None:
        raise OperationalError("SELECT secret", {}, Exception("disk I/O error"))

    monkeypatch.setattr("headrace.platform.graph.types.wabas.find_waba", fails)
    answer = await graph.get(f"/v23.0/{world.wabas[0].id}")
    error = error_of(answer, 500, 1)
    assert error["is_transient"] is True
    assert "secret" not in answer.text
    assert any("disk I/O error" in str(record.exc_info) for record in caplog.records if record.exc_info)


async def test_words_from_outside_cannot_break_headers_or_the_log(
    graph: httpx.AsyncClient, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await graph.post(
        f"/v23.0/{world.wabas[0].id}/flows", json={"name": "A", "categories": ['x"\r\nSet-Cookie: a=b\u2028é']}
    )
    error_of(answer, 400, 100)
    assert "set-cookie" not in answer.headers
    assert "\n" not in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("graph.facebook.com", "http://graph.facebook.com/"),
        ("127.0.0.1:8460", "http://127.0.0.1:8460/"),
        ("[::1]:8460", "http://[::1]:8460/"),
        ("evil/path?x", "http://127.0.0.1:8460/"),
    ],
)
async def test_links_lead_back_to_the_host_that_was_called(
    graph: httpx.AsyncClient, world: World, host: str, expected: str
) -> None:
    parameters = {"name": "A", "categories": ["OTHER"], "flow_json": flow_json()}
    flow_id = (await graph.post(f"/{world.wabas[0].id}/flows", json=parameters)).json()["id"]
    asset = (await graph.get(f"/{flow_id}/assets", headers={"Host": host})).json()["data"][0]
    assert asset["download_url"].startswith(expected)


@pytest.mark.sqlite_only
async def test_a_busy_database_is_a_polite_refusal(
    graph: httpx.AsyncClient, box: Box, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headrace.database.engine._LONGEST_WAIT_SECONDS", 0.02)
    form = {"name": "Booking", "categories": ["OTHER"]}
    async with box.database.transaction():
        refused = await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json=form)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert refused.json()["error"]["code"] == 2
    assert refused.json()["error"]["is_transient"]
    assert (await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json=form)).status_code == 200
