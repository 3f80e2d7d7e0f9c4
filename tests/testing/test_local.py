"""A Flow filled in in this process, without the fixture around it."""

from collections.abc import Iterator

import pytest
from tests.phone.flows import flow, footer, radio, screen, text_input

from headrace.testing.local import FlowError, LocalFlow

LETTER = flow(
    screen(
        "A",
        radio("kind", "home", "work"),
        {"type": "If", "condition": "${form.kind} == 'work'", "then": [text_input("firm")]},
        footer("complete", {"firm": "${form.firm}"}),
        terminal=True,
    )
)


@pytest.fixture
def letter() -> Iterator[LocalFlow]:
    opened = LocalFlow(LETTER)
    opened.open()
    yield opened
    opened.leave()


def test_one_value_may_bring_the_input_of_another_onto_the_screen(letter: LocalFlow) -> None:
    letter.fill(firm="Rye & Sons", kind="work")
    letter.tap("Continue")
    assert letter.response == {"firm": "Rye & Sons", "flow_token": "unused"}


def test_what_is_not_there_is_told_with_what_could_be_meant(letter: LocalFlow) -> None:
    with pytest.raises(FlowError, match=r"shows no input 'knd'\. Did you mean 'kind'"):
        letter.fill(knd="work")
    with pytest.raises(FlowError, match='This screen shows no input "firm"'):
        letter.fill(firm="Rye & Sons", kind="home")


def test_what_a_flow_says_steers_no_terminal(letter: LocalFlow) -> None:
    with pytest.raises(FlowError) as failed:
        letter.tap("\x1b[31mSend\x07\u202e")
    assert all(mark.isprintable() or mark == "\n" for mark in str(failed.value))


def test_a_row_of_a_list_is_taken_by_its_id() -> None:
    rows = [
        {
            "id": one,
            "main-content": {"title": one.title()},
            "on-click-action": footer("navigate", {}, to="B")["on-click-action"],
        }
        for one in ("rye", "oat")
    ]
    breads = flow(
        screen("A", {"type": "NavigationList", "name": "bread", "list-items": rows}),
        screen("B", footer("complete", {"bread": "${screen.A.form.bread}"}), terminal=True),
    )
    opened = LocalFlow(breads)
    try:
        opened.open()
        opened.select("bread", "oat")
        opened.tap("Continue")
        assert opened.response == {"bread": "oat", "flow_token": "unused"}
    finally:
        opened.leave()


def test_data_needs_a_screen_where_the_endpoint_is_asked_first() -> None:
    asking = flow(screen("A", footer("complete"), terminal=True), routing={"A": []})
    with pytest.raises(FlowError, match="Name the screen of the data"):
        LocalFlow(asking, endpoint={"INIT": {"screen": "A", "data": {}}}, data={"name": "Ada"})
