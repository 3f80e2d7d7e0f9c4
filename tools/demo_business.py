"""The business in the demo: its Graph client, which keeps a transcript, and its webhook receiver."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

PATIENCE_SECONDS = 20


class GraphError(Exception):
    """Graph's own words."""


class Graph:
    """Calls the Graph API and writes every call and answer into the transcript."""

    def __init__(self, credentials: dict[str, Any], transcript: Path) -> None:
        self._base = f"{credentials['base_url']}/v23.0"
        self._token = credentials["access_token"]
        self._transcript = transcript
        self.calls = 0

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> dict[str, Any]:
        data, content_type = (json.dumps(body).encode(), "application/json") if body is not None else (None, "")
        return self._send(method, path, data, content_type, body, token)

    def upload(self, flow_id: str, text: str) -> dict[str, Any]:
        """Uploads a Flow JSON as multipart, the way the documentation shows."""
        boundary = "headrace-demo"
        parts = [("name", "flow.json"), ("asset_type", "FLOW_JSON")]
        body = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in parts
        )
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="flow.json"\r\n'
            f"Content-Type: application/json\r\n\r\n{text}\r\n--{boundary}--\r\n"
        )
        content_type = f"multipart/form-data; boundary={boundary}"
        return self._send("POST", f"{flow_id}/assets", body.encode(), content_type, "flow.json", None)

    def _send(
        self, method: str, path: str, data: bytes | None, content_type: str, shown: Any, token: str | None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token or self._token}"}
        if content_type:
            headers["Content-Type"] = content_type
        request = urllib.request.Request(f"{self._base}/{path}", data=data, headers=headers, method=method)
        self.calls += 1
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise GraphError(error.read().decode()) from None
        with self._transcript.open("a") as transcript:
            entry = {"kind": "graph", "method": method, "path": path, "request": shown, "answer": found}
            transcript.write(json.dumps(entry) + "\n")
        return found


class Receiver:
    """The developer's webhook, for as long as the walk takes."""

    def __init__(self, app_secret: str, verify_token: str) -> None:
        self._secret = app_secret.encode()
        self._verify_token = verify_token
        self._events: list[tuple[dict[str, Any], bool]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    @property
    def count(self) -> int:
        return len(self._events)

    def __enter__(self) -> "Receiver":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def wait_for_status(self, wamid: str, status: str) -> None:
        self._wait(
            lambda value: any(
                entry["id"] == wamid and entry["status"] == status for entry in value.get("statuses", [])
            ),
            f"the webhook that {wamid} is {status}",
        )

    def wait_for_response(self, wamid: str) -> tuple[dict[str, Any], bool]:
        """The response to a Flow message, and whether its webhook was signed right."""
        value, is_signed = self._wait(
            lambda value: any(
                message["type"] == "interactive" and message["context"]["id"] == wamid
                for message in value.get("messages", [])
            ),
            "the response's webhook",
        )
        reply = value["messages"][0]["interactive"]["nfm_reply"]
        response: dict[str, Any] = json.loads(reply["response_json"])
        return response, is_signed

    def _wait(self, is_wanted: Any, what: str) -> tuple[dict[str, Any], bool]:
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for event, is_signed in list(self._events):
                value = event["entry"][0]["changes"][0]["value"]
                if is_wanted(value):
                    return value, is_signed
            time.sleep(0.02)
        raise TimeoutError(f"{what} did not come within {PATIENCE_SECONDS} s")

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                query = parse_qs(urlsplit(self.path).query)
                is_known = query.get("hub.verify_token") == [receiver._verify_token]
                self._answer(200 if is_known else 403, query.get("hub.challenge", [""])[0] if is_known else "Forbidden")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                expected = "sha256=" + hmac.new(receiver._secret, body, hashlib.sha256).hexdigest()
                is_signed = hmac.compare_digest(expected, self.headers.get("X-Hub-Signature-256", ""))
                receiver._events.append((json.loads(body), is_signed))
                self._answer(200, "EVENT_RECEIVED")

            def _answer(self, status: int, text: str) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the base class's name
                pass

        return Handler


@dataclass
class Business:
    """Everything the walk needs."""

    graph: Graph
    credentials: dict[str, Any]
    endpoint_url: str
    public_key: str
    receiver: Receiver
    started: float = field(default_factory=time.monotonic)
