"""RichText, and the markdown of TextBody and TextCaption, on a screen."""

import re
from typing import Any

import pytest
from tests.phone.flows import Json, after, one_screen
from tests.phone.test_markdown import PNG
from tests.phone.test_rendering import whole

from headrace.phone.engine.effects import Declined, OpenUrl
from headrace.phone.engine.events import Tap
from headrace.phone.screen.view import WordsView
from headrace.phone.screen.view_json import as_json
from headrace.phone.values.markdown import Listing, Paragraph, Table

TERMS = [
    "# Terms",
    "## Short",
    "You *may* **[read](https://a.b/?c=d&e=f)** it.",
    "- one",
    "- two",
    "|A|B|",
    "|-|-|",
    "|1|2|",
]


def words(component: str, text: Any, data: Json | None = None, **more: Any) -> WordsView:
    screen = one_screen({"type": component, "text": text, **more}, data=data).view().screen
    assert screen is not None
    (part,) = screen.parts
    assert isinstance(part, WordsView)
    return part


def test_rich_text_is_a_tree_with_its_text_beside_it() -> None:
    part = words("RichText", TERMS)
    assert [type(block) for block in part.blocks] == [Paragraph, Paragraph, Paragraph, Listing, Table]
    assert part.text.splitlines() == ["Terms", "Short", "You may read it.", "one", "two", "A", "B", "1", "2"]


def test_rich_text_from_data_may_be_text_or_lines() -> None:
    for example in ("# Hi\n\nThere", ["# Hi", "There"]):
        kind = "array" if isinstance(example, list) else "string"
        screen = (
            one_screen(
                {"type": "RichText", "text": "${data.terms}"}, data={"terms": {"type": kind}}, given={"terms": example}
            )
            .view()
            .screen
        )
        assert screen is not None
        assert isinstance(screen.parts[0], WordsView)
        assert screen.parts[0].text == "Hi\nThere"
    assert words("RichText", "${data.nothing}").blocks == ()


def test_a_text_with_markdown_is_not_cut() -> None:
    for component in ("RichText", "TextBody", "TextCaption"):
        assert len(words(component, "x" * 9_000, markdown=True).text) == 9_000


@pytest.mark.parametrize("component", ["TextBody", "TextCaption"])
def test_markdown_is_switched_on(component: str) -> None:
    assert words(component, "**a**", markdown=True).text == "a"
    assert words(component, "**a**").text == "**a**"
    assert words(component, "**a**").blocks == ()


def test_a_link_opens_the_browser() -> None:
    session = one_screen({"type": "RichText", "text": TERMS})
    assert after(session, Tap("read")) == [OpenUrl("https://a.b/?c=d&e=f")]
    assert isinstance(after(session, Tap("Terms"))[0], Declined)


def test_it_is_drawn_as_what_it_is() -> None:
    html = whole(one_screen({"type": "RichText", "text": [*TERMS, "3. x", f"![Map](data:image/png;base64,{PNG})"]}))
    assert "<h3>Terms</h3>" in html
    assert "<h4>Short</h4>" in html
    link = '<a href="https://a.b/?c=d&amp;e=f" target="_blank" rel="noopener noreferrer"><strong>read</strong></a>'
    assert f"<p>You <em>may</em> {link} it.</p>" in html
    assert "<ul><li>one</li><li>two</li></ul>" in html.replace("\n", "")
    assert '<th scope="col">A</th>' in html
    assert "<td>2</td>" in html
    assert '<ol start="3">' in html
    assert f'<img class="inline-image" src="data:image/png;base64,{PNG}" alt="Map">' in html


def test_everything_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    lines = [
        evil,
        f"# {evil}",
        f"- {evil}",
        f"**{evil}**",
        f"|{evil}|",
        "|-|",
        f"|{evil}|",
        f"[{evil}](https://a.b/\"'<x>)",
    ]
    for component in ("RichText", "TextBody", "TextCaption"):
        html = whole(one_screen({"type": component, "text": lines, "markdown": True}))
        assert "<img" not in html
        assert re.findall(r'href="([^"]*)"', html) == ["https://a.b/&#34;&#39;&lt;x&gt;"]


def test_scripts_read_the_tree_and_the_text() -> None:
    (part,) = as_json(one_screen({"type": "RichText", "text": "# *Hi*"}).view())["components"]
    assert part["text"] == "Hi"
    assert part["blocks"][0]["kind"] == "paragraph"
    assert part["blocks"][0]["line"][0] == {
        "kind": "words",
        "text": "Hi",
        "bold": False,
        "italic": True,
        "struck": False,
        "url": "",
    }
