"""CalendarPicker: one day or a range, and the month that shows what can be chosen."""

import re
from datetime import date
from typing import Any

import pytest
from tests.phone.flows import Json, after, flow, footer, one_screen, opened, screen
from tests.phone.test_rendering import FRAME, inside, whole

from headrace.phone.engine.effects import Complete, Declined, Exchange
from headrace.phone.engine.events import Choose, Fill, Leave, Select, Tap
from headrace.phone.rendering import Drawn
from headrace.phone.screen.view import CalendarView
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session
from headrace.phone.values import texts

BOTH = {"start-date": "Arrival", "end-date": "Departure"}


def calendar(**more: Any) -> Json:
    return {"type": "CalendarPicker", "name": "day", "label": "Day", **more}


def stay(**more: Any) -> Json:
    return calendar(**{"mode": "range", "label": BOTH, **more})


def shown(session: Session) -> CalendarView:
    found = session.view().screen
    assert found is not None
    part = found.parts[0]
    assert isinstance(part, CalendarView)
    return part


def reason(component: Json, value: Any) -> str | None:
    """What keeps the Footer shut with this value."""
    session = one_screen(component, footer("complete"))
    session.handle(Fill({"day": value}))
    found = session.view().screen
    assert found is not None
    assert found.footer is not None
    return found.footer.reason or None


def test_a_single_day() -> None:
    session = one_screen(calendar(**{"helper-text": "Any day"}), footer("complete", {"day": "${form.day}"}))
    (field,) = shown(session).fields
    assert (field.end, field.label, field.helper, field.value, field.day) == ("", "Day", "Any day", "", None)
    after(session, Fill({"day": "2026-11-25"}))
    assert shown(session).fields[0].day == date(2026, 11, 25)
    (effect,) = after(session, Tap("Continue"))
    assert isinstance(effect, Complete)
    assert effect.response["day"] == "2026-11-25"


def test_a_range_has_two_fields_with_their_own_texts() -> None:
    component = stay(
        title="T" * 81,
        description="D" * 301,
        required={"start-date": True, "end-date": False},
        **{"helper-text": {"start-date": "From 14:00"}},
    )
    part = shown(one_screen(component))
    assert (part.mode, part.title, part.description) == ("range", "T" * 81, "D" * 301)
    start, end = part.fields
    assert (start.end, start.label, start.helper, start.optional_label) == (
        *("start-date", "Arrival", "From 14:00"),
        "Arrival",
    )
    assert (end.end, end.helper, end.optional_label) == ("end-date", "", "Departure (optional)")


def test_a_day_that_the_month_does_not_offer_runs_nothing() -> None:
    asks = {"on-select-action": {"name": "update_data", "payload": {"told": "${form.day}"}}}
    told = {"told": {"type": "string", "__example__": ""}}
    session = one_screen(calendar(**{"min-date": "2026-11-26"}, **asks), data=told)
    after(session, Choose("day", "2026-11-25"))
    assert session.data == {}
    after(session, Choose("day", "2026-11-27"))
    assert session.data == {"told": "2026-11-27"}


def test_the_value_of_a_range_is_an_object_with_both_ends() -> None:
    session = one_screen(stay(), footer("complete", {"stay": "${form.day}", "from": "${form.day.start-date}"}))
    after(session, Choose("day", {"start-date": "2026-11-25"}))
    assert session.form == {"day": {"start-date": "2026-11-25", "end-date": ""}}
    after(session, Choose("day", {"end-date": "2026-11-27"}))
    (effect,) = after(session, Tap("Continue"))
    assert isinstance(effect, Complete)
    both = {"start-date": "2026-11-25", "end-date": "2026-11-27"}
    assert effect.response == {"stay": both, "from": "2026-11-25", "flow_token": "unused"}


def test_a_choice_by_button_draws_the_input_anew_and_can_be_taken_back() -> None:
    session = one_screen(stay())
    before = shown(session).id
    after(session, Choose("day", {"start-date": "2026-11-25"}))
    assert shown(session).id != before
    after(session, Choose("day", {"start-date": ""}))
    assert session.form == {"day": ""}


