"""The phone's sheet as plain text."""

import json

import pytest
from tests.phone.flows import Json, flow, footer, heading, one_screen, screen, text_input

from headrace.flowjson.gallery import template
from headrace.phone.engine.events import Fill, Open, Tap
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import ImageView
from headrace.phone.screen.view_text import as_text
from headrace.phone.session import Session
from headrace.simulator.openings import example_view

FORM = flow(
    screen(
        "NAME",
        heading("Who are \x1b[31myou\u202e?"),
        text_input("name", required=True, **{"helper-text": "As in your passport"}),
        text_input("code", **{"input-type": "passcode"}),
        {
            "type": "RadioButtonsGroup",
            "name": "size",
            "label": "Size",
            "data-source": [{"id": "s", "title": "Small"}, {"id": "l", "title": "Large", "enabled": False}],
        },
        {"type": "OptIn", "name": "terms", "label": "I agree"},
        footer("complete", {"name": "${form.name}"}, label="Send"),
        terminal=True,
    ),
)


def opened(document: Json) -> Session:
    session = Session.start(Program.compile(json.dumps(document)), Opening())
    session.handle(Open())
    return session


def test_a_screen_as_a_person_sees_it() -> None:
    session = opened(FORM)
    session.handle(Fill({"name": "Bea", "code": "1234", "size": "s", "terms": True}))
    text = as_text(session.view())
    assert "  Name: Bea\n     As in your passport\n" in text
    assert "  Code (optional): ••••\n" in text
    assert "1234" not in text
    assert "  Size (optional)\n     (•) Small\n     ( ) Large (off)\n" in text
    assert "  [x] I agree (optional)\n" in text
    assert "  [ Send ]\n" in text


def test_nothing_in_a_flow_steers_the_terminal() -> None:
    text = as_text(opened(FORM).view())
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Who are \ufffd[31myou\ufffd?" in text


def test_why_the_button_is_shut_and_how_it_ended() -> None:
    session = opened(FORM)
    assert "[ Send ] (shut)\n     Name is required" in as_text(session.view())
    session.handle(Fill({"name": "Bea"}))
    session.handle(Tap("Send"))
    assert "(completed: the response was sent)" in as_text(session.view())


@pytest.mark.parametrize("mode", ["single", "range"])
def test_a_calendar_says_once_what_is_wrong(mode: str) -> None:
    label = {"start-date": "From", "end-date": "To"} if mode == "range" else "Day"
    component = {"type": "CalendarPicker", "name": "c", "label": label, "mode": mode, "max-date": "2026-12-31"}
    session = opened(flow(screen("A", component, footer("complete"), terminal=True)))
    far = "2027-01-10"
    session.handle(Fill({"c": {"start-date": far, "end-date": "2027-01-12"} if mode == "range" else far}))
    assert as_text(session.view()).count("! This date cannot be chosen") == (2 if mode == "range" else 1)


@pytest.mark.parametrize("name", ["components", "order", "appointment", "support"])
def test_every_screen_of_the_gallery_fits_its_width(name: str) -> None:
    program = Program.compile(template(name).text())
    for one in program.screens:
        lines = as_text(example_view(program, one), 60).splitlines()
        assert len(lines) > 3
        assert max(map(len, lines)) <= 60


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (None, "never came"),
        ("https://example.com/loaf.png", "address"),
        ("data:image/png;base64,iVBORw0KGgo=", "data URI"),
        ("iVBORw0KGgo" + "A" * 420_001, "at most 300 KB"),
    ],
)
def test_an_image_that_is_not_shown_says_why(source: str | None, words: str) -> None:
    given = {} if source is None else {"loaf": source}
    image = {"type": "Image", "src": "${data.loaf}", "alt-text": "A loaf"}
    session = one_screen(image, data={"loaf": {"type": "string"}}, given=given)
    shown = session.view().screen
    assert shown is not None
    part = shown.parts[0]
    assert isinstance(part, ImageView)
    assert (part.source, words in part.reason) == ("", True)
    assert "[image not shown: " in as_text(session.view())
