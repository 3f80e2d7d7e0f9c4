"""A phone of a running box, driven from Python.

It speaks to the same addresses as the phone's page and asks for JSON, so a script does nothing a person could not do.
Standard library only: it may be imported by any test run.
"""

import json
import mimetypes
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PATIENCE_SECONDS = 15.0
_REQUEST_SECONDS = 30.0


class PhoneError(Exception):
    """The phone refused, or what was waited for did not come. The words say what."""


class Handset:
    """One simulated phone, by the address `headrace serve` prints for it."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def wa_id(self) -> str:
        """The phone's number in digits."""
        return str(self.look()["handset"]["wa_id"])

    def look(self) -> dict[str, Any]:
        """What the phone shows: `handset`, `sender`, `chats`, `messages` and the `session_url` of an open Flow."""
        return _call("GET", self.url)

    def messages(self) -> list[dict[str, Any]]:
        """The bubbles of the chat that is open, oldest first."""
        return list(self.look()["messages"])

    def write(self, text: str) -> None:
        """Writes a text to the sender whose chat is open."""
        _call("POST", f"{self.url}/write", {"text": text})

    def see(self) -> None:
        """Looks at the chat that is open: what came in is read."""
        _call("POST", f"{self.url}/seen", {})

    def tap(self, wamid: str, label: str) -> None:
        """Taps a reply button, or chooses a row of a list, of a message that arrived; raises `PhoneError`."""
        message = self.wait_for_message(lambda message: message["id"] == wamid, f"the message {wamid}")
        choice = next((choice for choice in message["choices"] if choice["label"] == label), None)
        if choice is None:
            offered = ", ".join(choice["label"] for choice in message["choices"]) or "nothing"
            raise PhoneError(f"the message offers no {label!r}, but {offered}")
        _call("POST", f"{self.url}/tap", {"message": wamid, "choice": choice["position"]})

    def react(self, wamid: str, emoji: str) -> None:
        """Puts an emoji to a message; an empty one takes it away."""
        _call("POST", f"{self.url}/react", {"message": wamid, "emoji": emoji})

    def go_offline(self) -> None:
        """Loses the network: messages wait as sent, and no form opens."""
        _call("POST", f"{self.url}/switches", {"online": "off"})

    def go_online(self) -> None:
        """Has a network again: what waited arrives, in its order."""
        _call("POST", f"{self.url}/switches", {"online": "on"})

    def send_read_receipts(self, sends: bool = True) -> None:
        """Whether businesses hear of what is read on this phone."""
        _call("POST", f"{self.url}/switches", {"read_receipts": "on" if sends else "off"})

    def block(self) -> None:
        """Blocks the sender whose chat is open: what it writes from now on never arrives."""
        _call("POST", f"{self.url}/block", {})

    def unblock(self) -> None:
        """Unblocks it again; what it wrote meanwhile stays lost."""
        _call("POST", f"{self.url}/unblock", {})

    def remove(self) -> None:
        """Takes the phone off the box; the number is nobody's then."""
        _call("POST", f"{self.url}/remove", {})

    def wait_for_message(self, found: Callable[[dict[str, Any]], bool], what: str = "a message") -> dict[str, Any]:
        """The first bubble for which `found` is true, waiting for it; raises `PhoneError`."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            match = next((message for message in self.messages() if found(message)), None)
            if match is not None:
                return match
            if time.monotonic() > end:
                raise PhoneError(f"{what} did not arrive on the phone within {_PATIENCE_SECONDS:.0f} s")
            time.sleep(0.05)

    def open(self, wamid: str) -> "OpenFlow":
        """Waits for a Flow message and presses its button."""
        self.wait_for_message(lambda message: message["id"] == wamid, f"the message {wamid}")
        opened = _call("POST", f"{self.url}/open", {"message": wamid})
        if not opened.get("session_url"):
            raise PhoneError(opened.get("notice") or "the Flow did not open")
        return OpenFlow(_absolute(self.url, opened["session_url"]))


class OpenFlow:
    """A Flow that is open on a phone. Every act returns once the phone is at rest again."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.state: dict[str, Any] = {}
        self.refresh()

    @property
    def status(self) -> str:
        """`ready`, `error`, `completed`, `closed` or `expired`; `loading` only while an endpoint is asked."""
        return str(self.state["status"])

    @property
    def screen(self) -> str | None:
        """The id of the screen that is shown, none before the first and behind an error."""
        return self.state.get("screen")

    @property
    def title(self) -> str | None:
        return self.state.get("title")

    @property
    def notice(self) -> str | None:
        """What the phone tells in a snackbar, in the dialog that ends a Flow, or on its error screen."""
        return self.state.get("notice")

    @property
    def error_type(self) -> str | None:
        """The protocol's name for what keeps the Flow from opening."""
        return self.state.get("error_type")

    @property
    def components(self) -> list[dict[str, Any]]:
        """What the screen shows, from top to bottom, as the phone worked it out."""
        return list(self.state.get("components", []))

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Those of the components that can be filled in."""
        return [component for component in self.components if "name" in component]

    @property
    def footer(self) -> dict[str, Any] | None:
        """The button at the bottom: `label`, `enabled`, and the `reason` when it is shut."""
        return next((component for component in self.components if component["type"] == "Footer"), None)

    @property
    def text(self) -> str:
        """Every text on the screen, a line each."""
        return "\n".join(_texts(self.components))

    def input(self, name: str) -> dict[str, Any]:
        """One input by its name; raises `PhoneError` when the screen does not show it."""
        found = next((part for part in self.inputs if part["name"] == name), None)
        if found is None:
            raise PhoneError(f"the screen {self.screen} shows no input named {name!r}")
        return found

    def refresh(self) -> "OpenFlow":
        """Waits until the phone is at rest and reads what it shows."""
        end = time.monotonic() + _PATIENCE_SECONDS
        self._take(_call("GET", self.url))
        while self.status == "loading":
            if time.monotonic() > end:
                raise PhoneError(f"the Flow was still loading after {_PATIENCE_SECONDS:.0f} s")
            time.sleep(0.03)
            self._take(_call("GET", self.url))
        return self

    def fill(self, **values: Any) -> None:
        """Types into inputs, by their names."""
        self._act("keep", {"values": values})

    def select(self, name: str, value: Any) -> None:
        """Makes a choice, which runs what the Flow does on it."""
        self._act("select", {"name": name, "value": value})

    def upload(self, name: str, *paths: str | Path) -> None:
        """Chooses files in a picker; raises `PhoneError` for the first that it does not take."""
        self._answered(_post_files(f"{self.url}/upload", name, [Path(path) for path in paths]))

    def remove(self, name: str, file_name: str) -> None:
        """Takes a file out of a picker again."""
        self._act("remove", {"name": name, "value": file_name})

    def tap(self, target: str) -> None:
        """Presses a button or a link, by its label or by its component's name."""
        self._act("tap", {"target": target})

    def back(self) -> None:
        self._act("back", {})

    def close(self) -> None:
        self._act("close", {})

    def _act(self, act: str, body: dict[str, Any]) -> None:
        self._answered(_call("POST", f"{self.url}/{act}", body))

    def _answered(self, state: dict[str, Any]) -> None:
        self._take(state)
        refused = self.state.get("refused")
        if refused:
            raise PhoneError(f"{refused['target']}: {refused['reason']}")
        if self.status == "loading":
            self.refresh()

    def _take(self, state: dict[str, Any]) -> None:
        self.state = state


