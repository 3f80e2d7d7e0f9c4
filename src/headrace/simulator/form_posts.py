"""What a page or a script posts to a sheet, read into values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from headrace.phone.rendering import Drawn
from headrace.phone.screen.view import ScreenView
from headrace.phone.session import Session
from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, off_loop, parse_form, parse_json, read_body

LARGEST_BODY = 4 * 1024 * 1024
MOST_FIELDS = 5_000
_INPUT, _LIST, _FLAG = "in:", "list:", "flag:"
_ENDS = {"start:": "start-date", "end:": "end-date"}


class Unreadable(ValueError):
    """The body cannot be read; `status` is the HTTP status that says so."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass(frozen=True, slots=True)
class Posted:
    """One post. `values` are inputs by name, `visit` the showing of the screen they stand on (0 when none was
    shown, None from scripts). `others` are the fields of the page around the sheet."""

    values: Mapping[str, Any] = field(default_factory=dict)
    visit: int | None = None
    target: str = ""
    name: str = ""
    value: Any = None
    drawn: Drawn = field(default_factory=Drawn)
    others: Mapping[str, str] = field(default_factory=dict)

    def belongs_to(self, screen: ScreenView | None) -> bool:
        """Whether the page shows the present screen; what comes from another one is out of date."""
        return self.visit is None or self.visit == (screen.visit if screen else 0)

    def current_values(self, session: Session, screen: ScreenView | None) -> dict[str, Any]:
        """The values, but for those of inputs that the Flow wrote anew since the page drew them, which are old, and of
        inputs that the Flow lost since then.
        """
        if self.visit is None or screen is None:
            return dict(self.values)
        gone = self.values.keys() - session.program.screens[screen.id].inputs.keys()
        if self.drawn.values:
            gone |= {field.name for field in screen.fields() if field.id not in self.drawn.values}
        return {name: value for name, value in self.values.items() if name not in gone}


async def read(request: Request) -> Posted:
    """Reads a body; raises `Unreadable`."""
    try:
        body = await read_body(request, LARGEST_BODY)
    except BodyTooLarge as error:
        raise Unreadable(413, "This is more than a phone's screen can hold. Send less than 4 MB.") from error
    except BodyRefused as error:
        raise Unreadable(error.status, "What was sent does not come to its end. Try again.") from error
    is_json = request.headers.get("content-type", "").startswith("application/json")
    return await off_loop(_from_json if is_json else _from_form, body)


def _from_json(body: bytes) -> Posted:
    try:
        members = parse_json(body) if body.strip() else {}
    except Unparsable as error:
        raise Unreadable(400, f"The body {error}.") from error
    values = members.get("values", {}) if isinstance(members, dict) else None
    if not isinstance(members, dict) or not isinstance(values, dict):
        raise Unreadable(400, 'The body has to be a JSON object, and "values" in it an object.')
    return Posted(
        values=values,
        target=_text(members.get("target")),
        name=_text(members.get("name")),
        value=members.get("value"),
    )


def _from_form(body: bytes) -> Posted:
    try:
        fields = parse_form(body, errors="replace", most=MOST_FIELDS)
    except Unparsable as error:
        raise Unreadable(413, "This page has more inputs than a screen can have.") from error
    return from_fields(fields)


def from_fields(fields: list[tuple[str, str]]) -> Posted:
    """Reads the fields of a form, in whichever way they were sent."""
    single = {name: value for name, value in fields if not name.startswith(_INPUT)}
    values: dict[str, Any] = {}
    for name in single:
        if name.startswith(_LIST):
            values[name.removeprefix(_LIST)] = []
        elif name.startswith(_FLAG):
            values[name.removeprefix(_FLAG)] = False
    for name, value in fields:
        if name.startswith(_INPUT):
            key = name.removeprefix(_INPUT)
            if isinstance(values.get(key), list):
                values[key].append(value)
            else:
                values[key] = value
        for prefix, end in _ENDS.items():
            if name.startswith(prefix):
                values.setdefault(name.removeprefix(prefix), {})[end] = value
    chosen = single.get("value", "")
    visit = single.get("visit", "")
    return Posted(
        values=values,
        visit=int(visit) if visit.isdecimal() and len(visit) < 10 else 0,
        target=single.get("target", ""),
        name=single.get("name", ""),
        value={single["end"]: chosen} if single.get("end") in _ENDS.values() else chosen,
        drawn=Drawn.of(fields),
        others=single,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
