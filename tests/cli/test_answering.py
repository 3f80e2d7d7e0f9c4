"""Answers typed in a terminal, read as values."""

from datetime import date
from typing import Any

import pytest

from headrace.cli.answering import NotUnderstood, one_of, read_answer
from headrace.phone.screen.view import CheckView, ConsentView, DateView, FieldView, TextFieldView, UploadView
from headrace.phone.values.options import Option

OPTIONS = (Option("s", "Small"), Option("m", "Medium, with milk"), Option("2", "Mega"))
BASE: dict[str, Any] = {"key": "k", "name": "n", "id": "i", "label": "Label"}


def choice(value: Any) -> CheckView:
    return CheckView(type="Dropdown", value=value, options=OPTIONS, **BASE)


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [("1", "s"), ("small", "s"), ("S", "s"), ("med", "m"), ("3", "2"), ("2", "2"), (" Mega ", "2"), ("-", "")],
)
def test_one_option_by_number_id_title_or_start(answer: str, chosen: str) -> None:
    assert read_answer(choice(""), answer) == chosen


@pytest.mark.parametrize("answer", ["m e", "0", "4", "99999999999999999999", "x", "²"])
def test_what_names_no_single_option(answer: str) -> None:
    with pytest.raises(NotUnderstood, match="number from 1 to 3"):
        read_answer(choice(""), answer)


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [("1,3", ["s", "2"]), ("Medium, with milk", ["m"]), ("small; small", ["s"]), ("-", [])],
)
def test_several_options(answer: str, chosen: list[str]) -> None:
    assert read_answer(choice([]), answer) == chosen


@pytest.mark.parametrize(
    ("field", "answer", "value"),
    [
        (TextFieldView(type="TextInput", value="", **BASE), " as typed ", " as typed "),
        (ConsentView(type="OptIn", value=False, **BASE), "Y", True),
        (ConsentView(type="OptIn", value=True, **BASE), "no", False),
        (UploadView(type="PhotoPicker", value=[], source="gallery", **BASE), "'a b.png' c.png", ["a b.png", "c.png"]),
        (
            DateView(type="DatePicker", value="", day=None, first=date.min, last=date.max, **BASE),
            "2026-11-25",
            "2026-11-25",
        ),
    ],
)
def test_other_inputs(field: FieldView, answer: str, value: Any) -> None:
    assert read_answer(field, answer) == value


def test_a_start_that_fits_two_names_nothing() -> None:
    assert one_of("m", [("a", ("Mine",)), ("b", ("More",))]) is None
    assert one_of("", [("a", ("Mine",))]) is None
