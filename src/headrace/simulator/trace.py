"""The trace of a session: everything that happened in it, in order, as plain values that travel as JSON.

A trace holds what a replay needs (the Flow JSON, how it was opened, what the person did) and what a replay is compared
with (screens, exchanges, refusals, errors, the end). It is kept raw: whoever shows it to people masks it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from datetime import date, datetime
from types import NoneType
from typing import Any, Literal, Self

from headrace.exchange.channel import Outcome
from headrace.exchange.messages import error_of
from headrace.phone.engine.events import PERSON_EVENTS, Event
from headrace.phone.session import Opening, Session

FORMAT = 1

Json = dict[str, Any]
Ending = Literal["completed", "closed", "expired"]


class UnusableTrace(ValueError):
    """This is not a trace, or not one of a format this version reads. The text says what is wrong where."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something the person did: the `name` of its event in small letters, and the event's members.

    Of a `fill` only the inputs are listed that it changed, or that the phone refused.
    """

    name: str
    members: Json = field(default_factory=dict)

    @classmethod
    def of(cls, event: Event) -> Self:
        """The act of a person's event; raises KeyError for what is none."""
        name = _NAMES[type(event)]
        return cls(name, asdict(event))

    def event(self) -> Event:
        """The event again; raises `UnusableTrace`."""
        try:
            event: Event = ACTS[self.name](**self.members)
        except (KeyError, TypeError) as error:
            what = ", ".join(self.members) or "nothing"
            raise UnusableTrace(f"There is no act {self.name!r} with {what}.") from error
        return event


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen came up, or its data changed. `data` are the top-level fields that are new or other than before, `empty`
    says what on it shows nothing, and why.
    """

    screen: str
    visit: int
    data: Json = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One request to the endpoint and what came of it: the clear bodies, and the sealed ones where it was sealed.

    `outcome` is answered, token_expired or failed; see `exchange.channel.Outcome` for the rest.
    """

    outcome: Literal["answered", "token_expired", "failed"]
    request: Json
    response: Any = None
    status: int | None = None
    ms: int = 0
    error_type: str | None = None
    explanation: str | None = None
    message: str | None = None
    resent: bool = False
    sealed_request: str = ""
    sealed_response: str | None = None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        return cls(
            outcome=outcome.kind,
            request=outcome.request,
            response=outcome.body,
            status=outcome.http_status,
            ms=outcome.milliseconds,
            error_type=outcome.error_type,
            explanation=outcome.explanation,
            message=outcome.message,
            resent=outcome.resent,
            sealed_request=outcome.sealed_request,
            sealed_response=outcome.sealed_response,
        )

    @property
    def action(self) -> str:
        return str(self.request.get("action", ""))

    @property
    def is_notice(self) -> bool:
        """Whether the endpoint was only told of an error: nobody waited for the answer."""
        return error_of(self.request) is not None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The phone did not take an input or a tap: what it was about, and why."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Told:
    """The phone told the person something: in a snackbar, on the error screen, or in the dialog that ends a Flow.

    `error_type` is the protocol's name where it was an error, `detail` what exactly went wrong.
    """

    where: Literal["snackbar", "screen", "dialog"]
    text: str
    error_type: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """A link led out of the Flow, into the browser."""

    url: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The sheet is gone. `response` is what was sent, where something was."""

    how: Ending
    response: Json | None = None


@dataclass(frozen=True, slots=True)
class Jumped:
    """In a preview somebody went straight to a screen."""

    screen: str


@dataclass(frozen=True, slots=True)
class Changed:
    """In a preview the Flow JSON was saved anew: `flow` is its text from here on, to which the session was carried
    over. `opening`, as in the trace, would open it anew.
    """

    flow: str
    opening: Json

    def would_open(self) -> Opening:
        """The opening again; raises `UnusableTrace`."""
        return _opening(self.opening)


Doing = Act | Jumped | Changed
"""What a replay does again; every other entry is what came of it."""

Entry = Doing | Shown | Exchanged | Refusal | Told | Followed | Ended


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry and when it was written down. An exchange is written down once its answer is there."""

    at: datetime
    entry: Entry

    def to_json(self) -> Json:
        return {"at": self.at.isoformat(), "kind": kind_of(self.entry), **members_of(self.entry)}


@dataclass(frozen=True, slots=True)
class Trace:
    """One session from its opening on. `flow` is the text of the Flow JSON it was opened with."""

    flow: str
    opening: Opening
    moments: tuple[Moment, ...] = ()

    def to_json(self) -> Json:
        """JSON values; `from_json` reads them back."""
        return {
            "format": FORMAT,
            "opening": opening_json(self.opening),
            "entries": [moment.to_json() for moment in self.moments],
            "flow": self.flow,
        }

    @classmethod
    def from_json(cls, stored: Any) -> Self:
        """Reads what `to_json` wrote; raises `UnusableTrace`."""
        if not isinstance(stored, dict) or not isinstance(stored.get("entries"), list):
            raise UnusableTrace('A trace is an object with "format", "opening", "entries" and "flow".')
        if stored.get("format") != FORMAT:
            raise UnusableTrace(f'The "format" is {stored.get("format")!r}. This Headrace reads {FORMAT}.')
        if not isinstance(stored.get("flow"), str):
            raise UnusableTrace('The trace has no "flow": the text of its Flow JSON.')
        moments = tuple(_moment(number, one) for number, one in enumerate(stored["entries"], 1))
        return cls(stored["flow"], _opening(stored.get("opening")), moments)