@pytest.mark.parametrize("value", ["2026-11-25", {"start": "2026-11-25"}, {"start-date": "soon"}, 7, ["2026-11-25"]])
def test_a_range_takes_nothing_else(value: Any) -> None:
    session = one_screen(stay())
    assert isinstance(after(session, Fill({"day": value}))[0], Declined)
    assert session.form == {"day": ""}


@pytest.mark.parametrize(
    ("limits", "day", "expected"),
    [
        ({}, "2026-11-25", None),
        ({}, "", None),
        ({"required": True}, "", "Day is required"),
        ({"include-days": ["Mon", "Wed"]}, "2026-11-25", None),
        ({"include-days": ["Mon", "Tue"]}, "2026-11-25", f"Day: {texts.DATE_UNAVAILABLE}"),
        ({"min-date": "2026-11-26"}, "2026-11-25", f"Day: {texts.DATE_UNAVAILABLE}"),
        ({"max-date": "2026-11-24"}, "2026-11-25", f"Day: {texts.DATE_UNAVAILABLE}"),
        ({"unavailable-dates": ["2026-11-25"]}, "2026-11-25", f"Day: {texts.DATE_UNAVAILABLE}"),
        ({"visible": False, "required": True}, "", None),
    ],
)
def test_days_that_cannot_be_chosen(limits: Json, day: str, expected: str | None) -> None:
    assert reason(calendar(**limits), day) == expected


@pytest.mark.parametrize(
    ("limits", "start", "end", "at_start", "at_end"),
    [
        ({}, "2026-11-25", "2026-11-25", "", ""),
        ({}, "2026-11-25", "2026-11-24", "", texts.END_BEFORE_START),
        ({"min-days": 2}, "2026-11-25", "2026-11-26", "", texts.too_near(2)),
        ({"min-days": 2}, "2026-11-25", "2026-11-27", "", ""),
        ({"max-days": 2}, "2026-11-25", "2026-11-28", "", texts.too_far(2)),
        ({"required": {"start-date": True, "end-date": True}}, "2026-11-25", "", "", "Departure is required"),
        ({"unavailable-dates": ["2026-11-25"]}, "2026-11-25", "", f"Arrival: {texts.DATE_UNAVAILABLE}", ""),
    ],
)
def test_of_a_range_only_the_start_shuts_the_footer(
    limits: Json, start: str, end: str, at_start: str, at_end: str
) -> None:
    assert reason(stay(**limits), {"start-date": start, "end-date": end}) == (at_start or None)
    session = one_screen(stay(**limits))
    after(session, Fill({"day": {"start-date": start, "end-date": "2026-11-30"}}))
    after(session, Fill({"day": {"start-date": start, "end-date": end}}))
    view = shown(session)
    assert isinstance(view, CalendarView)
    assert view.fields[1].error == at_end, "what is wrong with the end is told all the same"


@pytest.mark.parametrize(
    ("limits", "start", "end", "expected"),
    [
        ({"required": {"start-date": True, "end-date": False}}, "", "", "Arrival is required"),
        ({"required": {"start-date": True, "end-date": False}}, "2026-11-25", "", None),
    ],
)
def test_ranges_that_cannot_be_chosen(limits: Json, start: str, end: str, expected: str | None) -> None:
    assert reason(stay(**limits), {"start-date": start, "end-date": end}) == expected


def test_an_error_stands_at_the_field_that_was_changed() -> None:
    session = one_screen(stay(required={"start-date": True, "end-date": True}))
    after(session, Fill({"day": {"start-date": "2026-11-25"}}))
    assert [field.error for field in shown(session).fields] == ["", ""]
    after(session, Fill({"day": {"start-date": "2026-11-25", "end-date": "2026-11-20"}}))
    assert [field.error for field in shown(session).fields] == ["", texts.END_BEFORE_START]


def test_what_the_business_says_stands_at_its_field_until_it_is_left() -> None:
    session = one_screen(stay(**{"error-message": {"end-date": "Fully booked"}}), footer("complete"))
    assert [field.error for field in shown(session).fields] == ["", "Fully booked"]
    assert isinstance(after(session, Tap("Continue"))[0], Declined)
    after(session, Leave("day"))
    assert [field.error for field in shown(session).fields] == ["", ""]


