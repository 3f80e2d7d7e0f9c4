"""What the editor asks about a text: answered at the editor's own places."""

from datetime import date
from typing import Any

import pytest
from tests.conftest import FLOWS

from headrace.console.builder.language import Unanswerable, answer, read
from headrace.console.builder.offsets import Offsets
from headrace.flowjson.gallery import TEMPLATES

TODAY = date(2026, 11, 22)
TEXT = """{
  "version": "7.3",
  "screens": [
    {
      "id": "QUESTION",
      "title": "Ask 🕶 us",
      "terminal": true,
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {"type": "TextInput", "name": "name", "label": "Name", "helper_text": "🕶 Yours"},
          {"type": "Footer", "label": "Go on", "on-click-action":
            {"name": "navigate", "next": {"type": "screen", "name": "THANKS"}}}
        ]
      }
    }
  ]
}"""


def asked(ask: str, text: str = TEXT, **more: object) -> dict[str, Any]:
    return answer({"ask": ask, "text": text, **more}, TODAY)


def units(text: str) -> bytes:
    return text.encode("utf-16-le")


def cut(text: str, start: int, end: int) -> str:
    """What stands between two places as an editor counts them."""
    return units(text)[2 * start : 2 * end].decode("utf-16-le")


def change(text: str, edits: list[dict[str, Any]]) -> str:
    """The text with an answer's edits made, as an editor makes them."""
    for edit in sorted(edits, key=lambda one: -one["from"]):
        start, end = edit["from"], edit["to"]
        text = cut(text, 0, start) + str(edit["insert"]) + cut(text, end, len(units(text)))
    return text


@pytest.mark.parametrize("text", ["", "abc", "a🕶b", "🕶🕶", "\ufeffa🕶", "é🕶\n🕶x"])
def test_every_place_is_found_again(text: str) -> None:
    offsets = Offsets(text)
    document = text.removeprefix("\ufeff")
    for at in range(len(document) + 1):
        place = offsets.to_editor(at)
        assert cut(text, 0, place).removeprefix("\ufeff") == document[:at]
        assert offsets.to_document(place) == at


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_problems_stand_at_their_place_with_the_words_of_check(mark: str) -> None:
    text = mark + TEXT
    found = asked("check", text)
    problems = {problem["rule"]: problem for problem in found["problems"]}
    misspelt = problems["structure/unknown-component-property"]
    assert cut(text, misspelt["from"], misspelt["to"]) == '"helper_text"'
    assert misspelt["explanation"] == "Did you mean 'helper-text'?"
    assert (misspelt["screen"], misspelt["leads_to"]) == ("QUESTION", None)
    missing = problems["actions/navigate-to-unknown-screen"]
    assert cut(text, missing["from"], missing["to"]) == '"THANKS"'
    assert (missing["screen"], missing["leads_to"]) == ("QUESTION", "THANKS")
    (screen,) = found["screens"]
    assert (screen["name"], screen["inputs"], screen["terminal"]) == ("QUESTION", 1, True)
    assert [child["name"] for child in screen["children"]] == ["TextInput name", "Footer"]
    assert cut(text, screen["at"], screen["at"] + 10) == '"QUESTION"'


def test_a_fix_mends_what_it_belongs_to_and_nothing_else() -> None:
    number = next(
        problem["id"]
        for problem in asked("check")["problems"]
        if problem["rule"] == "structure/unknown-component-property"
    )
    fixes = asked("fixes", problems=[number])["fixes"]
    first = fixes[str(number)][0]
    assert first["title"] == "Write 'helper-text'"
    assert change(TEXT, first["edits"]) == TEXT.replace("helper_text", "helper-text")


def test_the_other_questions() -> None:
    at = TEXT.index('"TextInput"') + 3  # before the first letter outside of the basic plane is none on this line
    at += len(units(TEXT[:at])) // 2 - at
    card = asked("hover", offset=at)["card"]
    assert "TextInput" in card["text"]
    space = TEXT.replace('"helper_text": "🕶 Yours"', '"h"')
    place = len(units(space[: space.index('"h"') + 2])) // 2
    labels = [item["label"] for item in asked("complete", space, offset=place)["items"]]
    assert "helper-text" in labels
    assert 'data-screen="QUESTION"' in str(asked("graph")["svg"])
    assert read(change(TEXT, asked("format")["edits"]), TODAY).document.value == read(TEXT, TODAY).document.value
    assert "helper-text" in change(TEXT, asked("fix_all")["edits"])
    assert answer({"ask": "explain", "rule": "actions/navigate-to-unknown-screen"}, TODAY)["meaning"]


@pytest.mark.parametrize(
    "question",
    [
        {},
        {"ask": "check"},
        {"ask": "check", "text": 7},
        {"ask": "nothing", "text": ""},
        {"ask": "hover", "text": "{}"},
        {"ask": "explain", "rule": "../secret"},
    ],
)
def test_a_question_that_is_none_is_refused_in_words(question: dict[str, object]) -> None:
    with pytest.raises(Unanswerable):
        answer(question, TODAY)


HOSTILE = ["", "null", "[]", '"x"', '{"screens": 1}', '{"screens": [7, null, {"id": []}]}', '{"screens": [{"id": "A"',
           '{"routing_model": {"A": [[]]}, "version": "7.3", "screens": []}', "\x00", "[" * 5000]  # fmt: skip


@pytest.mark.parametrize("text", [*HOSTILE, *(path.read_text() for path in sorted((FLOWS / "broken").glob("*.json")))])
def test_no_text_stops_the_answers(text: str) -> None:
    found = asked("check", text)
    for question in ("graph", "fix_all"):
        asked(question, text)
    for offset in (0, len(text) // 2, len(text) + 9):
        asked("complete", text, offset=offset)
        asked("hover", text, offset=offset)
    asked("fixes", text, problems=[problem["id"] for problem in found["problems"]][:3])


def test_every_starter_is_told_in_screens() -> None:
    for template in TEMPLATES.values():
        found = asked("check", template.text())
        assert [problem["message"] for problem in found["problems"] if problem["severity"] == "error"] == []
        assert any(screen["entry"] for screen in found["screens"])
