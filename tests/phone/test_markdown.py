"""Markdown, read into a tree."""

import base64
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.phone.values.markdown import (
    BODY,
    CAPTION,
    RICH,
    Listing,
    Paragraph,
    Picture,
    Table,
    Words,
    links_in,
    parse,
    plain,
)

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 30).decode()


def one(text: str) -> tuple[object, ...]:
    (block,) = parse((text,), BODY)
    assert isinstance(block, Paragraph)
    return block.line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [Words("plain")]),
        ("a **b** c", [Words("a "), Words("b", bold=True), Words(" c")]),
        ("*i*", [Words("i", italic=True)]),
        ("***bi***", [Words("bi", bold=True, italic=True)]),
        ("~~gone~~", [Words("gone", struck=True)]),
        ("**a *b* c**", [Words("a ", bold=True), Words("b", bold=True, italic=True), Words(" c", bold=True)]),
        ("**a *b***", [Words("a ", bold=True), Words("b", bold=True, italic=True)]),
        ("***a** b*", [Words("a", bold=True, italic=True), Words(" b", italic=True)]),
        ("~~**x**~~", [Words("x", bold=True, struck=True)]),
        ("2 * 3 * 4", [Words("2 * 3 * 4")]),
        ("**never closed", [Words("**never closed")]),
        ("a ** b", [Words("a ** b")]),
        ("_no_ `code` > quote", [Words("_no_ `code` > quote")]),
        ("****x****", [Words("****x****")]),
        ("[a](https://a.b/c?d=e)", [Words("a", url="https://a.b/c?d=e")]),
        ("[**a**](https://a.b)", [Words("a", bold=True, url="https://a.b")]),
        ("**[a](https://a.b)**", [Words("a", bold=True, url="https://a.b")]),
        ("[a](javascript:alert)", [Words("a")]),
        ("[a](data:text/html,x)", [Words("a")]),
        ("[a](//a.b)", [Words("a")]),
        ("[a](http://[)", [Words("a")]),
        ("[a] (https://a.b)", [Words("[a] (https://a.b)")]),
        ("<b>no</b>", [Words("<b>no</b>")]),
    ],
)
def test_within_a_line(text: str, expected: list[Words]) -> None:
    assert list(one(text)) == expected


def test_paragraphs_end_at_empty_lines_and_at_items() -> None:
    blocks = parse(("one\nstill one\n\ntwo", "three"), BODY)
    assert [block.line for block in blocks if isinstance(block, Paragraph)] == [
        (Words("one\nstill one"),),
        (Words("two"),),
        (Words("three"),),
    ]


def test_lists_go_on_over_items_and_have_one_level() -> None:
    blocks = parse(("Take:", "- milk", "+ **tea**", "  - sugar", "3. boil", "4. pour", "* no bullet"), BODY)
    listings = [block for block in blocks if isinstance(block, Listing)]
    assert [(one.first, len(one.items)) for one in listings] == [(None, 3), (3, 2)]
    assert listings[0].items[1] == (Words("tea", bold=True),)
    assert plain(blocks).splitlines()[-1] == "* no bullet"
    assert [type(one) for one in parse(("- milk",), CAPTION)] == [Paragraph]


def test_headings_are_for_rich_text_only() -> None:
    levels = [
        one.level for one in parse(("# a", "## b", "### c", "####### d", "#e"), RICH) if isinstance(one, Paragraph)
    ]
    assert levels == [1, 2, 0, 0, 0]
    assert plain(parse(("# a", "## b", "### c"), RICH)) == "a\nb\nc"
    assert plain(parse(("# a",), BODY)) == "# a"


@pytest.mark.parametrize(
    "source",
    [
        ("| Day | **Open** |\n|---|:--:|\n| Mon | [9](https://a.b) | too many |\n| Tue |",),
        ("| Day | **Open** |", "| --- | --- |", "| Mon | [9](https://a.b) |", "| Tue |"),
    ],
)
def test_tables(source: tuple[str, ...]) -> None:
    (table,) = parse(source, RICH)
    assert isinstance(table, Table)
    assert table.header == ((Words("Day"),), (Words("Open", bold=True),))
    assert table.rows == (((Words("Mon"),), (Words("9", url="https://a.b"),)), ((Words("Tue"),), ()))
    assert [type(block) for block in parse(source[:1], BODY)] == [Paragraph]


def test_a_bar_alone_makes_no_table() -> None:
    assert plain(parse(("this | that\nand more",), RICH)) == "this | that\nand more"


def test_images_are_data_uris_of_known_types() -> None:
    (paragraph,) = parse((f"See ![A map](data:image/png;base64,{PNG}) here",), RICH)
    assert isinstance(paragraph, Paragraph)
    assert paragraph.line[1] == Picture(f"data:image/png;base64,{PNG}", "A map")
    for odd in ("![A map](https://a.b/c.png)", "![A map](data:image/svg+xml;base64,PHN2Zz4=)"):
        found = parse((odd,), RICH)
        assert "A map" in plain(found)
        assert not any(
            isinstance(one, Picture) for block in found if isinstance(block, Paragraph) for one in block.line
        )
    assert plain(parse((f"![A map](data:image/png;base64,{PNG})",), BODY)).startswith("![A map]")


def test_links_are_found_everywhere() -> None:
    text = "[a](https://a.b)\n- [b](https://b.c)\n\n|h|\n|-|\n|[c](https://c.d)|"
    assert [link.text for link in links_in(parse((text,), RICH))] == ["a", "b", "c"]


@given(st.text(alphabet="ab *~[]()!|-+1.#\n\t:/h", max_size=200))
def test_nothing_is_lost_but_marks(text: str) -> None:
    for dialect in (RICH, BODY, CAPTION):
        kept = [letter for letter in plain(parse((text,), dialect)) if letter in "ab"]
        assert kept == [letter for letter in text if letter in "ab"] or "](" in text or "|" in text


@pytest.mark.parametrize("piece", ["**a ", "[", "![", "[a](", "|", "a|-\n", "- ", "1. ", "*", "~~a ", "***a**", "\n|-"])
def test_hostile_text_is_read_in_one_pass(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    parse((text,), RICH)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "text",
    [
        "a|b\n" + " " * 160_000 + "-x",
        "a|b\n" + "-" * 160_000 + "x",
        "a|b\n" + "|" + "-|" * 80_000 + "x",
        "a|b\n-|-\n" + "|\n" * 80_000,
        "a|" * 40_000 + "\n-\n" + "|\n" * 40_000,
        "a *b* " * 30_000,
        "a\n" * 80_000,
        "[" + "a" * 160_000,
        "![a](data:image/png;base64," * 6_000,
        "- " + " " * 160_000 + "x",
    ],
    ids=lambda text: f"{text[:9]}{text[-4:]}",
)
def test_a_grown_text_takes_a_time_in_step_with_its_length(text: str) -> None:
    start = time.process_time()
    parse((text,), RICH)
    assert time.process_time() - start < 3


@given(st.text(alphabet=" |:-\t", max_size=12))
def test_a_ruler_is_read_as_before_it_was_made_quick(line: str) -> None:
    slow = r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*"
    table = isinstance(parse((f"a|b\n{line}",), RICH)[0], Table)
    assert table is bool(re.fullmatch(slow, line))


def test_a_table_too_wide_for_any_phone_stays_text() -> None:
    wide = "|".join("a" * 51) + "\n-\n|"
    (paragraph,) = parse((wide,), RICH)
    assert isinstance(paragraph, Paragraph)
    (table,) = parse(("|".join("a" * 50) + "\n-\n|",), RICH)
    assert isinstance(table, Table)
