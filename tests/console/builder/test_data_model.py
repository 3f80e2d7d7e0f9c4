"""The data model and the items of lists, edited by hand: their place of the text changes, and no check complains."""

import json
from typing import Any

import pytest
from tests.console.builder.test_design import FIRST, FLOW, STARTERS, act, at, design, errors

from headrace.console.builder.data_model import TYPES
from headrace.flowjson.refusal import Refused

LAST = ["screens", 1]
LIST = [*FIRST, 1]


def fields_of(text: str, screen: int = 1) -> dict[str, dict[str, Any]]:
    inspector = design(text, ["screens", screen], screen)["inspector"]
    return {one["name"]: one for one in inspector["data"]["fields"]}


def with_list(kind: str = "Dropdown") -> str:
    return act(FLOW, "insert", path=FIRST, type=kind, index=1)


def items_of(text: str) -> dict[str, Any]:
    fields = design(text, LIST)["inspector"]["fields"]
    found: dict[str, Any] = json.loads(json.dumps(next(one["items"] for one in fields if one["kind"] == "items")))
    return found


@pytest.mark.parametrize("kind", TYPES)
def test_a_field_is_added_where_its_screen_is_gone_to_as_well_and_taken_out_again(kind: str) -> None:
    text = act(FLOW, "add_data", path=LAST, name="size", type=kind)
    assert errors(text) == []
    assert fields_of(text)["size"]["type"] == kind
    example = at(text, [*LAST, "data", "size", "__example__"])
    assert at(text, [*FIRST, 1, "on-click-action", "payload", "size"]) == example
    assert act(text, "remove_data", path=LAST, name="size") == FLOW


def test_a_field_takes_what_has_its_name_on_the_screen_before() -> None:
    bare = act(act(FLOW, "remove_data", path=LAST, name="colour"), "remove", path=[*LAST, "layout", "children", 0])
    text = act(bare, "add_data", path=LAST, name="colour", type="string")
    assert at(text, [*FIRST, 1, "on-click-action", "payload"]) == {"colour": "${form.colour}"}


def test_a_renamed_field_is_renamed_in_all_its_bindings() -> None:
    text = act(FLOW, "rename_data", path=LAST, name="colour", value="shade")
    assert text.count("data.shade") == 2
    assert "data.colour" not in text
    assert at(text, [*FIRST, 1, "on-click-action", "payload"]) == {"shade": "${form.colour}"}
    assert errors(text) == []
    assert act(text, "rename_data", path=LAST, name="shade", value="colour") == FLOW


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("before", TYPES)
def test_a_field_takes_any_other_type_with_an_example_of_it(before: str, kind: str) -> None:
    text = act(
        act(FLOW, "add_data", path=["screens", 0], name="size", type=before),
        "retype_data",
        path=["screens", 0],
        name="size",
        value=kind,
    )
    assert fields_of(text, 0)["size"]["type"] == kind
    assert errors(text) == []


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [("string", "12", "12"), ("number", "12.5", 12.5), ("boolean", "false", False), ("texts", '["a"]', ["a"]),
     ("object", '{"name": "x", "new": {"deep": true}}', {"name": "x", "new": {"deep": True}})],
)  # fmt: skip
def test_an_example_is_read_as_its_field_wants_it(kind: str, typed: str, value: Any) -> None:
    text = act(FLOW, "add_data", path=["screens", 0], name="size", type=kind)
    text = act(text, "exemplify_data", path=["screens", 0], name="size", value=typed)
    assert at(text, ["screens", 0, "data", "size", "__example__"]) == value
    assert errors(text) == []


@pytest.mark.parametrize("kind", ["Dropdown", "RadioButtonsGroup", "CheckboxGroup", "ChipsSelector", "NavigationList"])
def test_items_are_added_changed_moved_and_taken_out(kind: str) -> None:
    text = with_list(kind)
    place = items_of(text)["path"]
    before = at(text, place)
    added = act(text, "add_item", path=place)
    assert [one["id"] for one in at(added, place)] == [*(one["id"] for one in before), str(len(before) + 1)]
    assert act(added, "remove", path=[*place, len(before)]) == text
    moved = act(added, "move", path=[*place, 0], to=[*place, 2])
    assert at(moved, place)[1] == before[0]
    for field in items_of(text)["rows"][0]["fields"]:
        if field["kind"] not in {"text", "flag"} or field["required"]:
            continue
        value = "true" if field["kind"] == "flag" else "#00ff00"
        changed = act(text, "set", path=field["path"], name=field["name"], value=value)
        assert at(changed, field["path"])[field["name"]] == (value if field["kind"] == "text" else True)
        assert act(changed, "set", path=field["path"], name=field["name"], value=field["value"]) == text


