"""What runs when a choice changes, and what becomes of choices whose options change."""

from typing import Any

import pytest
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    one_screen,
    opened,
    options,
    radio,
    screen,
    session_of,
)

from headrace.phone.engine.effects import Complete, Declined, Exchange
from headrace.phone.engine.events import Answered, Choose, Fill, Open, Select, Tap
from headrace.phone.session import Session

LOG = {"log": {"type": "string", "__example__": ""}}


def writes(text: str) -> Json:
    return {"name": "update_data", "payload": {"log": text}}


def log_of(session: Session) -> Any:
    return session.data.get("log")


def rows(*identifiers: str, **handlers: Json) -> list[Json]:
    return [{**row, **handlers} for row in options(*identifiers)]


@pytest.mark.parametrize("kind", ["Dropdown", "RadioButtonsGroup"])
def test_a_single_choice_unselects_the_old_and_selects_the_new(kind: str) -> None:
    listed = [
        {**row, "on-select-action": writes(f"+{row['id']}"), "on-unselect-action": writes(f"-{row['id']}")}
        for row in options("a", "b")
    ]
    session = one_screen({**dropdown("one"), "type": kind, "data-source": listed}, data=LOG)
    after(session, Select("one", "a"))
    assert log_of(session) == "+a"
    after(session, Select("one", "b"))
    assert log_of(session) == "+b"
    after(session, Select("one", ""))
    assert log_of(session) == "-b"


def test_without_an_unselect_action_the_select_action_hears_of_clearing() -> None:
    action = {"name": "data_exchange", "payload": {"one": "${form.one}"}}
    session = opened(
        flow(screen("A", dropdown("one", "a", "b", **{"on-select-action": action})), routing={"A": []}), any_screen=True
    )
    seen = []
    for value in ("a", "b", ""):
        (effect,) = after(session, Select("one", value))
        assert isinstance(effect, Exchange)
        seen.append(effect.request["data"])
        session.handle(Answered({"screen": "A", "data": {}}))
    assert seen == [{"one": "a"}, {"one": "b"}, {"one": ""}]


@pytest.mark.parametrize(
    ("component", "again"),
    [
        (dropdown("one", "a", **{"on-select-action": writes("x")}), "x"),
        (radio("one", "a", required=True, **{"on-select-action": writes("x")}), "x"),
        (radio("one", "a", **{"on-select-action": writes("x")}), "seen"),
        (dropdown("one", **{"data-source": [{**options("a")[0], "on-select-action": writes("row")}]}), "row"),
    ],
    ids=["dropdown", "required radio", "optional radio", "row"],
)
def test_the_same_choice_again_acts_where_a_tap_does_not_take_it_back(component: Json, again: str) -> None:
    session = one_screen(component, data=LOG)
    after(session, Select("one", "a"))
    session.data["log"] = "seen"
    assert after(session, Select("one", "a")) == []
    assert (log_of(session), session.form["one"]) == (again, "a")


def test_a_group_runs_its_action_and_a_row_its_own() -> None:
    group = {"on-select-action": writes("group +"), "on-unselect-action": writes("group -")}
    session = one_screen(checkboxes("many", "b", "c", **group), data=LOG)
    after(session, Select("many", "b"))
    assert (session.form["many"], log_of(session)) == (["b"], "group +")
    after(session, Select("many", "b"))
    assert (session.form["many"], log_of(session)) == ([], "group -")
    listed = [{**options("a")[0], "on-select-action": writes("item a")}, *options("b")]
    session = one_screen({**checkboxes("many"), "data-source": listed}, data=LOG)
    after(session, Select("many", ["a"]))
    assert log_of(session) == "item a"
    session.data["log"] = "quiet"
    after(session, Select("many", "b"))
    assert log_of(session) == "quiet"


def test_only_the_first_exchange_of_a_choice_is_sent() -> None:
    action = {"name": "data_exchange", "payload": {"x": 1}}
    document = flow(screen("A", checkboxes("many", "a", "b", **{"on-select-action": action})), routing={"A": []})
    session = opened(document, any_screen=True)
    effects = after(session, Select("many", ["a", "b"]))
    assert len(effects) == 1


def test_an_opt_in_does_not_fall_back() -> None:
    session = one_screen({"type": "OptIn", "name": "ok", "label": "OK", "on-select-action": writes("ticked")}, data=LOG)
    after(session, Select("ok", True))
    assert log_of(session) == "ticked"
    session.data["log"] = "quiet"
    after(session, Select("ok", False))
    assert log_of(session) == "quiet"


def test_fill_runs_nothing_but_entering_does() -> None:
    session = one_screen(dropdown("one", "a", "b", **{"on-select-action": writes("ran")}), data=LOG)
    after(session, Fill({"one": "a"}))
    assert log_of(session) is None
    after(session, *session.entered({"one": "b"}))
    assert log_of(session) == "ran"
    assert session.entered({"one": "b"}) == []


