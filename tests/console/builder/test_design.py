"""Visual editing: what is offered fits the version, and each act changes its place of the text and nothing else."""

import json
from datetime import date
from typing import Any

import pytest
from tests.console.builder.test_language import change

from headrace.console.builder.fields import version_of
from headrace.console.builder.language import answer
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Place
from headrace.flowjson.checks import check
from headrace.flowjson.gallery import TEMPLATES
from headrace.flowjson.refusal import Refused

TODAY = date(2026, 11, 22)
STARTERS = [template.text() for template in TEMPLATES.values()]
FLOW = json.dumps(
    {
        "version": str(NEWEST),
        "screens": [
            {
                "id": "FIRST",
                "title": "First 🕶",
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {"type": "TextInput", "name": "colour", "label": "Colour"},
                        {
                            "type": "Footer",
                            "label": "On",
                            "on-click-action": {
                                "name": "navigate",
                                "next": {"type": "screen", "name": "LAST"},
                                "payload": {"colour": "${form.colour}"},
                            },
                        },
                    ],
                },
            },
            {
                "id": "LAST",
                "title": "Last",
                "terminal": True,
                "data": {"colour": {"type": "string", "__example__": "red"}},
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {"type": "TextBody", "text": "${data.colour}"},
                        {
                            "type": "Footer",
                            "label": "Send",
                            "on-click-action": {"name": "complete", "payload": {"colour": "${data.colour}"}},
                        },
                    ],
                },
            },
        ],
    },
    indent=2,
    ensure_ascii=False,
)
FIRST: list[Any] = ["screens", 0, "layout", "children"]


def act(text: str, what: str, **asked: Any) -> str:
    """The text after an act."""
    return change(text, answer({"ask": "act", "text": text, "act": what, **asked}, TODAY)["edits"])


def design(text: str, path: list[Any], screen: int = 0) -> dict[str, Any]:
    return answer({"ask": "design", "text": text, "screen": screen, "path": path}, TODAY)


def errors(text: str) -> list[str]:
    return [f"{one.rule}: {one.message}" for one in check(text, today=TODAY).errors]


def at(text: str, path: list[Any]) -> Any:
    value = json.loads(text)
    for step in path:
        value = value[step]
    return value


def outside(before: str, after: str) -> tuple[str, str]:
    """What the two texts have in common at their beginning and at their end."""
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[:start], before[len(before) - end :]


OFFERED = [one.name for one in COMPONENTS.values() if Place.LAYOUT in one.places and one.name != "Footer"]


@pytest.mark.parametrize("kind", OFFERED)
def test_what_is_added_passes_every_check(kind: str) -> None:
    text = act(FLOW, "insert", path=FIRST, type=kind, index=-1)
    if kind in {"NavigationList", "RichText"}:  # they stand alone on their screen
        text = act(act(text, "remove", path=[*FIRST, 2]), "remove", path=[*FIRST, 0])
    children = at(text, FIRST)
    assert kind in [child["type"] for child in children]
    assert children[-1]["type"] in {"Footer", kind}
    beside = {"Form": "forms/component-outside", "RichText": "routing/not-connected"}.get(kind, "nothing")
    assert [one for one in errors(text) if "payload" not in one and not one.startswith(beside)] == []
    inspector = design(text, [*FIRST, [child["type"] for child in children].index(kind)])["inspector"]
    required = [one["name"] for one in inspector["fields"] if one["required"]]
    assert all(one["value"] or one.get("size") for one in inspector["fields"] if one["name"] in required)


@pytest.mark.parametrize("text", STARTERS)
def test_every_field_that_is_set_to_what_it_is_changes_nothing(text: str) -> None:
    for screen, placed in enumerate(json.loads(text)["screens"]):
        paths = [["screens", screen], *_paths(design(text, ["screens", screen], screen)["tree"]["lists"])]
        assert placed["id"] == design(text, paths[0], screen)["tree"]["id"]
        for path in paths:
            inspector = design(text, path, screen)["inspector"]
            assert inspector is not None
            for field in inspector["fields"]:
                if field["kind"] != "action" and field["value"]:
                    same = act(text, "set", path=path, name=field["name"], value=field["value"], kind=field["kind"])
                    assert same == text, (path, field)


def _paths(lists: list[dict[str, Any]]) -> list[list[Any]]:
    found = []
    for one in lists:
        for item in one["items"]:
            found += [list(item["path"]), *_paths(item["lists"])]
    return found


