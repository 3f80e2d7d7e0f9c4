"""Pairs of Flows and the lines that tell their difference; `!` marks what breaks somebody, and whom."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import corpus_documents
from tests.flowjson.generating import VALUES, at, paths_of

from headrace.flowjson.diffing import Comparison, compare
from headrace.flowjson.diffing.changes import contrasted
from headrace.flowjson.document import parse
from headrace.flowjson.editing import applied, rename_screen
from headrace.flowjson.formatting import formatted
from headrace.flowjson.refusal import Refused
from headrace.flowjson.traversal import screens_with_paths, texts_within

Flow = dict[str, Any]

ENDPOINT_FLOW: Flow = {
    "version": "7.3",
    "data_api_version": "3.0",
    "routing_model": {"SERVICE": ["TIME", "ABOUT"], "TIME": ["REVIEW"], "ABOUT": [], "REVIEW": []},
    "screens": [
        {
            "id": "SERVICE",
            "title": "Service",
            "data": {
                "services": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}},
                    "__example__": [],
                }
            },
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextHeading", "text": "Book an eye test"},
                    {"type": "Dropdown", "name": "service", "label": "Service", "data-source": "${data.services}"},
                    {
                        "type": "RadioButtonsGroup",
                        "name": "shop",
                        "label": "Shop",
                        "data-source": [
                            {"id": "canal", "title": "Canal Street"},
                            {"id": "mill", "title": "Mill Lane"},
                            {"id": "dock", "title": "Dock Road"},
                        ],
                    },
                    {"type": "TextInput", "name": "note", "label": "Note", "helper-text": "Anything to know"},
                    {
                        "type": "EmbeddedLink",
                        "text": "About us",
                        "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "ABOUT"}},
                    },
                    {
                        "type": "Footer",
                        "label": "Choose a time",
                        "on-click-action": {
                            "name": "data_exchange",
                            "payload": {"step": "service", "service": "${form.service}", "shop": "${form.shop}"},
                        },
                    },
                ],
            },
        },
        {
            "id": "TIME",
            "title": "Time",
            "data": {
                "min": {"type": "string", "__example__": "2026-01-01"},
                "fully_booked": {"type": "boolean", "__example__": False},
            },
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "If",
                        "condition": "${data.fully_booked}",
                        "then": [{"type": "TextBody", "text": "No time is free"}],
                    },
                    {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "${data.min}"},
                    {
                        "type": "Footer",
                        "label": "Go on",
                        "on-click-action": {"name": "data_exchange", "payload": {"day": "${form.day}"}},
                    },
                ],
            },
        },
        {
            "id": "ABOUT",
            "title": "About",
            "layout": {
                "type": "SingleColumnLayout",
                "children": [{"type": "TextBody", "text": "Opticians since 1951"}],
            },
        },
        {
            "id": "REVIEW",
            "title": "Review",
            "terminal": True,
            "data": {"summary": {"type": "string", "__example__": "Monday"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "${data.summary}"},
                    {"type": "TextCaption", "text": "We look forward to seeing you"},
                    {"type": "OptIn", "name": "news", "label": "Send me news"},
                    {
                        "type": "Footer",
                        "label": "Book",
                        "on-click-action": {
                            "name": "complete",
                            "payload": {"day": "${screen.TIME.form.day}", "news": "${form.news}"},
                        },
                    },
                ],
            },
        },
    ],
}

STATIC_FLOW: Flow = {
    "version": "6.0",
    "screens": [
        {
            "id": "FIRST",
            "title": "First",
            "data": {"customer": {"type": "string", "__example__": "Ada"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {
                        "type": "Form",
                        "name": "form",
                        "init-values": {"email": "a@example.com"},
                        "children": [
                            {"type": "TextBody", "text": "${data.customer}"},
                            {"type": "TextInput", "name": "email", "label": "E-mail", "input-type": "email"},
                            {"type": "TextInput", "name": "phone", "label": "Telephone", "input-type": "phone"},
                            {
                                "type": "Footer",
                                "label": "Next",
                                "on-click-action": {
                                    "name": "navigate",
                                    "next": {"type": "screen", "name": "LAST"},
                                    "payload": {"email": "${form.email}"},
                                },
                            },
                        ],
                    }
                ],
            },
        },
        {
            "id": "LAST",
            "title": "Last",
            "terminal": True,
            "data": {"email": {"type": "string", "__example__": "b@example.com"}},
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextBody", "text": "${data.email}"},
                    {
                        "type": "Footer",
                        "label": "Send",
                        "on-click-action": {"name": "complete", "payload": {"email": "${data.email}"}},
                    },
                ],
            },
        },
    ],
}


def children(flow: Flow, screen: int) -> list[Any]:
    listed: list[Any] = flow["screens"][screen]["layout"]["children"]
    return listed


def footer(flow: Flow, screen: int) -> Any:
    return children(flow, screen)[-1]["on-click-action"]


def told(comparison: Comparison) -> list[str]:
    lines = []
    for change in comparison.changes:
        where = f"{change.screen}: " if change.screen else ""
        broken = f" ! {', '.join(change.breaks)}: {change.because}" if change.breaks else ""
        lines.append(f"{where}{change.message}{broken}")
    return lines


def changed(flow: Flow, change: Callable[[Flow], object]) -> tuple[Flow, list[str]]:
    after = copy.deepcopy(flow)
    change(after)
    return after, told(compare(parse(json.dumps(flow)), parse(json.dumps(after))))


def unwrap(flow: Flow) -> None:
    form = children(flow, 0)[0]
    form["children"][1]["init-value"] = "a@example.com"
    flow["screens"][0]["layout"]["children"] = form["children"]


def rename_keys(owner: dict[str, Any], old: str, new: str) -> None:
    items = list(owner.items())
    owner.clear()
    owner.update((new if key == old else key, value) for key, value in items)


def rename_first_screen(flow: Flow) -> None:
    text = json.dumps(flow)
    flow.clear()
    flow.update(parse(applied(text, rename_screen(parse(text), "SERVICE", "WHAT"))).value)


def rename_component(flow: Flow) -> None:
    children(flow, 0)[2]["name"] = "branch"
    footer(flow, 0)["payload"]["shop"] = "${form.branch}"


def rename_field(flow: Flow) -> None:
    rename_keys(flow["screens"][3]["data"], "summary", "overview")
    children(flow, 3)[0]["text"] = "${data.overview}"


def drop_time(flow: Flow) -> None:
    del flow["screens"][1]
    flow["routing_model"] = {"SERVICE": ["REVIEW", "ABOUT"], "ABOUT": [], "REVIEW": []}
    footer(flow, 2)["payload"]["day"] = "${screen.SERVICE.form.service}"


ENDPOINT_PAIRS: list[tuple[str, Callable[[Flow], object], list[str]]] = [
    ("same", lambda flow: None, []),
    ("example changed", lambda flow: at(flow, ("screens", 1, "data", "min")).update(__example__="2027-01-01"), []),
    ("default written out", lambda flow: children(flow, 0)[3].update(required=False, visible=True), []),
    ("order of keys", lambda flow: flow.update(version=flow.pop("version")), []),
    ("order of later screens", lambda flow: flow["screens"].insert(2, flow["screens"].pop(3)), []),
    (
        "text changed",
        lambda flow: children(flow, 0)[0].update(text="Book a test"),
        ['SERVICE: TextHeading "Book a test": text "Book an eye test" is now "Book a test"'],
    ),
    (
        "field became required",
        lambda flow: children(flow, 0)[3].update(required=True),
        ['SERVICE: TextInput "note": now required'],
    ),
    (
        "component added",
        lambda flow: children(flow, 0).insert(
            3, {"type": "TextInput", "name": "phone", "label": "Phone", "required": True}
        ),
        ['SERVICE: TextInput "phone" added: required'],
    ),
    ("component removed", lambda flow: children(flow, 0).pop(3), ['SERVICE: TextInput "note" removed']),
    (
        "component renamed",
        rename_component,
        ['SERVICE: Component "shop" is called "branch" now'],
    ),
    (
        "component moved",
        lambda flow: children(flow, 0).insert(0, children(flow, 0).pop(3)),
        ['SERVICE: TextInput "note" stands elsewhere now'],
    ),
    (
        "type of component changed",
        lambda flow: children(flow, 0)[2].update(type="CheckboxGroup"),
        [
            'SERVICE: "shop": RadioButtonsGroup is now CheckboxGroup'
            ' ! endpoint, responses: "shop" was string and is array'
        ],
    ),
    (
        "limit changed",
        lambda flow: children(flow, 0)[3].update({"max-chars": 200}),
        ['SERVICE: TextInput "note": max-chars is now 200'],
    ),
    (
        "property removed",
        lambda flow: children(flow, 0)[3].pop("helper-text"),
        ['SERVICE: TextInput "note": helper-text removed, was "Anything to know"'],
    ),
    (
        "option removed",
        lambda flow: children(flow, 0)[2]["data-source"].pop(1),
        ['SERVICE: RadioButtonsGroup "shop": option "mill" removed'],
    ),
    (
        "option added",
        lambda flow: children(flow, 0)[2]["data-source"].append({"id": "lock", "title": "Lock Keep"}),
        ['SERVICE: RadioButtonsGroup "shop": option "lock" added'],
    ),
    (
        "option has another id",
        lambda flow: children(flow, 0)[2]["data-source"][1].update(id="mill_lane"),
        [
            'SERVICE: RadioButtonsGroup "shop": option "mill" has the id "mill_lane" now'
            ' ! endpoint, responses: "mill" does not come any more'
        ],
    ),
    (
        "option has another title",
        lambda flow: children(flow, 0)[2]["data-source"][1].update(title="Mill Alley"),
        ['SERVICE: RadioButtonsGroup "shop", option "mill": title "Mill Lane" is now "Mill Alley"'],
    ),
    (
        "options in another order",
        lambda flow: children(flow, 0)[2]["data-source"].reverse(),
        ['SERVICE: RadioButtonsGroup "shop": options in another order'],
    ),
    (
        "options come as data",
        lambda flow: children(flow, 0)[2].update({"data-source": "${data.services}"}),
        [
            'SERVICE: RadioButtonsGroup "shop": data-source [{"id": "canal", "title": "Canal Street"}, {"id… '
            'is now "${data.services}"'
        ],
    ),
    (
        "payload key renamed",
        lambda flow: rename_keys(footer(flow, 0)["payload"], "shop", "branch"),
        ['SERVICE: Footer "Choose a time" sends "shop" as "branch" now ! endpoint: "shop" does not come any more'],
    ),
    (
        "payload key removed",
        lambda flow: footer(flow, 0)["payload"].pop("shop"),
        ['SERVICE: Footer "Choose a time" sends "shop" no longer ! endpoint: "shop" does not come any more'],
    ),
    (
        "payload key added",
        lambda flow: footer(flow, 0)["payload"].update(note="${form.note}"),
        ['SERVICE: Footer "Choose a time" sends "note", "${form.note}"'],
    ),
    (
        "payload literal changed",
        lambda flow: footer(flow, 0)["payload"].update(step="first"),
        [
            'SERVICE: Footer "Choose a time" sends "first" as "step", before "service"'
            ' ! endpoint: "step" has another value'
        ],
    ),
    (
        "response key removed",
        lambda flow: footer(flow, 3)["payload"].pop("news"),
        ['REVIEW: Footer "Book" sends "news" no longer ! responses: "news" does not come any more'],
    ),
    (
        "endpoint not asked any more",
        lambda flow: footer(flow, 1).update(name="navigate", next={"type": "screen", "name": "REVIEW"}, payload={}),
        [
            'TIME: Footer "Go on" asks the endpoint no longer, it leads to REVIEW'
            " ! endpoint: it is not asked here any more"
        ],
    ),
    (
        "endpoint asked in a new place",
        lambda flow: children(flow, 0)[1].update(
            {"on-select-action": {"name": "data_exchange", "payload": {"service": "${form.service}"}}}
        ),
        ['SERVICE: Dropdown "service" asks the endpoint now ! endpoint: it is asked here and does not know it'],
    ),
    (
        "route removed",
        lambda flow: flow["routing_model"].update(TIME=[]),
        ['Route TIME → REVIEW removed ! endpoint: after "TIME" it cannot answer with "REVIEW" any more'],
    ),
    (
        "route added",
        lambda flow: flow["routing_model"].update(SERVICE=["TIME", "ABOUT", "REVIEW"]),
        ["Route SERVICE → REVIEW added"],
    ),
    (
        "screen renamed",
        rename_first_screen,
        ['WHAT: Screen "SERVICE" is called "WHAT" now ! endpoint, messages: nothing answers to "SERVICE" any more'],
    ),
    (
        "screen removed",
        drop_time,
        [
            'TIME: Screen "TIME" removed ! endpoint: nothing answers to "TIME" any more',
            "Route SERVICE → REVIEW added",
            'REVIEW: Footer "Book" sends "${screen.SERVICE.form.service}" as "day", before "${screen.TIME.form.day}"',
        ],
    ),
    (
        "screen added",
        lambda flow: (
            flow["screens"].append(
                {"id": "HELP", "title": "Help", "layout": {"type": "SingleColumnLayout", "children": []}}
            ),
            flow["routing_model"].update(HELP=[], SERVICE=["TIME", "ABOUT", "HELP"]),
        ),
        ['HELP: Screen "HELP" added'],
    ),
    (
        "field of data model added",
        lambda flow: flow["screens"][1]["data"].update(shop={"type": "string", "__example__": "Canal Street"}),
        ['TIME: Field "shop" (string) added ! endpoint: it is not given yet'],
    ),
    ("field of data model removed", lambda flow: flow["screens"][1]["data"].pop("min"), ['TIME: Field "min" removed']),
    (
        "field of data model renamed",
        rename_field,
        ['REVIEW: Field "summary" is called "overview" now ! endpoint: "summary" is given so far'],
    ),
    (
        "type of field changed",
        lambda flow: flow["screens"][1]["data"]["min"].update(type="number"),
        ['TIME: Field "min": string is now number ! endpoint: what is given may not fit any more'],
    ),
    (
        "member of items added",
        lambda flow: flow["screens"][0]["data"]["services"]["items"]["properties"].update(image={"type": "string"}),
        ['SERVICE: Field "services"[].image (string) added ! endpoint: what is given may not fit any more'],
    ),
    (
        "field of data model became required",
        lambda flow: flow["screens"][1]["data"].update(required=["min"]),
        ['TIME: Field "min" is now required ! endpoint: it may be left out so far'],
    ),
    (
        "asked again on going back",
        lambda flow: flow["screens"][1].update(refresh_on_back=True),
        ["TIME: now asked for again on going back ! endpoint: it is asked with the action BACK"],
    ),
    (
        "endpoint given up",
        lambda flow: flow.pop("data_api_version"),
        ["The Flow works without an endpoint now ! endpoint: it is not asked any more"],
    ),
    ("Data API", lambda flow: flow.update(data_api_version="4.0"), ["Data API version 3.0 is now 4.0"]),
    (
        "condition changed",
        lambda flow: children(flow, 1)[0].update(condition="!${data.fully_booked}"),
        ['TIME: TextBody "No time is free": now shown if !${data.fully_booked}'],
    ),
    ("title changed", lambda flow: flow["screens"][1].update(title="Day"), ['TIME: title "Time" is now "Day"']),
    (
        "masked",
        lambda flow: flow["screens"][0].update(sensitive=["note"]),
        ['SERVICE: masked in the summary: ["note"], before []'],
    ),
]

STATIC_PAIRS: list[tuple[str, Callable[[Flow], object], list[str]]] = [
    ("Form to form-less", unwrap, []),
    ("version", lambda flow: flow.update(version="7.3"), ["Flow JSON version 6.0 is now 7.3"]),
    (
        "field filled by an action",
        lambda flow: (
            flow["screens"][1]["data"].update(phone={"type": "string", "__example__": "1"}),
            children(flow, 0)[0]["children"][3]["on-click-action"]["payload"].update(phone="${form.phone}"),
        ),
        ['FIRST: Footer "Next" sends "phone", "${form.phone}"', 'LAST: Field "phone" (string) added'],
    ),
    (
        "field filled by the message",
        lambda flow: flow["screens"][0]["data"].update(city={"type": "string", "__example__": "Ghent"}),
        ['FIRST: Field "city" (string) added ! messages: it is not given yet'],
    ),
    (
        "another first screen",
        lambda flow: (
            flow["screens"].insert(
                0,
                {
                    "id": "INTRO",
                    "title": "Intro",
                    "layout": {
                        "type": "SingleColumnLayout",
                        "children": [
                            {
                                "type": "Footer",
                                "label": "Go",
                                "on-click-action": {"name": "navigate", "next": {"type": "screen", "name": "FIRST"}},
                            }
                        ],
                    },
                },
            ),
        ),
        [
            'The Flow no longer begins with "FIRST", but with "INTRO" ! messages: they name the first screen',
            'INTRO: Screen "INTRO" added',
        ],
    ),
    (
        "an endpoint from now on",
        lambda flow: flow.update(data_api_version="3.0", routing_model={"FIRST": ["LAST"], "LAST": []}),
        ["The Flow needs an endpoint now", "Routing model added"],
    ),
    (
        "response key renamed",
        lambda flow: rename_keys(footer(flow, 1)["payload"], "email", "mail"),
        ['LAST: Footer "Send" sends "email" as "mail" now ! responses: "email" does not come any more'],
    ),
    (
        "value given beforehand",
        lambda flow: children(flow, 0)[0]["init-values"].update(email="c@example.com"),
        ['FIRST: TextInput "email": init-value "a@example.com" is now "c@example.com"'],
    ),
]

PAIRS = [
    *(pytest.param(ENDPOINT_FLOW, change, lines, id=name) for name, change, lines in ENDPOINT_PAIRS),
    *(pytest.param(STATIC_FLOW, change, lines, id=name) for name, change, lines in STATIC_PAIRS),
]


@pytest.mark.parametrize(("flow", "change", "lines"), PAIRS)
def test_pairs(flow: Flow, change: Callable[[Flow], object], lines: list[str]) -> None:
    assert changed(flow, change)[1] == lines


def test_there_are_forty_pairs() -> None:
    assert len(PAIRS) >= 40


def test_dates_that_are_written_otherwise_break_the_endpoint() -> None:
    old = copy.deepcopy(ENDPOINT_FLOW) | {"version": "4.0"}
    [line] = changed(old, lambda flow: flow.update(version="5.0"))[1]
    assert line.startswith("Flow JSON version 4.0 is now 5.0 ! endpoint, responses: dates are written 2025-12-31 now")


LONG = "We look at your eyes, measure them and tell you what you need, at Canal Street or Mill Rd."


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (LONG, LONG.replace("Mill", "Hill"), '"…Canal Street or Mill Rd." is now "…Canal Street or Hill Rd."'),
        (
            LONG,
            LONG + " Come in.",
            '"…Street or Mill Rd." is now "…Street or Mill Rd. Come in."',
        ),
        (LONG, "Come in.", '"We look at your eyes, measure them and tell you…" is now "Come in."'),
        (LONG, LONG.replace("eyes", "glasses"), None),
        ("a" * 60 + "b", "a" * 60 + "c", f'"…{"a" * 12}b" is now "…{"a" * 12}c"'),
        ("x" * 90, "x" * 40, None),
    ],
)
def test_of_two_long_texts_the_part_that_differs_is_shown(before: str, after: str, told: str | None) -> None:
    shown = contrasted(before, after)
    one, other = shown.split(" is now ")
    assert one != other
    assert json.loads(one).strip("…") in before
    assert json.loads(other).strip("…") in after
    if told:
        assert shown == told


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_two_texts_that_differ_are_shown_as_different(begin: str, one: str, other: str, end: str) -> None:
    before, after = contrasted(begin + one + end, begin + other + end).split(" is now ", 1)
    if begin + one != begin + other and " is now " not in begin + one + other + end:
        assert before != after
        assert json.loads(before).strip("…") in begin + one + end


def test_places_are_named() -> None:
    after, _ = changed(ENDPOINT_FLOW, lambda flow: children(flow, 0)[3].update(required=True))
    [change] = compare(parse(json.dumps(ENDPOINT_FLOW)), parse(json.dumps(after))).changes
    assert change.to_json()["path"] == "screens[0].layout.children[3].required"


@pytest.mark.parametrize("text", ["", "{", '{"a": 1, "a": 2}'])
def test_broken_text_is_refused(text: str) -> None:
    whole = parse(json.dumps(STATIC_FLOW))
    for old, new in ((parse(text), whole), (whole, parse(text))):
        with pytest.raises(Refused):
            compare(old, new)


@pytest.mark.parametrize("path", corpus_documents("official", "valid", "unknown", "broken"), ids=lambda path: path.stem)
def test_corpus_equals_itself_in_another_layout(path: Path) -> None:
    document = parse(path.read_bytes())
    if not document.problems:
        assert compare(document, parse(formatted(document))).changes == []


@pytest.mark.parametrize("path", corpus_documents("official", "valid"), ids=lambda path: path.stem)
def test_corpus_tells_a_renamed_screen_in_one_line(path: Path) -> None:
    document = parse(path.read_bytes())
    for screen in list(screens_with_paths(document.value)):
        after = parse(applied(document.text, rename_screen(document, screen.value["id"], "RENAMED")))
        kinds = [change.kind for change in compare(document, after).changes]
        if len(list(texts_within(screen.value))) > 4:
            assert kinds == ["renamed"]
        else:
            assert kinds  # too little on it to be known again


FLOWS = st.sampled_from([ENDPOINT_FLOW, STATIC_FLOW])


@given(FLOWS, VALUES, st.data())
def test_whatever_is_changed_nothing_is_raised(flow: Flow, value: Any, data: st.DataObject) -> None:
    after = copy.deepcopy(flow)
    path = data.draw(st.sampled_from(paths_of(after)[1:]))
    if data.draw(st.booleans()):
        at(after, path[:-1])[path[-1]] = value
    else:
        del at(after, path[:-1])[path[-1]]
    old, new = parse(json.dumps(flow)), parse(json.dumps(after))
    for comparison in (compare(old, new), compare(new, old), compare(new, new)):
        for change in comparison.changes:
            assert change.message
            assert bool(change.because) == bool(change.breaks)
    assert compare(new, new).changes == []


@given(VALUES, VALUES)
def test_anything_can_be_compared(one: Any, other: Any) -> None:
    compare(parse(json.dumps(one)), parse(json.dumps(other)))
    compare(parse(json.dumps({"screens": [one], "routing_model": other})), parse(json.dumps({"screens": [other]})))
