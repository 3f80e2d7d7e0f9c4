"""What a connector's text may not hold, and what becomes of hostile ones."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.exchange.connectors.test_checking import GOOD

from headrace.exchange.connectors.expressions import LONGEST, UnusableExpression, read_template, written
from headrace.exchange.connectors.problems import UnusableConnector
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.connectors.source import DEEPEST, LONGEST_TEXT
from headrace.exchange.connectors.type_syntax import read_type
from headrace.exchange.connectors.types import Misfit, convert

STEPS = "screens: {A: {exchange: [%s]}}"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "is empty"),
        ("a: [", 1, "is not YAML"),
        ("open: x: y", 1, "Put quotes around"),
        ("a: &b [1]\nc: [*b, *b]", 1, "Anchors"),
        ("c: *b", 1, "Aliases"),
        ("a: !!python/object:os.system x", 1, "Tags"),
        ("[" * 100_000, 1, f"nested more than {DEEPEST} deep"),
        ("open:\n" + "- set: {a: 1}\n" * 12_000, 4001, "values"),
        ("#" * (LONGEST_TEXT + 1), 1, "longer than 256 KB"),
        ("flow: a\nflow: b", 2, "'flow' stands twice here; the first is on line 1"),
        ("- 1", 1, "A connector has to be a map"),
        ("? [a]\n: b", 1, "A key is a plain text"),
        ("secrets:\n  key: hush", 2, "does not stand here itself"),
        ("secrets: {key: {env: A, file: b}}", 1, "does not stand here itself"),
        ("secrets: {key: {env: A B}}", 1, "no name of an environment variable"),
        ("databases: {d: {sqlite: a, postgresql: b}}", 1, "either sqlite"),
        ("databases: {d: {postgresql: 'mysql://h/d'}}", 1, "begins with postgresql://"),
        ("databases: {d: {postgresql: 'postgresql://u:p@h/d'}}", 1, "A password does not stand"),
        ("databases: {d: {postgresql: '${data.url}'}}", 1, "secrets only"),
        ("databases: {d: {postgresql: '${secret.url}'}}", 1, "There is no secret 'url'"),
        ("apis: {a: {url: 'ftp://h'}}", 1, "begins with https://"),
        ("apis: {a: {url: 'https://u:p@h'}}", 1, "holds no password"),
        ("apis: {a: {url: 'https://${data.host}'}}", 1, "stands for itself"),
        ("apis: {a: {url: 'https://h', headers: {Host: x}}}", 1, "written by Headrace"),
        ("apis: {a: {url: 'https://h', headers: {'a b': x}}}", 1, "no name of a header"),
        ("tables: {t: {file: a, text: b}}", 1, "either a CSV file"),
        (STEPS % "{sql: d, query: select 1}", 1, "There is no database 'd'"),
        (STEPS % "{call: a}", 1, "There is no API 'a'"),
        (STEPS % "{set: {data: 1}}", 1, "take another name"),
        (STEPS % "{when: yes, then: [{finish: }]}", 1, "A condition is one expression"),
        (STEPS % "{show: SUCCESS}", 1, "Use finish to end the Flow"),
        (STEPS % "{do: x}", 1, "There is no part above this 'x'"),
        ("parts: {a: [{do: a}]}", 1, "There is no part above this 'a'"),
        (STEPS % "", 1, "Steps are a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(UnusableConnector) as refused:
        read_connector(text)
    told = [problem for problem in refused.value.problems if words in f"{problem.words} {problem.advice}"]
    assert told, refused.value.problems
    assert told[0].place.line == line
    assert words in str(refused.value) or len(refused.value.problems) > 1


QUERY = """
databases: {d: {sqlite: a.db}}
screens:
  A:
    exchange:
      - sql: d
        query: %s
        with: {a: 1}
