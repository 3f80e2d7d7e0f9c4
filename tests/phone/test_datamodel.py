"""The declared data of a screen: what fits and what does not."""

from typing import Any

import pytest

from headrace.phone.values.datamodel import DataModel

SCHEMAS: dict[str, Any] = {
    "text": {"type": "string", "minLength": 2, "maxLength": 4, "pattern": "^a"},
    "count": {"type": "integer", "minimum": 1, "maximum": 10},
    "price": {"type": "number", "exclusiveMinimum": 0},
    "flag": {"type": "boolean"},
    "kind": {"enum": ["a", 1]},
    "fixed": {"const": True},
    "either": {"type": ["string", "number"]},
    "rows": {
        "type": "array",
        "minItems": 1,
        "maxItems": 2,
        "items": {
            "type": "object",
            "required": ["id"],
            "properties": {"id": {"type": "string"}},
            "additionalProperties": False,
        },
    },
    "anything": {},
}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("text", ["ab", "abcd"], ["a", "abcde", "bb", 1, None, True]),
        ("count", [1, 10, 2.0], [0, 11, 1.5, "1", True, float("nan")]),
        ("price", [0.1, 5], [0, -1, "5", float("inf")]),
        ("flag", [True, False], [0, "true", None]),
        ("kind", ["a", 1, 1.0], ["b", True, None]),
        ("fixed", [True], [1, "true"]),
        ("either", ["a", 1], [True, [], None]),
        ("rows", [[{"id": "a"}]], [[], [{}], [{"id": 1}], [{"id": "a", "x": 1}], [{"id": "a"}] * 3, {}]),
        ("anything", [None, 1, "x", []], []),
    ],
)
def test_each_keyword(name: str, good: list[Any], bad: list[Any]) -> None:
    model = DataModel.compile(SCHEMAS)
    for value in good:
        assert model.misfit({name: value}, closed=True) is None, value
    for value in bad:
        fault = model.misfit({name: value}, closed=True)
        assert fault is not None, value
        assert f'"{name}' in fault


def test_paths_lead_to_the_place() -> None:
    fault = DataModel.compile(SCHEMAS).misfit({"rows": [{"id": "a"}, {"id": 5}]}, closed=False)
    assert fault == '"rows[1].id" is integer, not string.' or fault == '"rows[1].id" is number, not string.'


def test_required_and_closed() -> None:
    model = DataModel.compile({"a": {"type": "string"}, "required": ["a", 5]})
    assert model.misfit({}, closed=False) == '"a" is required and missing.'
    assert model.misfit({}, closed=False, complete=False) is None
    assert model.misfit({"a": "x", "b": 1}, closed=False) is None
    assert model.misfit({"a": "x", "b": 1}, closed=True) == '"b" is not declared in the data of the screen.'
    assert model.declared({"a": "x", "b": 1}) == {"a": "x"}


@pytest.mark.parametrize("declared", [None, [], "x", {"a": 5, "b": {"type": 7, "enum": 3, "minimum": "x"}}])
def test_broken_models_refuse_nothing(declared: Any) -> None:
    model = DataModel.compile(declared)
    assert model.misfit({"b": 1}, closed=False) is None
    assert model.example == {}


def test_a_bottomless_value_is_judged_in_time() -> None:
    schema: dict[str, Any] = {"type": "array"}
    schema["items"] = schema
    value: Any = []
    for _ in range(300):
        value = [value]
    assert DataModel.compile({"deep": schema}).misfit({"deep": value}, closed=False) is None
