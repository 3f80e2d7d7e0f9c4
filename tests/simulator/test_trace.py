"""The trace: what is written down of a session, that it travels as JSON, and that it plays again."""

import json
from datetime import UTC, date, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.flows import flow, footer, heading, radio, screen, string, text_input
from tests.simulator.stage import Json, ScriptedEndpoint, answered, failed

from headrace.clock import ManualClock
from headrace.exchange.channel import Outcome
from headrace.phone.engine.events import Back, Close, Event, Fill, Open, Tap
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.driver import Driver
from headrace.simulator.recording import Recording
from headrace.simulator.sessions import EndpointClient
from headrace.simulator.trace import (
    ACTS,
    Act,
    Ended,
    Exchanged,
    Followed,
    Moment,
    Refusal,
    Shown,
    Told,
    Trace,
    UnusableTrace,
)

pytestmark = pytest.mark.anyio

FLOW = flow(
    screen(
        "ASK",
        text_input("name", required=True),
        radio("size", "s", "m"),
        footer("data_exchange", {"n": "${form.name}"}),
    ),
    screen(
        "CHECK", heading("${data.hello}"), footer("complete", {"ok": True}), data={"hello": string()}, terminal=True
    ),
    routing={"ASK": ["CHECK"], "CHECK": []},
)
OPENING = Opening(action="data_exchange", flow_token="t1", today=date(2026, 3, 2))


def endpoint(request: Json) -> Outcome:
    if request["action"] == "INIT":
        return answered(request, {"screen": "ASK", "data": {}})
    return answered(request, {"screen": "CHECK", "data": {"hello": f"Hello {request['data']['n']}"}})


async def play(client: EndpointClient | None, *events: Event) -> Trace:
    text = json.dumps(FLOW)
    recording = Recording(ManualClock())
    driver = Driver(Session.start(Program.compile(text), OPENING), client, recording)
    for event in events:
        await driver.dispatch(event)
    await driver.settle()
    return recording.trace(text, OPENING)


def told(trace: Trace) -> list[Any]:
    return [moment.entry for moment in trace.moments]


async def test_a_whole_session_in_order() -> None:
    trace = await play(ScriptedEndpoint(endpoint), Open(), Fill({"name": "Ada"}), Tap("Continue"), Tap("Continue"))
    entries = told(trace)
    init, ask = (one for one in entries if isinstance(one, Exchanged))
    assert (init.action, init.status, ask.request["data"]) == ("INIT", 200, {"n": "Ada"})
    assert [one for one in entries if not isinstance(one, Exchanged)] == [
        Act("open"),
        Shown("ASK", 1),
        Act("fill", {"values": {"name": "Ada"}}),
        Act("tap", {"target": "Continue"}),
        Shown("CHECK", 2, {"hello": "Hello Ada"}),
        Act("tap", {"target": "Continue"}),
        Ended("completed", {"ok": True, "flow_token": "t1"}),
    ]
    assert entries.index(ask) == entries.index(Act("tap", {"target": "Continue"})) + 1


async def test_a_fill_lists_only_what_changed() -> None:
    trace = await play(
        ScriptedEndpoint(endpoint),
        Open(),
        Fill({"name": "Ada", "size": ""}),
        Fill({"name": "Ada"}),
        Fill({"name": "Ad"}),
    )
    fills = [one.members["values"] for one in told(trace) if isinstance(one, Act) and one.name == "fill"]
    assert fills == [{"name": "Ada"}, {"name": "Ad"}]


async def test_what_the_phone_refuses_is_kept_with_its_reason() -> None:
    entries = told(await play(ScriptedEndpoint(endpoint), Open(), Fill({"nobody": "x"}), Tap("Continue")))
    assert Act("fill", {"values": {"nobody": "x"}}) in entries
    refusals = [one for one in entries if isinstance(one, Refusal)]
    assert [one.target for one in refusals] == ["nobody", "Continue"]
    assert "Name is required" in refusals[1].reason


async def test_failures_say_what_the_person_read_and_what_they_are_called() -> None:
    def slow(request: Json) -> Outcome:
        return endpoint(request) if request["action"] == "INIT" else failed(request, "timeout_error")

    entries = told(await play(ScriptedEndpoint(slow), Open(), Fill({"name": "A"}), Tap("Continue"), Tap("Continue")))
    snackbars = [one for one in entries if isinstance(one, Told)]
    assert [(one.where, one.error_type) for one in snackbars] == [("snackbar", "timeout_error")] * 2
    entries = told(await play(ScriptedEndpoint(lambda one: failed(one, "no_http_response_error")), Open()))
    assert entries[-1] == Told(
        "screen", "Something went wrong.", "no_http_response_error", "The endpoint cannot be reached, or hung up."
    )