def test_a_cascade_of_choices_resets_what_is_no_longer_offered() -> None:
    countries = [
        {**row, "on-select-action": {"name": "update_data", "payload": {"cities": options(*cities)}}}
        for row, cities in zip(options("fr", "it"), (["paris", "lyon"], ["rome"]), strict=True)
    ]
    session = one_screen(
        {**dropdown("country"), "data-source": countries},
        {**dropdown("city", required=True), "data-source": "${data.cities}"},
        footer("complete", {"city": "${form.city}"}),
        data={"cities": {"type": "array", "items": {"type": "object"}, "__example__": []}},
    )
    after(session, Select("country", "fr"), Fill({"city": "lyon"}))
    view = session.view()
    assert view.screen is not None
    before = view.screen.field("city")
    assert before is not None
    after(session, Select("country", "it"))
    assert session.form["city"] == ""
    view = session.view()
    assert view.screen is not None
    city = view.screen.field("city")
    assert city is not None
    assert city.id != before.id, "the Flow took the value back, so the page draws the input anew"
    assert isinstance(after(session, Tap("Continue"))[0], Declined)
    assert isinstance(after(session, Fill({"city": "rome"}), Tap("Continue"))[0], Complete)


def test_choices_still_offered_stay() -> None:
    session = one_screen(
        {**checkboxes("many"), "data-source": "${data.rows}"},
        {
            **radio("size", "s", "m"),
            "on-select-action": {"name": "update_data", "payload": {"rows": options("b", "a", "c")}},
        },
        data={"rows": {"type": "array", "items": {"type": "object"}, "__example__": []}},
        version="7.3",
    )
    session.handle(Fill({}))
    after(session, Select("size", "s"), Fill({"many": ["a", "c"]}), Select("size", "m"))
    assert session.form["many"] == ["a", "c"]


def test_clear_takes_a_choice_back_and_draws_it_anew() -> None:
    session = one_screen(radio("size", "s", "m"))
    after(session, Fill({"size": "s"}))
    view = session.view()
    assert view.screen is not None
    before = view.screen.field("size")
    after(session, Choose("size"))
    view = session.view()
    assert view.screen is not None
    now = view.screen.field("size")
    assert before is not None
    assert now is not None
    assert (now.value, now.id == before.id) == ("", False)


@pytest.mark.parametrize(("version", "runs"), [("5.1", False), ("6.0", True), ("6.3", True), ("7.0", False)])
def test_a_choice_drawn_with_a_value_acts_only_in_versions_6(version: str, runs: bool) -> None:
    chosen = dropdown("one", "a", **{"init-value": "a", "on-select-action": writes("drawn")})
    session = one_screen(chosen, data=LOG, version=version)
    assert (log_of(session) == "drawn") is runs


def test_what_a_drawn_choice_brings_onto_the_screen_acts_too() -> None:
    more = {"more": {"type": "boolean", "__example__": False}}
    asks = {"name": "data_exchange", "payload": {"two": "${form.two}"}}
    shows = {"name": "update_data", "payload": {"more": True}}
    hidden = radio("two", "x", "y", **{"init-value": "x", "on-select-action": asks})
    document = flow(
        screen(
            "A",
            radio("one", "a", "b", **{"init-value": "a", "on-select-action": shows}),
            {"type": "If", "condition": "${data.more}", "then": [hidden]},
            data=more,
            terminal=True,
        ),
        version="6.3",
        routing={"A": []},
    )
    session = session_of(document, data={"more": False}, screen="A")
    (effect,) = session.handle(Open())
    assert isinstance(effect, Exchange)
    assert effect.request["data"] == {"two": "x"}


def test_update_data_that_does_not_fit_says_so() -> None:
    session = one_screen(
        dropdown("one", "a", **{"on-select-action": {"name": "update_data", "payload": {"nowhere": 1}}}), data=LOG
    )
    assert after(session, Select("one", "a")) == []
    view = session.view()
    assert (view.status, view.failure_type) == ("error", "components-validation-error")
    assert '"nowhere" is not declared' in (view.failure_detail or "")


def test_selecting_what_is_not_there_is_refused() -> None:
    session = one_screen(dropdown("one", "a"))
    for event in (Select("two", "a"), Select("one", "z"), Select("one", ["a"])):
        assert isinstance(after(session, event)[0], Declined)
    assert session.form == {"one": ""}


def test_a_day_that_cannot_be_chosen_is_told_and_runs_nothing() -> None:
    picker = {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "2026-12-01"}
    session = one_screen({**picker, "on-select-action": writes("asked")}, data=LOG)
    (refused,) = after(session, Select("day", "2026-11-01"))
    assert isinstance(refused, Declined)

    def shown() -> tuple[str, str]:
        found = session.view().screen
        part = found.field("day") if found else None
        return (part.error, part.id) if part else ("", "")

    error, drawn = shown()
    assert (error, log_of(session)) == ("This date cannot be chosen", None)
    assert drawn.endswith("-1"), "the page shows the day that was not taken"
    after(session, Select("day", "2026-12-01"))
    assert (shown()[0], log_of(session)) == ("", "asked")
