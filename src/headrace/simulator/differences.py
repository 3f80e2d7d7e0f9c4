"""Where two traces of the same acts part: typed, and in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, TypeVar

from headrace.phone.engine.program import Screen
from headrace.simulator.trace import Doing, Ended, Entry, Exchanged, Followed, Jumped, Refusal, Shown, Told
from headrace.simulator.trace_words import brief, describe

Kind = Literal["screen", "data", "exchange", "request", "answer", "error", "message", "refusal", "link", "end"]

Kept = TypeVar("Kept", bound=Entry)

MOST_PER_VALUE = 20
_MISSING = object()


@dataclass(frozen=True, slots=True)
class Step:
    """What was done and the entries that followed it. `number` counts from 1; `act` is None before the first. `screen`
    is the one it was done on, where that is known.
    """

    number: int
    act: Doing | None
    entries: tuple[Entry, ...]
    screen: Screen | None = None

    def __str__(self) -> str:
        return "opening" if self.act is None else describe(self.act, self.screen)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was after act `step`.

    `where` is the path within a value, such as `data.slots[0].title`. `was` and `now` are JSON values or texts; the
    names in `missing` ("was", "now") tell a value that was not there at all from null.
    """

    step: int
    act: str
    kind: Kind
    where: str
    was: Any
    now: Any
    missing: tuple[Literal["was", "now"], ...] = ()

    def to_json(self) -> dict[str, Any]:
        members: dict[str, Any] = {"step": self.step, "act": self.act, "kind": self.kind, "where": self.where}
        members |= {name: getattr(self, name) for name in ("was", "now") if name not in self.missing}
        return members

    def __str__(self) -> str:
        named = " ".join(part for part in (self.kind, self.where) if part)
        was = "nothing" if "was" in self.missing else brief(self.was)
        now = "nothing" if "now" in self.missing else brief(self.now)
        return f"{named}: was {was}, is now {now}"


def differences_between(before: Sequence[Step], after: Sequence[Step]) -> Iterator[Difference]:
    """Compares step by step; both have the same acts."""
    for was, now in zip(before, after, strict=True):
        yield from _of_step(was, now)
    yield from _of_notices(before, after)


def _of_step(was: Step, now: Step) -> Iterator[Difference]:
    for found in (
        _of_exchanges(awaited(was), awaited(now)),
        _of_screens(_only(was, Shown), _only(now, Shown)),
        _of_texts("message", map(_told, _only(was, Told)), map(_told, _only(now, Told))),
        _of_texts("refusal", map(_refused, _only(was, Refusal)), map(_refused, _only(now, Refusal))),
        _of_texts("link", (link.url for link in _only(was, Followed)), (link.url for link in _only(now, Followed))),
        _of_ends(_only(was, Ended), _only(now, Ended)),
    ):
        for kind, where, one, other in found:
            yield _difference(was, kind, where, one, other)


Found = Iterator[tuple[Kind, str, Any, Any]]


def _difference(step: Step, kind: Kind, where: str, was: Any, now: Any) -> Difference:
    gone: list[Literal["was", "now"]] = []
    if was is _MISSING:
        was, gone = None, ["was"]
    if now is _MISSING:
        now, gone = None, [*gone, "now"]
    return Difference(step.number, str(step), kind, where, was, now, tuple(gone))


def _of_exchanges(was: Sequence[Exchanged], now: Sequence[Exchanged]) -> Found:
    for one, other in zip_longest(was, now):
        if one is None or other is None or _question(one)[:2] != _question(other)[:2]:
            yield "exchange", "", _MISSING if one is None else _named(one), _MISSING if other is None else _named(other)
            if one is None or other is None:
                continue
        for path, before, after in _parts("data", one.request.get("data"), other.request.get("data")):
            yield "request", path, before, after
        if (one.status, one.outcome, one.error_type) != (other.status, other.outcome, other.error_type):
            yield "error", "", _result(one), _result(other)
        elif one.message != other.message:
            yield "message", "", one.message, other.message
        for path, before, after in _parts("", one.response, other.response):
            yield "answer", path, before, after


