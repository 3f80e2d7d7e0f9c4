"""What shows nothing says why, to those who build the Flow."""

import base64
from typing import Any

import pytest
from tests.phone.flows import (
    Json,
    after,
    dropdown,
    flow,
    footer,
    heading,
    link,
    one_screen,
    opened,
    radio,
    screen,
    string,
    text_input,
)
from tests.phone.test_navigation_list import GOES, PNG, navigation

from headrace.phone.engine.events import Answered, Fill, Tap
from headrace.phone.screen.emptiness import emptinesses
from headrace.phone.screen.view_text import as_text
from headrace.phone.session import Session

LIST = {"type": "array", "items": {"type": "object"}, "__example__": []}
URL_SAFE = base64.urlsafe_b64encode(base64.b64decode(PNG) + b"\xff\xfe\xfb" * 30).decode()


def nothing(session: Session) -> list[str]:
    found = session.view().screen
    assert found is not None
    told = emptinesses(found)
    shown = " ".join(as_text(session.view(), 500).split())
    for sentence in [] if "image of" in str(told) and found.field("pick") else told:  # a closed Dropdown shows no rows
        assert sentence.partition(": ")[2].rstrip(".") in shown
    return told


def asking(**opening: Any) -> Session:
    hint = screen("SLOTS", heading("${data.hint}"), text_input("who"), footer("data_exchange"), data={"hint": string()})
    last = screen("LAST", heading("${data.note}"), footer("complete"), terminal=True, data={"note": string()})
    return opened(flow(hint, last, routing={"SLOTS": ["LAST"], "LAST": []}), **opening)


def test_a_message_that_says_navigate_asks_no_init_and_brings_nothing() -> None:
    assert nothing(asking()) == [
        'TextHeading shows nothing: "hint" never came: the message says navigate, so INIT was not asked, and "data" of '
        'the flow_action_payload has no "hint".'
    ]
    assert nothing(asking(data={"hint": "Three are free"})) == []
    assert nothing(asking(data={"hint": ""})) == []


def test_an_answer_that_brings_nothing() -> None:
    session = asking(action="data_exchange")
    after(session, Answered({"screen": "SLOTS", "data": {}}))
    (told,) = nothing(session)
    assert told.endswith('"hint" never came: neither an answer of the endpoint nor a navigate brought it to "SLOTS".')
    after(session, Tap("Continue"), Answered({"screen": "LAST", "data": {"note": "Done"}}))
    assert nothing(session) == []


def test_a_flow_without_endpoint() -> None:
    session = one_screen(heading("${data.a}"), link("${data.b}", GOES_ON), data={"a": string(), "b": string()})
    assert nothing(session) == [
        'TextHeading shows nothing: "a" never came: "data" of the flow_action_payload has no "a".',
        'EmbeddedLink shows nothing: "b" never came: "data" of the flow_action_payload has no "b".',
    ]
    passed = flow(
        screen("A", text_input("x"), footer("navigate", {"x": "${form.x}"}, to="B")),
        screen("B", heading("${data.x}"), heading("${screen.C.data.y}"), data={"x": string()}),
        screen("C", heading("${screen.A.form.x}"), data={"y": string()}, terminal=True),
    )
    assert nothing(after_all(opened(passed), Tap("Continue"))) == [
        'TextHeading shows nothing: "x" never came: no navigate brought it to "B".',
        'TextHeading shows nothing: "y" of "C" never came: that screen was not shown yet.',
    ]
    assert nothing(after_all(opened(passed), Fill({"x": "here"}), Tap("Continue")))[:1] == [
        'TextHeading shows nothing: "y" of "C" never came: that screen was not shown yet.'
    ]


def test_undeclared_data_and_unknown_screens() -> None:
    told = nothing(one_screen(heading("${data.a}"), heading("${screen.NOWHERE.data.a}")))
    assert ["do not declare it" in told[0], 'has no screen "NOWHERE"' in told[1]] == [True, True]


def test_what_nobody_entered_yet_is_no_emptiness() -> None:
    assert nothing(one_screen(text_input("a"), heading("${form.a}"), heading("`${form.a} ''`"))) == []


@pytest.mark.parametrize("component", [dropdown, radio])
def test_options_that_never_came(component: Any) -> None:
    choice = component("pick", **{"data-source": "${data.rows}"})
    (told,) = nothing(one_screen(choice, data={"rows": LIST}))
    assert '"rows" never came' in told
    assert (
        nothing(
            one_screen(dropdown("pick", **{"data-source": "${data.rows}"}), data={"rows": LIST}, given={"rows": []})
        )
        == []
    )


NO_IMAGES = [
    ("https://example.com/a.png", "It is an address."),
    ("data:image/png;base64," + PNG, "It is a data URI."),
    (URL_SAFE, "It is URL-safe Base64."),
    ("/9j/" + "A" * 410_000, "It has 301 KB."),
    ("nonsense!", "It is no Base64."),
    ("${data.gone}", '"gone" never came'),
]


def holders(image: str) -> dict[str, Json]:
    slides = [{"src": PNG, "alt-text": "A"}, {"src": image, "alt-text": "B"}]
    row = {"id": "r", "main-content": {"title": "Row"}, "start": {"image": image}}
    return {
        "Image": {"type": "Image", "src": image},
        "ImageCarousel": {"type": "ImageCarousel", "images": slides},
        "RadioButtonsGroup": radio("pick", **{"data-source": [{"id": "r", "title": "Row", "image": image}]}),
        "Dropdown": dropdown("pick", **{"data-source": [{"id": "r", "title": "Row", "image": image}]}),
        "NavigationList": navigation(row, **GOES),
    }


@pytest.mark.parametrize(
    ("image", "reason"), NO_IMAGES, ids=["address", "data URI", "URL-safe", "large", "odd", "gone"]
)
@pytest.mark.parametrize("kind", ["Image", "ImageCarousel", "RadioButtonsGroup", "Dropdown", "NavigationList"])
def test_a_picture_that_is_not_shown_says_why(kind: str, image: str, reason: str) -> None:
    holder = holders(image)[kind]
    session = one_screen(holder, any_screen=True, data={"gone": string()})
    if kind == "NavigationList" and "301" in reason:  # such a list is not drawn at all
        assert "the image of an entry has 300 KB" in as_text(session.view(), 500)
        return
    told = nothing(session)
    assert len(told) == 1, told
    assert reason in told[0]
    shown = one_screen(holders(PNG)[kind], any_screen=True)
    assert nothing(shown) == []


def after_all(session: Session, *events: Any) -> Session:
    after(session, *events)
    return session


GOES_ON = {"name": "navigate", "next": {"type": "screen", "name": "NEXT"}}