async def test_an_answer_that_cannot_be_used_and_the_notice_about_it() -> None:
    def lost(request: Json) -> Outcome:
        return answered(request, {"screen": "NOWHERE", "data": {}})

    entries = told(await play(ScriptedEndpoint(lost), Open()))
    exchanges = [one for one in entries if isinstance(one, Exchanged)]
    assert [one.is_notice for one in exchanges] == [False, True]
    shown = next(one for one in entries if isinstance(one, Told))
    assert (shown.where, shown.error_type) == ("screen", "invalid-screen-transition")


async def test_going_back_repeats_no_data() -> None:
    entries = told(
        await play(ScriptedEndpoint(endpoint), Open(), Fill({"name": "A"}), Tap("Continue"), Back(), Close())
    )
    assert entries[-4:] == [Act("back"), Shown("ASK", 3), Act("close"), Ended("closed")]


async def test_without_a_keeper_nothing_is_compared() -> None:
    driver = Driver(Session.start(Program.compile(FLOW), OPENING), ScriptedEndpoint(endpoint))
    turn = await driver.dispatch(Open())
    assert len(turn.outcomes) == 1
    assert driver.session.screen == "ASK"


# JSON

TEXTS = st.text(max_size=12)
JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(TEXTS, JSON_VALUES, max_size=3)
MAYBE = st.none() | TEXTS
ENTRIES = st.one_of(
    st.sampled_from([Act(name) for name in ("open", "back", "close", "retry")]),
    st.builds(Act, st.just("fill"), st.fixed_dictionaries({"values": OBJECTS})),
    st.builds(Act, st.just("tap"), st.fixed_dictionaries({"target": TEXTS})),
    st.builds(Act, st.just("select"), st.fixed_dictionaries({"name": TEXTS, "value": JSON_VALUES})),
    st.builds(Shown, TEXTS, st.integers(0, 10**6), OBJECTS),
    st.builds(
        Exchanged,
        st.sampled_from(["answered", "token_expired", "failed"]),
        OBJECTS,
        JSON_VALUES,
        st.none() | st.integers(100, 599),
        st.integers(0, 10**5),
        MAYBE,
        MAYBE,
        MAYBE,
        st.booleans(),
        TEXTS,
        MAYBE,
    ),
    st.builds(Refusal, TEXTS, TEXTS),
    st.builds(Told, st.sampled_from(["snackbar", "screen", "dialog"]), TEXTS, MAYBE, MAYBE),
    st.builds(Followed, TEXTS),
    st.builds(Ended, st.sampled_from(["completed", "closed", "expired"]), st.none() | OBJECTS),
)
TIMES = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]))
TRACES = st.builds(
    Trace,
    TEXTS,
    st.builds(
        Opening,
        st.sampled_from(["navigate", "data_exchange"]),
        MAYBE,
        st.none() | OBJECTS,
        TEXTS,
        st.booleans(),
        st.none() | st.dates(),
    ),
    st.lists(st.builds(Moment, TIMES, ENTRIES), max_size=6).map(tuple),
)


@given(TRACES)
def test_every_trace_travels_as_json(trace: Trace) -> None:
    assert Trace.from_json(json.loads(json.dumps(trace.to_json()))) == trace


@given(JSON_VALUES)
def test_no_other_json_is_taken_for_a_trace(value: Any) -> None:
    with pytest.raises(UnusableTrace):
        Trace.from_json(value)


def whole(**entry: Any) -> Json:
    return {**Trace("{}", Opening()).to_json(), "entries": [{"at": "2026-03-02T10:00:00+00:00", **entry}]}


@pytest.mark.parametrize(
    ("stored", "words"),
    [
        (whole(kind="dance"), "Entry 1: There is no entry of the kind 'dance'"),
        (whole(kind="act", name="fly", members={}), "Entry 1: There is no act 'fly'"),
        (whole(kind="act", name="tap", members={"to": "x"}), "Entry 1: There is no act 'tap' with to"),
        (whole(kind="screen", screen="A", visit="1", data={}), 'Entry 1: "visit" of an entry'),
        (whole(kind="screen", screen="A"), "Entry 1: An entry of the kind 'screen' lacks a member"),
        (whole(kind="link", url="u", colour="red"), 'has no member "colour"'),
        (whole(kind="link", url="u", at="soon"), 'Entry 1: "at" has to be a time'),
        ({**whole(kind="link", url="u"), "format": 2}, 'The "format" is 2'),
        ({**whole(kind="link", url="u"), "flow": None}, 'no "flow"'),
        ({**whole(kind="link", url="u"), "opening": {"action": "dive"}}, "navigate or data_exchange"),
    ],
)
def test_what_is_wrong_is_said_in_words(stored: Json, words: str) -> None:
    with pytest.raises(UnusableTrace) as caught:
        Trace.from_json(stored)
    assert words in str(caught.value)


def test_every_act_of_a_person_has_a_name_of_its_own() -> None:
    assert {"open", "fill", "select", "choose", "tap", "leave", "back", "close", "retry"} <= set(ACTS)
