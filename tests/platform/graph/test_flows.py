"""A Flow's calls, from creation to deletion."""

import json
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tests.platform.graph.test_face import error_of
from tests.platform.sample_flows import broken_flow_json, endpoint_flow_json, flow_json
from tests.platform.statements import counted

from headrace.clock import ManualClock
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.world import World
from headrace.settings import PublishedFlows

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.2", "graph-api.md §1.3")]

EDITABLE = pytest.mark.parametrize("published_flows", [PublishedFlows.EDITABLE])
ALL_FIELDS = (
    "id,name,status,json_version,data_api_version,categories,validation_errors,endpoint_uri,data_channel_uri,"
    "preview.invalidate(true),whatsapp_business_account,application,updated_at,health_status"
)


@pytest.fixture
async def flow_id(graph: httpx.AsyncClient, world: World) -> str:
    return await make(graph, world, name="Book")


async def make(graph: httpx.AsyncClient, world: World, **parameters: Any) -> str:
    answer = await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json={"categories": ["OTHER"], **parameters})
    assert answer.status_code == 200, answer.text
    flow_id: str = answer.json()["id"]
    return flow_id


async def upload(graph: httpx.AsyncClient, flow_id: str, content: str | bytes) -> httpx.Response:
    return await graph.post(
        f"/v23.0/{flow_id}/assets",
        files={"file": ("survey.json", content, "application/json")},
        data={"name": "/home/me/survey.json", "asset_type": "FLOW_JSON", "messaging_product": "whatsapp"},
    )


async def read(graph: httpx.AsyncClient, flow_id: str, fields: str = ALL_FIELDS) -> dict[str, Any]:
    answer = await graph.get(f"/v23.0/{flow_id}", params={"fields": fields})
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def download(graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, flow_id: str) -> bytes:
    asset = (await graph.get(f"/v23.0/{flow_id}/assets")).json()["data"][0]
    assert (asset["name"], asset["asset_type"]) == ("flow.json", "FLOW_JSON")
    answer = await anonymous.get(asset["download_url"])
    assert answer.status_code == 200
    return answer.content


async def test_a_new_flow_shows_its_default_fields(graph: httpx.AsyncClient, flow_id: str) -> None:
    assert (await graph.get(f"/v23.0/{flow_id}")).json() == {
        "name": "Book",
        "status": "DRAFT",
        "categories": ["OTHER"],
        "validation_errors": [],
        "id": flow_id,
    }


async def test_a_creation_answers_with_its_id(graph: httpx.AsyncClient, world: World) -> None:
    answer = await graph.post(
        f"/{world.wabas[0].id}/flows", json={"name": " Book ", "categories": ["SURVEY", "OTHER", "SURVEY"]}
    )
    created = answer.json()
    assert created == {"id": created["id"], "success": True, "validation_errors": []}
    shown = await read(graph, created["id"])
    assert (shown["name"], shown["categories"]) == ("Book", ["SURVEY", "OTHER"])


async def test_all_fields_at_once(graph: httpx.AsyncClient, world: World) -> None:
    flow_id = await make(
        graph, world, name="Book", flow_json=endpoint_flow_json(), endpoint_uri="http://localhost:3000/flow"
    )
    shown = await read(graph, flow_id)
    assert list(shown)[-1] == "id"
    assert shown["json_version"] == "7.3"
    assert shown["data_api_version"] == "3.0"
    assert shown["endpoint_uri"] == shown["data_channel_uri"] == "http://localhost:3000/flow"
    assert shown["updated_at"] == "2026-11-22T14:00:00+0000"
    assert shown["application"] == {
        "name": "Your app",
        "link": f"https://www.facebook.com/games/?app_id={world.developer.app.id}",
        "id": world.developer.app.id,
    }
    assert shown["whatsapp_business_account"]["id"] == world.wabas[0].id
    assert shown["whatsapp_business_account"]["timezone_id"] == "1"
    assert shown["preview"]["expires_at"] == "2026-12-22T14:00:00+0000"
    assert {"entity_type": "WABA", "id": world.wabas[0].id, "can_send_message": "AVAILABLE"} in (
        shown["health_status"]["entities"]
    )


async def test_what_has_no_value_is_left_out(graph: httpx.AsyncClient, flow_id: str) -> None:
    assert await read(graph, flow_id, "json_version,data_api_version,endpoint_uri,name") == {
        "name": "Book",
        "id": flow_id,
    }


