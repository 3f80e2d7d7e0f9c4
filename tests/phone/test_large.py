"""Large and deep input: drawn in time, or refused, but never a hang or a crash.

The limits are many times what a plain machine needs, so that a busy one does not fail them.
"""

import json
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.phone.exploring import draw
from tests.phone.flows import Json, dropdown, flow, footer, heading, one_screen, opened, options, screen, text_input

from headrace.phone.engine.effects import Complete
from headrace.phone.engine.events import Answered, Fill, Open, Tap
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import PlaceholderView
from headrace.phone.session import Session

FLAG = {"f": {"type": "boolean", "__example__": True}}
DAYS = [(date(2026, 1, 1) + timedelta(days=number)).isoformat() for number in range(0, 700, 2)]


def fields() -> list[Json]:
    """Inputs for a Flow JSON of more than 50 KB."""
    hints = {"helper-text": "h" * 60, "pattern": "^[a-z]+$", "visible": "${data.f}"}
    lines = [text_input(f"line_{number}", **hints) for number in range(100)]
    return [*lines, *(dropdown(f"choice_{number}", *"abcdefghijklmnop") for number in range(70))]


LARGE: dict[str, list[Json]] = {
    "50 KB": fields(),
    "10 choices of 200": [dropdown(f"d{row}", *(str(number) for number in range(200))) for row in range(10)],
    "300 branches": [
        {"type": "If", "condition": f"${{form.t}} == '{number}'", "then": [heading("yes")], "else": [heading("no")]}
        for number in range(300)
    ]
    + [text_input("t")],
    "a chain of 60": [
        text_input(f"t{number}", **({"visible": f"`${{form.t{number - 1}}} == 'x'`"} if number else {}))
        for number in range(60)
    ],
    "calendars": [
        {"type": "CalendarPicker", "name": f"c{number}", "label": "When", "unavailable-dates": DAYS}
        for number in range(5)
    ],
    "markdown": [{"type": "TextBody", "markdown": True, "text": ["**b** _i_ ~~s~~ [l](https://x.yz) " * 40] * 25}],
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_screen_is_worked_out_in_time(name: str) -> None:
    session = one_screen(*LARGE[name], footer("complete"), data=FLAG)
    first = next(iter(session.form), "none")
    draw(session.view())
    assert best(session.view) < 0.1
    assert best(lambda: session.handle(Fill({first: "x"}))) < 0.1


def best(act: Callable[[], Any]) -> float:
    """The shortest of a few tries, in seconds."""
    tries = []
    for _ in range(5):
        started = time.perf_counter()
        act()
        tries.append(time.perf_counter() - started)
    return min(tries)


@pytest.mark.parametrize("levels", [50, 120, 300, 900, 5_000])
def test_a_deep_document_runs_as_far_as_it_can(levels: int) -> None:
    shallow = flow(
        screen("A", heading("HEADING"), footer("complete", {"x": "PAYLOAD"}), data={"m": "MODEL"}, terminal=True)
    )
    text = json.dumps(shallow)
    for mark in ("HEADING", "PAYLOAD", "MODEL"):
        text = text.replace(f'"{mark}"', '{"a":' * levels + "1" + "}" * levels)
    program = Program.compile(text)
    session = Session.start(program, Opening(any_screen=True))
    session.handle(Open())
    draw(session.view())
    if session.view().screen is not None:
        session.handle(Tap("Continue"))
        json.dumps(session.to_json())


def test_branches_in_branches_end_in_a_placeholder() -> None:
    nested: Json = text_input("deep")
    for _ in range(400):
        nested = {"type": "If", "condition": "${data.f}", "then": [nested]}
    session = opened(flow(screen("A", nested, footer("complete"), data=FLAG, terminal=True)), data={"f": True})
    view = session.view()
    assert view.screen is not None
    assert [type(part) for part in view.screen.parts] == [PlaceholderView]
    assert isinstance(session.handle(Tap("Continue"))[0], Complete)


def asking(**of_ids: Any) -> Session:
    """A Flow that waits for its rows; `of_ids` is what their ids have to be besides text."""
    row = {"type": "object", "properties": {"id": {"type": "string", **of_ids}}}
    document = flow(
        screen(
            "A",
            {**dropdown("d"), "data-source": "${data.rows}"},
            footer("complete"),
            data={"rows": {"type": "array", "items": row}},
        ),
        routing={"A": []},
    )
    return opened(document, action="data_exchange")


def test_a_hostile_pattern_over_a_thousand_rows_costs_little() -> None:
    session = asking(pattern="^(z|zz)+$")
    rows = [{"id": "z" * 60 + f"!{number}", "title": "t"} for number in range(1_000)]
    started = time.process_time()
    session.handle(Answered({"screen": "A", "data": {"rows": rows}}))
    assert time.process_time() - started < 3


def test_an_answer_with_more_options_than_can_be_shown() -> None:
    session = asking()
    session.handle(Answered({"screen": "A", "data": {"rows": options(*map(str, range(20_000)))}}))
    assert session.view().failure_type == "components-validation-error"
    assert best(session.view) < 0.5
    draw(session.view())
