"""What the phone's engine costs: one Flow from opened to completed, and very many sessions open at once."""

import gc
import json
import time
import tracemalloc
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from benchmarks.measuring import Figure, plain_milliseconds
from headrace.flowjson.gallery import template
from headrace.phone.engine.events import Answered, Back, Event, Fill, Open, Select, Tap
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.steps import Step, read_steps

FLOW = "appointment"

MANY = 10_000
LARGEST_BYTES = 20_000
"""What one open session may take."""

MOST_GROWTH = 1.02
ROUNDS = 5


def measure(*, quick: bool = False) -> Iterator[Figure]:
    yield _through(quick=quick)
    yield _through_with_endpoint(quick=quick)
    yield from _many(200 if quick else MANY)


def _through(*, quick: bool) -> Figure:
    found = template(FLOW)
    program = Program.compile(found.text())
    steps = [one for one in read_steps(found.files()["steps.yaml"]) if one.kind != "expect"]
    spent = plain_milliseconds(partial(_walk, program, Opening(), steps), rounds=5 if quick else 201, calls=3)
    note = f"the {FLOW} Flow: {len(steps)} acts, the screen drawn as a view after each"
    return Figure("a Flow from opened to completed", spent, 2, "ms", note)


def _through_with_endpoint(*, quick: bool) -> Figure:
    """The same with an endpoint whose answers are at hand."""
    text = template(FLOW).text(with_endpoint=True)
    answers = _answers(json.loads(text))
    opening = Opening(action="data_exchange", flow_token="token")  # noqa: S106
    steps = [Step(number, kind, content) for number, (kind, content) in enumerate(_BOOKING, 1)]
    walk = partial(_walk, Program.compile(text), opening, steps, answers)
    spent = plain_milliseconds(walk, rounds=5 if quick else 201, calls=3)
    note = f"{len(steps)} acts and {len(answers)} exchanges, answered from memory"
    return Figure("a Flow with an endpoint, opened to completed", spent, 2, "ms", note)


def _walk(program: Program, opening: Opening, steps: Sequence[Step], answers: Sequence[Any] = ()) -> None:
    session = Session.start(program, opening)
    coming = iter(answers)
    _hand_over(session, Open(), coming)
    for step in steps:
        for event in _events(session, step):
            _hand_over(session, event, coming)
    assert session.response is not None


def _hand_over(session: Session, event: Event, answers: Iterator[Any]) -> None:
    session.handle(event)
    while session.pending is not None:
        session.view()
        session.handle(Answered(next(answers)))
    session.view()


def _events(session: Session, step: Step) -> list[Event]:
    if step.kind == "fill":
        return session.entered(step.content)
    if step.kind == "select":
        return [Select(name, value) for name, value in step.content.items()]
    return [Tap(step.content) if step.kind == "tap" else Back()]


def _many(count: int) -> Iterator[Figure]:
    """Sessions that stay open while their people go to the second screen and back, again and again."""
    program = Program.compile(template(FLOW).text())
    gc.collect()
    tracemalloc.start()
    try:
        sessions = [Session.start(program, Opening()) for _ in range(count)]
        for one in sessions:
            one.handle(Open())
        held = [_round(sessions) for _ in range(ROUNDS)]
    finally:
        tracemalloc.stop()
    start = time.thread_time()
    _to_and_fro(sessions)
    spent = time.thread_time() - start
    note = f"{count:,} sessions of the {FLOW} Flow; all go to the second screen, choose and come back in {spent:.2f} s"
    yield Figure("memory of an open session", held[-1] / count, LARGEST_BYTES, "bytes", note)
    each = ", ".join(f"{one / count:,.0f}" for one in held)
    yield Figure(
        "memory stays flat", held[-1] / held[0], MOST_GROWTH, "times", f"bytes a session after each round: {each}"
    )


def _round(sessions: list[Session]) -> int:
    """Bytes in use after everybody went to and fro."""
    _to_and_fro(sessions)
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def _to_and_fro(sessions: list[Session]) -> None:
    for one in sessions:
        for event in (Select("service", "cut"), Tap("Choose a day"), Fill({"part": "afternoon"})):
            one.handle(event)
        assert one.form["part"] == "afternoon"
        one.handle(Back())
        assert one.screen == "SERVICE"


_BOOKING: Sequence[tuple[str, Any]] = (
    ("select", {"service": "beard"}),
    ("tap", "Choose a day"),
    ("select", {"day": "2026-12-02"}),
    ("select", {"time": "10:30"}),
    ("tap", "Add your details"),
    ("fill", {"name": "Ben", "phone": "+44 7700 900102"}),
    ("tap", "Check your booking"),
    ("tap", "Confirm booking"),
)
_ANSWERING = ("SERVICE", "TIME", "TIME", "DETAILS", "SUCCESS")


def _answers(flow: dict[str, Any]) -> list[dict[str, Any]]:
    """What the endpoint says: each screen with its example data, then the end."""
    screens = {screen["id"]: screen for screen in flow["screens"]}
    found = []
    for name in _ANSWERING:
        declared = screens[name].get("data", {}) if name in screens else {}
        data = {key: one["__example__"] for key, one in declared.items()}
        if name == "SUCCESS":
            data = {"extension_message_response": {"params": {"flow_token": "token", "time": "10:30"}}}
        found.append({"screen": name, "data": data})
    return found


if __name__ == "__main__":
    from benchmarks.__main__ import run_alone

    run_alone(measure)
