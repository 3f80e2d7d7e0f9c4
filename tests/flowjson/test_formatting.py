"""The canonical form: its order and layout, and that it changes nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import texts

from headrace.flowjson.document import parse
from headrace.flowjson.editing.parts import same
from headrace.flowjson.formatting import formatted
from headrace.flowjson.refusal import Refused

FLOW = """{"screens":[{"layout":{"children":[{"on-click-action":{"payload":{"b":"${form.b}","a":1.50},
"next":{"name":"END","type":"screen"},"name":"navigate"},"label":"\\u00dcber\\/uns","type":"Footer"}],"type":"SingleColumnLayout"},
"data":{"b":{"__example__":"x","type":"string"},"a":{"items":{"type":"object","properties":{}},"__example__":[],"type":"array"}},
"id":"START","odd":[1,2],"title":"Start"}],"routing_model":{"START":["END","OTHER"],"END":[]},"version":"7.3"}"""

CANONICAL = """{
  "version": "7.3",
  "routing_model": {
    "START": ["END", "OTHER"],
    "END": []
  },
  "screens": [
    {
      "id": "START",
      "title": "Start",
      "odd": [1, 2],
      "data": {
        "b": { "type": "string", "__example__": "x" },
        "a": {
          "type": "array",
          "items": { "type": "object", "properties": {} },
          "__example__": []
        }
      },
      "layout": {
        "type": "SingleColumnLayout",
        "children": [
          {
            "type": "Footer",
            "label": "\\u00dcber\\/uns",
            "on-click-action": {
              "name": "navigate",
              "next": { "type": "screen", "name": "END" },
              "payload": {
                "b": "${form.b}",
                "a": 1.50
              }
            }
          }
        ]
      }
    }
  ]
}
"""


def test_canonical_form() -> None:
    assert formatted(parse(FLOW)) == CANONICAL


def test_windows_line_breaks_stay() -> None:
    text = formatted(parse('{\r\n"version":"7.3","screens":[]}'))
    assert text == '{\r\n  "version": "7.3",\r\n  "screens": []\r\n}\r\n'


def test_lines_hold_a_hundred_columns() -> None:
    longest = set()
    for length in range(40, 100):
        text = formatted(parse(json.dumps({"data": {"__example__": ["x" * length, "yy"]}})))
        longest.add(max(len(line) for line in text.splitlines() if "[" in line))
    assert max(longest) == 99  # one column is left for a comma


@given(texts())
def test_changes_white_space_and_order_only(text: str) -> None:
    document = parse(text)
    result = formatted(document)
    assert same(parse(result).value, document.value)
    assert formatted(parse(result)) == result
    assert sorted(_without_space(result)) == sorted(_without_space(text))


def _without_space(text: str) -> str:
    return "".join(text.split())


@given(st.text(max_size=60) | texts().map(lambda text: text[:-1]) | texts().map(lambda text: text.replace(",", ",,")))
def test_broken_text_is_refused_with_its_place(text: str) -> None:
    document = parse(text)
    if not document.problems:
        formatted(document)
        return
    with pytest.raises(Refused) as refusal:
        formatted(document)
    assert refusal.value.message.endswith(".")
    assert not document.text or refusal.value.span.line_start >= 1


def test_key_that_stands_twice_is_refused() -> None:
    with pytest.raises(Refused, match="key 'a' stands twice"):
        formatted(parse('{"a": 1, "a": 2}'))


@pytest.mark.parametrize("path", corpus_documents("official", "valid", "unknown", "broken"), ids=lambda path: path.stem)
def test_corpus(path: Path) -> None:
    document = parse(path.read_bytes())
    if document.problems:
        with pytest.raises(Refused):
            formatted(document)
        return
    result = formatted(document)
    assert same(parse(result).value, document.value)
    assert formatted(parse(result)) == result
