"""Bodies are read to a limit and in bounded time; answers in words come as an object to scripts."""

import asyncio
import re
import tracemalloc
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from headrace import bodies
from headrace.ui.answers import refusal
from headrace.ui.bodies import (
    BodyIncomplete,
    BodyTooLarge,
    BodyTooSlow,
    Unparsable,
    off_loop,
    parse_form,
    parse_json,
    read_body,
    receive_body,
)

pytestmark = pytest.mark.anyio


async def measure(request: Request) -> Response:
    try:
        return PlainTextResponse(str(len(await read_body(request, 10))))
    except BodyTooLarge:
        return refusal(request, "Write less.", 413)


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=[Route("/", measure, methods=["POST"])]))


def test_a_body_may_be_as_large_as_the_limit(client: TestClient) -> None:
    assert client.post("/", content=b"x" * 10).text == "10"
    assert client.post("/").text == "0"


def test_a_larger_one_is_refused_in_the_way_the_caller_reads(client: TestClient) -> None:
    as_text = client.post("/", content=b"x" * 11)
    as_object = client.post("/", content=b"x" * 11, headers={"Accept": "application/json"})
    assert (as_text.status_code, as_text.text) == (413, "Write less.\n")
    assert (as_object.status_code, as_object.json()) == (413, {"error": "Write less."})


async def receive_all(*messages: Message) -> bytes:
    waiting = list(messages)

    async def receive() -> Message:
        return waiting.pop(0)

    return await receive_body(receive, 10)


async def test_parts_are_put_together_and_counted_together() -> None:
    part: Message = {"type": "http.request", "body": b"12345", "more_body": True}
    last: Message = {"type": "http.request", "body": b"6", "more_body": False}
    assert await receive_all(part, last) == b"123456"
    with pytest.raises(BodyTooLarge):
        await receive_all(part, part, last)
    with pytest.raises(BodyIncomplete):
        await receive_all(part, {"type": "http.disconnect"})


async def never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


async def test_who_sends_nothing_more_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.01)
    with pytest.raises(BodyTooSlow):
        await receive_body(never, 10)


async def test_who_sends_a_byte_now_and_then_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "_GRACE_SECONDS", 0.01)

    async def drip() -> Message:
        await asyncio.sleep(0.002)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(BodyTooSlow):
        await receive_body(drip, 10_000)


async def test_a_length_that_is_too_large_is_refused_before_anything_is_read() -> None:
    with pytest.raises(BodyTooLarge):
        await receive_body(never, 10, [(b"content-length", b"11")])


async def test_who_calls_is_proven_by_the_beginning_before_more_is_taken() -> None:
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 3
        return {"type": "http.request", "body": b"xxx", "more_body": taken < 9}

    async def prove(beginning: bytes) -> None:
        raise PermissionError(beginning)

    with pytest.raises(PermissionError, match="xxxxxx"):
        await receive_body(receive, 10, [(b"content-length", b"9")], (5, prove))
    assert taken == 6


HOSTILE = [
    b"[" + b"[]," * 400_000 + b"1]",
    b"[" + b'"",' * 900_000 + b"1]",
    b"[" * 300,
    b'{"a":' * 255 + b"1" + b"}" * 255,
]


CLOSING = [(b"connection", b"Close")]


@pytest.mark.parametrize(
    ("headers", "chunks", "read"),
    [
        (CLOSING, 8, 8),
        (CLOSING, 1, 1),  # nothing more comes, so nothing is waited for
        (CLOSING, 1000, 20),
        ([*CLOSING, (b"content-length", b"80")], 8, 8),
        ([*CLOSING, (b"content-length", b"1000000")], 8, 0),
        ([], 8, 1),  # the server lets the rest in by itself
    ],
)
async def test_the_rest_of_a_refused_body_is_let_in_where_the_connection_would_be_reset(
    headers: list[tuple[bytes, bytes]], chunks: int, read: int
) -> None:
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        assert taken <= chunks
        return {"type": "http.request", "body": b"x" * 10, "more_body": taken < chunks}

    async def refuse(beginning: bytes) -> None:
        raise PermissionError

    with pytest.raises((PermissionError, BodyTooLarge)):
        await receive_body(receive, 95, headers, (9, refuse))
    assert taken == read


@pytest.mark.parametrize("content", HOSTILE, ids=["values", "texts", "unclosed", "deep"])
def test_what_would_take_all_memory_or_all_of_the_stack_is_refused(content: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(Unparsable):
        parse_json(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * len(content) + 1_000_000


@pytest.mark.parametrize("text", ['{"a": [1, 2]}', '"' + 'say \\"[,]\\" ' * 40_000 + '"', '"' + "\\\\" * 300_000 + '"'])
async def test_commas_within_texts_are_not_values(text: str) -> None:
    assert await off_loop(parse_json, text.encode()) is not None


@pytest.mark.parametrize(
    "content",
    [
        b"a=%41&b=+x&c&=d&a=%C3%A9" + b"&long=" + b"%C3%A9+" * 40_000,
        b"x=" + b"y" * 65_533 + b"%41%4",
        b"x=" + b"%" * 70_000,
        b"",
    ],
    ids=["escapes", "at the cut", "no escapes", "empty"],
)
def test_a_large_form_is_read_as_a_small_one(content: bytes) -> None:
    assert parse_form(content) == parse_qsl(content.decode(), keep_blank_values=True)


def test_what_is_no_form() -> None:
    for content in (b"a=%FF", b"a=\xff", b"a&" * 6_000, b"x=" + b"%FF" * 40_000):
        with pytest.raises(Unparsable):
            parse_form(content)


def test_no_other_way_into_a_body_or_a_number_is_taken() -> None:
    """Starlette's own ways know no limit of bytes, of time or of digits."""
    unbounded = re.compile(r"(?:^|\s)(?:= |await )(?:request|http)\.(?:form|body|json|stream)\(\)|:int\}")
    folder = Path(bodies.__file__).parent
    files = (path for path in folder.rglob("*.py") if path.name != "remedies.py")  # which shows others' code
    found = [str(path) for path in files if unbounded.search(path.read_text())]
    assert found == []
