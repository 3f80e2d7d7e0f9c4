"""Every route of the Graph face with every kind of token that may not use it: what is documented is answered, nothing
is changed, and what belongs to another business looks like what does not exist.

The routes are those that the node types declare, so a new one is tried as soon as it is there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from tests.platform.graph.conftest import HOST
from tests.platform.graph.test_face import error_of
from tests.platform.sample_flows import flow_json

from headrace.platform.accounts.callers import MANAGEMENT, MESSAGING, SCOPES
from headrace.platform.accounts.models import AccessToken, App, Business, PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.graph.types import NODE_TYPES
from headrace.platform.messaging.models import Media
from headrace.platform.tables import Table
from headrace.platform.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.spec("graph-api.md §1.1")]

NOBODY = "999999999999999"
"""An id that nothing has."""

ROOTS = (("GET", "/me"), ("GET", "/app"), ("GET", "/debug_token?input_token=x"))


@dataclass(frozen=True)
class Route:
    """A call to a node of a type; `scope` is the permission it takes, none where any token of the business may."""

    type_name: str
    method: str
    edge: str | None
    scope: str | None

    def path(self, node_id: str) -> str:
        return f"/v23.0/{node_id}" + (f"/{self.edge}" if self.edge else "")


def routes() -> Iterator[Route]:
    for node_type in NODE_TYPES:
        yield Route(node_type.name, "GET", None, node_type.scope)
        for method, operation in node_type.operations.items():
            yield Route(node_type.name, method, None, operation.scope)
        for name, edge in node_type.edges.items():
            if edge.listing is not None:
                listed = next(one for one in NODE_TYPES if one.row is edge.listing.row)
                yield Route(node_type.name, "GET", name, listed.scope)
            for method, operation in edge.operations.items():
                yield Route(node_type.name, method, name, operation.scope)
    for method in ("POST", "PUT"):
        yield Route("WhatsAppBusinessPhoneNumber", method, "messages", MESSAGING)


ROUTES = tuple(routes())


@pytest.fixture
async def nodes(graph: httpx.AsyncClient, box: Box, world: World) -> dict[str, str]:
    """One node of each type, by the name of the type."""
    waba, sender = f"/v23.0/{world.wabas[0].id}", world.senders[0].id
    flow = {"name": "Book", "categories": ["OTHER"], "flow_json": flow_json()}
    body = {"type": "BODY", "text": "Hello"}
    template = {"name": "hello", "language": "en", "category": "UTILITY", "components": [body]}
    now = box.clock.now()
    async with box.database.transaction() as session:
        media = Media(
            id="4000",
            upload_id="u",
            cdn_key="c",
            session_id="s",
            file_name="a.txt",
            mime_type="text/plain",
            size=1,
            sha256="0" * 64,
            encryption={},
            content=b"x",
            created_at=now,
            phone_number_id=sender,
            sent_at=now,
        )
        session.add(media)
    return {
        "WhatsAppBusinessPhoneNumber": sender,
        "WhatsAppBusinessFlow": (await graph.post(f"{waba}/flows", json=flow)).json()["id"],
        "WhatsAppBusinessAccount": world.wabas[0].id,
        "Application": world.developer.app.id,
        "Business": world.business.id,
        "WhatsAppMedia": "4000",
        "WhatsAppBusinessHSM": (await graph.post(f"{waba}/message_templates", json=template)).json()["id"],
        "SystemUser": (await graph.get("/me")).json()["id"],
    }


@pytest.fixture
async def tokens(box: Box, world: World) -> dict[str, str]:
    """Tokens by what is wrong with them; `stranger` is one of another business, with every permission."""
    now = box.clock.now()
    async with box.database.transaction() as session:
        session.add(Business(id="1000", name="Stranger", created_at=now))
        await session.flush()
        app = {"name": "x", "secret": "s", "verify_token": "v", "role": "developer", "created_at": now}
        session.add(App(id="1001", business_id="1000", **app))
        await session.flush()
        mine = {"app_id": world.developer.app.id, "user_id": "3000", "created_at": now}
        theirs = {"app_id": "1001", "user_id": "3001", "created_at": now}
        session.add_all(
            [
                AccessToken(token="expired", scopes=list(SCOPES), expires_at=now - timedelta(seconds=1), **mine),
                AccessToken(token="stranger", scopes=list(SCOPES), **theirs),
                *(AccessToken(token=f"only {scope}".replace(" ", "-"), scopes=[scope], **mine) for scope in SCOPES),
            ]
        )
    return {"bad": "EAAnobody", "expired": "expired", "stranger": "stranger"}


def with_token(asgi: Starlette, token: str | None) -> httpx.AsyncClient:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url=HOST, headers=headers)


async def stored(box: Box) -> dict[str, list[Any]]:
    """Everything that the box holds, but for how often it was called."""
    async with box.database.reading() as session:
        connection = await session.connection()
        tables = [table for table in Table.metadata.sorted_tables if table.name != "management_usage"]
        return {table.name: sorted(map(repr, (await connection.execute(select(table))).all())) for table in tables}


def test_every_type_of_node_is_tried() -> None:
    tried = {route.type_name for route in ROUTES}
    assert tried == {node_type.name for node_type in NODE_TYPES}
    assert len(ROUTES) > 40


@pytest.mark.parametrize(
    ("kind", "status", "code", "subcode"),
    [(None, 401, 104, None), ("bad", 401, 190, 467), ("expired", 401, 190, 463)],
)
async def test_no_token_or_one_that_is_not_good(
    asgi: Starlette,
    box: Box,
    nodes: dict[str, str],
    tokens: dict[str, str],
    kind: str | None,
    status: int,
    code: int,
    subcode: int | None,
) -> None:
    before = await stored(box)
    async with with_token(asgi, tokens[kind] if kind else None) as client:
        calls = [(route.method, route.path(nodes[route.type_name])) for route in ROUTES]
        for method, path in [*calls, *ROOTS, ("GET", f"/{NOBODY}")]:
            error = error_of(await client.request(method, path), status, code)
            assert error.get("error_subcode") == subcode, (method, path)
    assert await stored(box) == before


async def test_a_token_without_the_permission(
    asgi: Starlette, box: Box, nodes: dict[str, str], tokens: dict[str, str]
) -> None:
    before = await stored(box)
    for lacking, token in ((MANAGEMENT, f"only-{MESSAGING}"), (MESSAGING, f"only-{MANAGEMENT}")):
        async with with_token(asgi, token) as client:
            for route in ROUTES:
                if route.scope == lacking:
                    answer = await client.request(route.method, route.path(nodes[route.type_name]))
                    error = error_of(answer, 403, 200)
                    assert (error["error_subcode"], lacking in error["message"]) == (1349174, True), route
    assert await stored(box) == before
    assert {route.scope for route in ROUTES} == {MANAGEMENT, MESSAGING, None}


async def test_what_belongs_to_another_business_looks_like_nothing(
    asgi: Starlette, box: Box, nodes: dict[str, str], tokens: dict[str, str]
) -> None:
    before = await stored(box)
    async with with_token(asgi, tokens["stranger"]) as client:
        for route in ROUTES:
            node_id = nodes[route.type_name]
            answers = [await client.request(route.method, route.path(one)) for one in (node_id, NOBODY)]
            errors = [error_of(answer, 400, 100) for answer in answers]
            told = [{**error, "fbtrace_id": ""} for error in errors]
            assert json.dumps(told[0]).replace(node_id, NOBODY) == json.dumps(told[1]), route
            assert told[0]["error_subcode"] == 33
            assert "x-business-use-case-usage" not in answers[0].headers
    assert await stored(box) == before


async def test_what_a_call_names_of_another_business_looks_like_nothing(
    asgi: Starlette, box: Box, world: World, nodes: dict[str, str], tokens: dict[str, str]
) -> None:
    """Ids in parameters: each is answered as an id that nothing has."""
    async with with_token(asgi, tokens["stranger"]) as client:
        async with box.database.transaction() as session:
            now = box.clock.now()
            session.add(Waba(id="2000", business_id="1000", name="x", template_namespace="x", created_at=now))
            await session.flush()
            number = {"digits": "441", "display_number": "+44 1", "verified_name": "x", "created_at": now}
            session.add(PhoneNumber(id="2001", waba_id="2000", **number))
        made = await client.post("/2000/flows", json={"name": "Mine", "categories": ["OTHER"]})
        mine = made.json()["id"]
        before = await stored(box)
        flow, template = nodes["WhatsAppBusinessFlow"], "hello"

        def message(flow_id: str) -> dict[str, Any]:
            parameters = {"flow_message_version": "3", "flow_cta": "Go", "flow_id": flow_id, "mode": "draft"}
            action = {"name": "flow", "parameters": parameters}
            interactive = {"type": "flow", "body": {"text": "x"}, "action": action}
            to = world.handsets[0].wa_id
            return {"messaging_product": "whatsapp", "to": to, "type": "interactive", "interactive": interactive}

        def calls(named: dict[str, str]) -> list[httpx.Request]:
            build = client.build_request
            clone = {"name": "Clone", "categories": ["OTHER"], "clone_flow_id": named["flow"]}
            button = {"type": "FLOW", "text": "Go", "flow_id": named["flow"]}
            components = [{"type": "BODY", "text": "Hello"}, {"type": "BUTTONS", "buttons": [button]}]
            with_button = {"name": "a", "language": "en", "category": "UTILITY", "components": components}
            return [
                build("POST", "/2000/flows", json=clone),
                build("POST", f"/{mine}", json={"application_id": named["app"]}),
                build("POST", "/2000/migrate_flows", params={"source_waba_id": named["waba"]}),
                build("GET", f"/{mine}", params={"fields": f"health_status.phone_number({named['number']})"}),
                build("GET", "/debug_token", params={"input_token": named["token"]}),
                build("POST", "/2001/messages", json=message(named["flow"])),
                build("POST", "/2000/message_templates", json=with_button),
                build("DELETE", "/2000/message_templates", params={"name": template, "hsm_id": named["template"]}),
                build("POST", "/3001/access_tokens", data={"scope": MESSAGING, "business_app": named["app"]}),
            ]

        real = {
            "flow": flow,
            "app": world.developer.app.id,
            "waba": world.wabas[0].id,
            "number": world.senders[0].id,
            "token": world.developer.token,
            "template": nodes["WhatsAppBusinessHSM"],
        }
        invented = dict.fromkeys(real, NOBODY) | {"token": "EAAnobody"}
        for theirs, nobodys in zip(calls(real), calls(invented), strict=True):
            told = [await client.send(theirs), await client.send(nobodys)]
            words = [json.dumps(answer.json()) for answer in told]
            for answer, word in zip(told, range(2), strict=True):
                trace = answer.headers["x-fb-trace-id"]
                words[word] = words[word].replace(trace, "")
            for value, other in zip(real.values(), invented.values(), strict=True):
                words[0] = words[0].replace(value, other)
            assert (told[0].status_code, words[0]) == (told[1].status_code, words[1]), theirs.url
        assert await stored(box) == before


async def test_a_batch_takes_nothing_more_than_its_calls(
    asgi: Starlette, nodes: dict[str, str], tokens: dict[str, str]
) -> None:
    calls = [{"relative_url": node_id} for node_id in nodes.values()]
    async with with_token(asgi, tokens["stranger"]) as client:
        answers = (await client.post("/", data={"batch": json.dumps(calls)})).json()
    assert [json.loads(answer["body"])["error"]["error_subcode"] for answer in answers] == [33] * len(nodes)
