"""New names and new ways: everything that refers to them follows."""

import contextlib
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import VALUES, at, paths_of

from headrace.flowjson.checks import check
from headrace.flowjson.document import parse
from headrace.flowjson.editing import applied, connect, disconnect, rename_component, rename_field, rename_screen
from headrace.flowjson.refusal import Refused
from headrace.flowjson.routing import routing_of
from headrace.flowjson.textedits import TextEdit
from headrace.flowjson.traversal import components_of, screens_with_paths

TODAY = date(2026, 11, 22)

FLOW: dict[str, Any] = {
    "version": "7.3",
    "data_api_version": "3.0",
    "routing_model": {"START": ["END"], "END": []},
    "screens": [
        {
            "id": "START",
            "title": "Start",
            "sensitive": ["email"],
            "data": {"START": {"type": "string", "__example__": "START"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "Form",
                        "name": "form",
                        "init-values": {"email": "a@example.com"},
                        "error-messages": {"email": "Type it again"},
                        "children": [
                            {"type": "TextInput", "name": "email", "label": "E-mail"},
                            {
                                "type": "If",
                                "condition": "${form.email} == 'x'",
                                "then": [{"type": "TextBody", "text": "email"}],
                            },
                            {
                                "type": "Footer",
                                "label": "START",
                                "on-click-action": {
                                    "name": "navigate",
                                    "next": {"type": "screen", "name": "END"},
                                    "payload": {"email": "${form.email}"},
                                },
                            },
                        ],
                    }
                ],
            },
        },
        {
            "id": "END",
            "title": "${screen.START.form.email}",
            "terminal": True,
            "data": {"email": {"type": "string", "__example__": "b"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "`'Hi ' ${screen.START.form.email} ${screen.START.data.START}`"},
                    {
                        "type": "Footer",
                        "label": "Send",
                        "on-click-action": {"name": "complete", "payload": {"email": "${screen.START.form.email}"}},
                    },
                ],
            },
        },
    ],
}
TEXT = json.dumps(FLOW, indent=4)


def test_screen_is_renamed_everywhere() -> None:
    document = parse(TEXT)
    changed = applied(TEXT, rename_screen(document, "START", "BEGIN"))
    expected = (
        TEXT.replace('"START": [', '"BEGIN": [', 1)
        .replace('"id": "START"', '"id": "BEGIN"')
        .replace("${screen.START.", "${screen.BEGIN.")
    )
    assert changed == expected
    changed = applied(TEXT, rename_screen(document, "END", "LAST"))
    assert changed == TEXT.replace('"END"', '"LAST"')


