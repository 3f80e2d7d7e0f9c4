"""The view: every text, state and limit decided, the same for every face."""

import base64
from datetime import date
from typing import Any, TypeVar

import pytest
from tests.phone.flows import (
    Json,
    after,
    checkboxes,
    dropdown,
    flow,
    footer,
    heading,
    one_screen,
    opened,
    screen,
    text_input,
)

from headrace.phone.engine.events import Back, Fill, Tap
from headrace.phone.screen.view import (
    CheckView,
    ConsentView,
    DateView,
    FooterView,
    ImageView,
    LinkView,
    ScreenView,
    TextAreaView,
    TextFieldView,
    WordsView,
)
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session

View = TypeVar("View")


OPENS = {"on-click-action": {"name": "open_url", "url": "https://a.b"}}


def shown(session: Session) -> ScreenView:
    found = session.view().screen
    assert found is not None
    return found


def only(kind: type[View], *children: Json, **more: Any) -> View:
    (part,) = (one for one in shown(one_screen(*children, **more)).parts if isinstance(one, kind))
    return part


def test_few_texts_are_cut_without_blanks_before_the_dots() -> None:
    label = only(ConsentView, {"type": "OptIn", "name": "o", "label": "x" * 299 + " and more"}).label
    assert label == "x" * 299 + "..."
    long = "x" * 5_000
    assert only(WordsView, heading(long)).text == long
    assert only(LinkView, {"type": "EmbeddedLink", "text": long, **OPENS}).text == long


def test_words_carry_their_weight_and_several_lines() -> None:
    body = {"type": "TextBody", "text": ["one", "two"], "font-weight": "bold_italic", "strikethrough": True}
    part = only(WordsView, body)
    assert (part.text, part.weight, part.struck) == ("one\ntwo", "bold_italic", True)


def test_unresolved_bindings_show_nothing_and_leave_defaults() -> None:
    session = one_screen(
        heading("${data.nothing}"), text_input("a", enabled="${data.no}", visible="${data.no}", required="${data.no}")
    )
    assert [part.text for part in shown(session).parts if isinstance(part, WordsView)] == [""]
    part = shown(session).field("a")
    assert part is not None
    assert (part.enabled, part.required) == (True, False)


def test_bindings_reach_every_property() -> None:
    data = {
        "label": {"type": "string", "__example__": ""},
        "min": {"type": "number", "__example__": 1},
        "rows": {"type": "array", "items": {"type": "object"}, "__example__": []},
    }
    session = one_screen(
        text_input(
            "a", label="${data.label}", **{"min-chars": "${data.min}", "helper-text": "`'At least ' ${data.min}`"}
        ),
        dropdown("d", **{"data-source": "${data.rows}"}),
        data=data,
        given={"label": "Your name", "min": 3, "rows": [{"id": "x", "title": "X"}]},
    )
    after(session, Fill({"a": "ab"}))
    field, choice = shown(session).field("a"), shown(session).field("d")
    assert field is not None
    assert (field.label, field.helper, field.is_in_order) == ("Your name", "At least 3", False)
    assert isinstance(choice, CheckView)
    assert [option.id for option in choice.options] == ["x"]


def test_a_text_field() -> None:
    part = only(TextFieldView, text_input("a", **{"input-type": "email", "label-variant": "large"}))
    assert (part.input_type, part.large_label, part.optional_label) == ("email", True, "A (optional)")
    assert only(TextFieldView, text_input("a", required=True)).optional_label == "A"


def test_a_local_error_shows_only_once_the_field_was_changed() -> None:
    session = one_screen(text_input("a", required=True, **{"input-type": "email"}))
    field = shown(session).field("a")
    assert field is not None
    assert (field.error, field.is_in_order) == ("", False)
    session.handle(Fill({"a": "ada@"}))
    field = shown(session).field("a")
    assert field is not None
    assert field.error
    assert not field.from_business
    session.handle(Fill({"a": ""}))
    field = shown(session).field("a")
    assert field is not None
    assert field.error == "A is required"


def test_a_text_area_counts_only_when_asked_to() -> None:
    counted = only(TextAreaView, {"type": "TextArea", "name": "n", "label": "N", "max-length": 50})
    assert (counted.max_length, counted.counted) == (50, True)
    assert only(TextAreaView, {"type": "TextArea", "name": "n", "label": "N"}).counted is False


def test_a_full_group_says_so() -> None:
    session = one_screen(checkboxes("c", "x", "y", "z", **{"max-selected-items": 2, "media-size": "large"}))
    session.handle(Fill({"c": ["x", "z"]}))
    part = shown(session).field("c")
    assert isinstance(part, CheckView)
    assert (part.full, part.media_size, part.value) == (True, "large", ["x", "z"])


def test_dates_are_days_in_every_version() -> None:
    picker = {
        "type": "DatePicker",
        "name": "d",
        "label": "D",
        "init-value": "1795564800000",
        "min-date": "1767225600000",
    }
    old = only(DateView, {**picker, "unavailable-dates": ["1795651200000"]}, version="4.0")
    assert old.day == date(2026, 11, 25)
    assert (old.first, old.last) == (date(2026, 1, 1), date(2100, 12, 31))
    assert old.unavailable == (date(2026, 11, 26),)
    new = {**picker, "init-value": "2026-11-25", "min-date": "2026-01-01"}
    assert only(DateView, new).day == date(2026, 11, 25)


