"""An endpoint as beginners write them: a process of its own, which answers as text/html and exits on what it does not
expect.

`PRIVATE_KEY` is a PEM, `APP_SECRET` signs the requests. It prints its port.
"""

import base64
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from headrace.exchange.keys import load_private_key
from headrace.exchange.sealing import CannotOpen, open_request, seal_response, signature_matches

PRIVATE_KEY = load_private_key(os.environ["PRIVATE_KEY"])
PICTURE = "/9j/" + base64.b64encode(bytes(range(256)) * 492).decode()
TENURES = [{"id": "12", "title": "12 months"}, {"id": "24", "title": "24 months"}]
LOAN = {"tenures": TENURES, "tenure": "24", "rate": "9 %", "price": "18,000"}


def next_screen(request: dict[str, Any]) -> dict[str, Any] | None:
    """The answer; None for what nobody thought of."""
    data = request.get("data", {})
    if request["action"] == "ping":
        return {"data": {"status": "active"}}
    if "error" in data:
        return {"data": {"acknowledged": True}}
    if request["action"] == "INIT":
        return {"screen": "LOAN", "data": LOAN}
    if request["action"] != "data_exchange":
        return None
    match request["screen"]:
        case "LOAN" if "price" not in data:  # only what changed is sent back
            return {"screen": "LOAN", "data": {"tenure": data["tenure"], "price": f"63,000 for {data['tenure']}"}}
        case "LOAN":
            return {"screen": "PICTURE", "data": {"picture": PICTURE}}
        case "PICTURE" if data.get("keep"):
            return {"screen": "COMPLETE", "data": {}}
        case "PICTURE":  # the flow token is left out
            params = {"picture": "dropped"}
            return {"screen": "SUCCESS", "data": {"extension_message_response": {"params": params}}}
    return None


class Handler(BaseHTTPRequestHandler):
    """Answers POST to any path."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not signature_matches(os.environ["APP_SECRET"], body, self.headers["X-Hub-Signature-256"]):
            return self.answer(432, "")
        try:
            opened = open_request(body, PRIVATE_KEY)
        except CannotOpen:
            return self.answer(421, "")
        following = next_screen(json.loads(opened.body))
        if following is None:
            os._exit(1)
        return self.answer(200, seal_response(json.dumps(following).encode(), opened.key, opened.iv))

    def answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    server = HTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