def test_component_is_renamed_everywhere() -> None:
    changed = applied(TEXT, rename_component(parse(TEXT), "START", "email", "mail"))
    expected = (
        TEXT.replace("${form.email}", "${form.mail}")
        .replace("${screen.START.form.email}", "${screen.START.form.mail}")
        .replace('"name": "email"', '"name": "mail"')
        .replace('"email": "a@', '"mail": "a@')
        .replace('"email": "Type', '"mail": "Type')
        .replace('"sensitive": [\n                "email"', '"sensitive": [\n                "mail"')
    )
    assert changed == expected
    assert changed.count("email") == 4  # the field of END, two keys of payloads, and a text


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("NOWHERE", "X", 'Screen "NOWHERE" does not exist.'),
        ("START", "END", 'There is already a screen "END".'),
        ("START", "SUCCESS", "is no id for a screen"),
        ("START", "A1", "letters and underscores"),
        ("START", "___", "is no id"),
    ],
)
def test_screen_names_that_do_not_work(old: str, new: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        rename_screen(parse(TEXT), old, new)


def test_component_names_that_do_not_work() -> None:
    document = parse(TEXT)
    with pytest.raises(Refused, match='Screen "X" does not exist'):
        rename_component(document, "X", "email", "mail")
    with pytest.raises(Refused, match='has no component "mail"'):
        rename_component(document, "START", "mail", "email")
    with pytest.raises(Refused, match='already has a component "form"'):
        rename_component(document, "START", "email", "form")
    with pytest.raises(Refused, match="is no name"):
        rename_component(document, "START", "email", "e mail")


def test_field_is_renamed_everywhere() -> None:
    changed = applied(TEXT, rename_field(parse(TEXT), "START", "START", "begin"))
    assert changed == TEXT.replace("data.START}", "data.begin}").replace('"START": {', '"begin": {')
    changed = applied(TEXT, rename_field(parse(TEXT), "END", "email", "mail"))
    navigates = TEXT.index('"payload": {') + len('"payload": {')
    expected = TEXT[:navigates] + TEXT[navigates:].replace('"email": "${form', '"mail": "${form')
    assert changed == expected.replace('"email": {', '"mail": {')
    with pytest.raises(Refused, match='no field "mail"'):
        rename_field(parse(TEXT), "END", "mail", "email")
    with pytest.raises(Refused, match="is no name for a field"):
        rename_field(parse(TEXT), "END", "email", "required")


def test_renames_in_a_text_with_a_mistake() -> None:
    text = TEXT.replace('"title": "Start",', '"title": "Start",,')
    assert parse(text).problems
    assert '"id": "BEGIN"' in applied(text, rename_screen(parse(text), "START", "BEGIN"))


CORPUS = corpus_documents("official", "valid")


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_corpus_stays_clean_when_renamed(path: Path) -> None:
    document = parse(path.read_bytes())
    before = [one.code for one in check(document, today=TODAY).errors]
    edges = routing_of(document.value).edges
    for screen in list(screens_with_paths(document.value)):
        old = screen.value["id"]
        renamed = parse(applied(document.text, rename_screen(document, old, "RENAMED_SCREEN")))
        assert [one.code for one in check(renamed, today=TODAY).errors] == before
        new = {name: "RENAMED_SCREEN" if name == old else name for name in edges}
        assert routing_of(renamed.value).edges == {
            new[source]: tuple(new[target] for target in targets) for source, targets in edges.items()
        }
        names = {one.value["name"] for one in components_of(screen) if isinstance(one.value.get("name"), str)}
        for name in names:
            renamed = parse(applied(document.text, rename_component(document, old, name, "renamed_component")))
            assert [one.code for one in check(renamed, today=TODAY).errors] == before
            here = json.dumps(at(renamed.value, screen.path))
            assert f"${{form.{name}}}" not in here
            assert f"${{screen.{old}.form.{name}}}" not in renamed.text


def test_connect_adds_action_route_and_payload() -> None:
    flow = json.loads(TEXT)
    flow["screens"].append(
        {
            "id": "ABOUT",
            "title": "About",
            "data": {
                "email": {"type": "string", "__example__": "c"},
                "START": {"type": "string", "__example__": "d"},
                "count": {"type": "number", "__example__": 3},
            },
            "layout": {"type": "SingleColumnLayout", "children": []},
        }
    )
    document = parse(json.dumps(flow))
    footer = ("screens", 0, "layout", "children", 0, "children", 2)
    changed = parse(applied(document.text, connect(document, footer, "ABOUT"))).value
    form = changed["screens"][0]["layout"]["children"][0]
    assert form["children"][2]["on-click-action"] == {
        "name": "navigate",
        "next": {"type": "screen", "name": "ABOUT"},
        "payload": {"email": "${form.email}", "START": "${data.START}", "count": 3},
    }
    assert changed["routing_model"] == {"START": ["END", "ABOUT"], "END": []}
    again = parse(json.dumps(changed))
    assert connect(again, footer, "ABOUT") == ()
    without = parse(applied(again.text, disconnect(again, "START", "END"))).value
    assert without["routing_model"] == {"START": ["ABOUT"], "END": []}


def test_connect_refuses() -> None:
    document = parse(TEXT)
    with pytest.raises(Refused, match='"NOWHERE" does not exist'):
        connect(document, ("screens", 0, "layout", "children", 0), "NOWHERE")
    with pytest.raises(Refused, match="cannot lead to itself"):
        connect(document, ("screens", 0, "layout", "children", 0), "START")
    with pytest.raises(Refused, match="is no component"):
        connect(document, ("version",), "END")
    with pytest.raises(Refused, match=r"screens\[0\] is no screen"):
        connect(parse('{"screens": [[{}], {"id": "END"}]}'), ("screens", 0, 0), "END")
    with pytest.raises(Refused, match='no route from "END" to "START"'):
        disconnect(document, "END", "START")


@given(VALUES, st.sampled_from(["START", "END", "email", "form"]), st.data())
def test_a_spoiled_flow_is_changed_or_refused(value: Any, name: str, data: st.DataObject) -> None:
    spoiled = json.loads(TEXT)
    path = data.draw(st.sampled_from(paths_of(spoiled)[1:]))
    at(spoiled, path[:-1])[path[-1]] = value
    document = parse(json.dumps(spoiled))
    where = data.draw(st.sampled_from(paths_of(spoiled)))
    attempts: list[Callable[[], tuple[TextEdit, ...]]] = [
        lambda: rename_screen(document, name, "OTHER"),
        lambda: rename_component(document, "START", name, "other"),
        lambda: rename_field(document, "END", name, "other"),
        lambda: connect(document, where, "END"),
        lambda: disconnect(document, "START", name),
    ]
    for attempt in attempts:
        with contextlib.suppress(Refused):
            assert not parse(applied(document.text, attempt())).problems
