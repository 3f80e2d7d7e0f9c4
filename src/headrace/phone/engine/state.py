"""What a session remembers, and its form as JSON.

The state is everything: a session that is stored after one event and loaded before the next goes on as if nothing had
been. Nothing that can be worked out from program and state is stored; `Runtime` works it out anew after each change.

Where a person is, and what is remembered, are kept apart. `history` is the way back, one id a screen; `screens` has a
store for every screen that was ever shown. Leaving a screen takes it from `history`, never from `screens`, so whoever
comes back, by whichever way, finds data and form as they left them.

The form of a screen has three writers: the person, the Flow's initial values, and choices whose options are gone. The
lists of `ScreenState` keep them out of each other's way:

* `built`: the inputs that were drawn in this visit; before version 7.0 a choice that is drawn with a value acts.
  Arriving at a screen empties the list. Initial values (`given`) come when a screen is shown, never in between.
* `touched` and `held`: what is wrong with a value keeps the Footer shut at once, but is written under the input only
  after the person changed it in this visit, or where it held a value already when it was drawn.
* `messages`: what the business says about an input keeps the Footer shut until the person changes or leaves the input,
  which takes it out of here. The message stays in the data, and is taken from there again when the screen is shown and
  after every answer; going back forgets all of them. Literals are taken once, while the screen is not `is_drawn` yet.
* `writes` and `visit`: a page that is drawn again has to leave alone the field someone is typing in, and has to
  replace it once its value comes from elsewhere. Both numbers are part of the field's id on the page: `visit` rises
  whenever a screen appears, `writes` whenever the Flow, not the person, sets this input.

`status` and `pending` say what may happen next (`transitions` has the table). `loading` with `pending` waits for the
endpoint: the sheet is inert, and the request can be sent again after a restart. `loading` without it was not opened
yet. Closing gives up what is pending and keeps the form, except for secrets, consents and files that did not arrive.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

FORMAT = 1
"""The number of the form in which a state is stored. A change after which stored states mean something else, or cannot
be read, raises it; a state without a number is of the first form. A member that is only added, with a default, is none.
"""

UPGRADES: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}
"""By format: makes a stored state, without its number, one of the next format."""

Status = Literal["loading", "ready", "error", "completed", "closed"]
Purpose = Literal["open", "action", "back"]


@dataclass(slots=True)
class ScreenState:
    """The store of one screen that was visited; nothing in it is lost on leaving.

    `writes` counts, by input, how often the Flow (not the person) set its value. `touched` are inputs the person
    changed, also `name.end` for one end of a range; `held` those that had a value when they were drawn. `messages` has,
    by input, what the business says about it and was not dealt with, `built` the inputs that were shown since the
    screen was entered. `refused` says by picker which files were not taken, and why; by DatePicker, that a day was not.
    """

    data: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    messages: dict[str, Any] = field(default_factory=dict)
    built: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    refused: dict[str, list[str]] = field(default_factory=dict)
    is_drawn: bool = False


@dataclass(slots=True)
class Pending:
    """An exchange that was asked for and not answered. `target` is the key of what was pressed."""

    request: dict[str, Any]
    purpose: Purpose
    target: str | None = None


@dataclass(slots=True)
class Snackbar:
    """A short message at the bottom; `number` is another one each time.

    Where something the Flow asked for went wrong, `error_type` is the protocol's name of that and `detail` what exactly
    it was, for who builds the Flow.
    """

    text: str
    number: int
    error_type: str | None = None
    detail: str | None = None


@dataclass(slots=True)
class State:
    """Everything about one opened Flow that must survive a restart.

    `today` is the day on which the Flow was opened, `YYYY-MM-DD`. `history` are the screens on the way here, the
    current one last. `visit` counts screens as they are shown, `said` snackbars. `opened` says that the first screen
    was asked for, `edited` that a person entered something. `failure` is the error type of the error screen.
    `set_aside` has, by screen and input, what was entered and had no place any more when the Flow was edited.
    """

    action: str
    first_screen: str | None
    first_data: dict[str, Any] | None
    flow_token: str
    any_screen: bool = False
    today: str | None = None
    omits_flow_token: bool = False
    status: Status = "loading"
    opened: bool = False
    edited: bool = False
    history: list[str] = field(default_factory=list)
    visit: int = 0
    screens: dict[str, ScreenState] = field(default_factory=dict)
    pending: Pending | None = None
    snackbar: Snackbar | None = None
    said: int = 0
    failure: str | None = None
    failure_detail: str | None = None
    expired: str | None = None
    response: dict[str, Any] | None = None
    set_aside: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def screen(self) -> str | None:
        return self.history[-1] if self.history else None

    def to_json(self) -> dict[str, Any]:
        """The state as plain JSON values. What is changed in place later on is copied; values within are not."""
        return {
            "format": FORMAT,
            **_members(self),
            "screens": {name: _members(store) for name, store in self.screens.items()},
            "pending": _members(self.pending) if self.pending else None,
            "snackbar": _members(self.snackbar) if self.snackbar else None,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "State":
        """Reads what `to_json` wrote; raises ValueError for anything else. States of older formats are
        upgraded, newer ones are not read.
        """
        try:
            members = {**stored}
            number = members.pop("format", 1)
            if not isinstance(number, int) or not 1 <= number <= FORMAT:
                raise ValueError(f"This session is stored in format {number!r}; format {FORMAT} is read here.")
            for older in range(number, FORMAT):
                members = UPGRADES[older](members)
            return cls(
                **{
                    **members,
                    "history": list(members["history"]),
                    "screens": {name: _screen_state(store) for name, store in members["screens"].items()},
                    "pending": Pending(**members["pending"]) if members["pending"] else None,
                    "snackbar": Snackbar(**members["snackbar"]) if members["snackbar"] else None,
                }
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"This is not the state of a session: {error}") from error


def _screen_state(stored: dict[str, Any]) -> ScreenState:
    members = _copied(stored)
    for gone in ("told", "settled", "offered"):  # kept until December 2026, and read by nothing any more
        members.pop(gone, None)
    return ScreenState(**members)


def _members(of: State | ScreenState | Pending | Snackbar) -> dict[str, Any]:
    return _copied({member.name: getattr(of, member.name) for member in fields(of)})


def _copied(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value.copy() if isinstance(value, dict | list) else value for name, value in members.items()}