async def test_nested_selections(graph: httpx.AsyncClient, flow_id: str, world: World) -> None:
    shown = await read(graph, flow_id, "whatsapp_business_account{name},application{id},preview{expires_at}")
    assert shown == {
        "whatsapp_business_account": {"name": "Millrace Opticians", "id": world.wabas[0].id},
        "application": {"id": world.developer.app.id},
        "preview": {"expires_at": "2026-12-22T14:00:00+0000"},
        "id": flow_id,
    }


async def test_moments_as_seconds(graph: httpx.AsyncClient, flow_id: str) -> None:
    answer = await graph.get(f"/v23.0/{flow_id}?fields=updated_at,preview&date_format=U")
    assert answer.json()["updated_at"] == 1795356000
    assert answer.json()["preview"]["expires_at"] == 1795356000 + 30 * 24 * 3600


async def test_a_preview_link_lives_until_it_is_renewed(
    graph: httpx.AsyncClient, flow_id: str, clock: ManualClock
) -> None:
    async def url(fields: str) -> str:
        link: str = (await read(graph, flow_id, fields))["preview"]["preview_url"]
        return link

    first = await url("preview")
    assert await url("preview.invalidate(false)") == first
    second = await url("preview.invalidate(true)")
    assert second != first
    assert (await graph.get(f"/{flow_id}?fields=preview.invalidate%28false%29")).json()["preview"][
        "preview_url"
    ] == second
    clock.at = clock.at.replace(year=2027)
    assert await url("preview") != second


async def test_a_list_renews_links_too(graph: httpx.AsyncClient, flow_id: str, world: World) -> None:
    path = f"/{world.wabas[0].id}/flows?fields=preview.invalidate(true)"
    first = (await graph.get(path)).json()["data"][0]["preview"]
    assert (await graph.get(path)).json()["data"][0]["preview"] != first


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"categories": ["OTHER"]}, "(#100) The parameter name is required"),
        ({"name": "  ", "categories": ["OTHER"]}, "(#100) The parameter name is required"),
        ({"name": "x" * 201, "categories": ["OTHER"]}, "200 characters"),
        ({"name": "a\nb", "categories": ["OTHER"]}, "one line"),
        ({"name": ["x"], "categories": ["OTHER"]}, "Param name must be a string"),
        ({"name": "A"}, "(#100) The parameter categories is required"),
        ({"name": "A", "categories": []}, "at least 1 element"),
        ({"name": "A", "categories": ["FUN"]}, "Param categories[0] must be one of {SIGN_UP"),
        ({"name": "A", "categories": "OTHER"}, "Param categories must be an array"),
        ({"name": "A", "categories": ["OTHER"], "publish": "perhaps"}, "Param publish must be a boolean"),
    ],
)
async def test_creations_that_are_refused(
    graph: httpx.AsyncClient, world: World, parameters: dict[str, Any], words: str
) -> None:
    error = error_of(await graph.post(f"/v23.0/{world.wabas[0].id}/flows", json=parameters), 400, 100)
    assert words in error["message"]
    assert (await graph.get(f"/{world.wabas[0].id}/flows")).json() == {"data": []}


@pytest.mark.parametrize(
    ("parameters", "title"),
    [
        ({"endpoint_uri": "not a url"}, "Invalid Endpoint URI"),
        ({"endpoint_uri": "ftp://example.com"}, "Invalid Endpoint URI"),
        ({"endpoint_uri": "http://:80/x"}, "Invalid Endpoint URI"),
        ({"endpoint_uri": "http://[::1/x"}, "Invalid Endpoint URI"),
        ({"clone_flow_id": 12345}, "Flow with specified ID does not exist"),
        ({"clone_flow_id": "1", "clone_template": "2"}, "Only one clone source can be set"),
        (
            {"flow_json": flow_json().replace('"7.3"', '"2.1"'), "endpoint_uri": "https://example.com"},
            "Specify Endpoint Uri in Flow JSON",
        ),
        ({"flow_json": flow_json().replace('"7.3"', '"99.9"'), "publish": True}, "Invalid Flow JSON version"),
    ],
)
async def test_creations_that_are_refused_with_a_title(
    graph: httpx.AsyncClient, world: World, parameters: dict[str, Any], title: str
) -> None:
    answer = await graph.post(
        f"/v23.0/{world.wabas[0].id}/flows", json={"name": "A", "categories": ["OTHER"], **parameters}
    )
    error = error_of(answer, 400, 100)
    assert error["message"] == "Invalid parameter"
    assert error["error_user_title"] == title
    assert error["error_user_msg"]
    assert error["is_transient"] is False


