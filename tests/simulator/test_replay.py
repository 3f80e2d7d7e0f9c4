"""Playing a trace again: the same, or where it is not."""

import json
from collections.abc import Callable
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.flows import Json
from tests.simulator.stage import ScriptedEndpoint, answered, failed
from tests.simulator.test_trace import FLOW, endpoint, play

from headrace.exchange.channel import Outcome
from headrace.phone.engine.events import Back, Close, Event, Fill, Open, Retry, Select, Tap
from headrace.simulator.differences import Difference
from headrace.simulator.replay import UNASKED, Replay, replay
from headrace.simulator.trace import Trace
from headrace.simulator.trace_words import brief

pytestmark = pytest.mark.anyio

ACTS = (Open(), Fill({"name": "Ada"}), Select("size", "m"), Tap("Continue"), Tap("Continue"))


async def recorded() -> Trace:
    return await play(ScriptedEndpoint(endpoint), *ACTS)


async def against(answer: Callable[[Json], Outcome], **more: Any) -> Replay:
    return await replay(await recorded(), ScriptedEndpoint(answer), **more)


def kinds(found: Replay) -> list[tuple[int, str, str]]:
    return [(one.step, one.kind, one.where) for one in found.differences]


async def test_the_same_endpoint_gives_the_same() -> None:
    found = await against(endpoint, flow_token="another")
    assert found.is_same
    assert [moment.entry for moment in found.trace.moments][1:3] != []
    assert found.trace.opening.flow_token == "another"


async def test_the_recorded_answers_give_the_same_without_an_endpoint() -> None:
    assert (await replay(await recorded())).is_same


async def test_another_answer_on_the_same_screen() -> None:
    def politer(request: Json) -> Outcome:
        if request["action"] == "INIT":
            return endpoint(request)
        return answered(request, {"screen": "CHECK", "data": {"hello": "Good day"}})

    found = await against(politer)
    assert kinds(found) == [(4, "answer", "data.hello"), (4, "data", "hello")]
    assert str(found.differences[0]) == 'answer data.hello: was "Hello Ada", is now "Good day"'
    assert found.differences[0].act == "tap Continue"


async def test_another_screen() -> None:
    found = await against(lambda request: answered(request, {"screen": "ASK", "data": {}}))
    assert (4, "screen", "") in kinds(found)
    assert (5, "end", "") in kinds(found)
    screen = next(one for one in found.differences if one.kind == "screen")
    assert (screen.was, screen.missing) == ("CHECK", ("now",))
    assert str(screen) == 'screen: was "CHECK", is now nothing'


async def test_an_error_where_there_was_none() -> None:
    def failing(request: Json) -> Outcome:
        return endpoint(request) if request["action"] == "INIT" else failed(request, "timeout_error")

    found = await against(failing)
    error = next(one for one in found.differences if one.kind == "error")
    assert (error.step, error.was, error.now) == (4, "status 200", "timeout_error (no answer)")
    assert any(one.kind == "message" and "10 seconds" in str(one.now) for one in found.differences)


async def test_other_words_in_the_flow_change_what_is_asked() -> None:
    other = json.loads(json.dumps(FLOW))
    other["screens"][0]["layout"]["children"][2]["on-click-action"]["payload"] = {"who": "${form.name}"}
    found = await replay(await recorded(), flow=json.dumps(other))
    assert kinds(found) == [(4, "request", "data.n"), (4, "request", "data.who")]
    assert [str(one) for one in found.differences] == [
        'request data.n: was "Ada", is now nothing',
        'request data.who: was nothing, is now "Ada"',
    ]


async def test_an_input_that_is_gone_is_refused_and_the_trace_has_no_answer_left() -> None:
    other = json.loads(json.dumps(FLOW))
    del other["screens"][0]["layout"]["children"][1]
    other["screens"][1]["layout"]["children"][1]["on-click-action"] = {"name": "data_exchange", "payload": {}}
    found = await replay(await recorded(), flow=json.dumps(other))
    assert (3, "refusal", "") in kinds(found)
    exchange = next(one for one in found.differences if one.kind == "exchange")
    assert (exchange.step, exchange.missing, exchange.now) == (5, ("was",), "data_exchange CHECK")
    assert UNASKED in json.dumps(found.trace.to_json())


async def test_closing_while_the_endpoint_is_asked() -> None:
    silent = await play(None, Open(), Close())
    assert (await replay(silent, ScriptedEndpoint(endpoint))).is_same


async def test_notices_are_compared_whenever_they_arrive() -> None:
    def lost(request: Json) -> Outcome:
        return answered(request, {"screen": "NOWHERE", "data": {}})

    trace = await play(ScriptedEndpoint(lost, delay=0.02), Open(), Close())
    assert (await replay(trace, ScriptedEndpoint(lost))).is_same
    found = await replay(trace, ScriptedEndpoint(lambda request: failed(request, "timeout_error")))
    assert ("exchange", "notice") in [(one.kind, one.where) for one in found.differences]


EVENTS = st.one_of(
    st.builds(Fill, st.fixed_dictionaries({"name": st.sampled_from(["", "Ada", "fail", "lost", "gone"])})),
    st.builds(Select, st.just("size"), st.sampled_from(["s", "m", "", "xl"])),
    st.builds(Tap, st.sampled_from(["Continue", "Nowhere"])),
    st.sampled_from([Back(), Close(), Open(), Retry()]),
)


def moody(request: Json) -> Outcome:
    """Answers well, or fails in the way the name asks for."""
    name = request["data"].get("n")
    if name == "fail":
        return failed(request, "timeout_error")
    if name == "lost":
        return answered(request, {"screen": "NOWHERE", "data": {}})
    if name == "gone":
        return Outcome(kind="token_expired", request=request, milliseconds=1, message="Gone.", http_status=427)
    return endpoint(request)


@settings(max_examples=60)
@given(st.lists(EVENTS, max_size=12))
def test_whatever_a_person_did_plays_the_same_again(events: list[Event]) -> None:
    async def play_twice() -> tuple[Replay, Replay]:
        trace = await play(ScriptedEndpoint(moody), Open(), *events)
        stored = Trace.from_json(json.loads(json.dumps(trace.to_json())))
        return await replay(stored, ScriptedEndpoint(moody)), await replay(stored)

    for found in anyio.run(play_twice):
        assert [str(one) for one in found.differences] == []


def test_differences_as_json_tell_null_from_nothing() -> None:
    one = Difference(1, "tap", "data", "a", None, None, ("now",))
    assert one.to_json() == {"step": 1, "act": "tap", "kind": "data", "where": "a", "was": None}
    assert str(one) == "data a: was null, is now nothing"


def test_long_values_are_told_in_short() -> None:
    assert brief("x" * 500).endswith("… (502 characters)")
    assert brief(["\ud800"])
