"""Plays a trace again: the same acts on the same Flow or another text of it, asking an endpoint or the trace itself.

What each act leads to is compared with what it led to before. Times, flow tokens and sealed bodies are not compared:
they differ every time.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from headrace.exchange.channel import Outcome
from headrace.exchange.messages import ErrorType
from headrace.phone.events import Event, Open
from headrace.phone.program import Program, Screen
from headrace.phone.session import Session
from headrace.simulator.differences import Difference, Step, differences_between
from headrace.simulator.driver import Driver, Wire
from headrace.simulator.recording import Recording
from headrace.simulator.trace import Act, Entry, Exchanged, Shown, Trace

UNASKED = "The trace holds no answer to this request: the endpoint was not asked it."


@dataclass(frozen=True)
class Replay:
    """`trace` is what happened this time, `differences` where that is not what happened before."""

    trace: Trace
    differences: tuple[Difference, ...]

    @property
    def is_same(self) -> bool:
        return not self.differences


class RecordedAnswers:
    """An endpoint that says what the endpoint of a trace said, in the same order; a `driver.Wire`."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        exchanges = [one for one in entries if isinstance(one, Exchanged)]
        self._answers = {
            is_notice: iter([one for one in exchanges if one.is_notice is is_notice]) for is_notice in (False, True)
        }

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        is_notice = Exchanged("answered", request).is_notice
        recorded = next(self._answers[is_notice], None)
        if recorded is None:
            return Outcome("failed", request, 0, error_type="no_http_response_error", explanation=UNASKED)
        return Outcome(
            kind=recorded.outcome,
            request=request,
            milliseconds=recorded.ms,
            body=recorded.response,
            message=recorded.message,
            error_type=cast("ErrorType | None", recorded.error_type),
            explanation=recorded.explanation,
            http_status=recorded.status,
            resent=recorded.resent,
        )


async def replay(
    trace: Trace, wire: Wire | None = None, *, flow: str | None = None, flow_token: str | None = None
) -> Replay:
    """Plays a trace. Without a `wire` the recorded answers come back; `flow` is another text of the Flow JSON.

    Raises `UnusableFlow` when the Flow JSON cannot be opened at all, `UnusableTrace` for an act that cannot be done.
    """
    text = trace.flow if flow is None else flow
    opening = trace.opening if flow_token is None else replace(trace.opening, flow_token=flow_token)
    recording = Recording()
    asked = wire or RecordedAnswers([moment.entry for moment in trace.moments])
    program = Program.compile(text)
    driver = Driver(Session.start(program, opening), asked, recording)
    before = list(steps_of([moment.entry for moment in trace.moments], program))
    after: list[Step] = []
    for position, step in enumerate(before):
        mark = len(recording.moments)
        await _do(driver, step.act.event() if step.act else Open(), stays_open=_is_left_open(before, position))
        entries = tuple(one for one in recording.entries[mark:] if not isinstance(one, Act))
        after.append(Step(step.number, step.act, entries))
    await driver.settle()
    return Replay(recording.trace(text, opening), tuple(differences_between(before, _settled(after, recording))))


async def _do(driver: Driver, event: Event, *, stays_open: bool) -> None:
    await driver.begin(event)
    if not stays_open:
        await driver.resume()
    await asyncio.sleep(0)


def _is_left_open(steps: Sequence[Step], position: int) -> bool:
    """Whether the person closed the sheet while this step's exchange was still running."""
    following = steps[position + 1].act if position + 1 < len(steps) else None
    answered = any(isinstance(one, Exchanged) and not one.is_notice for one in steps[position].entries)
    return following is not None and following.name == "close" and not answered


def steps_of(entries: Sequence[Entry], program: Program) -> Iterator[Step]:
    """A trace in steps: each act with what came of it. Where it does not begin with the opening, a first step without
    an act stands for it.
    """
    screen: Screen | None = None
    acts = [(place, entry) for place, entry in enumerate(entries) if isinstance(entry, Act)]
    places = [*(place for place, _ in acts), len(entries)]
    if entries and entries[0] != Act("open"):
        yield Step(0, None, tuple(entries[: places[0]]))
    for number, (place, act) in enumerate(acts, 1):
        following = tuple(entries[place + 1 : places[number]])
        yield Step(number, act, following, screen)
        shown = [one.screen for one in following if isinstance(one, Shown)]
        screen = program.screens.get(shown[-1]) if shown else screen


def _settled(steps: Sequence[Step], recording: Recording) -> list[Step]:
    """Notices travel beside the conversation: those that came last are put to the last step."""
    placed = sum(len(step.entries) for step in steps)
    late = [one for one in recording.entries if not isinstance(one, Act)][placed:]
    if not late or not steps:
        return list(steps)
    last = steps[-1]
    return [*steps[:-1], replace(last, entries=(*last.entries, *late))]
