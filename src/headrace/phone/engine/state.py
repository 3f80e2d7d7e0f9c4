"""What a session remembers, and its form as JSON."""

from dataclasses import dataclass, field, fields
from typing import Any, Literal

Status = Literal["loading", "ready", "error", "completed", "closed"]
Purpose = Literal["open", "action", "back"]


@dataclass(slots=True)
class ScreenState:
    """The store of one screen that was visited; nothing in it is lost on leaving.

    `writes` counts, by input, how often the Flow (not the person) set its value. `touched` are inputs the person
    changed, `settled` those whose message from the business is dealt with. `built` are inputs that were shown since
    the screen was entered. `offered` holds a checksum of each choice's options as last shown. `refused` says by
    picker which files were not taken, and why. `told` are the problems of its components of which the business knows.
    """

    data: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] = field(default_factory=dict)
    writes: dict[str, int] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    offered: dict[str, int] = field(default_factory=dict)
    refused: dict[str, list[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Pending:
    """An exchange that was asked for and not answered. `target` is the key of what was pressed."""

    request: dict[str, Any]
    purpose: Purpose
    target: str | None = None


@dataclass(slots=True)
class Snackbar:
    """A short message at the bottom; `number` tells one from the next.

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

    @property
    def screen(self) -> str | None:
        return self.history[-1] if self.history else None

    def to_json(self) -> dict[str, Any]:
        """The state as plain JSON values. What is changed in place later on is copied; values within are not."""
        return {
            **_members(self),
            "screens": {name: _members(one) for name, one in self.screens.items()},
            "pending": _members(self.pending) if self.pending else None,
            "snackbar": _members(self.snackbar) if self.snackbar else None,
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "State":
        """Reads what `to_json` wrote; raises ValueError for anything else."""
        try:
            return cls(
                **{
                    **stored,
                    "history": list(stored["history"]),
                    "screens": {name: ScreenState(**_copied(one)) for name, one in stored["screens"].items()},
                    "pending": Pending(**stored["pending"]) if stored["pending"] else None,
                    "snackbar": Snackbar(**stored["snackbar"]) if stored["snackbar"] else None,
                }
            )
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"This is not the state of a session: {error}") from error


def _members(of: State | ScreenState | Pending | Snackbar) -> dict[str, Any]:
    return _copied({one.name: getattr(of, one.name) for one in fields(of)})


def _copied(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value.copy() if isinstance(value, dict | list) else value for name, value in members.items()}
