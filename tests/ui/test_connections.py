"""A connection that never brings a request is closed, one that is used is not."""

import http.client
import socket

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.serving import Served

from headrace.ui.bodies import read_body
from headrace.ui.connections import PatientProtocol


class Impatient(PatientProtocol):
    header_seconds = 0.1


async def answer(_request: Request) -> Response:
    return PlainTextResponse("here")


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nX-"])
@pytest.mark.parametrize("before", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"])
def test_headers_are_not_waited_for_without_end(before: bytes, begun: bytes) -> None:
    app = Starlette(routes=[Route("/", answer)])
    config = uvicorn.Config(app, http=Impatient, port=0, log_level="warning", lifespan="off", timeout_keep_alive=1)
    with Served(app, config) as server, socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(before)
        received = b""
        while before and not received.endswith(b"here"):
            received += connection.recv(4096)
        connection.sendall(begun)
        assert connection.recv(4096) == b""  # the server closes


async def refuse(request: Request) -> Response:
    async def prove(_beginning: bytes) -> None:
        raise PermissionError

    try:
        await read_body(request, 12 * 1024 * 1024, (1024, prove))
    except PermissionError:
        return PlainTextResponse("not you", 401)
    return PlainTextResponse("read")


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_who_sends_a_large_body_reads_why_it_is_refused(connection: str) -> None:
    app = Starlette(routes=[Route("/", refuse, methods=["POST"])])
    config = uvicorn.Config(app, http=PatientProtocol, port=0, log_level="warning", lifespan="off")
    with Served(app, config) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        client.request("POST", "/", b"x" * (8 * 1024 * 1024), {"Connection": connection})
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (401, b"not you")
        client.close()
