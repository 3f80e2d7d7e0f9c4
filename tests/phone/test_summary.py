"""What the phone lists of an answered Flow."""

from datetime import date
from typing import Any

from tests.phone.flows import Json, checkboxes, dropdown, flow, footer, heading, radio, screen, text_input

from headrace.phone.engine.events import Event, Fill, Open, Tap
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.phone.summary import MASK, Line, Section, summary_of

NEWS = {"type": "OptIn", "name": "news", "label": "Send me news"}
DAY = {"type": "DatePicker", "name": "day", "label": "Day"}
STAY = {
    "type": "CalendarPicker",
    "name": "stay",
    "title": "Stay",
    "mode": "range",
    "label": {"start-date": "From", "end-date": "To"},
}


def answered(document: Json, *events: Event) -> Session:
    session = Session.start(Program.compile(document), Opening(today=date(2026, 3, 2)))
    for event in (Open(), *events):
        session.handle(event)
    return session


def one_screen(*children: Json, values: Json, version: str = "7.3", **more: Any) -> tuple[Section, ...] | None:
    document = flow(screen("ASK", *children, footer("complete"), terminal=True, **more), version=version)
    return summary_of(answered(document, Fill(values), Tap("Continue")))


def lines(found: tuple[Section, ...] | None) -> list[Line]:
    assert found is not None
    return [line for section in found for line in section.lines]


def test_labels_and_values_as_a_person_reads_them() -> None:
    found = one_screen(
        text_input("name"),
        dropdown("shop", "canal", "mill"),
        checkboxes("extras", "case", "cloth"),
        DAY,
        STAY,
        NEWS,
        values={
            "name": "Ada",
            "shop": "mill",
            "extras": ["case", "cloth"],
            "day": "2026-03-05",
            "stay": {"start-date": "2026-03-05", "end-date": "2026-03-08"},
            "news": True,
        },
    )
    assert [(line.label, line.value) for line in lines(found)] == [
        ("Name", "Ada"),
        ("Shop", "Mill"),
        ("Extras", "Case, Cloth"),
        ("Day", "5 March 2026"),
        ("From – To", "5 March 2026 – 8 March 2026"),
        ("Send me news", "Yes"),
    ]


def test_what_was_not_filled_in_is_not_listed() -> None:
    assert one_screen(text_input("name"), checkboxes("extras", "a"), NEWS, values={}) == ()


def test_sensitive_values_are_masked_and_a_consent_is_not() -> None:
    found = one_screen(
        text_input("card"),
        radio("lens", "glass"),
        DAY,
        NEWS,
        values={"card": "4711", "lens": "glass", "day": "2026-03-05", "news": True},
        sensitive=["card", "lens", "day", "news"],
    )
    assert [(line.value, line.is_masked) for line in lines(found)] == [*[(MASK, True)] * 3, ("Yes", False)]
    assert len(MASK) == 12
    assert "4711" not in repr(found)


def test_an_empty_sensitive_value_is_not_listed() -> None:
    assert one_screen(text_input("card"), values={"card": " "}, sensitive=["card"]) == ()


def test_passwords_and_passcodes_are_never_listed() -> None:
    found = one_screen(
        text_input("word", **{"input-type": "password"}),
        text_input("pin", **{"input-type": "passcode"}),
        values={"word": "secret", "pin": "1234"},
    )
    assert found == ()


def test_only_visited_screens_in_the_order_of_their_visit() -> None:
    document = flow(
        screen("ONE", text_input("a"), footer("navigate", to="TWO")),
        screen("TWO", heading("Nothing to fill in"), text_input("b"), footer("complete"), terminal=True),
        screen("THREE", text_input("c"), footer("complete"), terminal=True),
    )
    found = summary_of(answered(document, Fill({"a": "1"}), Tap("Continue"), Fill({"b": "2"}), Tap("Continue")))
    assert found == (Section("One", (Line("A", "1"),)), Section("Two", (Line("B", "2"),)))


def test_before_version_5_1_there_is_no_summary() -> None:
    form = {"type": "Form", "name": "f", "children": [text_input("a"), footer("complete")]}
    document = flow(screen("ASK", form, terminal=True), version="5.0")
    assert summary_of(answered(document, Fill({"a": "1"}), Tap("Continue"))) is None