async def test_names_are_unique_within_a_waba(graph: httpx.AsyncClient, flow_id: str, world: World) -> None:
    body = {"name": "Book", "categories": ["OTHER"]}
    error = error_of(await graph.post(f"/{world.wabas[0].id}/flows", json=body), 400, 100)
    assert error["error_user_title"] == "Flow name is not unique"
    assert (await graph.post(f"/{world.wabas[1].id}/flows", json=body)).status_code == 200
    other = await make(graph, world, name="Other")
    error = error_of(await graph.post(f"/{other}", json={"name": "Book"}), 400, 100)
    assert error["error_user_title"] == "Flow name is not unique"
    assert (await read(graph, other, "name"))["name"] == "Other"


FLOW_JSON_FORMS: dict[str, dict[str, Any]] = {
    "text in json": {"json": {"name": "A", "categories": ["OTHER"], "flow_json": flow_json()}},
    "json in json": {"json": {"name": "A", "categories": ["OTHER"], "flow_json": json.loads(flow_json())}},
    "form": {"data": {"name": "A", "categories": '["OTHER"]', "flow_json": flow_json()}},
    "file part": {
        "data": {"name": "A", "categories": '["OTHER"]'},
        "files": {"flow_json": ("flow.json", flow_json(), "application/json")},
    },
    "multipart field": {
        "files": {"name": (None, "A"), "categories": (None, '["OTHER"]'), "flow_json": (None, flow_json())}
    },
}


@pytest.mark.parametrize("arguments", FLOW_JSON_FORMS.values(), ids=FLOW_JSON_FORMS.keys())
async def test_the_flow_json_of_a_creation_may_travel_in_any_way(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, world: World, arguments: dict[str, Any]
) -> None:
    created = (await graph.post(f"/v23.0/{world.wabas[0].id}/flows", **arguments)).json()
    assert created["validation_errors"] == []
    assert json.loads(await download(graph, anonymous, created["id"])) == json.loads(flow_json())


async def test_an_upload_is_kept_byte_for_byte(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, flow_id: str
) -> None:
    content = b"\xef\xbb\xbf" + flow_json("Čau / 🙂").replace("\n", "\r\n").encode() + b"\n\n"
    assert (await upload(graph, flow_id, content)).json() == {"success": True, "validation_errors": []}
    assert await download(graph, anonymous, flow_id) == content


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"\xff\xfe\x00", b'{"a": "\x00"}', b"[]", b"null", flow_json().encode("utf-16"), b"[" * 10_000],
)
async def test_text_that_is_no_flow_json_is_a_validation_error(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, flow_id: str, content: bytes
) -> None:
    answer = await upload(graph, flow_id, content)
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["success"] is True
    assert {"error", "error_type", "message", "line_start", "line_end", "column_start", "column_end"} <= (
        shown["validation_errors"][0].keys()
    )
    assert (await read(graph, flow_id))["validation_errors"] == shown["validation_errors"]
    assert await download(graph, anonymous, flow_id) == content
    error = error_of(await graph.post(f"/{flow_id}/publish"), 400, 139002)
    assert error["error_user_title"] == "Publishing Flow with validation errors"


async def test_a_validation_error_names_its_place(graph: httpx.AsyncClient, flow_id: str) -> None:
    text = broken_flow_json()
    [found] = (await upload(graph, flow_id, text)).json()["validation_errors"]
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "TextHeadline" in line)
    assert (found["line_start"], found["error_type"]) == (line, "FLOW_JSON_ERROR")
    assert found["pointers"][0]["path"].startswith("screens[0].layout.children[0]")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"data": {"asset_type": "FLOW_JSON"}}, "The parameter file is required"),
        ({"files": {"file": ("f", b"{}")}}, "The parameter asset_type is required"),
        ({"files": {"file": ("f", b"{}")}, "data": {"asset_type": "PNG"}}, "asset_type must be one of {FLOW_JSON}"),
        (
            {"files": {"file": ("f", b" " * (10 * 1024 * 1024 + 1))}, "data": {"asset_type": "FLOW_JSON"}},
            "Param file must be at most 10 MB",
        ),
    ],
)
async def test_uploads_that_are_refused(
    graph: httpx.AsyncClient, flow_id: str, arguments: dict[str, Any], words: str
) -> None:
    assert words in error_of(await graph.post(f"/{flow_id}/assets", **arguments), 400, 100)["message"]
    assert (await graph.get(f"/{flow_id}/assets")).json() == {"data": []}


