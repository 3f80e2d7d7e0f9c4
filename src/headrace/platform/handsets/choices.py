"""What can be done with a message besides opening a Flow: reply buttons, rows of a list, links, numbers, codes."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from headrace.platform.messaging.models import Message
from headrace.platform.templates.buttons import SPM, VOICE_CALL

Kind = Literal["reply", "row", "location", "url", "call", "copy", "products"]

ANSWERS = frozenset({"reply", "row", "location"})
"""Choosing one of these sends something to the business; the others stay on the phone."""

SEND_LOCATION = "Send location"


@dataclass(frozen=True)
class Choice:
    """One choice, counted from 0 within its message. `value` is what it stands for: the reply's id or payload, the
    address, the number, the code, the products. `section` is the heading of a list's row, `card` the position of the
    card it is on.
    """

    position: int
    kind: Kind
    label: str
    value: str
    description: str | None = None
    section: str | None = None
    card: int | None = None

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
        shown = message.shown or {}
        found = [(*entry, None, None, None) for entry in _of_template(shown)]
        for card, parts in enumerate(shown.get("cards", ())):
            found += [(*entry, None, None, card) for entry in _of_template(parts)]
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
            found += [("copy", str(button["autofill_text"]), button["code"])] if "autofill_text" in button else []
            found.append(("copy", label, button["code"]))
        elif "products" in button:
            found.append(("products", label, _products(button)))
        elif button.get("type") == SPM:
            found.append(("products", label, product_name(shown.get("header", {}).get("product"))))
        elif button.get("type") == VOICE_CALL:
            found.append(("call", label, ""))
    return found


def _products(button: dict[str, Any]) -> str:
    """The products that a button shows, by their ids: a list's by sections, of a catalog the one that stands for it."""
    sections = button.get("sections")
    if not sections:
        return ", ".join(button["products"])
    named = [(str(section["title"]), ", ".join(section["products"])) for section in sections]
    return " · ".join(f"{title}: {products}" if title else products for title, products in named)


def product_name(product: Any) -> str:
    """A product by its id in the catalog; the box has no catalogs."""
    return str(product.get("product_retailer_id", "")) if isinstance(product, dict) else ""


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
