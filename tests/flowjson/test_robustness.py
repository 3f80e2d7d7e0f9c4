"""Flows spoiled at random, and texts mutilated at random: no tool raises anything but a refusal.

HEADRACE_FUZZ=5000 tries so many.
"""

import json
import os
import random
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.flowjson.checks.flows import valid_flow
from tests.flowjson.generating import VALUES, at, paths_of

from headrace.cli.reports import Checked, Format, reporter
from headrace.flowjson.catalogue import VERSIONS
from headrace.flowjson.checks import check
from headrace.flowjson.checks.pages import explained
from headrace.flowjson.diffing import compare
from headrace.flowjson.document import Document, parse
from headrace.flowjson.expressions.conditions import parse_condition
from headrace.flowjson.expressions.grammar import ExpressionError, parse_expression
from headrace.flowjson.fixing import apply_fix, fixes_of, mend
from headrace.flowjson.formatting import formatted
from headrace.flowjson.gallery import TEMPLATES
from headrace.flowjson.graphing import graph_of, to_dot, to_mermaid, to_svg
from headrace.flowjson.refusal import Refused
from headrace.flowjson.upgrading import upgrade

TODAY = date(2026, 11, 22)
TIMES = int(os.environ.get("HEADRACE_FUZZ", "20"))
often = settings(max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck))

FLOWS: list[dict[str, Any]] = [
    json.loads(one.text(with_endpoint=served))
    for one in TEMPLATES.values()
    for served in ((False, True) if one.has_endpoint else (False,))
]
ODD_VALUES = st.one_of(
    VALUES,
    st.sampled_from([0, -1, 10**400, 1e308, -1e308, 0.1, "", " ", "${data.x}", "${form.x}", "${screen.A.data.x}"]),
    st.sampled_from(
        ["`", "``", "`${data.x} + 1`", "`'a' == ${form.y}`", "${", "${}", "{}", "\u2028", "\u0000", "é" * 300]
    ),
    st.sampled_from(["SUCCESS", "2026-02-30", "1767225600000", "https://", "data:image/png;base64,x", "[", "(a+)+$"]),
)


@st.composite
def spoiled_flows(draw: st.DrawFn) -> dict[str, Any]:
    """A Flow of the gallery, or a random one, in which some places hold something else, are gone or stand elsewhere."""
    flow: dict[str, Any] = json.loads(json.dumps(draw(st.sampled_from(FLOWS))))
    if draw(st.booleans()):
        luck = random.Random(draw(st.integers(0, 10**6)))
        flow = valid_flow(luck, str(draw(st.sampled_from(sorted(VERSIONS)))), endpoint=draw(st.booleans()))
    for _ in range(draw(st.integers(1, 4))):
        paths = paths_of(flow)[1:]
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        owner, step = at(flow, path[:-1]), path[-1]
        match draw(st.sampled_from(["value", "value", "delete", "copy", "rename", "wrap"])):
            case "value":
                owner[step] = draw(ODD_VALUES)
            case "delete":
                del owner[step]
            case "copy":
                owner[step] = json.loads(json.dumps(at(flow, draw(st.sampled_from(paths)))))
            case "rename" if isinstance(owner, dict):
                owner[draw(st.sampled_from(["type", "name", "text", "on-click-action", "children", "x"]))] = owner.pop(
                    step
                )
            case _:
                owner[step] = draw(st.sampled_from([[owner[step]], {"x": owner[step]}]))
    return flow


@st.composite
def mutilated_texts(draw: st.DrawFn) -> str:
    """The text of a Flow from which something was cut, or into which something was put."""
    text = json.dumps(draw(spoiled_flows()), ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 2])))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 1, 5, 200])))
        put = draw(
            st.sampled_from(["", "", ",", "}", "]", '"', "'", "{", "\\", "\n", "//", "/*", "\ud800", "\x00", "NaN"])
        )
        text = text[:start] + put + text[end:]
    return text


