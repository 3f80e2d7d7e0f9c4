"""A connection that never brings a request is closed, one that is used is not."""

import socket

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from tests.serving import Served

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
