"""A mistake planted in a valid Flow is reported where it was planted, and nothing else is; most can be mended.

HEADRACE_PLANTINGS=200 plants each mistake so many times.
"""

import json
import os
import random
import re
import zlib

import pytest
from tests.flowjson.checks.flows import TODAY, base_flow, valid_flow
from tests.flowjson.checks.planting import OF_THE_WHOLE, CannotPlant, Planted, plant
from tests.flowjson.checks.planting_advice import PLANTINGS, day_of, host

from headrace.flowjson.checks import RULES, Report, check
from headrace.flowjson.diagnostics import Severity
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing import fixes_of, mend

TIMES = int(os.environ.get("HEADRACE_PLANTINGS", "3"))
TRIALS = 30

BY_OTHER_TESTS = {"version/not-publishable", "version/frozen", "version/freezes-soon"}
"""Whether these apply depends on the day and on an option."""


def rules() -> list[str]:
    return [
        name
        for name, rule in RULES.items()
        if rule.severity is Severity.ERROR and not name.startswith("syntax/") and name not in BY_OTHER_TESTS
    ]


def plantings(rule: str, times: int = TIMES) -> list[Planted]:
    luck = random.Random(zlib.crc32(rule.encode()))
    found: list[Planted] = []
    for _ in range(TRIALS * times):
        if len(found) == times:
            break
        try:
            found.append(plant(rule, luck))
        except CannotPlant:
            continue
    return found


def judged(document: str | Document) -> Report:
    return check(document, today=TODAY)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_planted_into_is_valid(seed: int) -> None:
    luck = random.Random(seed)
    flow = base_flow(luck, luck.choice(["3.1", "4.0", "5.0", "6.0", "6.3", "7.2", "7.3"]), endpoint=seed % 2 > 0)
    assert [f"{one.rule}: {one.message}" for one in judged(json.dumps(flow)).errors] == []


@pytest.mark.parametrize("rule", rules())
def test_a_mistake_is_reported_where_it_was_planted(rule: str) -> None:
    found = plantings(rule)
    assert found or rule in WITHOUT_PLANTING
    for planted in found:
        text = json.dumps(planted.flow, indent=luck_indent(rule))
        report = judged(text)
        assert {one.rule for one in report.errors} == {rule} | ALSO.get(rule, set())
        error = next(one for one in report.errors if one.rule == rule)
        assert error.code == RULES[rule].code
        places = {pointer.path: pointer.span for pointer in error.pointers}
        assert planted.path in places
        document = report.document
        lines = {document.span(planted.path).line_start, document.key_span(planted.path).line_start}
        assert places[planted.path].line_start in lines
        before = {one.rule for one in judged(json.dumps(planted.before)).warnings}
        assert {one.rule for one in report.warnings} <= before


ADVICE = [rule.name for rule in RULES.values() if rule.name == rule.code]


@pytest.mark.parametrize("rule", [rule for rule in ADVICE if rule not in PLANTINGS])
def test_advice_is_given_where_its_cause_was_planted(rule: str) -> None:
    found = plantings(rule)
    assert found
    for planted in found:
        report = judged(json.dumps(planted.flow, indent=2))
        assert report.errors == []
        warnings = {pointer.path: one.rule for one in report.warnings for pointer in one.pointers if one.rule == rule}
        assert planted.path in warnings
        before = {one.rule for one in judged(json.dumps(planted.before)).warnings}
        assert {one.rule for one in report.warnings} <= before | {rule} | COMPANIONS.get(rule, set())


COMPANIONS = {rule: {"payloads/unread-answer"} for rule in ("phone/literal-message", "phone/required-but-disabled")}
"""What is planted is a required input, which nobody reads where the host does not happen to."""


@pytest.mark.parametrize("rule", PLANTINGS)
def test_advice_on_a_whole_flow_is_given_where_its_cause_was_planted(rule: str) -> None:
    luck = random.Random(zlib.crc32(rule.encode()))
    for _ in range(TIMES):
        flow = host(rule, luck)
        before = {one.rule for one in check(json.dumps(flow), today=TODAY).warnings}
        assert rule not in before
        path = PLANTINGS[rule](flow, luck)
        report = check(json.dumps(flow, indent=2), today=day_of(rule))
        assert [f"{one.rule}: {one.message}" for one in report.errors] == []
        [warning] = [one for one in report.warnings if one.rule == rule]
        assert [pointer.path for pointer in warning.pointers] == [path]
        assert warning.span.line_start == report.document.span(path).line_start
        assert {one.rule for one in report.warnings} <= before | {rule}


def test_every_piece_of_advice_is_planted() -> None:
    assert set(PLANTINGS) <= set(ADVICE)


