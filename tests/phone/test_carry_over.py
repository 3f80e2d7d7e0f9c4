"""Carrying an open session over to another version of its Flow."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    heading,
    opened,
    options,
    radio,
    screen,
    string,
    text_input,
)

from headrace.phone.carry_over import Carried, Dropped, carry
from headrace.phone.engine.events import Answered, Back, Close, Fill, Open, Select, Tap, Upload
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import State
from headrace.phone.session import Session
from headrace.phone.values import inputs
from headrace.phone.values.files import PickedFile

NAME = screen("NAME", text_input("name"), dropdown("size", "s", "m", "l"), footer("navigate", {"who": "x"}, to="CHECK"))
CHECK = screen(
    "CHECK",
    heading("${data.who}"),
    checkboxes("extras", "case", "cloth"),
    footer("complete"),
    data={"who": string("Ada")},
    terminal=True,
)


def on_check() -> Session:
    """A session on the second screen, with something entered on both."""
    session = opened(flow(NAME, CHECK), any_screen=True)
    session.handle(Fill({"name": "Bea", "size": "m"}))
    session.handle(Tap("Continue"))
    session.handle(Fill({"extras": ["case", "cloth"]}))
    assert session.screen == "CHECK"
    return session


def carried(session: Session, document: Json, **opening: Any) -> Carried:
    return carry(session, Program.compile(document), Opening(any_screen=True, **opening))


def test_the_same_flow_changes_nothing() -> None:
    session = on_check()
    over = carried(session, flow(NAME, CHECK))
    assert over.session.to_json() == session.to_json() | {"screens": over.session.to_json()["screens"]}
    assert over.session.view() == session.view()
    assert (over.dropped, over.left, over.restarted) == ([], [], False)
    over.session.handle(Back())
    assert over.session.form == {"name": "Bea", "size": "m"}


def test_the_given_session_stays_as_it_was() -> None:
    session = on_check()
    before = json.dumps(session.to_json())
    carried(session, flow(screen("OTHER", footer("complete"), terminal=True)))
    assert json.dumps(session.to_json()) == before


def test_what_no_longer_fits_is_dropped_and_named() -> None:
    edited = flow(
        screen("NAME", text_input("full_name"), dropdown("size", "s", "xl"), footer("navigate", to="CHECK")),
        screen("CHECK", checkboxes("extras", "cloth", "strap"), footer("complete"), terminal=True),
    )
    over = carried(on_check(), edited)
    assert over.session.screen == "CHECK"
    assert over.session.form == {"extras": ["cloth"]}
    assert [(one.screen, one.name) for one in over.dropped] == [
        ("NAME", "name"),
        ("NAME", "size"),
        ("CHECK", "extras"),
    ]
    assert over.dropped[1].reason == "does not offer 'm'; it offers s, xl"


def test_a_slip_that_was_saved_costs_nothing() -> None:
    def typed(kind: str, screen_id: str = "A") -> Json:
        return flow(
            screen(screen_id, {**text_input("a"), "type": kind}, text_input("b"), footer("complete"), terminal=True)
        )

    session = opened(typed("TextInput"), any_screen=True)
    session.handle(Fill({"a": "Ada", "b": "Bea"}))
    slip = carry(session, Program.compile(typed("TextInptu")), Opening(any_screen=True))
    assert (slip.session.form, [one.name for one in slip.dropped]) == ({"b": "Bea"}, ["a"])
    again = carry(slip.session, Program.compile(typed("TextInpt")), Opening(any_screen=True))
    assert again.dropped == [], "that it is set aside was told"
    mended = carry(again.session, Program.compile(typed("TextInput")), Opening(any_screen=True))
    assert mended.session.form == {"a": "Ada", "b": "Bea"}
    later = carry(mended.session, Program.compile(typed("TextInptu")), Opening(any_screen=True))
    assert [one.name for one in later.dropped] == ["a"]


def test_what_was_entered_since_wins_over_what_was_set_aside() -> None:
    def taking(kind: str) -> Program:
        field = {**text_input("a"), "type": kind, "data-source": options("x", "y")}
        return Program.compile(flow(screen("A", field, footer("complete"), terminal=True)))

    session = opened(flow(screen("A", text_input("a"), footer("complete"), terminal=True)), any_screen=True)
    session.handle(Fill({"a": "Ada"}))
    choice = carry(session, taking("Dropdown"), Opening(any_screen=True)).session
    choice.handle(Fill({"a": "y"}))
    assert carry(choice, taking("RadioButtonsGroup"), Opening(any_screen=True)).session.form == {"a": "y"}
    text = carry(choice, taking("TextInput"), Opening(any_screen=True)).session
    assert text.form["a"] in ("", "Ada")


def test_a_screen_that_comes_back_has_what_was_entered_on_it() -> None:
    def having(last: str) -> Json:
        second = screen(last, text_input("b"), footer("complete"), terminal=True)
        return flow(screen("A", footer("navigate", to=last)), second)

    session = opened(having("B"), any_screen=True)
    after(session, Tap("Continue"), Fill({"b": "Bea"}))
    slip = carry(session, Program.compile(having("BE")), Opening(any_screen=True)).session
    assert slip.screen == "A"
    mended = carry(slip, Program.compile(having("B")), Opening(any_screen=True)).session
    mended.handle(Tap("Continue"))
    assert mended.form == {"b": "Bea"}


def test_values_move_between_controls_of_one_kind() -> None:
    area = {"type": "TextArea", "name": "name", "label": "Name"}
    session = opened(flow(NAME, CHECK), any_screen=True)
    session.handle(Fill({"name": "Bea", "size": "m"}))
    over = carried(session, flow(screen("NAME", area, radio("size", "m", "l"), footer("complete"), terminal=True)))
    assert over.session.form == {"name": "Bea", "size": "m"}
    assert over.dropped == []
    view = over.session.view().screen
    assert view is not None
    assert [one.id for one in view.fields()] == ["f1-name-1", "f1-size-1"]  # the page draws other controls for them


def test_a_text_does_not_become_a_choice() -> None:
    session = opened(flow(screen("NAME", text_input("size"), footer("complete"), terminal=True)))
    session.handle(Fill({"size": "m"}))
    over = carried(session, flow(screen("NAME", dropdown("size", "m"), footer("complete"), terminal=True)))
    assert over.session.form == {"size": ""}
    assert over.dropped == [Dropped("NAME", "size", "has no place there any more")]


def test_a_screen_that_is_gone_gives_way_to_the_one_before() -> None:
    over = carried(on_check(), flow(screen("NAME", text_input("name"), footer("complete"), terminal=True)))
    assert over.session.screen == "NAME"
    assert over.session.form == {"name": "Bea"}
    assert over.left == ["CHECK"]
    assert not over.session.view().can_go_back


def test_without_any_known_screen_the_flow_opens_anew() -> None:
    over = carried(on_check(), flow(screen("START", text_input("name"), footer("complete"), terminal=True)))
    assert over.restarted
    assert over.left == ["NAME", "CHECK"]
    assert over.session.screen == "START"


def test_new_examples_take_the_place_of_old_ones_but_not_of_what_was_sent() -> None:
    greeting = screen("NAME", heading("${data.a} ${data.b}"), data={"a": string("old"), "b": string("old")})
    session = opened(flow(greeting), data={"a": "old", "b": "sent"}, any_screen=True)
    edited = screen("NAME", heading("x"), data={"a": string("new"), "b": string("new"), "c": string("more")})
    assert carried(session, flow(edited)).session.data == {"a": "new", "b": "sent", "c": "more"}
    number = screen("NAME", heading("x"), data={"b": {"type": "number", "__example__": 3}})
    assert carried(session, flow(number)).session.data == {"b": 3}


def test_with_an_endpoint_no_example_is_made_up() -> None:
    asking = flow(screen("NAME", heading("${data.a}"), data={"a": string("example")}), routing={"NAME": []})
    session = opened(asking, action="data_exchange")
    session.handle(Answered({"screen": "NAME", "data": {"a": "real"}}))
    more = screen("NAME", heading("${data.b}"), data={"a": string("example"), "b": string("example")})
    over = carried(session, flow(more, routing={"NAME": []}), action="data_exchange")
    assert over.session.data == {"a": "real"}


def test_an_initial_value_follows_the_text_until_somebody_typed() -> None:
    session = opened(
        flow(screen("NAME", text_input("a", **{"init-value": "1"}), text_input("b", **{"init-value": "1"})))
    )
    session.handle(Fill({"b": "typed"}))
    edited = flow(screen("NAME", text_input("a", **{"init-value": "2"}), text_input("b", **{"init-value": "2"})))
    over = carried(session, edited)
    assert over.session.form == {"a": "2", "b": "typed"}
    assert over.dropped == []


def test_a_running_exchange_goes_on_where_its_screen_does() -> None:
    asking = screen("NAME", text_input("name"), footer("data_exchange"))
    session = opened(flow(asking, CHECK, routing={"NAME": ["CHECK"], "CHECK": []}), any_screen=True)
    session.handle(Tap("Continue"))
    over = carried(session, flow(asking, CHECK, routing={"NAME": ["CHECK"], "CHECK": []})).session
    assert over.pending == session.pending
    over.handle(Answered({"screen": "CHECK", "data": {"who": "Bea"}}))
    assert over.screen == "CHECK"
    gone = carried(session, flow(CHECK, routing={"CHECK": []}))
    assert gone.session.pending is None
    assert gone.session.status == "ready"


def test_a_flow_that_failed_to_open_opens_again() -> None:
    session = opened(flow(NAME), screen="NOWHERE")
    assert session.status == "error"
    assert carried(session, flow(NAME)).session.screen == "NAME"


def test_a_tapped_row_stays_with_its_list() -> None:
    plans = {
        "type": "NavigationList",
        "name": "plan",
        "list-items": [{"id": "a", "main-content": {"title": "Plan A"}}],
        "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "CHECK"}, "payload": {"who": "x"}},
    }
    session = opened(flow(screen("PLANS", plans), CHECK))
    session.handle(Tap("Plan A"))
    over = carried(session, flow(screen("PLANS", plans, title="Our plans"), CHECK))
    assert over.dropped == []
    assert over.session.state.screens["PLANS"].form == {"plan": "a"}
    gone = carried(session, flow(screen("PLANS", heading("None")), CHECK))
    assert gone.dropped == []
    assert gone.session.state.screens["PLANS"].form == {}


def test_files_stay_with_their_picker() -> None:
    picker: Json = {"type": "DocumentPicker", "name": "papers", "label": "Papers"}
    session = opened(flow(screen("NAME", picker, footer("complete"), terminal=True)))
    session.handle(Upload("papers", (PickedFile("m-1", "id.pdf", "application/pdf", 1_000),)))
    held = session.form["papers"]
    assert held
    relabelled = screen("NAME", {**picker, "label": "Documents"}, footer("complete"), terminal=True)
    assert carried(session, flow(relabelled)).session.form == {"papers": held}
    photos = screen("NAME", {**picker, "type": "PhotoPicker"}, footer("complete"), terminal=True)
    over = carried(session, flow(photos))
    assert over.session.form == {"papers": []}
    assert [one.name for one in over.dropped] == ["papers"]


# Any two programs

NAMES = st.sampled_from(["a", "b", "c"])
SCREENS = ["A", "B", "C"]
WORDS = st.sampled_from(["", "x", "y", "12", "2026-11-25", "true"])
OFFERED = st.lists(st.sampled_from(["x", "y", "z"]), min_size=0, max_size=3, unique=True)
BOUND = st.sampled_from(["${data.a}", "${data.b}", "${form.a}", "`${form.b} == 'x'`"])


@st.composite
def components(draw: st.DrawFn) -> Json:
    name = draw(NAMES)
    kind = draw(
        st.sampled_from(["line", "area", "choice", "several", "date", "calendar", "consent", "text", "if", "no"])
    )
    if kind == "line":
        more = draw(st.fixed_dictionaries({}, optional={"init-value": st.one_of(WORDS, BOUND), "visible": BOUND}))
        kinds: list[Json] = [{}, {"input-type": "number"}, {"required": True}]
        return text_input(name, **more, **draw(st.sampled_from(kinds)))
    if kind == "area":
        return {"type": "TextArea", "name": name, "label": "L", "max-length": draw(st.integers(1, 4))}
    if kind in ("choice", "several"):
        one = ["Dropdown", "RadioButtonsGroup"] if kind == "choice" else ["CheckboxGroup", "ChipsSelector"]
        ids = draw(OFFERED)
        source: Any = [{"id": it, "title": it, "enabled": draw(st.booleans())} for it in ids]
        source = draw(st.sampled_from([source, "${data.list}"]))
        return {"type": draw(st.sampled_from(one)), "name": name, "label": "L", "data-source": source}
    if kind in ("date", "calendar"):
        mode = draw(st.sampled_from([{}, {"mode": "range"}]))
        named = {"type": "DatePicker" if kind == "date" else "CalendarPicker", "name": name}
        return {**named, "label": {"start-date": "S", "end-date": "E"} if mode else "L", **mode}
    if kind == "consent":
        return {"type": "OptIn", "name": name, "label": "L", "init-value": draw(st.booleans())}
    if kind == "if":
        return {"type": "If", "condition": draw(BOUND), "then": [draw(components())], "else": []}
    junk: list[Any] = [
        {"type": "Nothing"},
        {"type": 3, "name": name},
        {"name": name},
        None,
        "x",
        [],
        {"type": "TextInput"},
    ]
    return heading(draw(BOUND)) if kind == "text" else draw(st.sampled_from(junk))


FIELDS = st.dictionaries(
    st.sampled_from(["a", "b", "list"]),
    st.sampled_from(
        [
            string("x"),
            {"type": "number", "__example__": 1},
            {"type": "array", "__example__": [{"id": "x", "title": "x"}]},
            {},
        ]
    ),
)


@st.composite
def flows(draw: st.DrawFn) -> Json:
    names = draw(st.lists(st.sampled_from(SCREENS), min_size=1, max_size=3, unique=True))
    screens = []
    for name in names:
        action = draw(st.sampled_from(["navigate", "data_exchange", "complete"]))
        ahead = footer(action, {"a": draw(WORDS)}, to=draw(st.sampled_from(SCREENS)))
        screens.append(screen(name, *draw(st.lists(components(), max_size=4)), ahead, data=draw(FIELDS)))
    routing = draw(st.sampled_from([None, dict.fromkeys(names, names)]))
    return flow(*screens, version=draw(st.sampled_from(["3.1", "6.0", "7.3"])), routing=routing)


VALUES = st.one_of(
    WORDS,
    st.lists(st.sampled_from(["x", "y", "z"]), max_size=3),
    st.booleans(),
    st.fixed_dictionaries({"start-date": WORDS, "end-date": WORDS}),
    st.integers(0, 2_000_000_000_000).map(str),
)
EVENTS = st.one_of(
    st.builds(lambda name, value: Fill({name: value}), NAMES, VALUES),
    st.builds(Select, NAMES, VALUES),
    st.just(Tap("Continue")),
    st.just(Back()),
    st.just(Close()),
    st.just(Open()),
    st.builds(lambda name: Answered({"screen": name, "data": {}}), st.sampled_from(SCREENS)),
)


def test_of_two_inputs_with_one_name_the_last_says_what_it_takes() -> None:
    area, calendar = {"type": "TextArea", "name": "a", "label": "A"}, {"type": "CalendarPicker", "name": "a"}
    session = opened(flow(screen("A", area)), any_screen=True)
    session.handle(Fill({"a": "0"}))
    over = carry(session, Program.compile(flow(screen("A", area, calendar))), Opening(any_screen=True))
    assert over.session.form == {"a": ""}
    assert [dropped.name for dropped in over.dropped] == ["a"]


@settings(max_examples=200, deadline=None)
@given(flows(), flows(), st.lists(EVENTS, max_size=8), st.sampled_from(["navigate", "data_exchange"]))
def test_any_session_is_carried_to_any_flow(before: Json, after: Json, events: list[Any], action: Any) -> None:
    session = opened(before, action=action, any_screen=True)
    for event in events:
        session.handle(event)
    program = Program.compile(after)
    over = carry(session, program, Opening(action=action, any_screen=True))
    stored = json.loads(json.dumps(over.session.to_json()))
    assert Session.from_json(program, stored).to_json() == over.session.to_json()
    over.session.view()
    runtime = Runtime(program, State.from_json(stored))
    shown = runtime.inputs() if stored["history"] else {}
    for component in shown.values():
        value = runtime.value(component)
        if not inputs.is_empty(value) and value != inputs.initial(component.type, component.initial, program.version):
            assert inputs.accepted(component.type, value, value, component.properties, program.version) == value
    over.session.handle(Fill({"a": "x"}))
    over.session.handle(Tap("Continue"))
    over.session.handle(Back())
