"""Plays steps on a phone, and tells what happens as it happens."""

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.engine.effects import Complete, Declined, Expired, OpenUrl
from headrace.phone.engine.events import Back, Close, Event, Open, Select, Tap
from headrace.phone.screen.emptiness import emptinesses
from headrace.phone.screen.view import View
from headrace.phone.screen.view_text import notice_of
from headrace.simulator.cdn import unfetchable
from headrace.simulator.driver import HURRIED_SECONDS, Driver, Turn
from headrace.simulator.expectations import mismatches
from headrace.simulator.nearest import did_you_mean, inputs_shown, pickers_shown, tappable
from headrace.simulator.steps import Step
from headrace.simulator.uploads import Uploads

Line = dict[str, Any]
"""One thing that happened: an object with one member, `screen` (with `data`, and `empty` where something on it shows
nothing), `exchange`, `error`, `url`, `expired`, `closed` (by the endpoint, without a response) or `complete`.
"""

_CLOSED_IN_SILENCE = (
    "The answer closed the Flow without a message to the business. Send extension_message_response.params for one."
)


class Verdict(Enum):
    """How a play ended; the value is the exit status of a command."""

    COMPLETED = 0
    FAILED = 1
    UNFINISHED = 3


class Play:
    """One run through a Flow. `tell` hears of everything in order. Without `uploads` files are sealed all the same, but
    nobody can fetch them.
    """

    def __init__(self, driver: Driver, tell: Callable[[Line], None], uploads: Uploads | None = None) -> None:
        self._driver = driver
        self._tell = tell
        self._uploads = uploads or unfetchable()
        self._outcomes: list[Outcome] = []
        self._last_seen: Any = None
        self._last_notice: Any = None

    async def run(self, steps: Iterable[Step]) -> Verdict:
        """Opens the Flow and does the steps; stops at the first that fails. Error notices are out by the end.

        Whoever interrupts it waits for them no longer than `HURRIED_SECONDS`.
        """
        try:
            verdict = await self._play(steps)
        except BaseException:
            await self._driver.settle(HURRIED_SECONDS)
            raise
        await self._driver.settle()
        return verdict

    async def _play(self, steps: Iterable[Step]) -> Verdict:
        await self._do(Open())
        for step in steps:
            fault = await self._take(step)
            if fault:
                self._tell({"error": {"step": step.number, "kind": step.kind, "message": fault}})
                return Verdict.FAILED
            if self._driver.session.pending is not None and step.kind != "expect":
                self._tell({"error": {"message": "The Flow asks its endpoint. Give one with --endpoint."}})
                return Verdict.UNFINISHED
        return Verdict.COMPLETED if self._driver.session.response is not None else Verdict.UNFINISHED

    async def _take(self, step: Step) -> str | None:
        """Does one step. Gives what kept it from being done."""
        if step.kind == "expect":
            return " ".join(mismatches(step.content, self._driver.session, self._outcomes)) or None
        if step.kind == "upload":
            return await self._upload(step.content)
        for event in self._events(step):
            refused = self._refused(await self._do(event), inputs_shown, tappable)
            if refused:
                return refused
        return None

    def _refused(self, turn: Turn, *known: Callable[[View], list[str]]) -> str | None:
        """Why the phone did not do it, and what was meant or what stands in the way; `known` find what can be meant."""
        refusal = next((effect for effect in turn.effects if isinstance(effect, Declined)), None)
        if refusal is None:
            return None
        view = self._driver.session.view()
        if not refusal.target:
            notice = notice_of(view)
            return f"{refusal.reason}. The phone shows: {notice}" if notice else refusal.reason
        names = [name for find in known for name in find(view)]
        return f"{refusal.target}: {refusal.reason}{did_you_mean(refusal.target, names)}"

    async def _upload(self, files: Mapping[str, Iterable[Path]]) -> str | None:
        for name, paths in files.items():
            try:
                picked = [self._uploads.pick_file(path) for path in paths]
            except OSError as error:
                return f"{name}: {error.filename} cannot be read: {error.strerror}"
            turn = await self._driver.upload(name, picked, self._uploads)
            self._tell_of(turn)
            refused = self._refused(turn, pickers_shown)
            if refused:
                return refused
        return None

    def _events(self, step: Step) -> list[Event]:
        if step.kind == "fill":
            return self._driver.session.entered(step.content)
        if step.kind == "select":
            return [Select(name, value) for name, value in step.content.items()]
        if step.kind == "tap":
            return [Tap(step.content)]
        return [Back() if step.kind == "back" else Close()]

    async def _do(self, event: Event) -> Turn:
        turn = await self._driver.dispatch(event)
        self._tell_of(turn)
        return turn

    def _tell_of(self, turn: Turn) -> None:
        self._outcomes += turn.outcomes
        for outcome in turn.outcomes:
            self._tell({"exchange": exchange_line(outcome)})
        session = self._driver.session
        if session.pending is not None and not turn.outcomes:
            self._tell({"exchange": {"request": session.pending.request, "response": None, "status": None, "ms": None}})
        view = session.view()
        notice = (view.snackbar, view.failure, view.expired)
        if notice != self._last_notice and any(notice):
            message = view.expired or view.failure or (view.snackbar.text if view.snackbar else "")
            error_type = view.failure_type or (view.snackbar.error_type if view.snackbar else None)
            detail = view.failure_detail or (view.snackbar.detail if view.snackbar else None)
            self._tell({"error": {"type": error_type, "message": message, "detail": detail}})
        self._last_notice = notice
        seen = (session.screen, view.screen.visit, dict(session.data)) if view.screen else None
        if seen is not None and seen != self._last_seen:
            line: Line = {"screen": session.screen, "data": dict(session.data)}
            empty = emptinesses(view.screen) if view.screen else []
            self._tell({**line, "empty": empty} if empty else line)
        self._last_seen = seen
        for effect in turn.effects:
            if isinstance(effect, OpenUrl):
                self._tell({"url": effect.url})
            elif isinstance(effect, Complete):
                self._tell({"complete": effect.response})
            elif isinstance(effect, Expired):
                self._tell({"expired": effect.message})
        if session.status == "closed" and turn.outcomes and not any(notice):
            self._tell({"closed": _CLOSED_IN_SILENCE})


def exchange_line(outcome: Outcome) -> Line:
    """One exchange as it is told: clear bodies, HTTP status, milliseconds; a known mistake with its lines of code."""
    line: Line = {
        "request": outcome.request,
        "response": outcome.body,
        "status": outcome.http_status,
        "ms": outcome.milliseconds,
    }
    if outcome.error_type is not None:
        line["error_type"] = outcome.error_type
    if outcome.explanation is not None:
        line["explanation"] = outcome.explanation
    if outcome.fault is not None:
        line["fault"] = outcome.fault.name
        line["right_lines"] = dict(outcome.fault.lines)
    return line