SLIPS = {
    "syntax/trailing-comma": (r'"(?=\n *\})', '",'),
    "syntax/extra-comma": (r",(?=\n)", ",,"),
    "syntax/comma": (r",(?=\n)", ""),
    "syntax/colon": (r'(?<="): ', " "),
    "syntax/comment": (r"(?<=,)\n", " // here\n"),
    "syntax/single-quotes": (r': "(\w+)"', r": '\1'"),
    "syntax/key": (r'"(\w+)": ', r"\1: "),
    "syntax/word": (r': "([A-Z][a-z]+)"(?=,?\n)', r": \1"),
    "syntax/control": (r'(?<=: "[A-Z])', "\t"),
    "syntax/escape": (r'(?<=: "[A-Z])', r"\\x"),
    "syntax/space": (r"(?<=:) ", "\u00a0"),
    "syntax/unclosed": (r"\}\Z", ""),
    "syntax/after-end": (r"\}\Z", "} {}"),
    "syntax/bracket": (r"\](?=,?\n)", "}"),
    "syntax/duplicate-key": (r'(?m)^( *"title": "\w+",)$', r"\1\n\1"),
    "syntax/literal": (r"(?<=: )true", "True"),
    "syntax/number": (r'(?<="type": "TextArea",)', ' "max-length": +80,'),
    "syntax/quote": (r'(?<=[a-z])"(?=,\n)', ""),
    "syntax/surrogate": (r'(?<=: "[A-Z])', r"\\ud83d"),
    "syntax/value": (r'(?<="title": )"\w+"', ""),
    "syntax/depth": (r'(?<="name": "complete",)\s+"payload": \{\}', f' "payload": {{"deep": {"[" * 130}{"]" * 130}}}'),
    "syntax/empty": (r"(?s)\A.*\Z", ""),
    "syntax/root": (r"(?s)\A(.*)\Z", r"[\1]"),
    "syntax/size": (r"(?s)\A.*\Z", " " * (10 * 1024 * 1024 + 1)),
}
"""Slips of the pen: where one can happen, and what is written then."""

NOT_MENDED = {f"syntax/{name}" for name in ("depth", "empty", "escape", "root", "size", "surrogate", "value")}
ONCE = {"syntax/size"}


@pytest.mark.parametrize("rule", SLIPS)
def test_a_slip_of_the_pen_is_told_on_its_line_and_mended(rule: str) -> None:
    luck = random.Random(zlib.crc32(rule.encode()))
    for _ in range(1 if rule in ONCE else TIMES):
        slip, line = slipped(rule, luck)
        report = judged(slip)
        found = [
            one for one in (*report.errors, *report.warnings) if one.rule.startswith("syntax/") or one in report.errors
        ]
        assert [one.rule for one in found] == [rule]
        if rule not in ("syntax/unclosed", "syntax/size"):
            assert line <= found[0].span.line_start <= line + 1
        if rule not in NOT_MENDED:
            done = mend(report.document, judged).report
            assert [one.rule for one in (*done.errors, *done.warnings) if one.rule == rule or one in done.errors] == []


def slipped(rule: str, luck: random.Random) -> tuple[str, int]:
    """A Flow with a slip of the pen, and the line on which it happened."""
    pattern, written = SLIPS[rule]
    while True:
        text = json.dumps(valid_flow(luck, "7.3"), indent=2)
        places = list(re.finditer(pattern, text))
        if places:
            match = luck.choice(places)
            slip = text[: match.start()] + match.expand(written) + text[match.end() :]
            return slip, text.count("\n", 0, match.start()) + 1


def test_bytes_that_are_no_text_are_told_where_they_stand() -> None:
    luck = random.Random(5)
    text = json.dumps(valid_flow(luck, "7.3"), indent=2)
    match = luck.choice(list(re.finditer(r'(?<=: "[A-Z])', text)))
    raw = (text[: match.start()] + "ö" + text[match.start() :]).encode("latin-1")
    [error] = judged(parse(raw)).errors
    assert (error.rule, error.span.line_start) == ("syntax/encoding", text.count("\n", 0, match.start()) + 1)


def test_every_slip_is_made() -> None:
    every = {name for name in RULES if name.startswith("syntax/")}
    assert set(SLIPS) | {"syntax/encoding"} == every


def luck_indent(rule: str) -> int | None:
    return (None, 1, 2, 4)[len(rule) % 4]


ALSO = {"payloads/literal-without-schema": {"payloads/not-declared-by-next"}}

WITHOUT_PLANTING: set[str] = set()


def test_most_planted_mistakes_are_mended() -> None:
    """Of every planted mistake at least 60 % carry a fix; those fixes leave 95 % of the files without an error."""
    planted = [json.dumps(one.flow, indent=2) for rule in rules() for one in plantings(rule, 1)]
    luck = random.Random(11)
    planted += [slipped(rule, luck)[0] for rule in SLIPS if RULES[rule].severity is Severity.ERROR]
    total, with_fix, clean = len(planted), 0, 0
    for text in planted:
        report = judged(text)
        if any(fix.certain for error in report.errors for fix in fixes_of(report, error)[:1]):
            with_fix += 1
            clean += not mend(report.document, judged).report.errors
    print(f"\n{total} planted, {with_fix} with a fix, {clean} clean afterwards")
    assert with_fix >= 0.6 * total
    assert clean >= 0.95 * with_fix


def test_every_rule_of_the_whole_exists() -> None:
    assert set(OF_THE_WHOLE) <= set(RULES)