def test_initial_values_of_both_modes() -> None:
    assert one_screen(calendar(**{"init-value": "2026-11-25"})).form == {"day": "2026-11-25"}
    both = {"start-date": "2026-11-25", "end-date": "2026-11-26"}
    assert one_screen(stay(**{"init-value": both})).form == {"day": both}


def test_the_end_offers_what_the_start_leaves() -> None:
    session = one_screen(stay(**{"min-days": 2, "max-days": 4, "max-date": "2026-11-28"}))
    after(session, Choose("day", {"start-date": "2026-11-25"}))
    end = shown(session).fields[1].choosable
    assert (end.first, end.last) == (date(2026, 11, 27), date(2026, 11, 28))


def test_without_limits_it_reaches_around_the_day_the_flow_was_opened() -> None:
    session = one_screen(calendar(), footer("complete"), today=date(2026, 11, 25))
    limits = shown(session).fields[0].choosable
    assert (limits.first, limits.last) == (date(1926, 1, 1), date(2031, 12, 31))
    again = Session.from_json(session.program, session.to_json())
    assert shown(again) == shown(session)


def test_a_choice_asks_the_endpoint() -> None:
    action = {"name": "data_exchange", "payload": {"day": "${form.day}"}}
    document = flow(screen("A", stay(**{"on-select-action": action})), routing={"A": []})
    session = opened(document, any_screen=True)
    (effect,) = after(session, Select("day", {"start-date": "2026-11-25"}))
    assert isinstance(effect, Exchange)
    assert effect.request["data"] == {"day": {"start-date": "2026-11-25", "end-date": ""}}


def buttons(html: str) -> dict[str, bool]:
    """The days of the month shown: whether each can be pressed."""
    found = re.findall(r'aria-label="\w+ (\d+ \w+ \d+)"[^>]*?popovertargetaction="hide"( disabled)?>', html)
    return {day: not disabled for day, disabled in found}


def test_the_month_shows_what_can_be_chosen() -> None:
    limits = {"include-days": ["Wed"], "unavailable-dates": ["2026-11-18"], "min-date": "2026-11-10"}
    days = buttons(whole(one_screen(calendar(**limits), today=date(2026, 11, 1))))
    assert len(days) == 30
    assert [day for day, can_be_chosen in days.items() if can_be_chosen] == ["11 November 2026", "25 November 2026"]


def test_another_month_is_asked_for_by_the_page() -> None:
    session = one_screen(calendar(**{"max-date": "2027-02-28"}), today=date(2026, 11, 1))
    key = f"{FRAME.key}-1-day"
    html = inside(session, Drawn.of([(f"month:{key}", "2027-02")]))
    assert "February 2027" in html
    assert re.search(rf'id="{key}-after"[^>]* disabled', html), "no month after the last day"
    for odd in ("2027-99", "0000-00", "9999-12", "x", "2027-2"):
        assert "November 2026" in inside(session, Drawn.of([(f"month:{key}", odd)]))


@pytest.mark.parametrize(
    "limits", [{"min-date": "0001-01-01", "max-date": "0001-01-02"}, {"min-date": "9999-12-31"}, {"min-days": 10**12}]
)
def test_odd_limits_do_no_harm(limits: Json) -> None:
    session = one_screen(stay(**limits), today=date(2026, 11, 1))
    after(session, Fill({"day": {"start-date": "2026-11-25", "end-date": "9999-12-31"}}))
    assert "</table>" in whole(session)


def test_scripts_read_what_can_be_chosen() -> None:
    session = one_screen(stay(**{"include-days": ["Mon"], "unavailable-dates": ["2026-11-23"]}))
    (part,) = as_json(session.view())["components"]
    assert part["value"] == {"start-date": "", "end-date": ""}
    assert part["fields"][0]["choosable"] == {
        "first": "1900-01-01",
        "last": "2100-12-31",
        "weekdays": ["Mon"],
        "unavailable": ["2026-11-23"],
    }
