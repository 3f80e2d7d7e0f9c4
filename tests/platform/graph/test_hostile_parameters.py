"""Every call of the Graph face with whatever can travel: the answer is Graph's, and never a fault of the box.

`make fuzz` tries thousands, others each time; a few, always the same, run with all tests.
"""

import asyncio
import base64
import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from tests.stores import open_store

import headrace
from headrace.clock import ManualClock
from headrace.database import Revisions
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform import world
from headrace.platform.box import Box
from headrace.platform.graph.roots import ROOTS
from headrace.platform.graph.routes import graph_routes
from headrace.platform.graph.types import NODE_TYPES
from headrace.platform.tables import Job, Revision, Table
from headrace.settings import Settings

pytestmark = pytest.mark.both_stores

EXAMPLES = int(os.environ.get("HEADRACE_FUZZ", "0"))
SOURCES = [path.read_text() for path in (Path(headrace.__file__).parent / "platform").rglob("*.py")]
NAMES = sorted({name for source in SOURCES for name in re.findall(r"parameters\.\w+\(\s*\"([\w.]+)\"", source)})
EDGES = sorted({edge for node_type in NODE_TYPES for edge in node_type.edges} | {"messages", "nothing"})
FIELDS = sorted({field for node_type in NODE_TYPES for field in node_type.fields} | set(EDGES))
CURSORS = [
    base64.urlsafe_b64encode(orjson.dumps(place)).decode()
    for place in (
        ["2026-01-01T00:00:00+00:00", "1"],
        ["0001-01-01T00:00:00+14:00", "1"],
        ["9999-12-31T23:59:59-14:00", "1"],
        ["0001-01-01T00:00:00+00:00", "\x00"],
        ["9999-12-31T23:59:59.999999+00:00", "9" * 5_000],
        ["2026-01-01", []],
        None,
    )
]
WABA, SENDER, BUSINESS, APP, FLOW = range(5)
FLOW_JSON = '{"version": "7.3", "screens": [{"id": "A", "terminal": true, "layout": {"type": "SingleColumnLayout"}}]}'
FLOW_ACTION = {"screen": "A", "data": {"a": "b"}}
FLOW_BUTTON = {
    "flow_id": "1",
    "flow_cta": "Open",
    "flow_message_version": "3",
    "flow_token": "t",
    "mode": "draft",
    "flow_action": "navigate",
    "flow_action_payload": FLOW_ACTION,
}
MESSAGE = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "447700900101"}
CALLS: list[tuple[str, tuple[int | str, ...], dict[str, Any]]] = [
    ("POST", (WABA, "flows"), {"name": "n", "categories": ["OTHER"], "flow_json": FLOW_JSON, "publish": False}),
    (
        "POST",
        (WABA, "flows"),
        {"name": "n", "categories": ["OTHER"], "clone_flow_id": "1", "endpoint_uri": "https://a.example"},
    ),
    (
        "POST",
        (FLOW,),
        {"name": "n", "categories": ["OTHER"], "endpoint_uri": "https://a.example", "application_id": "1"},
    ),
    ("POST", (FLOW, "assets"), {"name": "flow.json", "asset_type": "FLOW_JSON", "file": FLOW_JSON}),
    ("POST", (FLOW, "publish"), {}),
    ("POST", (FLOW, "deprecate"), {}),
    (
        "POST",
        (APP, "subscriptions"),
        {
            "object": "whatsapp_business_account",
            "callback_url": "http://127.0.0.1:1/",
            "verify_token": "a",
            "fields": "messages,flows",
        },
    ),
    ("POST", (WABA, "subscribed_apps"), {"override_callback_uri": "http://127.0.0.1:1/", "verify_token": "a"}),
    ("POST", (SENDER, "whatsapp_business_encryption"), {"business_public_key": "-----BEGIN PUBLIC KEY-----"}),
    ("POST", (SENDER, "register"), {"messaging_product": "whatsapp", "pin": "123456"}),
    (
        "POST",
        (SENDER,),
        {"webhook_configuration": {"override_callback_uri": "http://127.0.0.1:1/", "verify_token": "a"}},
    ),
    (
        "POST",
        (SENDER, "messages"),
        {
            **MESSAGE,
            "type": "text",
            "text": {"body": "b", "preview_url": False},
            "context": {"message_id": "wamid.a"},
            "biz_opaque_callback_data": "c",
        },
    ),
    (
        "POST",
        (SENDER, "messages"),
        {
            "messaging_product": "whatsapp",
            "status": "read",
            "message_id": "wamid.a",
            "typing_indicator": {"type": "text"},
        },
    ),
    (
        "POST",
        (SENDER, "messages"),
        {
            **MESSAGE,
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "header": {"type": "text", "text": "h"},
                "body": {"text": "b"},
                "footer": {"text": "f"},
                "action": {"name": "flow", "parameters": FLOW_BUTTON},
            },
        },
    ),
    ("POST", (WABA, "migrate_flows"), {"source_waba_id": "1", "source_flow_names": ["n"]}),
    ("GET", ("oauth/access_token",), {"grant_type": "client_credentials", "client_id": "1", "client_secret": "s"}),
    ("GET", ("debug_token",), {"input_token": "t"}),
    *(("GET", (node,), {"fields": "id,name", "date_format": "U"}) for node in range(5)),
    *(
        (
            "GET",
            (node, edge),
            {
                "fields": "id",
                "limit": "2",
                "after": CURSORS[0],
                "before": "",
                "filtering": [{"field": field, "operator": operator, "value": "v"}],
            },
        )
        for node, edge, field in (
            (WABA, "flows", "name"),
            (WABA, "phone_numbers", "account_mode"),
            (BUSINESS, "owned_whatsapp_business_accounts", "name"),
            (APP, "subscriptions", "object"),
        )
        for operator in ("EQUAL", "IN", "CONTAIN")
    ),
]
HOSTILE = [
    "\0",
    "a\0b",
    "\ud800",
    "a\udfffb",
    "\u2028",
    "\x1b[2J",
    "\x85",
    "x" * 5_000,
    "9" * 5_000,
    "-1",
    "0",
    "1e999",
    "NaN",
    "' OR 1=1 --",
    "%",
    "%00",
    "${a}",
    "{{a}}",
    "[",
    "[" * 300,
    "{'a': '\\ud800'}",
    "['\\ud800', '\\x00']",
    '["\\u0000"]',
    "{'field': 'x', 'operator': 'EQUAL', 'value': '\\ud800'}",
    "\ufeff",
    "\U0010ffff",
    "٣",
    "¹",
    "Ⅷ",
    " ",
    "",
    "null",
    "http://127.0.0.1:1/x",
    "http://[",
    "http://\0",
    "https://x\ud800.example/",
    "http://" + "a." * 3_000,
    "//",
    "file:///",
    "+2AA-",
    "\\ud800",
    "99999999999999999999",
    "9223372036854775808",
    "-9223372036854775809",
    "0001-01-01T00:00:00",
    "true",
    *CURSORS,
]


