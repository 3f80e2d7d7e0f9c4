"""From JSON to classes and back, and to source that makes the same Flow, for Flows of any shape."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import corpus_documents

from headrace.flowjson.authoring import Flow, NotAFlow, Screen, TextInput, to_python
from headrace.flowjson.catalogue import COMPONENTS
from headrace.flowjson.catalogue.actions import ACTION_NAMES
from headrace.flowjson.syntax import DEPTH_LIMIT

ROOT = Path(__file__).parent.parent.parent
EVERY_JUDGEMENT = ("official", "valid", "unknown", "broken")


def run(source: str) -> Flow:
    names: dict[str, Any] = {}
    exec(source, names)
    flow = names["flow"]
    assert isinstance(flow, Flow)
    return flow


def assert_survives(value: Any) -> None:
    """Both ways give the same JSON, keys in the same order, and numbers of the same kind."""
    text = json.dumps(value)
    flow = Flow.from_json(value)
    assert json.dumps(flow.to_json()) == text
    assert json.dumps(run(to_python(value)).to_json()) == text
    assert json.dumps(value) == text


@pytest.mark.parametrize("path", corpus_documents(*EVERY_JUDGEMENT), ids=lambda path: path.stem)
def test_a_document_survives(path: Path) -> None:
    value = json.loads(path.read_text(encoding="utf-8"))
    assert_survives(value)
    assert json.loads(Flow.from_json(value).to_text()) == value
    assert to_python(Flow.from_json(value)) == to_python(value)


@pytest.mark.parametrize("path", corpus_documents("official", "valid", "unknown"), ids=lambda path: path.stem)
def test_what_was_read_is_classes_and_not_raw_values(path: Path) -> None:
    """The source of a Flow consists of classes wherever the catalogue knows them."""
    source = to_python(json.loads(path.read_text(encoding="utf-8")))
    for name in COMPONENTS:
        assert f'"type": "{name}"' not in source


def test_the_source_of_good_documents_is_typed_and_laid_out(tmp_path: Path) -> None:
    paths = corpus_documents("official", "valid")
    for path in paths:
        source = to_python(json.loads(path.read_text(encoding="utf-8")))
        (tmp_path / f"flow_{path.stem}.py").write_text(source, encoding="utf-8")
    bin_folder = Path(sys.executable).parent
    commands: tuple[list[str | Path], ...] = (
        [bin_folder / "mypy", "--strict", "--config-file", ROOT / "pyproject.toml", tmp_path],
        [bin_folder / "ruff", "format", "--isolated", "--line-length", "120", "--check", tmp_path],
        [bin_folder / "ruff", "check", "--isolated", "--no-cache", "--line-length", "120", "--select", "F,I", tmp_path],
    )
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


LABELS = ("Continue", "👋 ✅ ❤️ 👍🏽 Continue", "継続する", "Weiter\u0301", "👨‍👩‍👧 Familie")


@pytest.mark.parametrize("label", LABELS)
def test_long_references_and_wide_characters_are_laid_out_as_a_formatter_does(label: str, tmp_path: Path) -> None:
    """Lines of every length around the limit: names of 1 to 60 letters, references and expressions of them."""
    payload: dict[str, str] = {}
    for length in range(1, 61):
        name = "n" * length
        payload |= {
            name: f"${{form.{name}}}",
            f"of_{name}": f"${{screen.FIRST.data.{name}}}",
            f"in_{name}": f"`'{label}(' ${{data.{name}}}`",
        }
    footer = {"type": "Footer", "label": label, "on-click-action": {"name": "complete", "payload": payload}}
    rows = [{"type": "TextBody", "text": label * count, "font-weight": "bold"} for count in range(1, 40)]
    layout = {"type": "SingleColumnLayout", "children": [*rows, footer]}
    value = {"version": "7.3", "screens": [{"id": "ONLY", "title": "Only", "terminal": True, "layout": layout}]}
    assert_survives(value)
    (tmp_path / "flow.py").write_text(to_python(value), encoding="utf-8")
    ruff = Path(sys.executable).parent / "ruff"
    command: list[str | Path] = [ruff, "format", "--isolated", "--line-length", "120", "--diff", tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


ODD = {
    "unknown members": {
        "before": 1,
        "version": "7.3",
        "between": {"a": [None, True, 1.0, 1, -0.0, 1e300]},
        "screens": [
            {"x": 1, "id": "A", "y": 2, "title": "A", "layout": {"type": "SingleColumnLayout", "children": []}}
        ],
        "behind": "é\ud800\x00\"'\\\n\u2028",
    },
    "wrong types": {
        "version": 7.3,
        "screens": [
            7,
            None,
            "A",
            [],
            {"id": None, "title": ["x"], "layout": [], "data": []},
            {"id": 5, "layout": "x", "data": {"required": ["a"], "a": {"type": 3}}, "terminal": "yes"},
            {"id": "B", "data": {"a": {}, "b": {"__example__": None, "type": None}, "c": {"name": "x"}}},
        ],
        "routing_model": ["A"],
        "data_api_version": None,
    },
    "odd screens": {"version": "7.3", "screens": {"type": "TextInput"}},
    "nothing": {},
    "names that are Python's": {
        "screens": [
            {"id": "FLOW", "title": "", "layout": {"children": [], "type": "SingleColumnLayout"}},
            {"id": "flow", "extra": {}, "key_order": 1, "written": 2, "self": 3},
            {"id": "CLASS"},
            {"id": "class"},
            {"id": "LIST"},
            {"id": "DATA"},
            {"id": "1 2"},
            {"id": ""},
            {"id": "é"},
            {"id": "Footer", "data": {"data": {"type": "string", "__example__": "x"}}},
        ],
        "version": "7.3",
        "key_order": "written",
    },
    "components": {
        "version": "7.3",
        "screens": [
            {
                "id": "A",
                "layout": {
                    "type": "SingleColumnLayout",
                    "children": [
                        {"type": "Nothing", "children": [{"type": "TextBody", "text": "x"}]},
                        {"type": ["TextBody"]},
                        {"text": "x", "type": "TextBody", "TEXT": "y"},
                        {"z": 1, "type": "TextBody", "y": 1, "text": "${data.x}", "x": 1},
                        {"type": "Form", "children": {"type": "TextInput"}, "name": "f", "init-values": "${data.x}"},
                        {"type": "If", "condition": True, "then": [[{"type": "TextBody"}], 3], "else": None},
                        {"type": "If", "condition": "${data.a} && !${form.b}", "then": []},
                        {
                            "type": "Switch",
                            "value": "`'a' ${data.x}`",
                            "cases": {"a": [{"type": "Image", "src": 1}], "b": 2},
                        },
                        {"type": "Switch", "value": "``", "cases": [1, {"type": "TextBody"}]},
                        {
                            "type": "CalendarPicker",
                            "label": {"end-date": "To", "start-date": "${data.from}"},
                            "name": "c",
                        },
                        {"type": "CalendarPicker", "label": {"end-date": "To", "middle": "x"}},
                        {
                            "type": "NavigationList",
                            "list-items": [{"id": "a", "main-content": "x", "end": {"title": "y"}}, 1],
                        },
                        {
                            "type": "Dropdown",
                            "data-source": [{"title": "t", "id": "i", "on-select-action": {"name": "go"}}],
                        },
                        {"type": "Dropdown", "data-source": {"id": "x"}},
                        {"type": "PhotoPicker", "error-message": {"id": "${data.m}", "other": 1}},
                        {"type": "Footer", "on-click-action": {"name": "navigate", "next": "B"}},
                        {"type": "Footer", "on-click-action": {"name": "navigate", "next": {}}},
                        {
                            "type": "Footer",
                            "on-click-action": {"name": "navigate", "next": {"name": "B", "type": "screen"}},
                        },
                        {
                            "type": "Footer",
                            "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "B"}},
                        },
                        {
                            "type": "Footer",
                            "on-click-action": {"name": "navigate", "next": {"type": "plugin", "name": "B"}},
                        },
                        {
                            "type": "Footer",
                            "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": 1}},
                        },
                        {"type": "Footer", "on-click-action": {"name": "navigate", "next": ["screen", {"type": "x"}]}},
                        {
                            "type": "Footer",
                            "on-click-action": {"next": {}, "name": "data_exchange", "payload": "${form.x}"},
                        },
                        {"type": "Footer", "on-click-action": {"name": ["navigate"]}},
                        {
                            "type": "Footer",
                            "on-click-action": [{"name": "navigate"}],
                            "label": "${screen.A.form.x.y-z}",
                        },
                        {
                            "type": "Footer",
                            "on-click-action": {
                                "payload": {
                                    "a": ["${form.x}", {"b": "`1`", "c": "${data.x} and", "on-click-action": {}}]
                                },
                                "name": "complete",
                            },
                        },
                    ],
                },
            }
        ],
    },
}


@pytest.mark.parametrize("value", ODD.values(), ids=ODD.keys())
def test_odd_shapes_survive(value: Any) -> None:
    assert_survives(value)


@pytest.mark.parametrize("value", [None, [], "x", 1, True, 1.5])
def test_what_is_no_object_is_no_flow(value: Any) -> None:
    with pytest.raises(NotAFlow, match="A Flow is a JSON object"):
        Flow.from_json(value)


def test_nesting_has_an_end() -> None:
    def nested(levels: int) -> dict[str, Any]:
        value: Any = 1
        for _ in range(levels - 1):
            value = [value]
        return {"version": value}

    assert_survives(nested(DEPTH_LIMIT))
    for levels in (DEPTH_LIMIT + 1, 100_000):
        with pytest.raises(NotAFlow, match="nested more than"):
            Flow.from_json(nested(levels))


def test_text_that_is_no_json_is_refused_with_its_place() -> None:
    with pytest.raises(NotAFlow, match="Line 1, column 18: no comma"):
        Flow.from_text('{"version": "7.3",\n}')
    assert Flow.from_text(b'\xef\xbb\xbf{"screens": [], "version": "7.3"}').version == "7.3"


def test_what_was_read_can_be_changed_and_is_no_part_of_the_value() -> None:
    value = json.loads(json.dumps(ODD["components"]))
    flow = Flow.from_json(value)
    first = flow.screens[0]
    assert isinstance(first, Screen)
    first.title = "New"
    assert isinstance(first.layout, list)
    first.layout[:] = [TextInput(label="L", name="n")]
    assert value == ODD["components"]
    assert flow.to_json()["screens"][0] == {
        "id": "A",
        "title": "New",
        "layout": {"type": "SingleColumnLayout", "children": [{"type": "TextInput", "name": "n", "label": "L"}]},
    }


KEYS = sorted(
    {key for declared in COMPONENTS.values() for key in declared.properties} | {"id", "title", "next", "extra"}
)
TEXTS = (
    st.sampled_from(["${data.x}", "${form.y}", "${screen.A.data.z}", "`1 + 1`", "a ${data.x}", "``", "data"])
    | st.text()
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def actions(draw: st.DrawFn) -> dict[str, Any]:
    members = draw(st.dictionaries(st.sampled_from(["next", "payload", "url", "other"]), ANYTHING, max_size=3))
    name = {"name": draw(st.sampled_from(sorted(ACTION_NAMES)) | ANYTHING)}
    return shuffled(draw, {**members, **name})


def components() -> st.SearchStrategy[dict[str, Any]]:
    return st.deferred(_component)


@st.composite
def _component(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(COMPONENTS)))
    members = draw(st.dictionaries(st.sampled_from([*COMPONENTS[kind].properties, "foreign"]), ANYTHING, max_size=4))
    for key, declared in COMPONENTS[kind].properties.items():
        if declared.action and draw(st.booleans()):
            members[key] = draw(actions())
        elif declared.holds_components and draw(st.booleans()):
            members[key] = draw(st.lists(components() | ANYTHING, max_size=2))
        elif declared.holds_cases and draw(st.booleans()):
            members[key] = {"a": draw(st.lists(components(), max_size=1))}
        elif declared.shape and draw(st.booleans()):
            inner = st.dictionaries(st.sampled_from([*declared.shape.properties, "foreign"]), ANYTHING, max_size=4)
            members[key] = draw(st.lists(inner, max_size=2))
    members["type"] = kind
    return shuffled(draw, members)


@st.composite
def flows(draw: st.DrawFn) -> dict[str, Any]:
    screens = []
    for _ in range(draw(st.integers(0, 2))):
        members = draw(st.dictionaries(st.sampled_from(["id", "title", "data", "terminal", "foreign"]), ANYTHING))
        layout = {"type": "SingleColumnLayout", "children": draw(st.lists(components(), max_size=3))}
        screens.append(shuffled(draw, {**members, "layout": draw(st.just(layout) | ANYTHING)}))
    members = draw(st.dictionaries(st.sampled_from(["version", "routing_model", "foreign", "other"]), ANYTHING))
    return shuffled(draw, {**members, "screens": screens})


def shuffled(draw: st.DrawFn, value: dict[str, Any]) -> dict[str, Any]:
    return {key: value[key] for key in draw(st.permutations(list(value)))}


@settings(max_examples=150, deadline=None)
@given(flows())
def test_any_flow_survives(value: dict[str, Any]) -> None:
    assert_survives(value)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(["version", "screens", "x"]) | st.text(), ANYTHING, max_size=4))
def test_any_object_survives(value: dict[str, Any]) -> None:
    assert_survives(value)
