"""Models and endpoints written from Flows: Python that runs, and that takes what the Flows show and send."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.phone.flows import flow, footer, screen, string, text_input

from headrace.flowjson.stubbing import NothingToWrite, write_endpoint, write_models
from headrace.phone.engine.program import Program

GOOD = sorted((Path(__file__).parents[1] / "corpus" / "flows" / "good").rglob("*.json"))


def run(source: str, **names: Any) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "written", **names}
    exec(compile(source, "written.py", "exec"), module)
    return module


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_models_take_the_examples_of_every_good_flow(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    module = run(write_models(json.loads(text)))
    program = Program.compile(text)
    models = [name for name in module if name.endswith("Data")]
    showing = [one for one in program.screens.values() if one.model.fields]
    assert len(models) == len(showing)
    for model, shown in zip(models, showing, strict=True):
        mock = shown.model.mock
        read = module[model].model_validate(mock)
        assert read.model_dump(mode="json", by_alias=True, exclude_unset=True) == mock


ODD = flow(
    screen(
        "FIRST",
        text_input("name"),
        text_input("class"),
        footer(
            "data_exchange",
            {
                "name": "${form.name}",
                "class": "${form.class}",
                "max-date": "2027",
                "kind": "new",
                "told": "${data.count}",
                "schema": True,
                "screen": "never",
            },
        ),
        data={"count": {"type": "number", "__example__": 5}, "copy": string("x")},
    ),
    screen("SECOND", footer("complete"), terminal=True),
    routing={"FIRST": ["SECOND"], "SECOND": []},
)


def test_payloads_follow_what_a_phone_sends() -> None:
    model = run(write_models(ODD))["FirstPayload"]
    least = model.model_validate({"max-date": "2027", "kind": "new", "schema": True})
    assert least.name is None
    assert least.model_dump(by_alias=True, exclude_none=True) == {"max-date": "2027", "kind": "new", "schema": True}
    full = {"name": "Ida", "class": "b", "max-date": "2027", "kind": "new", "told": 5, "schema": True}
    assert model.model_validate(full).model_dump(by_alias=True) == full
    assert "screen" not in model.model_fields
    with pytest.raises(ValueError, match="kind"):
        model.model_validate({"max-date": "2027", "schema": True})


def test_what_has_no_screens_or_asks_nobody_is_refused() -> None:
    nothings: list[Any] = [{}, [], None, {"screens": []}, {"screens": [{"id": 5}]}]
    for nothing in nothings:
        with pytest.raises(NothingToWrite):
            write_models(nothing)
    with pytest.raises(NothingToWrite, match="data_exchange"):
        write_endpoint(flow(screen("A", footer("complete"), terminal=True)), "flow.json")


names = st.text(max_size=12)
values = st.none() | st.booleans() | st.integers() | names | st.lists(names, max_size=2)
schemas = st.fixed_dictionaries(
    {"type": st.sampled_from(["string", "number", "array", "object", "odd"]) | values},
    optional={"__example__": values, "properties": st.dictionaries(names, st.just({"type": "string"}), max_size=2)},
)


@given(
    st.lists(names, min_size=1, max_size=3),
    st.dictionaries(names, schemas | values, max_size=3),
    st.dictionaries(names, values, max_size=3),
)
def test_odd_names_and_schemas_still_make_python(ids: list[str], data: dict[str, Any], payload: dict[str, Any]) -> None:
    action = {"type": "Footer", "on-click-action": {"name": "data_exchange", "payload": payload}}
    screens = [{"id": name, "data": data, "layout": {"children": [action]}} for name in ids]
    try:
        sources = [write_models({"screens": screens}), write_endpoint({"screens": screens}, 'f"\n"""low.json')]
    except NothingToWrite:
        assert not any(ids)
        return
    run(sources[0])
    ast.parse(sources[1])
