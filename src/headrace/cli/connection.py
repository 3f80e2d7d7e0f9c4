"""The box that a command speaks to: its address, token and ids, from the environment or from `.demo/env`.

Standard library only, and synchronous: these commands make a few calls one after another.
"""

import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from headrace.cli.terminal import stop

ENVIRONMENT_FILE = Path(".demo") / "env"
_EXPORT = re.compile(r"^(?:export\s+)?([A-Z_]+)='?([^'\n]*)'?$", re.MULTILINE)
_PATIENCE_SECONDS = 120.0
_VERSION = "v23.0"
_NAMES = {
    "url": "HEADRACE_URL",
    "token": "TOKEN",
    "waba_id": "WABA",
    "phone_number_id": "PHONE",
    "app_id": "APP",
    "app_secret": "APP_SECRET",
    "verify_token": "VERIFY_TOKEN",
    "flow_id": "FLOW",
}


class CallRefused(Exception):
    """A call was answered with an error. `error` is Graph's object, or empty for other calls."""

    def __init__(self, words: str, status: int, error: dict[str, Any] | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.error = error or {}


@dataclass(frozen=True)
class BoxConnection:
    """How to reach a box. What the environment does not name is None."""

    url: str
    token: str | None = None
    waba_id: str | None = None
    phone_number_id: str | None = None
    app_id: str | None = None
    app_secret: str | None = None
    verify_token: str | None = None
    flow_id: str | None = None

    def graph(self, method: str, path: str, **parameters: Any) -> Any:
        """Calls the Graph API; parameters are the query of a GET, else a JSON body. Raises `CallRefused`."""
        url = f"{self.url}/{_VERSION}/{path}"
        headers = {"Authorization": f"Bearer {self.token or ''}"}
        if method == "GET":
            url += f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
            return self._send(method, url, headers, None)
        return self._send(method, url, {**headers, "Content-Type": "application/json"}, json.dumps(parameters).encode())

    def as_app(self) -> "BoxConnection":
        """The same with the app's own token, which registers its webhook."""
        return replace(self, token=f"{needed(self.app_id, 'app_id')}|{needed(self.app_secret, 'app_secret')}")

    def upload(self, path: str, name: str, content: bytes, fields: Mapping[str, str]) -> Any:
        """Posts one file to the Graph API, as `multipart/form-data`."""
        name = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        boundary = "headrace" + os.urandom(12).hex()
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
            for field, value in fields.items()
        ]
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/json'
        parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), content, f"\r\n--{boundary}--\r\n".encode()]
        headers = {
            "Authorization": f"Bearer {self.token or ''}",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        return self._send("POST", f"{self.url}/{_VERSION}/{path}", headers, b"".join(parts))

    def world(self, method: str = "GET", path: str = "", **members: Any) -> dict[str, Any]:
        """Calls the control room. Raises `CallRefused`."""
        data = None if method == "GET" else json.dumps(members).encode()
        query = f"?{urllib.parse.urlencode(members)}" if method == "GET" and members else ""
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if data else {})}
        found = self._send(method, f"{self.url}/_world{path}{query}", headers, data)
        if not isinstance(found, dict):
            raise CallRefused(f"{self.url} has no control room.", 404)
        return found

    def page(self, method: str, path: str, **members: Any) -> Any:
        """Calls a page of the box that also answers scripts, such as a phone's. Raises `CallRefused`."""
        data = None if method == "GET" else json.dumps(members).encode()
        headers = {"Accept": "application/json", **({"Content-Type": "application/json"} if data else {})}
        return self._send(method, urllib.parse.urljoin(self.url, path), headers, data)

    def post_text(self, path: str, text: bytes) -> Any:
        """Posts a text to a page of the box that also answers scripts. Raises `CallRefused`."""
        headers = {"Accept": "application/json", "Content-Type": "text/plain"}
        return self._send("POST", urllib.parse.urljoin(self.url, path), headers, text)

    def _send(self, method: str, url: str, headers: dict[str, str], data: bytes | None) -> Any:
        request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310 - http only
        try:
            with _OPENER.open(request, timeout=_PATIENCE_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise _refused(error) from None
        except (urllib.error.URLError, OSError) as error:
            reason = getattr(error, "reason", error)
            stop(f"{self.url} cannot be reached: {reason}. Start the box with make demo or headrace serve.")
        except ValueError:
            stop(f"{self.url} answered with something that is not JSON. Is it a box?")


def connect(url: str | None = None) -> BoxConnection:
    """The box of the environment: HEADRACE_URL, TOKEN, WABA, PHONE … or what `.demo/env` says. Ends the command with a
    sentence where neither names one.
    """
    found = {**_demo(), **{name: value for name in _NAMES.values() if (value := os.environ.get(name))}}
    address = (url or found.get("HEADRACE_URL") or "").rstrip("/")
    if not address:
        stop(
            "Which box? Start one with make demo, whose .demo/env is read here, or set HEADRACE_URL, TOKEN, WABA and "
            "PHONE to what headrace serve prints."
        )
    if not address.startswith(("http://", "https://")):
        stop(f"{address} is no address of a box. Write it like http://127.0.0.1:8460.")
    values = {field: found.get(name) for field, name in _NAMES.items() if field != "url"}
    return BoxConnection(address, **values)


def needed(value: str | None, field: str) -> str:
    """A value of the connection that the command cannot do without."""
    if not value:
        stop(f"{_NAMES[field]} is not set. headrace serve prints it; make demo writes it into .demo/env.")
    return value


def _demo() -> dict[str, str]:
    try:
        return dict(_EXPORT.findall(ENVIRONMENT_FILE.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return {}


def _refused(error: urllib.error.HTTPError) -> CallRefused:
    text = error.read(100_000).decode("utf-8", "replace")
    try:
        found = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        first = text.strip().splitlines()[0][:300] if text.strip() else ""
        return CallRefused(first or f"The answer has HTTP status {error.code}.", error.code)
    if isinstance(found, dict):
        details = found.get("error_user_msg") or (found.get("error_data") or {}).get("details")
        words = f"{found.get('message')}" + (f": {details}" if details else "")
        return CallRefused(words, error.code, found)
    return CallRefused(str(found), error.code)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


# Loopback needs no proxy, and a token goes nowhere else.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())
