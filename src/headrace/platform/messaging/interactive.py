"""Interactive messages: buttons, lists, links, requests for a location, Flows. Read and checked; pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from headrace.platform.errors.catalogue import MEMBER_INVALID, TYPE_UNSUPPORTED
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.flow_buttons import FlowButton, read_flow_button
from headrace.platform.messaging.media_objects import MediaName, check_address, read_media

_LONGEST_HEADER = 60
_LONGEST_BODY = 1024
_LONGEST_LIST_BODY = 4096
_LONGEST_FOOTER = 60
_MOST_BUTTONS = 3
_LONGEST_BUTTON = 20
_LONGEST_BUTTON_ID = 256
_MOST_SECTIONS = 10
_MOST_ROWS = 10
_LONGEST_SECTION = 24
_LONGEST_ROW = 24
_LONGEST_ROW_ID = 200
_LONGEST_DESCRIPTION = 72
_MEDIA_HEADERS = ("image", "video", "document")


@dataclass(frozen=True)
class Interactive:
    """`payload` is the object as it was sent, with whatever came as text of JSON taken out of it."""

    payload: dict[str, Any]
    flow: FlowButton | None = None
    files: tuple[MediaName, ...] = ()


def read_interactive(interactive: Fields) -> Interactive:
    """Reads the object `interactive` of a message."""
    kind = interactive.text("type").lower()
    reader = _ACTIONS.get(kind)
    if reader is None:
        known = ", ".join(f"`{name}`" for name in _ACTIONS)
        raise TYPE_UNSUPPORTED.detailed(
            f"This box shows no interactive messages of type `{kind[:40]}` on its phones. Send one of {known}.",
        )
    header = interactive.optional_object("header")
    files = () if header is None else _read_header(header, kind)
    body = interactive.object("body")
    body.text("text", longest=_LONGEST_LIST_BODY if kind == "list" else _LONGEST_BODY)
    footer = interactive.optional_object("footer")
    if footer is not None:
        footer.text("text", longest=_LONGEST_FOOTER)
    action, flow = reader(interactive.object("action"))
    payload = {**interactive.value, "type": kind, "body": body.value, "action": action}
    for name, part in (("header", header), ("footer", footer)):
        if part is not None:
            payload[name] = part.value
    return Interactive(payload, flow, files)


def _read_header(header: Fields, kind: str) -> tuple[MediaName, ...]:
    kinds = ("text",) if kind in {"list", "location_request_message"} else ("text", *_MEDIA_HEADERS)
    shown = header.choice("type", kinds)
    if shown == "text":
        header.text("text", longest=_LONGEST_HEADER)
        return ()
    media = header.object(shown)
    header.value = {**header.value, "type": shown, shown: media.value}
    return (read_media(media, shown),)


def _read_flow(action: Fields) -> tuple[dict[str, Any], FlowButton]:
    action.choice("name", ("flow",))
    parameters = action.object("parameters")
    return {**action.value, "parameters": parameters.value}, read_flow_button(parameters)


def _read_buttons(action: Fields) -> tuple[dict[str, Any], None]:
    replies = []
    for button in action.objects("buttons"):
        button.choice("type", ("reply",), "reply")
        reply = button.object("reply")
        reply_id = reply.text("id", longest=_LONGEST_BUTTON_ID)
        replies.append({"id": reply_id, "title": reply.text("title", longest=_LONGEST_BUTTON)})
    if not 1 <= len(replies) <= _MOST_BUTTONS:
        raise MEMBER_INVALID.detailed(f"`{action.path('buttons')}` has {len(replies)} buttons. Give 1 to 3.")
    for member in ("id", "title"):
        _check_unique(action.path("buttons"), member, (reply[member] for reply in replies))
    return {**action.value, "buttons": [{"type": "reply", "reply": reply} for reply in replies]}, None


def _read_list(action: Fields) -> tuple[dict[str, Any], None]:
    label = action.text("button", longest=_LONGEST_BUTTON)
    given = action.objects("sections")
    if not 1 <= len(given) <= _MOST_SECTIONS:
        raise MEMBER_INVALID.detailed(
            f"`{action.path('sections')}` has {len(given)} sections. Give 1 to {_MOST_SECTIONS}."
        )
    sections = [_read_section(section, needs_title=len(given) > 1) for section in given]
    rows = [row for section in sections for row in section["rows"]]
    if not 1 <= len(rows) <= _MOST_ROWS:
        raise MEMBER_INVALID.detailed(
            f"`{action.path('sections')}` have {len(rows)} rows together. Give 1 to {_MOST_ROWS}."
        )
    _check_unique(action.path("sections"), "id", (row["id"] for row in rows))
    return {**action.value, "button": label, "sections": sections}, None


def _read_section(section: Fields, *, needs_title: bool) -> dict[str, Any]:
    title = section.optional_text("title", longest=_LONGEST_SECTION)
    if needs_title:
        title = section.text("title")
    rows = []
    for given in section.objects("rows"):
        row: dict[str, Any] = {
            "id": given.text("id", longest=_LONGEST_ROW_ID),
            "title": given.text("title", longest=_LONGEST_ROW),
        }
        description = given.optional_text("description", longest=_LONGEST_DESCRIPTION)
        if description:
            row["description"] = description
        rows.append(row)
    return {"title": title, "rows": rows} if title else {"rows": rows}


def _read_link(action: Fields) -> tuple[dict[str, Any], None]:
    action.choice("name", ("cta_url",))
    parameters = action.object("parameters")
    parameters.text("display_text", longest=_LONGEST_BUTTON)
    check_address(parameters, "url")
    return {**action.value, "parameters": parameters.value}, None


def _read_location_request(action: Fields) -> tuple[dict[str, Any], None]:
    action.choice("name", ("send_location",))
    return action.value, None


def _check_unique(path: str, member: str, values: Iterable[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise MEMBER_INVALID.detailed(f"`{path}` have the {member} `{value[:40]}` twice. Make each another one.")
        seen.add(value)


_ACTIONS: Mapping[str, Callable[[Fields], tuple[dict[str, Any], FlowButton | None]]] = {
    "flow": _read_flow,
    "button": _read_buttons,
    "list": _read_list,
    "cta_url": _read_link,
    "location_request_message": _read_location_request,
}