def _texts(components: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    for component in components:
        for member in ("text", "label", "title"):
            value = component.get(member)
            if isinstance(value, str):
                found.append(value)
            elif isinstance(value, list):
                found.extend(str(line) for line in value)
    return found


def _absolute(base: str, url: str) -> str:
    return urllib.parse.urljoin(base, url)


def _post_files(url: str, name: str, paths: list[Path]) -> dict[str, Any]:
    boundary = secrets.token_hex(16)
    parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{name}\r\n'.encode()]
    for path in paths:
        # As browsers write it: a quotation mark or a line end in a name must not end the header.
        shown = path.name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head = f'Content-Disposition: form-data; name="files"; filename="{shown}"'
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        parts += [f"--{boundary}\r\n{head}\r\nContent-Type: {kind}\r\n\r\n".encode(), path.read_bytes(), b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return _send("POST", url, b"".join(parts), f"multipart/form-data; boundary={boundary}")


def _call(method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    if body is None:
        return _send(method, url, None, None)
    return _send(method, url, json.dumps(body).encode(), "application/json")


def _send(method: str, url: str, data: bytes | None, content_type: str | None) -> dict[str, Any]:
    headers = {"Accept": "application/json"}
    if content_type is not None:
        headers["Content-Type"] = content_type
    request = urllib.request.Request(url, data=data, headers=headers, method=method)  # noqa: S310 - a local http address
    try:
        with urllib.request.urlopen(request, timeout=_REQUEST_SECONDS) as answer:  # noqa: S310
            found = json.load(answer)
    except urllib.error.HTTPError as error:
        raise PhoneError(_reason(error)) from None
    except urllib.error.URLError as error:
        raise PhoneError(f"the phone at {url} cannot be reached: {error.reason}") from None
    if not isinstance(found, dict):
        raise PhoneError(f"the phone at {url} answered with something that is not an object")
    return found


def _reason(error: urllib.error.HTTPError) -> str:
    text = error.read().decode("utf-8", "replace")
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text.strip()[:300] or f"HTTP status {error.code}"
