"""Bodies are read to a limit; answers in words come as an object to scripts."""

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message

from headrace.ui.answers import refusal
from headrace.ui.bodies import BodyTooLarge, read_body, receive_body

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
    with pytest.raises(ClientDisconnect):
        await receive_all(part, {"type": "http.disconnect"})