@pytest.mark.parametrize("text", STARTERS)
def test_an_act_changes_its_place_and_nothing_else(text: str) -> None:
    path: list[Any] = ["screens", 0, "layout", "children"]
    added = act(text, "insert", path=path, type="TextCaption", index=0)
    assert at(added, path)[1:] == at(text, path)
    assert at(added, path)[0] == {"type": "TextCaption", "text": "Text caption"}
    start, end = outside(text, added)
    assert len(start) + len(end) == len(text)  # nothing of what was there is written anew
    assert act(added, "remove", path=[*path, 0]) == text
    titled = act(text, "set", path=["screens", 0], name="title", value='A "new" 🕶 title')
    assert at(titled, ["screens", 0, "title"]) == 'A "new" 🕶 title'
    assert act(titled, "set", path=["screens", 0], name="title", value=at(text, ["screens", 0, "title"])) == text
    count = len(at(text, path))
    for index in range(count - 1):
        moved = act(text, "move", path=[*path, index], to=[*path, index + 2])
        before = at(text, path)
        assert at(moved, path) == [*before[:index], before[index + 1], before[index], *before[index + 2 :]]
        assert act(moved, "move", path=[*path, index + 1], to=[*path, index]) == text


def test_a_new_name_is_written_wherever_the_old_one_stood() -> None:
    named = act(FLOW, "set", path=[*FIRST, 0], name="name", value="shade")
    assert at(named, [*FIRST, 1, "on-click-action", "payload"]) == {"colour": "${form.shade}"}
    screen = act(FLOW, "set", path=["screens", 1], name="id", value="THE_END")
    assert at(screen, [*FIRST, 1, "on-click-action", "next", "name"]) == "THE_END"
    assert errors(screen) == errors(named) == []


def test_values_are_read_as_their_property_wants_them() -> None:
    for name, typed, value in (
        ("required", "true", True),
        ("required", "${data.is_needed}", "${data.is_needed}"),
        ("min-chars", "3", 3),
        ("min-chars", "${data.least}", "${data.least}"),
        ("input-type", "number", "number"),
        ("helper-text", "{ not JSON }", "{ not JSON }"),
    ):
        text = act(FLOW, "set", path=[*FIRST, 0], name=name, value=typed)
        assert at(text, [*FIRST, 0, name]) == value
        assert act(text, "set", path=[*FIRST, 0], name=name, value="") == FLOW


def test_screens_are_added_moved_and_taken_out_with_their_routes() -> None:
    text = TEMPLATES["appointment"].text(with_endpoint=True)
    added = act(text, "add_screen")
    assert "SCREEN" in json.loads(added)["routing_model"]
    assert [one.partition(":")[0] for one in errors(added)] == ["routing/not-connected"]  # nothing leads there yet
    last = len(json.loads(text)["screens"])
    assert act(added, "remove", path=["screens", last]) == text
    moved = act(FLOW, "move", path=["screens", 1], to=["screens", 0])
    assert [screen["id"] for screen in json.loads(moved)["screens"]] == ["LAST", "FIRST"]
    assert act(moved, "move", path=["screens", 0], to=["screens", 2]) == FLOW


def test_a_component_is_led_to_a_screen_with_what_that_is_given() -> None:
    text = act(FLOW, "insert", path=FIRST, type="EmbeddedLink", index=0)
    led = act(text, "lead", path=[*FIRST, 0], name="on-click-action", to="LAST")
    assert at(led, [*FIRST, 0, "on-click-action"])["payload"] == {"colour": "${form.colour}"}
    ended = act(
        FLOW, "lead", path=["screens", 1, "layout", "children", 1], name="on-click-action", to="action:complete"
    )
    assert ended == FLOW


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"act": "nothing"}, "no such act"),
        ({"act": "set", "path": "x"}, "as a path"),
        ({"act": "set", "path": ["screens", -1]}, "as a path"),
        ({"act": "set", "path": ["screens", 9], "name": "title"}, "does not exist"),
        ({"act": "set", "path": ["screens", 0], "name": "nope"}, "no property"),
        ({"act": "set", "path": [*FIRST, 0], "name": "min-chars", "value": "many"}, "wants a number"),
        ({"act": "set", "path": [*FIRST, 0], "name": "min-chars", "value": "NaN"}, "wants a number"),
        ({"act": "set", "path": [*FIRST, 0], "name": "label", "kind": "json", "value": "[" * 100_000}, "wants JSON"),
        ({"act": "set", "path": ["screens", 0], "name": "id", "value": "1 2"}, "no id for a screen"),
        ({"act": "insert", "path": ["screens", 0], "type": "TextBody"}, "no list of components"),
        ({"act": "insert", "path": FIRST, "type": "Button"}, "no such component"),
        ({"act": "move", "path": FIRST, "to": [*FIRST, 0]}, "into itself"),
        ({"act": "lead", "path": [*FIRST, 1], "to": "NOWHERE"}, "does not exist"),
    ],
)
def test_what_cannot_be_done_is_said(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        answer({"ask": "act", "text": FLOW, **asked}, TODAY)


@pytest.mark.parametrize(
    "text", ["", "[]", '{"screens": 7}', '{"screens": [{}, null]}', '{"version": 3, "screens": [{"id"', "{"]
)
def test_no_text_stops_the_design(text: str) -> None:
    for screen in (0, 1, 99):
        assert "palette" in design(text, ["screens", screen], screen)
    assert version_of(json.loads("{}")) == NEWEST
