"""What a preview tells of a session plays again, saves of the file and jumps included."""

import copy
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.previewing.stage import ASKING, CHECK, NAME, STATIC, Bench
from tests.phone.flows import Json, flow, footer, screen, text_input

from headrace.simulator.replay import Replay, replay
from headrace.simulator.trace import Changed, Jumped, Trace


def of(bench: Bench) -> Trace:
    """The trace as it comes back from a file."""
    bench.page()
    return Trace.from_json(json.loads(json.dumps(bench.preview.trace().to_json())))


def do(bench: Bench, act: str, **members: Any) -> None:
    """Does something on the phone, which may have gone already."""
    bench.client.post(
        f"/sheet/{bench.preview.session.number}/{act}", json=members, headers={"accept": "application/json"}
    )


def played(trace: Trace, flow: str | None = None) -> Replay:
    return anyio.run(lambda: replay(trace, flow=flow))


def renamed() -> Json:
    """The static Flow with another name for its input, and another example on its second screen."""
    edited = copy.deepcopy(STATIC)
    edited["screens"][0] = screen(
        "NAME", text_input("called"), footer("navigate", {"who": "${form.called}"}, to="CHECK")
    )
    edited["screens"][1]["data"]["who"]["__example__"] = "Grace"
    return edited


SAVES = [STATIC, renamed(), flow(NAME, CHECK, screen("OTHER", text_input("name"), footer("navigate", to="CHECK")))]
ACTS: list[Callable[[Bench], object]] = [
    lambda bench: do(bench, "keep", values={"name": "Bea"}),
    lambda bench: do(bench, "keep", values={"called": "Bea"}),
    lambda bench: do(bench, "tap", target="Continue"),
    lambda bench: do(bench, "tap", target="Send"),
    lambda bench: do(bench, "select", name="size", value="m"),
    lambda bench: do(bench, "back"),
    lambda bench: do(bench, "close"),
    lambda bench: bench.post("/reopen"),
    lambda bench: bench.post("/restart"),
    lambda bench: bench.post("/jump", screen="CHECK"),
    lambda bench: bench.post("/jump", screen="NAME"),
    *(lambda bench, text=text: bench.save(text) or bench.page() for text in SAVES),
]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(ACTS), max_size=10))
def test_whatever_was_done_in_a_preview_plays_the_same_again(acts: list[Callable[[Bench], object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), STATIC)
        with bench.client:
            for act in acts:
                act(bench)
            trace = of(bench)
    assert [str(one) for one in played(trace).differences] == []


def test_on_another_text_saves_are_passed_over_and_jumps_are_not(tmp_path: Path) -> None:
    bench = Bench(tmp_path, STATIC)
    with bench.client:
        do(bench, "keep", values={"name": "Bea"})
        bench.save(renamed())
        bench.post("/jump", screen="CHECK")
        do(bench, "tap", target="Send")
        trace = of(bench)
    assert [type(one.entry) for one in trace.moments if isinstance(one.entry, Changed | Jumped)] == [Changed, Jumped]
    assert played(trace).is_same
    found = played(trace, json.dumps(STATIC)).differences
    assert [(one.act, str(one)) for one in found] == [
        ("jump to CHECK", 'data who: was "Grace", is now "Ada"'),
        ("tap Send", 'end response.who: was "Grace", is now "Ada"'),
    ]


def test_a_request_left_by_a_jump_is_not_waited_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path, ASKING)
    with bench.client:
        do(bench, "tap", values={"name": "Bea"}, target="Continue")
        assert bench.preview.question() is not None
        bench.post("/jump", screen="CHECK")
        do(bench, "tap", target="Send")
        trace = of(bench)
    assert played(trace).is_same
