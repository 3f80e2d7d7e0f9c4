"""Endpoints as processes of their own, for comparison: `python -m benchmarks.endpoint_servers KIND KEY.pem`.

Each answers the same request with the same screen, prints its port once it listens, and runs until it is ended.
"""

import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn

SECRET = "secret"  # noqa: S105 - nothing is kept behind it
SHOWN = {"greeting": "Good morning"}


def library(key: Path) -> Any:
    """The endpoint library."""
    from headrace.exchange.endpoint import Endpoint, Request, Screen

    endpoint = Endpoint(private_key=key, app_secret=SECRET)

    @endpoint.on("A")
    async def answer(_request: Request) -> Screen:
        return Screen("A", SHOWN)

    return endpoint


def relay(key: Path, target: str) -> Any:
    """The relay before a service."""
    from headrace.exchange.key_files import KeyFolder
    from headrace.exchange.relay import Relay
    from headrace.outbound import Outbound

    transport = Outbound(private_networks=True)
    return Relay(target, keys=KeyFolder(key.parent), app_secret=SECRET, transport=transport)


async def service(scope: Any, receive: Any, send: Any) -> None:
    """A service behind the relay."""
    await receive()
    body = b'{"screen":"A","data":{"greeting":"Good morning"}}'
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def pywa(key: Path) -> Any:
    """pywa's ciphers and signature check in a FastAPI application, as its own server does it."""
    import hashlib
    import hmac

    from fastapi import FastAPI, Request, Response
    from pywa.utils import default_flow_request_decryptor, default_flow_response_encryptor

    app, pem = FastAPI(), key.read_text()

    @app.post("/")
    async def answer(request: Request) -> Response:
        raw = await request.body()
        expected = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, request.headers["x-hub-signature-256"]):
            return Response(status_code=432)
        body = await request.json()
        _clear, aes_key, iv = default_flow_request_decryptor(
            body["encrypted_flow_data"], body["encrypted_aes_key"], body["initial_vector"], pem
        )
        return Response(default_flow_response_encryptor({"screen": "A", "data": SHOWN}, aes_key, iv))

    return app


def main() -> None:
    kind, *arguments = sys.argv[1:]
    apps: dict[str, Callable[[], Any]] = {
        "library": lambda: library(Path(arguments[0])),
        "relay": lambda: relay(Path(arguments[0]), arguments[1]),
        "service": lambda: service,
        "pywa": lambda: pywa(Path(arguments[0])),
    }
    app = apps[kind]()
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", proxy_headers=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
