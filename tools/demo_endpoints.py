"""The endpoints of the demo's two ill Flows. They are well: what befalls them is done in the control room.

python tools/demo_endpoints.py --private-key FILE --app-secret SECRET [--port 0]
"""

import argparse
import socket
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from headrace.exchange.endpoint import Endpoint, Request, Screen

REPAIRS = ("We are waiting for a part.", "It is being assembled.", "Ready: come by from Thursday on.")


def repairs(private_key: str, app_secret: str) -> Endpoint:
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)

    @endpoint.on_init
    def begin(request: Request) -> Screen:
        return Screen("REPAIR", {"state": "Type in your ticket to see how far your repair is."})

    @endpoint.on("REPAIR")
    def look(request: Request) -> Screen:
        ticket = str(request.data.get("ticket") or "")
        return Screen("REPAIR", {"state": REPAIRS[sum(ticket.encode()) % len(REPAIRS)]})

    return endpoint


def claims(private_key: str, app_secret: str) -> Endpoint:
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)

    @endpoint.on_init
    def begin(request: Request) -> Screen:
        return Screen("CLAIM", {"insurer": "Canal Mutual"})

    @endpoint.on("CLAIM")
    def take(request: Request) -> Screen:
        return Screen("SENT")

    return endpoint


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--private-key", type=Path, required=True)
    parser.add_argument("--app-secret", required=True)
    given = parser.parse_args()
    key = given.private_key.read_text()
    app = Starlette(
        routes=[
            Mount("/repairs", repairs(key, given.app_secret)),
            Mount("/claims", claims(key, given.app_secret)),
        ]
    )
    listener = socket.create_server(("127.0.0.1", given.port))
    print(f"Listening on http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off")).run(sockets=[listener])


if __name__ == "__main__":
    main()
