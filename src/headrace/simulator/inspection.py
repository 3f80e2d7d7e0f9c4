"""What the inspector beside a phone shows of a session: plain values, from the session and its trace alone.

Values of sensitive inputs, passwords and passcodes are masked until somebody asks to see them. Bodies of exchanges are
not: they are what the endpoint received, and there names of inputs mean nothing any more.
"""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from headrace.phone.engine.program import Program, Screen
from headrace.phone.session import Session
from headrace.phone.summary import MASK, masked_names
from headrace.simulator.trace import (
    Act,
    Changed,
    Ended,
    Entry,
    Exchanged,
    Followed,
    Jumped,
    Moment,
    Refusal,
    Shown,
    Told,
    kind_of,
)
from headrace.simulator.trace_words import brief, describe

MOST_ROWS = 200
FOLDED_ABOVE = 6_000
_LONG_TEXT = 160
_LONG_LIST = 20

Tone = Literal["", "good", "bad", "now"]


@dataclass(frozen=True, slots=True)
class Body:
    """A JSON value, or a sealed text, to be read. `part` names it in addresses; a big one is `folded` at first."""

    part: str
    text: str
    size: int
    is_folded: bool = False

    @property
    def mark(self) -> str:
        """Changes with the content: what was not drawn anew keeps its place and its state on the page."""
        return f"{self.part}-{zlib.crc32(self.text.encode('utf-8', 'surrogatepass')):x}"

    @property
    def size_words(self) -> str:
        return f"{self.size} B" if self.size < 1000 else f"{self.size / 1000:,.1f} KB"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the trace. `number` counts entries from 1, `detail` is what is told in the second line.

    `exchange` is the entry whose bodies can be opened.
    """

    number: int
    kind: str
    at: datetime
    words: str
    detail: str = ""
    tone: Tone = ""
    exchange: Exchanged | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One stage of the way through a Flow: past, now, ahead or stopped."""

    name: str
    state: Literal["past", "now", "stopped"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """The inspector as it is now. `pending` is the request that waits for its answer, `hidden` counts the oldest
    of all `entries`, which have no row.
    """

    screen: str | None
    status: str
    progress: tuple[Node, ...]
    data: Body
    form: Body
    has_masked: bool
    is_revealed: bool
    pending: Body | None
    last: Row | None
    rows: tuple[Row, ...]
    entries: int
    hidden: int
    counts: str


def inspect(session: Session, moments: Sequence[Moment], *, reveal: bool = False) -> Inspection:
    """What there is to see of a session now; `reveal` shows masked values, too."""
    secret = _Secrets(session, reveal)
    rows = _rows(session.program, moments, secret)
    exchanges = [row for row in rows if row.exchange is not None]
    form = secret.form()
    return Inspection(
        screen=session.screen,
        status=_status(session),
        progress=_progress(session, moments),
        data=body("data", session.data),
        form=body("form", form),
        has_masked=secret.has_masked
        or any(isinstance(moment.entry, Act) and secret.hides(moment.entry) for moment in moments),
        is_revealed=reveal,
        pending=None if session.pending is None else body("pending", session.pending.request),
        last=exchanges[-1] if exchanges else None,
        rows=tuple(reversed(rows[-MOST_ROWS:])),
        entries=len(rows),
        hidden=max(0, len(rows) - MOST_ROWS),
        counts=f"{len(exchanges)} {'exchange' if len(exchanges) == 1 else 'exchanges'}",
    )


def body(part: str, value: Any, *, whole: bool = False) -> Body:
    """A value as indented JSON; a sealed text as it is. A big one is shortened unless `whole`."""
    text = value if isinstance(value, str) else _indented(value)
    size = len(text.encode("utf-8", "surrogatepass"))
    if whole or len(text) <= FOLDED_ABOVE:
        return Body(part, text, size)
    short = text if isinstance(value, str) else _indented(_shortened(value))
    return Body(part, short if len(short) <= FOLDED_ABOVE else f"{short[:FOLDED_ABOVE]}…", size, is_folded=True)


def bodies_of(exchange: Exchanged, number: int, *, whole: bool = False) -> dict[str, Body]:
    """The bodies of an exchange by their names: clear request and answer, and the sealed ones where there are any."""
    found: dict[str, Any] = {"request": exchange.request}
    if exchange.response is not None:
        found["answer"] = exchange.response
    if exchange.sealed_request:
        found["sealed request"] = exchange.sealed_request
    if exchange.sealed_response is not None:
        found["sealed answer"] = exchange.sealed_response
    return {name: body(f"{number}-{name.replace(' ', '-')}", one, whole=whole) for name, one in found.items()}


def _indented(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _shortened(value: Any) -> Any:
    """The same with long texts and lists cut, each saying how long it is."""
    if isinstance(value, str) and len(value) > _LONG_TEXT:
        return f"{value[: _LONG_TEXT // 2]}… ({len(value):,} characters)"
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        kept = [_shortened(item) for item in value[:_LONG_LIST]]
        return kept if len(value) <= _LONG_LIST else [*kept, f"… {len(value) - _LONG_LIST:,} more"]
    return value


class _Secrets:
    """Which values of a session are masked."""

    def __init__(self, session: Session, reveal: bool) -> None:
        self._session = session
        self._reveal = reveal
        screens = session.program.screens
        self._names = frozenset(
            name for screen in session.state.screens if screen in screens for name in masked_names(screens[screen])
        )

    @property
    def has_masked(self) -> bool:
        return any(name in self._names and value for name, value in self._session.form.items())

    def form(self) -> dict[str, Any]:
        return {name: self.shown(name, value) for name, value in self._session.form.items()}

    def shown(self, name: str, value: Any) -> Any:
        return MASK if name in self._names and value and not self._reveal else value

    def hides(self, act: Act) -> bool:
        values = act.members.get("values")
        named = values if isinstance(values, dict) else {str(act.members.get("name")): act.members.get("value")}
        return any(name in self._names and value for name, value in named.items())


_STATUSES = {"loading": "waiting for an answer", "ready": "open", "error": "stopped", "closed": "closed"}


def _status(session: Session) -> str:
    if session.state.expired is not None:
        return "ended by the endpoint"
    return _STATUSES.get(session.status, session.status)


def _progress(session: Session, moments: Sequence[Moment]) -> tuple[Node, ...]:
    """Opened, each screen in the order in which it was first shown, and the end."""
    names = ["Opened"]
    for moment in moments:
        if isinstance(moment.entry, Shown) and moment.entry.screen not in names:
            names.append(moment.entry.screen)
    if session.status == "completed":
        return tuple(Node(name, "past") for name in (*names, "Answered"))
    if session.status == "error" or session.state.expired is not None:
        return (*(Node(name, "past") for name in names), Node("Stopped", "stopped"))
    now = session.screen if session.screen in names else names[-1]
    return tuple(Node(name, "now" if name == now and session.status != "closed" else "past") for name in names)


def _rows(program: Program, moments: Sequence[Moment], secret: _Secrets) -> list[Row]:
    rows: list[Row] = []
    screen: Screen | None = None
    for number, moment in enumerate(moments, 1):
        entry = moment.entry
        if isinstance(entry, Shown):
            screen = program.screens.get(entry.screen)
        words, detail, tone = _words(entry, screen, secret)
        exchange = entry if isinstance(entry, Exchanged) else None
        rows.append(Row(number, kind_of(entry), moment.at, words, detail, tone, exchange))
    return rows


def _words(entry: Entry, screen: Screen | None, secret: _Secrets) -> tuple[str, str, Tone]:
    """Two lines about an entry and how it is coloured."""
    match entry:
        case Act("fill", members):
            values = {name: secret.shown(name, value) for name, value in members.get("values", {}).items()}
            return "Fill", ", ".join(f"{name}: {brief(value)}" for name, value in values.items()), ""
        case Act(name, {"name": str(target), "value": value}):
            return f"{name.capitalize()} {target}", brief(secret.shown(target, value)), ""
        case Act() | Jumped() | Changed():
            words = describe(entry, screen)
            return words[:1].upper() + words[1:], "", ""
        case Shown(shown, _, data, empty):
            names = f"Data: {', '.join(data)}." if data and empty else f"Data: {', '.join(data)}" if data else ""
            return f"Screen {shown}", " ".join(filter(None, (names, *empty))), ""
        case Exchanged():
            named = "Error notice" if entry.is_notice else entry.action
            words = " ".join(filter(None, (named, str(entry.request.get("screen") or ""))))
            good = entry.outcome == "answered"
            return words, "" if good else (entry.explanation or entry.message or ""), "good" if good else "bad"
        case Refusal(target, reason):
            return "Refused", f"{target}: {reason}" if target else reason, "bad"
        case Told(where, text, error_type, detail):
            told = "; ".join(filter(None, (error_type, detail)))
            places = {"snackbar": "Snackbar", "screen": "Error screen", "dialog": "Dialog"}
            return f"{places[where]}: {text}", told, "bad" if error_type else ""
        case Followed(url):
            return "Link opened", url, ""
        case Ended(how):
            tone: Tone = "good" if how == "completed" else "bad" if how == "expired" else ""
            return {"completed": "Response sent", "closed": "Closed", "expired": "Token used up"}[how], "", tone