def use_everything(text: str) -> None:
    """Everything a person can do with a text."""
    document = parse(text)
    report = check(document, today=TODAY)
    for one in (*report.errors, *report.warnings):
        assert one.message
        assert explained(one)
        one.to_graph()
        for pointer in one.pointers:
            assert pointer.span.end >= pointer.span.start
        for fix in fixes_of(report, one):
            assert fix.title
            check(apply_fix(document, fix), today=TODAY)
    for form in Format:
        assert reporter(form)([Checked("flow.json", report)]) or form is Format.github
    drawn = graph_of(document.value)
    for write in (to_dot, to_mermaid, lambda graph: to_svg(graph, "Flow")):
        assert write(drawn)
    _formatted(document)
    with suppress(Refused):
        assert parse(upgrade(document, today=TODAY).text).is_json


def _formatted(document: Document) -> None:
    """Formatting twice is formatting once, and the value stays what it was, key by key."""
    try:
        text = formatted(document)
    except Refused:
        return
    again = parse(text)
    assert formatted(again) == text
    assert json.dumps(again.value, sort_keys=True) == json.dumps(document.value, sort_keys=True)


@often
@given(spoiled_flows())
def test_a_spoiled_flow_is_used_in_every_way(flow: dict[str, Any]) -> None:
    use_everything(json.dumps(flow, indent=2))


@often
@given(mutilated_texts())
def test_a_mutilated_text_is_used_in_every_way(text: str) -> None:
    use_everything(text)


@often
@given(spoiled_flows(), spoiled_flows())
def test_any_two_are_compared(one: dict[str, Any], other: dict[str, Any]) -> None:
    with suppress(Refused):
        compare(parse(json.dumps(one)), parse(json.dumps(other)))
    assert compare_itself(one) == []


def test_components_of_one_name_are_compared_in_their_order() -> None:
    consent = {"type": "OptIn", "name": "news", "label": "Send me news"}
    layout = {"type": "SingleColumnLayout", "children": [consent, consent]}
    assert compare_itself({"version": "7.3", "screens": [{"id": "START", "layout": layout}]}) == []


def compare_itself(flow: dict[str, Any]) -> list[str]:
    """What a Flow differs in from itself, written in another order of keys."""
    try:
        found = compare(parse(json.dumps(flow)), parse(json.dumps(flow, indent=4)))
    except Refused:
        return []
    return [str(change) for change in found.changes]


@often
@given(mutilated_texts())
def test_mending_ends_and_tells_what_is_left(text: str) -> None:
    done = mend(parse(text), lambda document: check(document, today=TODAY))
    assert check(done.text, today=TODAY).errors == done.report.errors


@often
@given(st.text(st.sampled_from("${}.datformscreen`'\"()!&|=<>+-*/% 019xA\\\n,é"), max_size=60))
def test_any_text_is_an_expression_or_says_why_not(text: str) -> None:
    for read, whole in ((parse_expression, f"`{text}`"), (parse_condition, text)):
        try:
            read(whole)
        except ExpressionError as error:
            found = error
        else:
            continue
        assert found.message
        assert 0 <= found.start <= found.end <= len(whole)


@often
@given(st.integers(0, 10**9), st.sampled_from([str(one) for one in VERSIONS if one >= (3, 0)]), st.booleans())
def test_generated_flows_are_clean_and_stay_so(seed: int, version: str, endpoint: bool) -> None:
    flow = valid_flow(random.Random(seed), version, endpoint=endpoint)
    document = parse(json.dumps(flow, indent=2))
    assert [one.message for one in check(document, today=date(2024, 10, 1)).errors] == []
    assert [one.message for one in check(formatted(document), today=TODAY).errors] == []
    if version != "7.3":
        assert [one.message for one in upgrade(document, today=TODAY).report.errors] == []


@pytest.mark.parametrize(
    "number", ["1e400", "-1e400", "1e-400", "9" * 5000, "-0", "-0.0", "1E5", "1.0", "123456789012345678"]
)
def test_numbers_stay_written_as_they_are(number: str) -> None:
    text = f'{{"version": "7.3", "screens": [{{"id": "A", "title": "x", "n": {number}}}]}}'
    report = check(text, today=TODAY)
    assert report.document.is_json
    assert number in formatted(report.document)
    for one in report.errors:
        for fix in fixes_of(report, one):
            apply_fix(report.document, fix)