def test_links_know_where_they_lead() -> None:
    def link(**action: Any) -> LinkView:
        return only(LinkView, {"type": "EmbeddedLink", "text": "More", "on-click-action": action})

    assert link(name="open_url", url="https://a.b/c").url == "https://a.b/c"
    assert link(name="open_url", url="http://a.b/c").url == ""
    assert link(name="navigate").url == ""
    consent = {"type": "OptIn", "name": "o", "label": "O", "on-click-action": {"name": "navigate"}}
    assert (only(ConsentView, consent).has_more, only(ConsentView, consent).more_url) == (True, "")
    del consent["on-click-action"]
    assert only(ConsentView, consent).has_more is False


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 30).decode()


@pytest.mark.parametrize(
    ("source", "start"),
    [
        (PNG, "data:image/png;base64,"),
        (base64.b64encode(b"\xff\xd8\xff\xe0" + b"\0" * 20).decode(), "data:image/jpeg;base64,"),
        (base64.b64encode(b"GIF89a" + b"\0" * 20).decode(), "data:image/gif;base64,"),
        (base64.b64encode(b"RIFF\0\0\0\0WEBPVP8 ").decode(), "data:image/webp;base64,"),
        (base64.b64encode(b"RIFF\0\0\0\0WAVEfmt ").decode(), ""),
        (base64.b64encode(b"<svg onload='x'>").decode(), ""),
        ("data:text/html;base64,PHNjcmlwdD4=", ""),
        ("javascript:alert(1)", ""),
        (PNG + '"><script>', ""),
        ("", ""),
        ("é", ""),
    ],
)
def test_images_are_data_uris_of_known_types_or_nothing(source: str, start: str) -> None:
    part = only(ImageView, {"type": "Image", "src": source, "alt-text": "Alt", "height": 40, "scale-type": "cover"})
    assert part.source.startswith(start)
    assert bool(part.source) == bool(start)
    assert (part.alt_text, part.height, part.width, part.scale_type) == ("Alt", 40, None, "cover")


def test_a_footer_says_what_keeps_it_shut() -> None:
    session = one_screen(
        text_input("a", label="Name"),
        {**footer("complete"), "enabled": False, "left-caption": "Left", "right-caption": "x" * 20},
    )
    bottom = shown(session).footer
    assert isinstance(bottom, FooterView)
    assert not bottom.enabled
    assert bottom.reason
    assert (bottom.left, bottom.right) == ("Left", "x" * 20)


def three() -> Json:
    return flow(
        screen("A", footer("navigate", to="B")),
        screen("B", footer("navigate", to="C")),
        screen("C", footer("complete"), terminal=True),
    )


def test_progress_and_back() -> None:
    session = opened(three())
    seen = [(session.view().progress, session.view().can_go_back)]
    for _ in range(2):
        session.handle(Tap("Continue"))
        seen.append((session.view().progress, session.view().can_go_back))
    session.handle(Back())
    seen.append((session.view().progress, session.view().can_go_back))
    assert seen == [(33, False), (67, True), (100, True), (67, True)]
    assert one_screen(heading("One")).view().progress is None


def test_progress_averages_over_all_ways_and_bears_circles() -> None:
    fork = flow(
        screen("A", footer("data_exchange")),
        screen("B", footer("complete"), terminal=True),
        screen("C", footer("data_exchange")),
        screen("D", footer("complete"), terminal=True),
        screen("TERMS", heading("No footer")),
        routing={"A": ["B", "C", "TERMS"], "C": ["D", "A"], "B": [], "D": [], "TERMS": []},
    )
    assert opened(fork).view().progress == 50


def test_progress_in_a_flow_with_far_too_many_screens() -> None:
    names = ["A" * number for number in range(1, 1502)]
    document = flow(*(screen(one, footer("navigate", to=one + "A")) for one in names))
    assert opened(document).view().progress == 0


def test_as_json_is_plain_and_complete() -> None:
    session = one_screen(
        heading("Hello"),
        {"type": "DatePicker", "name": "d", "label": "D", "unavailable-dates": ["2026-12-24"]},
        dropdown("c", "x"),
        footer("complete"),
    )
    told = as_json(session.view())
    assert told["status"] == "ready"
    assert told["screen"] == "ONLY"
    assert [part["type"] for part in told["components"]] == ["TextHeading", "DatePicker", "Dropdown", "Footer"]
    assert told["components"][1]["unavailable"] == ["2026-12-24"]
    assert told["components"][2]["options"][0]["id"] == "x"
    assert "handlers" not in told["components"][2]["options"][0]


@pytest.mark.parametrize(
    ("version", "kilobytes", "is_shown"), [("5.1", 299, True), ("6.0", 99, True), ("6.0", 101, False)]
)
def test_a_thumbnail_that_is_too_large_leaves_its_place(version: str, kilobytes: int, is_shown: bool) -> None:
    image = base64.b64encode(base64.b64decode(PNG) + b"\0" * (kilobytes * 1024 - 38)).decode()
    rows = {"data-source": [{"id": "a", "title": "A", "image": image}, {"id": "b", "title": "B", "image": "odd"}]}
    first, second = only(CheckView, checkboxes("c", **rows), version=version).options
    assert (bool(first.image), first.has_image) == (is_shown, True)
    assert (second.image, second.has_image) == ("", True)