@dataclass(frozen=True, repr=False)
class Graph:
    """A box of its own, with the ids of what is in it."""

    runner: asyncio.Runner
    asgi: Starlette
    token: str
    app_token: str
    ids: list[str]

    def call(self, method: str, path: str, **request: Any) -> httpx.Response:
        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self.asgi)
            async with httpx.AsyncClient(transport=transport, base_url="http://box.test") as client:
                return await client.request(method, path, **request)

        return self.runner.run(call())


@pytest.fixture(scope="module")
def fuzzed(store_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graph]:
    folder = tmp_path_factory.mktemp("box")
    with asyncio.Runner() as runner:
        opening = open_store(store_name, folder)
        store = runner.run(opening.__aenter__())
        outbound = Outbound(private_networks=True)
        try:
            yield runner.run(_open(runner, store, outbound))
        finally:
            runner.run(outbound.close())
            runner.run(opening.__aexit__(None, None, None))


async def _open(runner: asyncio.Runner, store: Any, outbound: Outbound) -> Graph:
    database, clock = await store.open("platform", Table.metadata), ManualClock()
    box = Box(
        settings=Settings(data=store.folder),
        database=database,
        clock=clock,
        identifiers=SeededIdentifiers(7),
        outbound=outbound,
        jobs=open_jobs(database, Job, clock),
        revisions=Revisions(database, Revision),
    )
    made = await world.seed(box)
    developer = made.developer
    ids = [made.wabas[0].id, made.senders[0].id, made.business.id, developer.app.id]
    asgi = Starlette(routes=graph_routes(box))
    graph = Graph(runner, asgi, developer.token, f"{developer.app.id}|{developer.app.secret}", ids)
    transport = httpx.ASGITransport(asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://box.test") as client:
        form = {"name": "Fuzzed", "categories": '["OTHER"]', "access_token": developer.token}
        ids.append((await client.post(f"/v23.0/{made.wabas[0].id}/flows", data=form)).json()["id"])
    ids.extend(("1", "9" * 5_000, "0" * 40))
    return graph


texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.sampled_from(FIELDS),
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.builds(lambda *parts: "".join(parts), st.sampled_from(FIELDS), st.sampled_from(HOSTILE)),
)
values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        texts, st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from([10**30, -1])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts | st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=6,
)