async def test_a_download_link_cannot_be_made_up(
    graph: httpx.AsyncClient, anonymous: httpx.AsyncClient, flow_id: str, clock: ManualClock
) -> None:
    await upload(graph, flow_id, flow_json())
    url = (await graph.get(f"/{flow_id}/assets")).json()["data"][0]["download_url"]
    assert (await anonymous.get(url[:-1] + ("0" if url[-1] != "0" else "1"))).status_code == 403
    assert (await anonymous.get(url.replace("oe=", "oe=9"))).status_code == 403
    assert (await anonymous.get(url.partition("?")[0])).status_code == 403
    clock.at = clock.at.replace(year=2027)
    assert (await anonymous.get(url)).status_code == 403


async def test_metadata(graph: httpx.AsyncClient, flow_id: str, world: World, clock: ManualClock) -> None:
    clock.at = clock.at.replace(minute=30)
    changes = {
        "name": "Booking",
        "categories": '["SURVEY"]',
        "endpoint_uri": "https://example.com/x",
        "application_id": int(world.console.app.id),
    }
    assert (await graph.post(f"/{flow_id}", json=changes)).json() == {"success": True}
    shown = await read(graph, flow_id)
    assert (shown["name"], shown["categories"]) == ("Booking", ["SURVEY"])
    assert shown["endpoint_uri"] == "https://example.com/x"
    assert shown["application"]["id"] == world.console.app.id
    assert shown["updated_at"] == "2026-11-22T14:30:00+0000"


@pytest.mark.parametrize("changes", [{"categories": []}, {"endpoint_uri": "x"}, {"application_id": 9}, {"name": ""}])
async def test_metadata_that_is_refused_changes_nothing(
    graph: httpx.AsyncClient, flow_id: str, changes: dict[str, Any]
) -> None:
    before = await read(graph, flow_id, "name,categories,endpoint_uri,application,updated_at")
    error_of(await graph.post(f"/{flow_id}", json={"name": "Other", **changes}), 400, 100)
    assert await read(graph, flow_id, "name,categories,endpoint_uri,application,updated_at") == before


async def test_an_old_flow_names_its_endpoint_in_the_json(graph: httpx.AsyncClient, flow_id: str) -> None:
    old = json.loads(flow_json()) | {"version": "2.1", "data_channel_uri": "https://example.com/old"}
    await upload(graph, flow_id, json.dumps(old))
    assert (await read(graph, flow_id))["endpoint_uri"] == "https://example.com/old"
    error = error_of(await graph.post(f"/{flow_id}", json={"endpoint_uri": "https://example.com"}), 400, 139001)
    assert error["error_user_title"] == "Specify Endpoint Uri in Flow JSON"


async def test_publish_deprecate_and_what_is_refused_on_the_way(graph: httpx.AsyncClient, flow_id: str) -> None:
    error_of(await graph.post(f"/{flow_id}/deprecate"), 400, 139003)
    await upload(graph, flow_id, flow_json())
    assert (await graph.post(f"/v23.0/{flow_id}/publish", json={})).json() == {"success": True}
    error = error_of(await graph.post(f"/{flow_id}/publish"), 400, 139002)
    assert error["error_user_title"] == "Publishing Flow in invalid state"
    error_of(await graph.delete(f"/{flow_id}"), 400, 139004)
    assert (await graph.post(f"/v23.0/{flow_id}/deprecate")).json() == {"success": True}
    error = error_of(await graph.post(f"/{flow_id}/deprecate"), 400, 139003)
    assert error["error_user_title"] == "Flow is already deprecated"
    error_of(await upload(graph, flow_id, flow_json()), 400, 139001)
    error_of(await graph.post(f"/{flow_id}", json={"name": "New"}), 400, 139001)
    assert (await read(graph, flow_id, "status,name")) == {"status": "DEPRECATED", "name": "Book", "id": flow_id}


@EDITABLE
async def test_metadata_of_a_published_flow_makes_it_a_draft(graph: httpx.AsyncClient, flow_id: str) -> None:
    await upload(graph, flow_id, flow_json())
    await graph.post(f"/{flow_id}/publish")
    assert (await graph.post(f"/{flow_id}", json={"messaging_product": "whatsapp"})).json() == {"success": True}
    assert (await read(graph, flow_id, "status"))["status"] == "PUBLISHED"
    await graph.post(f"/{flow_id}", json={"categories": ["SURVEY"]})
    assert (await read(graph, flow_id, "status"))["status"] == "DRAFT"
    error_of(await graph.delete(f"/{flow_id}"), 400, 139004)