ACTS: Mapping[str, type[Any]] = {event.__name__.lower(): event for event in PERSON_EVENTS}
_NAMES: Mapping[type[Any], str] = {event: name for name, event in ACTS.items()}

_TEXT, _MAYBE_TEXT = (str,), (str, NoneType)
_KINDS: Mapping[str, tuple[type[Any], Mapping[str, tuple[type, ...]]]] = {
    "act": (Act, {"name": _TEXT, "members": (dict,)}),
    "screen": (Shown, {"screen": _TEXT, "visit": (int,), "data": (dict,), "empty": (list,)}),
    "exchange": (
        Exchanged,
        {
            "outcome": _TEXT,
            "request": (dict,),
            "response": (object,),
            "status": (int, NoneType),
            "ms": (int,),
            "error_type": _MAYBE_TEXT,
            "explanation": _MAYBE_TEXT,
            "message": _MAYBE_TEXT,
            "resent": (bool,),
            "sealed_request": _TEXT,
            "sealed_response": _MAYBE_TEXT,
        },
    ),
    "refusal": (Refusal, {"target": _TEXT, "reason": _TEXT}),
    "told": (Told, {"where": _TEXT, "text": _TEXT, "error_type": _MAYBE_TEXT, "detail": _MAYBE_TEXT}),
    "link": (Followed, {"url": _TEXT}),
    "end": (Ended, {"how": _TEXT, "response": (dict, NoneType)}),
    "jump": (Jumped, {"screen": _TEXT}),
    "change": (Changed, {"flow": _TEXT, "opening": (dict,)}),
}
_KIND_OF = {entry: kind for kind, (entry, _) in _KINDS.items()}
_OPENING: Mapping[str, tuple[type, ...]] = {
    "action": _TEXT,
    "screen": _MAYBE_TEXT,
    "data": (dict, NoneType),
    "flow_token": _TEXT,
    "any_screen": (bool,),
    "today": _MAYBE_TEXT,
    "omits_flow_token": (bool,),
}


def opening_of(session: Session) -> Opening:
    """How a session was opened, as far as a replay needs it."""
    state = session.state
    return Opening(
        action="data_exchange" if state.action == "data_exchange" else "navigate",
        screen=state.first_screen,
        data=state.first_data,
        flow_token=state.flow_token,
        any_screen=state.any_screen,
        today=date.fromisoformat(state.today) if state.today else None,
        omits_flow_token=state.omits_flow_token,
    )


def opening_json(opening: Opening) -> Json:
    """An opening as JSON values, as a trace has it."""
    return {**asdict(opening), "today": opening.today.isoformat() if opening.today else None}


def kind_of(entry: Entry) -> str:
    """The word for this kind of entry in JSON and in tables."""
    return _KIND_OF[type(entry)]


def members_of(entry: Entry) -> Json:
    """The entry's members as JSON values, not copied."""
    return {member.name: getattr(entry, member.name) for member in fields(entry)}


def read_entry(kind: str, members: Mapping[str, Any]) -> Entry:
    """The entry that `kind_of` and `members_of` describe; raises `UnusableTrace`."""
    if kind not in _KINDS:
        raise UnusableTrace(f"There is no entry of the kind {kind!r}. There are: {', '.join(_KINDS)}.")
    made, shape = _KINDS[kind]
    _check(members, shape, f"An entry of the kind {kind!r}")
    try:
        entry: Entry = made(**members)
    except TypeError as error:
        raise UnusableTrace(f"An entry of the kind {kind!r} lacks a member: {error}.") from error
    if isinstance(entry, Act):
        entry.event()
    if isinstance(entry, Changed):
        entry.would_open()
    return entry


def _plain(value: Any) -> Any:
    """A member of an event as a JSON value: files are values of their own there."""
    if is_dataclass(value) and not isinstance(value, type):
        return {member.name: _plain(getattr(value, member.name)) for member in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _moment(number: int, stored: Any) -> Moment:
    try:
        if not isinstance(stored, dict):
            raise UnusableTrace("It has to be an object.")
        members = {name: value for name, value in stored.items() if name not in ("at", "kind")}
        return Moment(datetime.fromisoformat(stored["at"]), read_entry(str(stored.get("kind")), members))
    except UnusableTrace as error:
        raise UnusableTrace(f"Entry {number}: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableTrace(f'Entry {number}: "at" has to be a time such as 2026-01-31T10:30:00+00:00.') from error


def _opening(stored: Any) -> Opening:
    if not isinstance(stored, dict):
        raise UnusableTrace('The trace has no "opening".')
    _check(stored, _OPENING, 'The "opening"')
    if stored.get("action") not in ("navigate", "data_exchange"):
        raise UnusableTrace('The "action" of the opening is navigate or data_exchange.')
    try:
        today = date.fromisoformat(stored["today"]) if stored.get("today") else None
        return Opening(**{**stored, "today": today})
    except (TypeError, ValueError) as error:
        raise UnusableTrace(f'The "opening" cannot be read: {error}.') from error


def _check(members: Mapping[str, Any], shape: Mapping[str, Iterable[type]], what: str) -> None:
    for name, value in members.items():
        if name not in shape:
            raise UnusableTrace(f'{what} has no member "{name}".')
        if not isinstance(value, tuple(shape[name])):
            raise UnusableTrace(f'"{name}" of {what[0].lower()}{what[1:]} is a {type(value).__name__}.')
