"""What can be done with a message besides opening a Flow: reply buttons, rows of a list, links, numbers, codes."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from headrace.platform.messaging.models import Message

Kind = Literal["reply", "row", "location", "url", "call", "copy"]

ANSWERS = frozenset({"reply", "row", "location"})
"""Choosing one of these sends something to the business; the others stay on the phone."""

SEND_LOCATION = "Send location"


@dataclass(frozen=True)
class Choice:
    """One choice, counted from 0 within its message. `value` is what it stands for: the reply's id or payload, the
    address, the number, the code. `section` is the heading of a list's row.
    """

    position: int
    kind: Kind
    label: str
    value: str
    description: str | None = None
    section: str | None = None

    @property
    def answers(self) -> bool:
        return self.kind in ANSWERS

    @property
    def is_link(self) -> bool:
        return self.kind == "url" and urlsplit(self.value).scheme in {"http", "https"}


def choices_of(message: Message) -> tuple[Choice, ...]:
    """The choices of a message of the business; none of a person's own."""
    if message.direction != "out":
        return ()
    if message.type == "template":
        found = _of_template(message.shown or {})
    elif message.type == "interactive":
        found = _of_interactive(message.payload)
    else:
        found = []
    return tuple(Choice(position, *entry) for position, entry in enumerate(found))


def list_label(message: Message) -> str | None:
    """What stands on the button that shows the rows of a list."""
    if message.type != "interactive" or message.direction != "out" or message.payload.get("type") != "list":
        return None
    return str(message.payload["action"]["button"])


def _of_template(shown: dict[str, Any]) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    for button in shown.get("buttons", ()):
        label = str(button.get("text", ""))
        if "payload" in button:
            found.append(("reply", label, button["payload"]))
        elif "url" in button:
            found.append(("url", label, button["url"]))
        elif "phone_number" in button:
            found.append(("call", label, button["phone_number"]))
        elif "code" in button:
            found.append(("copy", label, button["code"]))
    return found


def _of_interactive(payload: dict[str, Any]) -> list[tuple[Any, ...]]:
    kind, action = payload.get("type"), payload.get("action", {})
    if kind == "button":
        replies = [button["reply"] for button in action["buttons"]]
        return [("reply", str(reply["title"]), str(reply["id"])) for reply in replies]
    if kind == "list":
        return [
            ("row", str(row["title"]), str(row["id"]), row.get("description") or None, section.get("title") or None)
            for section in action["sections"]
            for row in section["rows"]
        ]
    if kind == "cta_url":
        parameters = action["parameters"]
        return [("url", str(parameters["display_text"]), str(parameters["url"]))]
    if kind == "location_request_message":
        return [("location", SEND_LOCATION, "")]
    return []
