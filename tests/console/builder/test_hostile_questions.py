"""Whatever an editor asks about whatever text, it is answered or refused in words: strangers ask in the Playground."""

import json
import random
from datetime import date
from typing import Any

import orjson
from tests.flowjson.generating import paths_of

from headrace.console.builder.design import ACTS
from headrace.console.builder.language import QUESTIONS, Unanswerable, answer
from headrace.flowjson.gallery import TEMPLATES
from headrace.flowjson.refusal import Refused

TODAY = date(2026, 11, 22)
TIMES = 2_500
FLOWS = [json.loads(one.text(with_endpoint=one.has_endpoint)) for one in TEMPLATES.values()]
ODD: list[Any] = [
    *({}, [], 1, "x", None, {"screens": 1}, {"screens": [1]}, {"screens": [{}]}, {"screens": {"a": {}}}),
    {"screens": [{"data": 1}]},
    {"version": "7.3", "screens": [{"id": 1, "data": [1], "layout": [{}]}]},
    {"screens": [{"id": "A", "layout": {"children": [{"type": ["x"], "name": {}}]}}], "routing_model": [1]},
]
VALUES: list[Any] = [
    *("", "x", "${data.x}", "`", "{", "[]", "1", "true", "data", "here", "action:complete", "action:", "A"),
    *(None, [], {}, {"a": 1}, [1], -1, 10**30, 1.5, True, "__example__", "required", "options", "object"),
]
STEPS: list[Any] = ["data", "__example__", "layout", "children", "x", "data-source", 0, 1, -1, 99, None, [], {}, True]
NAMES = ["name", "id", "label", "data-source", "list-items", "image", "src", "text", "on-click-action", "title"]


def question(luck: random.Random) -> dict[str, Any]:
    """A question with a path near something that is there, about a text that may be spoilt."""
    flow = json.loads(json.dumps(luck.choice(FLOWS if luck.random() < 0.7 else ODD)))
    paths = paths_of(flow) if isinstance(flow, dict | list) else [()]
    if luck.random() < 0.3 and len(paths) > 1:
        *way, last = luck.choice(paths[1:])
        owner = flow
        for step in way:
            owner = owner[step]
        owner[last] = luck.choice(VALUES)
    path: list[Any] = list(luck.choice(paths))
    for _ in range(luck.randint(0, 2)):
        if path and luck.random() < 0.5:
            path.pop()
        else:
            path.append(luck.choice(STEPS))
    return {
        "ask": "act" if luck.random() < 0.6 else luck.choice([one for one in QUESTIONS if "fix" not in one]),
        "act": luck.choice(list(ACTS)),
        "text": json.dumps(flow) if luck.random() < 0.95 else luck.choice(["", "{", "\u00e9", "[" * 300]),
        "path": path if luck.random() < 0.95 else luck.choice(VALUES),
        "to": luck.choice([list(luck.choice(paths)), *VALUES]),
        "name": luck.choice(NAMES + VALUES),
        "value": luck.choice(VALUES),
        "kind": luck.choice(["json", "text", "", None, []]),
        "type": luck.choice(["TextInput", "Dropdown", "string", "options", None, [], "Screen"]),
        "screen": luck.choice([0, 1, -1, 99, "A", None, True]),
        "index": luck.choice([0, 1, -1, 99, None, "x"]),
        "offset": luck.choice([0, 40, -5, 10**9, None]),
        "rule": luck.choice(["routing/loop", "x", "", "../x"]),
    }


def test_every_question_is_answered_or_refused_in_words() -> None:
    luck, refusals = random.Random(7), set[str]()
    for _ in range(TIMES):
        asked = question(luck)
        try:
            assert orjson.dumps(answer(asked, TODAY))
        except (Unanswerable, Refused) as refusal:
            refusals.add(str(refusal))
        except Exception as error:
            raise AssertionError(asked) from error
    assert len(refusals) > 1
    assert all(words.endswith(".") for words in refusals)
