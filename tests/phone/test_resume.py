"""Random people over Flows: nothing breaks, every state serialises and resumes equal, events give the same again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.flows import checkboxes, dropdown, flow, footer, heading, options, radio, screen, string, text_input

from headrace.phone.engine import state
from headrace.phone.engine.effects import Declined, Exchange
from headrace.phone.engine.events import (
    Answered,
    Back,
    Choose,
    Close,
    Event,
    ExchangeFailed,
    Fill,
    Leave,
    Open,
    Retry,
    Select,
    Tap,
    TokenExpired,
)
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session

LIST = {"type": "array", "items": {"type": "object"}, "__example__": []}
FLOW = Program.compile(
    flow(
        screen(
            "ONE",
            {
                "type": "Form",
                "name": "form",
                "init-values": "${data.init}",
                "error-messages": "${data.errors}",
                "children": [
                    text_input("name", required=True),
                    text_input("word", **{"input-type": "password", "pattern": "^[a-z]*$"}),
                    dropdown("shop", "a", "b", **{"on-select-action": {"name": "data_exchange", "payload": {"s": 1}}}),
                    {**checkboxes("extras"), "data-source": "${data.rows}", "max-selected-items": 2},
                    {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "2026-01-01"},
                    {
                        "type": "If",
                        "condition": "${form.shop} == 'a'",
                        "then": [
                            {
                                **radio("size", "s", "m"),
                                "on-select-action": {"name": "update_data", "payload": {"rows": options("x", "y")}},
                            }
                        ],
                        "else": [{"type": "TextArea", "name": "note", "label": "Note"}],
                    },
                    {"type": "OptIn", "name": "ok", "label": "OK"},
                    footer("data_exchange", {"all": "${form.name}"}),
                ],
            },
            data={"rows": LIST, "init": {"type": "object", "__example__": {}}, "errors": {"type": "object"}},
        ),
        screen(
            "TWO",
            heading("${data.sum}"),
            text_input("more"),
            footer("complete", {"more": "${form.more}", "name": "${screen.ONE.form.name}"}),
            data={"sum": string(), "required": ["sum"]},
            refresh_on_back=True,
            terminal=True,
        ),
        routing={"ONE": ["TWO"], "TWO": []},
    )
)

NAMES = ["name", "word", "shop", "extras", "day", "size", "note", "ok", "more", "nobody"]
values: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=5),
    st.sampled_from(["a", "b", "x", "s", "2026-05-01", "1999-01-01", True, False, None, 7, "", ["x"], ["x", "y"], []]),
)
answers: st.SearchStrategy[Any] = st.sampled_from(
    [
        {"screen": "ONE", "data": {"rows": options("x", "y", "z")}},
        {"screen": "ONE", "data": {"rows": options("z"), "init": {"name": "Ada", "extras": ["z"]}}},
        {"screen": "ONE", "data": {"errors": {"name": "No"}, "error_message": "Look again"}},
        {"screen": "TWO", "data": {"sum": "1"}},
        {"screen": "TWO", "data": {}},
        {"screen": "SUCCESS", "data": {"extension_message_response": {"params": {"a": 1}}}},
        {"screen": "SUCCESS", "data": {}},
        {"screen": "NOWHERE"},
        None,
        [],
    ]
)
events: st.SearchStrategy[Event] = st.one_of(
    st.just(Open()),
    st.builds(Fill, st.dictionaries(st.sampled_from(NAMES), values, max_size=4)),
    st.builds(Select, st.sampled_from(NAMES), values),
    st.builds(Tap, st.sampled_from(["Continue", "ok", "name", "", "nothing"])),
    st.builds(Leave, st.sampled_from(NAMES)),
    st.builds(Choose, st.sampled_from(NAMES)),
    st.sampled_from([Back(), Close(), Retry(), TokenExpired(), ExchangeFailed("timeout_error")]),
    st.builds(Answered, answers),
    st.just(Fill({"name": "Ada"})),
    st.just(Tap("Continue")),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["navigate", "data_exchange"]), st.lists(events, max_size=25))
def test_any_person_at_any_time_can_be_put_down_and_taken_up(action: Any, happening: list[Event]) -> None:
    session = Session.start(FLOW, Opening(action=action))
    for event in [Open(), *happening]:
        text = json.dumps(session.to_json())
        resumed = Session.from_json(FLOW, json.loads(text))
        assert resumed.view() == session.view()
        effects = session.handle(event)
        assert resumed.handle(event) == effects
        assert resumed.view() == session.view()
        assert resumed.to_json() == session.to_json()
        assert (session.pending is not None) <= (session.status == "loading")
        assert sum(isinstance(effect, Exchange) for effect in effects) <= 1
        if session.view().screen is not None:
            assert session.screen in FLOW.screens


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
def test_what_is_refused_leaves_no_trace(entered: dict[str, Any]) -> None:
    session = Session.start(FLOW, Opening(data={"rows": options("x")}))
    session.handle(Open())
    before = session.form
    effects = session.handle(Fill(entered))
    refused = {effect.target for effect in effects if isinstance(effect, Declined)}
    for name in refused & before.keys():
        assert session.form.get(name, before[name]) == before[name]


@settings(max_examples=100, deadline=None)
@given(st.lists(events, max_size=15))
def test_back_after_a_move_restores_what_was_there(happening: list[Event]) -> None:
    session = Session.start(FLOW, Opening(data={"rows": options("x", "y")}))
    for event in [Open(), *happening]:
        session.handle(event)
    if session.status != "ready" or session.screen != "ONE":
        return
    form, data = session.form, dict(session.data)
    session.handle(Fill({"name": "Ada", "word": ""}))
    form |= {"name": "Ada", "word": ""}
    session.handle(Tap("Continue"))
    if session.pending is None:
        return
    session.handle(Answered({"screen": "TWO", "data": {"sum": "1"}}))
    assert session.screen == "TWO"
    session.handle(Back())
    session.handle(Answered({"screen": "ONE", "data": {}}))
    assert session.screen == "ONE"
    assert session.form == form
    assert session.data == data


def test_a_state_of_something_else_is_refused() -> None:
    odd: Any
    for odd in ({}, {"screens": {}}, {"screens": [], "pending": None, "snackbar": None, "history": []}):
        with pytest.raises(ValueError, match="not the state"):
            Session.from_json(FLOW, odd)


def test_a_flow_that_lost_its_screen_begins_anew() -> None:
    session = Session.start(FLOW, Opening(any_screen=True))
    session.handle(Open())
    other = Program.compile(flow(screen("OTHER", text_input("x"))))
    resumed = Session.from_json(other, session.to_json())
    assert resumed.status == "loading"
    resumed.handle(Open())
    assert resumed.screen == "OTHER"


def test_a_state_without_the_number_of_its_format_is_of_the_first() -> None:
    session = Session.start(FLOW, Opening(any_screen=True))
    session.handle(Open())
    stored = session.to_json()
    assert stored.pop("format") == 1
    assert Session.from_json(FLOW, stored).view() == session.view()


def test_a_member_that_is_not_kept_any_more_is_passed_over() -> None:
    session = Session.start(FLOW, Opening(any_screen=True))
    session.handle(Open())
    stored = session.to_json()
    for store in stored["screens"].values():
        store["told"] = ["A component could not be drawn."]
    assert Session.from_json(FLOW, stored).to_json() == session.to_json()


def test_a_state_of_another_format_is_not_read() -> None:
    stored = {**Session.start(FLOW, Opening()).to_json(), "format": 2}
    with pytest.raises(ValueError, match="in format 2; format 1 is read here"):
        Session.from_json(FLOW, stored)


def test_a_state_of_an_older_format_is_upgraded_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def upgrade(number: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
        return lambda older: {**older, "flow_token": f"{older['flow_token']} {number}"}

    stored = Session.start(FLOW, Opening(flow_token="t")).to_json()
    monkeypatch.setattr(state, "FORMAT", 3)
    monkeypatch.setattr(state, "UPGRADES", {1: upgrade(2), 2: upgrade(3)})
    assert Session.from_json(FLOW, stored).state.flow_token == "t 2 3"
    assert Session.from_json(FLOW, {**stored, "format": 2}).state.flow_token == "t 3"
    assert Session.from_json(FLOW, {**stored, "format": 3}).state.flow_token == "t"


def test_every_older_format_has_its_upgrade() -> None:
    assert set(state.UPGRADES) == set(range(1, state.FORMAT))