def test_a_list_is_bound_to_new_data_whose_items_are_edited_there() -> None:
    text = with_list()
    written = at(text, items_of(text)["path"])
    bound = act(text, "bind", path=LIST, name="data-source", to="data")
    name = at(bound, [*LIST, "name"]) + "_options"
    assert at(bound, [*LIST, "data-source"]) == f"${{data.{name}}}"
    assert errors(bound) == errors(text)
    place = items_of(bound)["path"]
    assert place == ["screens", 0, "data", name, "__example__"]
    assert at(bound, place) == written
    described = act(bound, "set", path=[*place, 0], name="description", value="The best")
    assert "description" in at(described, ["screens", 0, "data", name, "items", "properties"])
    assert errors(act(described, "add_item", path=place)) == errors(text)
    assert at(act(bound, "bind", path=LIST, name="data-source", to="here"), [*LIST, "data-source"]) == written


def test_an_image_is_told_by_its_size_and_never_sent_back() -> None:
    text = act(FLOW, "insert", path=FIRST, type="Image", index=0)
    text = act(text, "set", path=[*FIRST, 0], name="src", value="A" * 600_000)
    (field,) = [one for one in design(text, [*FIRST, 0])["inspector"]["fields"] if one["kind"] == "image"]
    assert (field["value"], field["size"], field["largest"]) == ("", 450_000, 300 * 1024)
    assert "440 KB" in field["fault"]


def test_an_image_among_the_data_is_no_text_to_type() -> None:
    text = act(FLOW, "add_data", path=LAST, name="picture", type="string")
    picture = "/9j/" + "A" * 4000
    text = act(text, "exemplify_data", path=LAST, name="picture", value=picture, kind="image")
    field = fields_of(text)["picture"]
    assert (field["kind"], field["value"], field["size"], field["fault"]) == ("image", "", 3003, "")
    assert fields_of(text)["colour"]["kind"] == "text"


@pytest.mark.parametrize("text", STARTERS)
def test_fields_of_every_starter_can_be_added_and_taken_out_without_a_trace(text: str) -> None:
    for number, _ in enumerate(json.loads(text)["screens"]):
        added = act(text, "add_data", path=["screens", number], name="one_more", type="options")
        assert len(errors(added)) == len(errors(text))
        taken = act(added, "remove_data", path=["screens", number], name="one_more")
        assert json.loads(taken)["screens"][number].get("data", {}) == json.loads(text)["screens"][number].get(
            "data", {}
        )


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"act": "add_data", "path": LAST, "name": "colour"}, "already has a field"),
        ({"act": "add_data", "path": LAST, "name": "a b"}, "no name for a field"),
        ({"act": "add_data", "path": LAST, "name": "x", "type": "money"}, "A field is one of"),
        ({"act": "add_data", "path": FIRST, "name": "x"}, "needs an id"),
        ({"act": "rename_data", "path": LAST, "name": "nope", "value": "x"}, "has no field"),
        ({"act": "remove_data", "path": LAST, "name": "nope"}, "has no field"),
        ({"act": "retype_data", "path": LAST, "name": "nope", "value": "string"}, "does not exist"),
        ({"act": "exemplify_data", "path": LAST, "name": "colour", "kind": "json", "value": "{"}, "wants JSON"),
        ({"act": "add_item", "path": ["screens", 0]}, "no list of items"),
        ({"act": "bind", "path": [*FIRST, 0], "name": "label", "to": "here"}, "no list of items"),
        ({"act": "set", "path": [*LAST, "data"], "name": "label", "value": "x"}, "Nothing is known"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(asked: dict[str, Any], words: str) -> None:
    act_name = asked.pop("act")
    with pytest.raises(Refused, match=words):
        act(FLOW, act_name, **asked)
