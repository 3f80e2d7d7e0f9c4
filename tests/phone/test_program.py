"""Compiling: whatever comes in, something can be shown, or there is a clear reason why not."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.phone.flows import flow, footer, one_screen, opened, screen, text_input

from headrace.flowjson.catalogue import NEWEST, Version
from headrace.phone.engine.events import Open
from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.rendering import Frame, render_sheet
from headrace.phone.screen.view import PlaceholderView
from headrace.phone.session import Opening, Session


@pytest.mark.parametrize("source", ["", "{", "[]", "null", "{}", '{"screens": []}', '{"screens": [{}]}', b"\xff", {}])
def test_no_screen_at_all_is_unusable(source: Any) -> None:
    with pytest.raises(UnusableFlow):
        Program.compile(source)


def test_facts_of_a_flow() -> None:
    program = Program.compile(json.dumps(flow(screen("A", footer("navigate", to="B")), screen("B"), version="6.1")))
    assert program.version == Version(6, 1)
    assert not program.is_endpoint_flow
    assert program.entry_screen == "A"
    assert list(program.screens) == ["A", "B"]
    odd = Program.compile({"version": 5, "screens": [{"id": "A"}], "data_api_version": "3.0"})
    assert odd.version == NEWEST
    assert odd.is_endpoint_flow


def test_keys_are_unique_safe_and_the_same_every_time() -> None:
    children = [
        text_input("name"),
        text_input("name"),
        text_input("odd name!"),
        text_input("Footer"),
        footer("complete"),
    ]
    keys = [[node.key for node in Program.compile(flow(screen("A", *children))).screens["A"].nodes] for _ in range(2)]
    assert keys[0] == keys[1]
    assert len(set(keys[0])) == len(children)
    assert keys[0][0] == "name"
    assert all(key.replace("_", "").isalnum() for key in keys[0])


def test_broken_text_runs_as_far_as_it_can() -> None:
    text = json.dumps(flow(screen("A", text_input("name"))))
    program = Program.compile(text[:-2])
    assert "name" in program.screens["A"].inputs


def test_components_within_components_without_end() -> None:
    nested: dict[str, Any] = {"type": "If", "condition": True, "then": []}
    for _ in range(60):
        nested = {"type": "If", "condition": True, "then": [nested]}
    view = one_screen(nested).view()
    assert view.screen is not None
    assert any(isinstance(part, PlaceholderView) for part in view.screen.parts)


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_every_screen_of_the_corpus_is_drawn(path: Path) -> None:
    program = Program.compile(path.read_bytes())
    for name, one in program.screens.items():
        session = opened_at(program, name, one.model.example)
        view = session.view()
        assert view.failure_detail is None
        assert view.screen is not None
        assert view.screen.parts or view.screen.footer
        assert Session.from_json(program, json.loads(json.dumps(session.to_json()))).view() == view


def opened_at(program: Program, name: str, data: dict[str, Any]) -> Session:
    session = Session.start(program, Opening(screen=name, data=data, any_screen=True))
    session.handle(Open())
    return session


KEYS = [
    "type",
    "name",
    "label",
    "text",
    "children",
    "then",
    "condition",
    "cases",
    "value",
    "data-source",
    "id",
    "title",
    "on-select-action",
    "on-click-action",
    "payload",
    "init-value",
    "visible",
    "enabled",
    "src",
    "min-date",
    "max-length",
    "min-chars",
    "required",
    "pattern",
    "error-message",
    "next",
]
BINDINGS = ["${data.a}", "${form.a}", "`${form.a} + 1`", "${screen.A.form.a}", "TextInput", "Form", "${"]
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    scalars | st.sampled_from(BINDINGS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(children=st.lists(anything, max_size=4), data=anything, title=anything)
def test_anything_between_the_brackets_is_drawn(children: list[Any], data: Any, title: Any) -> None:
    layout = {"type": "SingleColumnLayout", "children": children}
    document = {"version": "7.3", "screens": [{"id": "A", "title": title, "layout": layout, "data": data}]}
    session = opened(document)
    assert session.view() == session.view()


KINDS = [
    "TextHeading",
    "TextBody",
    "TextInput",
    "TextArea",
    "Dropdown",
    "RadioButtonsGroup",
    "CheckboxGroup",
    "DatePicker",
    "OptIn",
    "EmbeddedLink",
    "Image",
    "Footer",
    "If",
    "Switch",
    "Form",
]
PROPERTIES = [
    "label",
    "text",
    "data-source",
    "init-value",
    "min-date",
    "max-length",
    "pattern",
    "src",
    "height",
    "required",
    "enabled",
    "visible",
    "children",
    "then",
    "condition",
    "cases",
    "value",
    "min-chars",
    "unavailable-dates",
    "error-message",
    "init-values",
    "error-messages",
    "font-weight",
    "width",
    "max-selected-items",
    "aspect-ratio",
    "on-click-action",
    "on-select-action",
    "left-caption",
]
components = st.builds(
    lambda kind, more: {**more, "type": kind, "name": "a"},
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(PROPERTIES), anything),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(components, max_size=3))
def test_components_with_any_properties_are_drawn(children: list[Any]) -> None:
    session = one_screen(*children)
    assert render_sheet(session.view(), Frame("/s", "s", "Name", today=date(2026, 11, 23)))
