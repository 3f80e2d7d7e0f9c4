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
