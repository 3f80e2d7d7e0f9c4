"""What the check of a connector finds, with the line of the connector and the line of the Flow."""

import json
from typing import Any

import pytest
from tests.conftest import corpus_documents
from tests.examples.walking import EXAMPLES

from headrace.exchange.connectors.check import check_connector
from headrace.exchange.connectors.flow_contract import FlowContract
from headrace.exchange.connectors.problems import Problem, UnusableConnector
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.connectors.skeleton import write_skeleton
from headrace.flowjson.document import parse
from headrace.flowjson.gallery import TEMPLATES

ORDERS = FlowContract(parse((EXAMPLES / "orders" / "flow.json").read_bytes()))
GOOD = (EXAMPLES / "orders" / "csv.yaml").read_text(encoding="utf-8")


def problems(text: str, flow: FlowContract = ORDERS) -> list[Problem]:
    try:
        return check_connector(read_connector(text), flow)
    except UnusableConnector as error:
        return error.problems


def line_of(part: str, text: str) -> int:
    return text[: text.index(part)].count("\n") + 1


FLOW_TEXT = (EXAMPLES / "orders" / "flow.json").read_text(encoding="utf-8")

MISTAKES = [
    # what stands there, what is written instead, where it is found, words, the line of the Flow
    ("state: \"${order.state}\"", "stat: x", "stat: x", "has no field 'stat'. Did you mean 'state'?", '"state": {'),
    ('          state: "${order.state}"\n', "", "        data:\n          number", "shows 'state', and it is not", '"state": {'),  # noqa: E501
    ('"${order.left}"', '"${order.total}"', '"${order.total}"', "it is number, and boolean is wanted", '"has_left": {'),
    ('"${order.left}"', '"${order.lefft}"', '"${order.lefft}"', "'lefft' here. Did you mean 'left'?", None),
    ('"${data.number || \'\'}"', '"${nothing}"', '"${nothing}"', "Nothing is called 'nothing' here.", None),
    ("show: STATUS", "show: STATUES", "show: STATUES", "no screen 'STATUES'. Did you mean 'STATUS'?", '"id": "STATUS"'),
    ("  STATUS:\n", "  STATUSES:\n", "STATUSES:", "no screen 'STATUSES'. Did you mean 'STATUS'?", '"id": "STATUS"'),
    ("open:\n  - show: ORDER", "open:\n  - show: STATUS", "show: STATUS", "cannot begin with STATUS", '"id": "STATUS"'),
    ("decimals(order.total, `2`)", "decimal(order.total, `2`)", "decimal(", "no function decimal(). Did you mean", None),  # noqa: E501
    ("decimals(order.total, `2`)", "decimals(order.total)", "decimals(", "decimals() takes 2 values, not 1", None),
    ("decimals(order.total, `2`)", "decimals(order.state, `2`)", "decimals(", "takes number, not string", None),
    ("trim(data.number || '')", "trim(data.number || `7`)", "trim(", "trim() takes string", None),
    ('"${!order}"', '"${!order"', '"${!order"', "An expression has no } at its end", None),
    ('"${!order}"', '"${!}"', '"${!}"', "is no JMESPath expression", None),
    ("number: \"There is", "nummber: \"There is", '"There is', "no input 'nummber'. Did you mean 'number'?", '"id": "ORDER"'),  # noqa: E501
    ("table: orders\n", "table: order\n", "order\n        where", "There is no table 'order'. Did you mean", None),
    ("where: {number", "where: {numbr", "numbr", "There is no column 'numbr'. Did you mean 'number'?", None),
    ("total: number,", "total: numbr,", "numbr", "'numbr' is no type. Did you mean 'number'?", None),
    ("one: true", "one: yes", "yes", "one is true or false", None),
    ("        one: true\n", "", "state: \"${order.state}\"", "There is no 'state' in a list", None),
    ("    exchange:\n      - finish:", "    exchanges:\n      - finish:", "exchanges", "Did you mean 'exchange'?", None),  # noqa: E501
    ("- finish:", "- finnish:", "finnish", "No step is called 'finnish'. Did you mean 'finish'?", None),
    ('- when: "${!order}"', '- set: {x: 1}\n        when: "${!order}"', "set: {x", "does one thing, not set and when", None),  # noqa: E501
    ("open:\n", "opens: 1\nopen:\n", "opens", "A connector has no 'opens'. Did you mean 'open'?", None),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "words", "flow_at"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_told_with_both_lines(old: str, new: str, at: str, words: str, flow_at: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new, 1)
    found = problems(text)
    told = [f"{problem.words} {problem.advice}" for problem in found]
    fitting = [problem for problem, sentence in zip(found, told, strict=True) if words in sentence]
    assert fitting, told
    assert fitting[0].place.line == line_of(at, text)
    if flow_at is not None:
        line = FLOW_TEXT.splitlines()[(fitting[0].flow_line or 0) - 1]
        assert flow_at in line


def test_every_request_needs_steps_that_end_in_an_answer() -> None:
    cut = GOOD[: GOOD.index("  STATUS:")]
    told = [problem.words for problem in problems(cut)]
    assert told == [
        "The screen STATUS sends data_exchange, and no steps answer it.",
        "The screen STATUS asks when a person leaves it backwards, and no steps answer that.",
    ]
    without_end = GOOD.replace(
        "      - show: STATUS\n", '      - when: "${order}"\n        then:\n          - show: STATUS\n'
    )
    assert any("can end without an answer" in problem.words for problem in problems(_indented(without_end)))
    unasked = GOOD.replace("  STATUS:\n", "  ORDER2:\n", 1)
    assert any("no steps answer it" in problem.words for problem in problems(unasked))


def _indented(text: str) -> str:
    head, _, tail = text.partition("          - show: STATUS\n")
    data, blank, rest = tail.partition("\n\n")
    return head + "          - show: STATUS\n" + "\n".join(f"    {line}" for line in data.split("\n")) + blank + rest


def test_what_may_be_missing_is_told_until_it_is_tested() -> None:
    """A row that may not be there is used only where a condition has shown that it is."""
    before = GOOD.replace('      - when: "${!order}"\n', '      - when: "${!data.number}"\n')
    told = [f"{problem.words} {problem.advice}" for problem in problems(before)]
    assert any("'state' of the screen STATUS does not fit: it may be missing." in words for words in told)
    assert any("with !" not in words for words in told)
    assert problems(GOOD) == []


def flow(data: dict[str, Any], components: list[dict[str, Any]] | None = None) -> FlowContract:
    footer = {"type": "Footer", "label": "Go", "on-click-action": {"name": "data_exchange", "payload": {}}}
    screen = {
        "id": "A",
        "terminal": True,
        "data": data,
        "layout": {"type": "SingleColumnLayout", "children": [*(components or []), footer]},
    }
    value = {"version": "7.3", "data_api_version": "3.0", "routing_model": {"A": []}, "screens": [screen]}
    return FlowContract(parse(json.dumps(value, indent=1)))


ITEM = {
    "type": "array",
    "items": {"type": "object", "properties": {"id": {"type": "string"}, "title": {"type": "string"}}},
}


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("${rows[].{id: id, title: name}}", None),
        ("${rows[?price > `3`].{id: id, title: name}}", None),
        ("${[{id: 'a', title: 'b'}]}", None),
        ("${rows[].{id: id, title: name} || [{id: 'a', title: 'b'}]}", None),
        ("${sort_by(rows, &price)[].{id: id, title: name}}", None),
        ("${map(&{id: id, title: name}, rows)}", None),
        ("${rows[:3].{id: id, title: join(' ', [name, name])}}", None),
        ("${rows[].{id: id, title: price}}", "of its items of its 'title' it is number, and string is wanted"),
        ("${rows[].{id: id}}", "of its items its 'title' is missing"),
        ("${rows}", "of its items its 'title' is missing"),
        ("${rows[0]}", "it is {id: string, name: string, price: number}, and"),
        ("${rows[].id}", "of its items it is string"),
        ("${max_by(rows, &price).name}", "it is string, and"),
        ("${unknown}", "its type is not known; say it with gives"),
        ("a ${rows[0].name}", "it is string"),
    ],
)
def test_types_of_expressions_are_known(value: str, fault: str | None) -> None:
    text = f"""
tables: {{t: {{columns: {{id: string, name: string, price: number}}, text: "id,name,price"}}}}
databases: {{d: {{sqlite: d.db}}}}
open:
  - table: t
    as: rows
  - sql: d
    query: select 1
    as: unknown
  - show: A
    data: {{items: {json.dumps(value)}}}
screens: {{A: {{exchange: [{{finish: }}]}}}}
"""
    found = problems(text, flow({"items": ITEM}))
    if fault is None:
        assert found == []
    else:
        assert [fault in problem.words for problem in found] == [True], found


def flows() -> list[Any]:
    return [
        *(template.path for template in TEMPLATES.values() if hasattr(template, "path")),
        *corpus_documents("official", "valid"),
    ]


@pytest.mark.parametrize("path", flows(), ids=lambda path: path.stem)
def test_the_first_connector_of_every_flow_passes_its_check(path: Any) -> None:
    contract = FlowContract(parse(path.read_bytes()))
    assert problems(write_skeleton(contract, "flow.json", "connector.yaml"), contract) == []
