"""The HTML: real labels, groups and states, and inputs that stay as they were first drawn."""

import re
from datetime import date

from tests.phone.flows import checkboxes, dropdown, footer, heading, one_screen, radio, text_input

from headrace.phone.engine.events import Fill
from headrace.phone.rendering import Drawn, Frame, render_screen, render_sheet
from headrace.phone.screen.view import FieldView
from headrace.phone.session import Session

TODAY = date(2026, 11, 23)
FRAME = Frame("/sessions/1", "sheet-1", "Millrace Opticians", today=TODAY)


def whole(session: Session) -> str:
    return str(render_sheet(session.view(), FRAME))


def inside(session: Session, drawn: Drawn | None = None) -> str:
    return str(render_screen(session.view(), FRAME, drawn or Drawn()))


def field_of(session: Session, name: str) -> FieldView:
    screen = session.view().screen
    assert screen is not None
    found = screen.field(name)
    assert found is not None
    return found


def test_every_input_has_a_real_label_and_its_note() -> None:
    session = one_screen(
        text_input("name", required=True),
        {"type": "TextArea", "name": "note", "label": "Note"},
        dropdown("shop", "a"),
        {"type": "DatePicker", "name": "day", "label": "Day"},
    )
    html = whole(session)
    for name, label in (("name", "Name"), ("note", "Note (optional)"), ("shop", "Shop (optional)")):
        identifier = field_of(session, name).id
        assert f'<label for="{identifier}" dir="auto">{label}</label>' in html
        assert f'id="{identifier}-note"' in html
        assert f'aria-describedby="{identifier}-note"' in html
    assert html.count('aria-required="true"') == 1


def test_groups_are_fieldsets_with_legends_and_labelled_rows() -> None:
    html = whole(one_screen(radio("size", "small"), checkboxes("extras", "ice")))
    assert html.count("<fieldset") == html.count("</fieldset>") == 2
    assert "<legend><span>Size (optional)</span></legend>" in html
    assert re.search(r'<label [^>]*class="row[^>]*>\s*<input [^>]*type="radio"', html)
    assert re.search(r'<label [^>]*class="row[^>]*>\s*<input [^>]*type="checkbox"', html)


def test_wrong_input_is_marked() -> None:
    session = one_screen(text_input("mail", **{"input-type": "email"}))
    assert "aria-invalid" not in whole(session)
    session.handle(Fill({"mail": "ada@"}))
    assert 'aria-invalid="true"' in whole(session)
    assert 'class="error"' in whole(session)


def test_a_fresh_page_shows_what_is_stored() -> None:
    session = one_screen(
        text_input("name"),
        {"type": "TextArea", "name": "note", "label": "Note"},
        dropdown("shop", "a", "b"),
        radio("size", "s", "m"),
        checkboxes("extras", "ice", "lemon"),
        {"type": "DatePicker", "name": "day", "label": "Day"},
        {"type": "OptIn", "name": "ok", "label": "OK"},
        version="4.0",
    )
    entered = {"name": 'A "quoted" one', "note": "<two>\nlines", "shop": "b", "size": "m", "extras": ["lemon"]}
    session.handle(Fill({**entered, "day": "2026-11-25", "ok": True}))
    html = whole(session)
    assert 'value="A &#34;quoted&#34; one"' in html
    assert "\n&lt;two&gt;\nlines</textarea>" in html
    assert re.search(r'<option [^>]*value="b" selected', html)
    assert re.search(r'value="m" checked', html)
    assert re.search(r'value="lemon" checked', html)
    assert re.search(r'type="date" value="2026-11-25"', html)
    assert re.search(r'name="in:ok" value="true" checked', html)
    assert html.count(" checked") == 3


def test_an_input_the_page_has_is_drawn_as_it_was_first() -> None:
    session = one_screen(text_input("name"), checkboxes("extras", "ice"))
    session.handle(Fill({"name": "Ada", "extras": ["ice"]}))
    name, extras = field_of(session, "name").id, field_of(session, "extras").id
    html = inside(session, Drawn({name: "", extras: []}))
    assert f'<input id="{name}" name="in:name" type="text" value=""' in html
    assert " checked" not in html
    fresh = inside(session)
    assert f'<input id="{name}" name="in:name" type="text" value="Ada"' in fresh
    assert " checked" in fresh


def test_a_page_can_claim_anything_and_only_its_own_kind_is_drawn() -> None:
    session = one_screen(text_input("name"), checkboxes("extras", "ice"))
    name, extras = field_of(session, "name").id, field_of(session, "extras").id
    drawn = Drawn.of([(f"drawn:{name}", "[1]"), (f"drawn:{extras}", '"x"'), ("drawn:", "{"), ("other", "1")])
    html = inside(session, drawn)
    assert 'name="in:name" type="text" value=""' in html


def test_the_sheet_says_what_it_is() -> None:
    html = str(
        render_sheet(
            one_screen(heading("Hi"), footer("complete")).view(), Frame("/s/1", "k", "<Name>", True, today=TODAY)
        )
    )
    assert 'role="dialog"' in html
    assert "Managed by &lt;Name&gt;" in html
    assert "Draft: only for testing" in html
    assert "WhatsApp" not in html
    assert 'class="flow-sheet ios"' in str(
        render_sheet(one_screen().view(), Frame("/s/1", "k", "N", platform="ios", today=TODAY))
    )


def test_ids_are_unique_even_where_names_are_not() -> None:
    session = one_screen(
        text_input("a"), text_input("a"), text_input("a b"), dropdown("d", "x", "y"), footer("complete")
    )
    identifiers = re.findall(r' id="([^"]+)"', whole(session))
    assert len(identifiers) == len(set(identifiers))
    assert all(re.fullmatch(r"[A-Za-z][\w-]*", one) for one in identifiers)


def test_options_of_a_dropdown_have_their_picture_or_its_place_or_their_colour() -> None:
    rows = [{"id": "a", "title": "A", "image": "odd", "alt-text": "An apple"}]
    assert 'no-thumbnail" role="img" aria-label="An apple"' in whole(one_screen({**dropdown("d"), "data-source": rows}))
    rows = [{"id": "a", "title": "A", "color": "#CC0000"}]
    assert 'fill="#CC0000"' in whole(one_screen({**dropdown("d"), "data-source": rows}))


def test_a_long_dropdown_is_searched() -> None:
    short = whole(one_screen(dropdown("d", *(f"o{number}" for number in range(39)))))
    assert "<select" in short
    assert 'type="search"' not in short
    session = one_screen(dropdown("d", *(f"o{number}" for number in range(40)), required=True))
    long = whole(session)
    assert "<select" not in long
    assert 'type="search"' in long
    assert 'aria-required="true"' not in long  # a button cannot be required; the Footer says what is missing
    session.handle(Fill({"d": "o7"}))
    assert '-chosen">O7</span>' in whole(session)
    assert whole(session).count('aria-pressed="true"') == 1