@EDITABLE
async def test_what_is_refused_of_an_edited_flow_leads_somewhere(graph: httpx.AsyncClient, flow_id: str) -> None:
    await upload(graph, flow_id, flow_json())
    await graph.post(f"/{flow_id}/publish")
    await upload(graph, flow_id, flow_json())
    for error in (
        error_of(await graph.post(f"/{flow_id}/deprecate"), 400, 139003),
        error_of(await graph.delete(f"/{flow_id}"), 400, 139004),
    ):
        assert "Publish it again, then deprecate it." in error["error_user_msg"]
    await graph.post(f"/{flow_id}/publish")
    assert (await graph.post(f"/{flow_id}/deprecate")).json() == {"success": True}


async def test_a_deleted_draft_is_gone_and_its_name_free(graph: httpx.AsyncClient, flow_id: str, world: World) -> None:
    assert (await graph.delete(f"/v23.0/{flow_id}")).json() == {"success": True}
    for answer in (await graph.get(f"/{flow_id}"), await graph.delete(f"/{flow_id}")):
        assert error_of(answer, 400, 100)["error_subcode"] == 33
    assert (await graph.get(f"/{world.wabas[0].id}/flows")).json() == {"data": []}
    again = await make(graph, world, name="Book")
    assert again != flow_id
    assert (await graph.delete(f"/{again}")).json() == {"success": True}


async def test_health_of_a_draft_lists_every_failing_check(
    graph: httpx.AsyncClient, flow_id: str, world: World
) -> None:
    await upload(graph, flow_id, endpoint_flow_json())
    shown = await read(graph, flow_id, f"health_status.phone_number({world.senders[0].id})")
    flow, _, _, app, number = shown["health_status"]["entities"]
    assert shown["health_status"]["can_send_message"] == flow["can_send_message"] == "BLOCKED"
    told = [error["error_description"].partition(":")[0] for error in flow["errors"]]
    assert told == ["public_key", "endpoint_uri", "webhook_subscription"]
    assert {
        "error_code": 131000,
        "error_description": "endpoint_uri: You need to set the endpoint URI before you can send or publish a flow.",
        "possible_solution": "https://developers.facebook.com/docs/whatsapp/flows/reference/flowjson"
        "#top-level-flow-json-properties",
    } in flow["errors"]
    assert (app["entity_type"], app["can_send_message"]) == ("APP", "LIMITED")
    assert number == {"entity_type": "PHONE_NUMBER", "id": world.senders[0].id, "can_send_message": "AVAILABLE"}
    error_of(await graph.get(f"/{flow_id}?fields=health_status.phone_number(1)"), 400, 100)


@pytest.mark.parametrize(
    ("status", "can_send"),
    [("PUBLISHED", "AVAILABLE"), ("THROTTLED", "LIMITED"), ("BLOCKED", "BLOCKED"), ("DEPRECATED", "BLOCKED")],
)
async def test_health_of_a_published_flow_is_its_status(
    graph: httpx.AsyncClient, box: Box, flow_id: str, status: str, can_send: str
) -> None:
    async with box.database.transaction() as session:
        await session.execute(update(Flow).where(Flow.id == flow_id).values(status=status))
    entities = (await read(graph, flow_id, "health_status"))["health_status"]["entities"]
    assert entities[0]["can_send_message"] == can_send


async def test_a_listing_takes_as_many_statements_for_25_flows_as_for_one(
    graph: httpx.AsyncClient, box: Box, world: World
) -> None:
    path = f"/v23.0/{world.wabas[0].id}/flows"
    fields = "id,name,health_status,whatsapp_business_account,application{id,name}"

    async def listed() -> tuple[int, int]:
        with counted(box.database) as sent:
            answer = (await graph.get(path, params={"fields": fields, "limit": 50})).json()
        assert all(flow["health_status"]["entities"] and flow["application"] for flow in answer["data"])
        return len(answer["data"]), len(sent)

    counts = []
    for number in range(25):
        await graph.post(path, data={"name": f"Flow {number}", "categories": '["OTHER"]'})
        if number in {0, 24}:
            counts.append(await listed())
    (one, few), (many, as_few) = counts
    assert (one, many) == (1, 25)
    assert as_few <= few <= 20
