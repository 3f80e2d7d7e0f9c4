"""Plays a trace again: the same acts on the same Flow or another text of it, asking an endpoint or the trace itself.

What each act leads to is compared with what it led to before. Times, flow tokens and sealed bodies are not compared:
they differ every time. The trace of a preview also holds jumps and saves of the Flow: they are done again too, but on
another text the saves are passed over.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from headrace.clock import Clock, ManualClock
from headrace.exchange.channel import Outcome
from headrace.phone.engine.program import Program, Screen
from headrace.phone.session import Session
from headrace.protocol import ErrorType
from headrace.simulator.differences import Difference, Step, awaited, differences_between
from headrace.simulator.driver import HURRIED_SECONDS, Driver
from headrace.simulator.recording import Recording
from headrace.simulator.sessions import EndpointClient
from headrace.simulator.trace import Act, Changed, Doing, Entry, Exchanged, Jumped, Shown, Trace, UnusableTrace
from headrace.simulator.trace_writer import carry, jump

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
    """An endpoint that says what the endpoint of a trace said, in the same order; a `sessions.EndpointClient`."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._answers = iter([entry for step in steps for entry in awaited(step)])
        self._notices = iter([entry for step in steps for entry in step.entries if _is_notice(entry)])

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        recorded = next(self._notices if Exchanged("answered", request).is_notice else self._answers, None)
        if not isinstance(recorded, Exchanged):
            return Outcome("failed", request, 0, error_type=ErrorType.NO_RESPONSE, explanation=UNASKED)
        return Outcome(
            kind=recorded.outcome,
            request=request,
            milliseconds=recorded.ms,
            body=recorded.response,
            message=recorded.message,
            error_type=_error_type(recorded),
            explanation=recorded.explanation,
            http_status=recorded.status,
            resent=recorded.resent,
        )


def _error_type(recorded: Exchanged) -> ErrorType | None:
    try:
        return ErrorType(recorded.error_type) if recorded.error_type is not None else None
    except ValueError as error:
        raise UnusableTrace(f"There is no error called {recorded.error_type!r}.") from error


async def replay(
    trace: Trace,
    client: EndpointClient | None = None,
    *,
    flow: str | None = None,
    flow_token: str | None = None,
    clock: Clock | None = None,
) -> Replay:
    """Plays a trace. Without a `client` the recorded answers come back; `flow` is another text of the Flow JSON.
    Without a `clock` everything bears the time at which the trace began.

    Raises `UnusableFlow` when the Flow JSON cannot be opened at all, `UnusableTrace` for an act that cannot be done.
    """
    text = trace.flow if flow is None else flow
    opening = trace.opening if flow_token is None else replace(trace.opening, flow_token=flow_token)
    recording = Recording(clock or _stopped_clock(trace))
    program = Program.compile(text)
    before = list(steps_of([moment.entry for moment in trace.moments], program))
    if flow is not None:
        before = list(_without_saves(before))
    driver = Driver(Session.start(program, opening), client or RecordedAnswers(before), recording)
    after: list[Step] = []
    try:
        for position, step in enumerate(before):
            mark = len(recording.moments)
            await _do(driver, step.act or Act("open"), recording)
            if not _is_left_open(before, position):
                await driver.resume()
            await asyncio.sleep(0)
            after.append(replace(step, entries=tuple(_outcome(recording.entries[mark:]))))
    except BaseException:
        await driver.settle(HURRIED_SECONDS)
        raise
    await driver.settle()
    return Replay(recording.trace(text, opening), tuple(differences_between(before, _settled(after, recording))))


def _stopped_clock(trace: Trace) -> Clock:
    return ManualClock(trace.moments[0].at) if trace.moments else ManualClock()


async def _do(driver: Driver, doing: Doing, recording: Recording) -> None:
    session = driver.session
    match doing:
        case Act():
            await driver.begin(doing.event())
        case Jumped(screen):
            driver.session, entries = jump(session, screen)
            await recording.save(driver.session, [], entries)
        case Changed(text):
            opening = replace(doing.would_open(), flow_token=session.state.flow_token)
            carried, entries = carry(session, Program.compile(text), text, opening)
            driver.session = carried.session
            await recording.save(driver.session, [], entries)


def _is_left_open(steps: Sequence[Step], position: int) -> bool:
    """Whether something else was done while this step's exchange was still running."""
    following = steps[position + 1].act if position + 1 < len(steps) else None
    answered = any(isinstance(entry, Exchanged) and not entry.is_notice for entry in steps[position].entries)
    return not answered and (following == Act("close") or isinstance(following, Jumped | Changed))


def steps_of(entries: Sequence[Entry], program: Program) -> Iterator[Step]:
    """A trace in steps: each thing that was done with what came of it. Where it does not begin with the opening, a
    first step without an act stands for it.
    """
    screen: Screen | None = None
    places = [place for place, entry in enumerate(entries) if isinstance(entry, _DOINGS)]
    if entries and entries[0] != Act("open"):
        yield Step(0, None, tuple(entries[: places[0] if places else None]))
    for number, (place, end) in enumerate(zip(places, [*places[1:], len(entries)], strict=True), 1):
        following = tuple(entries[place + 1 : end])
        doing = entries[place]
        assert isinstance(doing, _DOINGS)
        yield Step(number, doing, following, screen)
        shown = [entry.screen for entry in following if isinstance(entry, Shown)]
        screen = program.screens.get(shown[-1]) if shown else screen


_DOINGS = get_args(Doing)


def _without_saves(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps as if the Flow had never been saved. An answer that came after a save belongs to who had asked."""
    last: Step | None = None
    for step in steps:
        if not isinstance(step.act, Changed):
            if last is not None:
                yield last
            last = step
        elif last is not None:
            first = next((place for place, one in enumerate(step.entries) if isinstance(one, Exchanged)), None)
            kept = () if first is None else step.entries[first:]
            last = replace(last, entries=(*last.entries, *kept))
    if last is not None:
        yield last


def _outcome(entries: Sequence[Entry]) -> Iterator[Entry]:
    return (entry for entry in entries if not isinstance(entry, _DOINGS))


def _is_notice(entry: Entry) -> bool:
    return isinstance(entry, Exchanged) and entry.is_notice


def _settled(steps: Sequence[Step], recording: Recording) -> list[Step]:
    """Notices travel beside the conversation: those that came last are put to the last step."""
    placed = sum(len(step.entries) for step in steps)
    late = list(_outcome(recording.entries))[placed:]
    if not late or not steps:
        return list(steps)
    last = steps[-1]
    return [*steps[:-1], replace(last, entries=(*last.entries, *late))]