def _of_screens(was: Sequence[Shown], now: Sequence[Shown]) -> Found:
    for one, other in zip_longest(was, now):
        if one is None or other is None or one.screen != other.screen:
            yield "screen", "", _MISSING if one is None else one.screen, _MISSING if other is None else other.screen
            continue
        for path, before, after in _parts("", one.data, other.data):
            yield "data", path, before, after


def _of_texts(kind: Kind, was: Iterable[str], now: Iterable[str]) -> Found:
    for one, other in zip_longest(was, now, fillvalue=_MISSING):
        if one != other:
            yield kind, "", one, other


def _of_ends(was: Sequence[Ended], now: Sequence[Ended]) -> Found:
    for one, other in zip_longest(was, now):
        if one is None or other is None or one.how != other.how:
            yield "end", "", _MISSING if one is None else one.how, _MISSING if other is None else other.how
            continue
        for path, before, after in _parts("response", _without_token(one.response), _without_token(other.response)):
            yield "end", path, before, after


def _of_notices(before: Sequence[Step], after: Sequence[Step]) -> Iterator[Difference]:
    """Error notices, over the whole trace: when exactly one is answered is chance."""
    was, now = (
        [notice.request.get("data") for step in steps for notice in _only(step, Exchanged) if notice.is_notice]
        for steps in (before, after)
    )
    for one, other in zip_longest(was, now, fillvalue=_MISSING):
        if one != other:
            yield _difference(before[-1] if before else after[-1], "exchange", "notice", one, other)


def _parts(path: str, was: Any, now: Any) -> list[tuple[str, Any, Any]]:
    """Where two JSON values differ, at most `MOST_PER_VALUE` places."""
    found: list[tuple[str, Any, Any]] = []
    for part in _walk(path, was, now):
        found.append(part)
        if len(found) == MOST_PER_VALUE:
            break
    return found


def _walk(path: str, was: Any, now: Any) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in {**was, **now}:
            yield from _walk(f"{path}.{name}" if path else str(name), was.get(name, _MISSING), now.get(name, _MISSING))
    elif isinstance(was, list) and isinstance(now, list):
        for index, (one, other) in enumerate(zip_longest(was, now, fillvalue=_MISSING)):
            yield from _walk(f"{path}[{index}]", one, other)
    elif was is not now and (was != now or type(was) is not type(now)):
        yield path, was, now


def awaited(step: Step) -> list[Exchanged]:
    """The exchanges somebody waited for. One that was answered after the sheet was closed, or left by a jump, concerned
    nobody.
    """
    found: list[Exchanged] = []
    if isinstance(step.act, Jumped):
        return found
    for entry in step.entries:
        if isinstance(entry, Ended):
            break
        if isinstance(entry, Exchanged) and not entry.is_notice:
            found.append(entry)
    return found


def _only(step: Step, kind: type[Kept]) -> list[Kept]:
    return [entry for entry in step.entries if isinstance(entry, kind)]


def _question(exchange: Exchanged) -> tuple[Any, Any, Any]:
    return exchange.request.get("action"), exchange.request.get("screen"), exchange.request.get("data")


def _named(exchange: Exchanged) -> str:
    return " ".join(filter(None, (exchange.action, str(exchange.request.get("screen") or ""))))


def _result(exchange: Exchanged) -> str:
    status = f"status {exchange.status}" if exchange.status is not None else "no answer"
    return status if exchange.error_type is None else f"{exchange.error_type} ({status})"


def _told(told: Told) -> str:
    return f"{told.where}: {told.text}" + (f" ({told.error_type})" if told.error_type else "")


def _refused(refusal: Refusal) -> str:
    return f"{refusal.target}: {refusal.reason}" if refusal.target else refusal.reason


def _without_token(response: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if response is None else {name: one for name, one in response.items() if name != "flow_token"}