def spoilt(draw: st.DrawFn, value: Any) -> Any:
    """The value with something hostile in one place of it."""
    if isinstance(value, dict) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        return value | {name: spoilt(draw, value[name])}
    if isinstance(value, list) and value and draw(st.integers(0, 9)):
        return [spoilt(draw, value[0]), *value[1:]]
    if isinstance(value, str) and draw(st.booleans()):
        at = draw(st.integers(0, len(value)))
        return value[:at] + draw(texts) + value[at:]
    return draw(texts | values)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A call: one that would do something with something hostile in it, or any at all. In any way that calls travel."""
    if draw(st.integers(0, 4)):
        method, segments, good = draw(st.sampled_from(CALLS))
        given_values = spoilt(draw, dict(good)) if good else {}
        given_values = given_values if isinstance(given_values, dict) else {"fields": given_values}
    else:
        method = draw(st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD"]))
        node = st.sampled_from(range(8))
        segments = draw(
            st.tuples(node) | st.tuples(node, st.sampled_from(EDGES)) | st.tuples(st.sampled_from([*ROOTS, "nothing"]))
        )
        given_values = draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
    if draw(st.integers(0, 3)) == 0:
        given_values["fields"] = draw(st.sampled_from(FIELDS)) + draw(texts)
    return {
        "method": method,
        "segments": segments,
        "version": draw(st.sampled_from(["/v23.0", "/v23.0", "/v1.0", "/v" + "9" * 400 + ".0"])),
        "values": given_values,
        "way": draw(st.sampled_from(["query", "json", "form", "multipart", "raw"])),
        "charset": draw(st.sampled_from(["", "; charset=utf-7", "; charset=nothing", "; charset=raw_unicode_escape"])),
        "caller": draw(st.sampled_from(["token"] * 8 + ["app", "none", "hostile"])),
        "proof": draw(texts) if draw(st.integers(0, 9)) == 0 else None,
    }


def _send(graph: Graph, request: dict[str, Any]) -> tuple[str, httpx.Response]:
    segments = [graph.ids[part] if isinstance(part, int) else part for part in request["segments"]]
    path, kwargs = f"{request['version']}/{'/'.join(segments)}", dict[str, Any]()
    given_values = request["values"]
    if request.get("proof") is not None:
        given_values = given_values | {"appsecret_proof": request["proof"]}
    as_text = {name: v if isinstance(v, str) else _json(v).decode() for name, v in given_values.items()}
    headers = {"token": graph.token, "app": graph.app_token, "hostile": "a\x80|b"}
    if request["caller"] != "none":
        kwargs["headers"] = {"Authorization": b"Bearer " + headers[request["caller"]].encode("latin-1")}
    else:
        kwargs["headers"] = {}
    match request["way"]:
        case "query":
            path += "?" + urlencode(as_text, errors="surrogatepass")
        case "json":
            kwargs["content"] = _json(given_values)
        case "form":
            kwargs["content"] = urlencode(as_text, errors="surrogatepass").encode()
        case "multipart":
            parts = "".join(
                f'--B\r\nContent-Disposition: form-data; name="{name}"'
                f"{'; filename=f' * (len(name) % 2)}\r\n\r\n{value}\r\n"
                for name, value in as_text.items()
            )
            kwargs["content"] = f"{parts}--B--\r\n".encode(errors="surrogatepass")
            kwargs["headers"]["Content-Type"] = f"multipart/form-data; boundary=B{request['charset']}"
        case _:
            kwargs["content"] = repr(given_values).encode(errors="surrogatepass")
    return path, graph.call(request["method"], path, **kwargs)


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _is_graphs(answer: httpx.Response, method: str) -> None:
    assert answer.status_code < 500, answer.text
    if method == "HEAD":
        return
    body = orjson.loads(answer.content)
    if answer.status_code >= 400:
        error = body["error"]
        assert isinstance(error["code"], int)
        assert error["message"]
        assert error["fbtrace_id"]


GRID = [
    (call, name, text, way)
    for call in range(len(CALLS))
    for name in [*CALLS[call][2], "fields", "limit", "access_token", "date_format"]
    for text in HOSTILE
    for way in ("json", "query", "multipart")
]


def test_no_text_in_any_place_is_a_fault_of_the_box(fuzzed: Graph) -> None:
    chance = random.Random(EXAMPLES and random.randrange(10**6))
    for call, name, text, way in chance.sample(GRID, min(EXAMPLES, len(GRID)) or 150):
        method, segments, good = CALLS[call]
        request = {"segments": segments, "version": "/v23.0", "values": {**good, name: text}, "way": way}
        path, answer = _send(fuzzed, request | {"method": method, "charset": "; charset=utf-7", "caller": "token"})
        assert answer.status_code < 500, (path, name, text, way)
        _is_graphs(answer, method)


@settings(
    max_examples=EXAMPLES or 40,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(request=requests())
def test_no_call_is_a_fault_of_the_box(fuzzed: Graph, request: dict[str, Any]) -> None:
    _, answer = _send(fuzzed, request)
    _is_graphs(answer, request["method"])