"""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select ${data.a}", "Values never stand inside a query"),
        ("select :b", "with has no 'b'"),
        ("select 1", "The query has no :a"),
        ("select :a; drop table x", "one statement"),
    ],
)
def test_values_reach_a_query_as_parameters_only(query: str, words: str) -> None:
    with pytest.raises(UnusableConnector, match=words):
        read_connector(QUERY % query)
    read_connector(QUERY % "\"select :a, '1;2', '10:30', x::text;\"")


def test_parts_that_use_parts_do_not_grow_without_end() -> None:
    lines = ["parts:", "  p0: [{set: {a: 1}}]"]
    lines += [f"  p{number}: [{{do: p{number - 1}}}, {{do: p{number - 1}}}]" for number in range(1, 40)]
    with pytest.raises(UnusableConnector, match="at most 1,000 steps"):
        read_connector("\n".join(lines))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("${" + "|".join(["[@,@]"] * 60) + "}", "too many values"),
        ("${" + "|".join(["[@,@][]"] * 60) + "}", "too many values"),
        ("${" + "|".join(["join('', [a, a])"] + ["join('', [@, @])"] * 40) + "}", "too many values"),
        ("${" + "|".join(["[@,@]"] * 60) + "|to_string(@)}", "too many values"),
        ("${matches(a, '(x+x+)+y')}", None),
        ("${matches(b, '(x+x+)+y')}", "takes too long"),
        ("${days(day, `100000`)}", "no whole number"),
        ("${add_days(day, `-30000`)}", None),
        ("${add_days(day, `40000`) | add_days(@, `40000`)}", None),
        ("${add_days('9999-12-31', `1`)}", "beyond the calendar"),
        ("${divide(`1`, `0`)}", "cannot divide by 0"),
        ("${multiply(`1e308`, `1e308`) | round(@, `0`)}", "becomes too large"),
        ("${" + "a" * (LONGEST + 1) + "}", "at most 1,000 characters"),
        ("${" + "(" * 400 + "a" + ")" * 400 + "}", None),
        ("${foo(a)}", "no function"),
        ("${length(day, a)}", "takes 1 values, not 2"),
        ("${length(`1`)}", "length() takes string or array or object, not number"),
    ],
)
def test_an_expression_costs_only_so_much(text: str, words: str | None) -> None:
    scope = {"a": "x" * 10, "b": "x" * 5_000, "day": "2027-03-01"}
    if words is None:
        read_template(text).value(scope)
        return
    with pytest.raises(UnusableExpression, match=words.replace("(", r"\(").replace(")", r"\)")):
        read_template(text).value(scope)


def test_values_within_a_text() -> None:
    scope = {"a": 2.0, "b": None, "c": [1, "x"], "d": True}
    assert read_template("${a} ${b} ${c} ${d} $${a} {b}").value(scope) == '2  [1,"x"] true ${a} {b}'
    assert read_template("${ {a: a}.a }").value(scope) == 2.0
    assert written(1.5) == "1.5"


@pytest.mark.parametrize(
    ("value", "wanted", "made"),
    [
        (7, "string", "7"), (0, "boolean", False), ("7", "number", 7), ("7.50", "number", 7.5), (1, "boolean", True),
        ("true", "boolean", True), (None, "string or null", None), ([1, "2"], "[number]", [1, 2]),
        (True, "string", "true"),
    ],
)  # fmt: skip
def test_values_become_what_was_said_where_nothing_is_lost(value: object, wanted: str, made: object) -> None:
    assert convert(value, read_type(wanted)) == made


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("x", "number"),
        (None, "string"),
        ([1], "string"),
        (2, "boolean"),
        ({}, "[string]"),
        ("nan", "number"),
        (b"x", "string"),
    ],
)
def test_what_does_not_become_it_is_refused(value: object, wanted: str) -> None:
    with pytest.raises(Misfit):
        convert(value, read_type(wanted))


@settings(max_examples=40)
@given(st.text(alphabet="abc:-[]{}\"'$!&*\n ,#|>?%@`", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"open:\n  - set: {{a: {text}}}", GOOD.replace("${!order}", text)):
        with contextlib.suppress(UnusableConnector):
            read_connector(whole)
