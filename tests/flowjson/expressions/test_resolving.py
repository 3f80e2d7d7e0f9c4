"""What bindings, conditions and expressions come to."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.expressions import UNDEFINED, condition, is_binding, references, resolve


class Values:
    """A scope over plain nested objects."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def lookup(self, path: tuple[str, ...]) -> Any:
        found: Any = self.values
        for step in path:
            if not isinstance(found, dict) or step not in found:
                return UNDEFINED
            found = found[step]
        return found


SCOPE = Values(
    {
        "data": {
            "n": 3,
            "half": 0.5,
            "s": "rye",
            "yes": True,
            "no": False,
            "empty": "",
            "list": ["a", "b"],
            "o": {"p": 7},
        },
        "form": {"age": "30", "name": "Ada", "cal": {"start-date": "2026-12-01"}, "untouched": ""},
        "screen": {"START": {"data": {"x": "there"}, "form": {"y": "typed"}}},
    }
)


def came_to(text: str, version: str = "7.3") -> Any:
    return resolve(text, SCOPE, v(version))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${data.n}", 3),
        ("${data.o.p}", 7),
        ("${data.o}", {"p": 7}),
        ("${form.cal.start-date}", "2026-12-01"),
        ("${screen.START.form.y}", "typed"),
        ("${data.gone}", UNDEFINED),
        ("Hello ${form.name}", "Hello ${form.name}"),
        ("${form.name}!", "${form.name}!"),
        ("${other.name}", "${other.name}"),
        ("plain", "plain"),
        ("", ""),
        ("`", "`"),
        ("``", "``"),
    ],
)
def test_a_binding_is_the_whole_text(text: str, value: Any) -> None:
    assert came_to(text) == value


def test_global_references_came_with_4_and_expressions_with_6() -> None:
    assert came_to("${screen.START.data.x}", "3.1") == "${screen.START.data.x}"
    assert came_to("${screen.START.data.x}", "4.0") == "there"
    assert came_to("`1 + 1`", "5.1") == "`1 + 1`"
    assert came_to("`1 + 1`", "6.0") == 2
    assert is_binding("${form.name}", v("2.1"))
    assert not is_binding("`1`", v("5.1"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("`${data.n} + 1`", 4),
        ("`${form.age} + 1`", 31),
        ("`${data.n} / 7`", 0.43),
        ("`0.5 / 100`", 0.01),
        ("`-0.5 / 100`", 0),
        ("`7 / 0`", 0),
        ("`7 % 0`", 0),
        ("`7 % 4`", 3),
        ("`-7 % 4`", -3),
        (f"`{'9' * 400} % 4`", 0),
        (f"`4 % {'9' * 400}`", 4),
        (f"`{'9' * 400} - {'9' * 400}`", 0),
        ("`2 + 3 * 4`", 14),
        ("`(2 + 3) * 4`", 20),
        ("`10 - 3 - 2`", 5),
        ("`-${data.n}`", -3),
        ("`${data.gone} + 1`", 1),
        ("`${data.empty} * 5`", 0),
        ("`${data.s} == 'rye'`", True),
        ('`${data.s} != "rye"`', False),
        ("`${form.age} == 30`", True),
        ("`${data.gone} == ${data.empty}`", True),
        ("`${data.gone} == 'x'`", False),
        ("`${data.yes} == true`", True),
        ("`${data.n} >= 3`", True),
        ("`${data.gone} < 1`", False),
        ("`${data.s} < 'zzz'`", False),
        ("`${data.yes} && !${data.no}`", True),
        ("`${data.no} || ${data.n} > 2`", True),
        ("`!${data.gone}`", True),
        ("`'I am ' ${form.name} ', ' ${form.age}`", "I am Ada, 30"),
        ("`'Born ' (2026 - ${form.age})`", "Born 1996"),
        ("`${data.half} ' ' ${data.yes} ' ' ${data.list} ${data.gone}`", "0.5 true a,b"),
        ("`'It\\'s' ' so'`", "It's so"),
        ("`1 2`", "12"),
        ("`${data.list}`", ["a", "b"]),
        ("`${data.gone}`", UNDEFINED),
        ("`1 +`", UNDEFINED),
        ("`f(1)`", UNDEFINED),
        ("`${data.yes} ? 1 : 2`", UNDEFINED),
        ("`null`", UNDEFINED),
        ("`${form.cal.start-date}`", UNDEFINED),
    ],
)
def test_expressions_follow_the_client(text: str, value: Any) -> None:
    found = came_to(text)
    assert found == value
    assert type(found) is type(value)


def test_a_whole_number_of_any_size_is_taken() -> None:
    scope = Values({"data": {"n": 10**400}})
    assert resolve("`${data.n} > 1`", scope, v("7.3")) is True
    assert resolve("`${data.n} + 1`", scope, v("7.3")) == 0


def test_a_payload_is_resolved_at_every_depth() -> None:
    payload = {
        "count": "${data.n}",
        "gone": "${data.gone}",
        "nested": {"list": ["${form.name}", "${data.gone}", {"o": "${data.o}"}], "text": "as it is"},
        "on-select-action": {"name": "update_data", "payload": {"x": "${data.n}"}},
        "number": 5,
    }
    assert resolve(payload, SCOPE, v("7.3")) == {
        "count": 3,
        "nested": {"list": ["Ada", None, {"o": {"p": 7}}], "text": "as it is"},
        "on-select-action": {"name": "update_data", "payload": {"x": "${data.n}"}},
        "number": 5,
    }


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("${data.yes}", True),
        ("!${data.yes}", False),
        ("${data.n} > 2", True),
        ("${data.n} == 3 && ${data.no}", False),
        ("${data.no} || ${data.yes} && ${data.n} != 4", True),
        ("(${data.no} || ${data.yes}) && ${data.no}", False),
        ("${form.age} >= 30", True),
        ("${form.name} == 'Ada'", True),
        ("${data.s} == 'it\\'s'", False),
        ("${form.untouched} == ''", True),
        ("${data.gone} == 'x'", False),
        ("${data.gone} != 'x'", True),
        ("${data.n}", False),
        ("${data.half} == 0", True),
        ("${form.age} == 30", True),
        ("${form.age} == '30.9'", True),
        ("${data.half} < 1", True),
        ("${data.half} > 0", False),
        ("${data.n} && ${data.yes}", False),
        ("${data.n} || ${data.no}", False),
        ("`${data.half} == 0`", False),
        ("${data.gone} == ''", True),
        ("${data.gone} != ''", False),
        ("${data.gone} == false", False),
        ("${data.gone} < 1", False),
        ("!${data.gone}", False),
        ("${data.n} >", False),
        ("nonsense", False),
        ("", False),
        ("`${data.gone} != 'x'`", True),
        ("`${data.n} > 2`", True),
        (True, True),
        (False, False),
    ],
)
def test_conditions(text: str | bool, holds: bool) -> None:
    assert condition(text, SCOPE, v("7.3")) is holds


def test_references_are_listed_with_their_place() -> None:
    found = references({"a": ["${form.x}", "mixed ${form.no}"], "b": "`${data.p.q} + ${screen.S.form.z}`"})
    assert [(one.path, one.at, one.start, one.end) for one in found] == [
        (("form", "x"), ("a", 0), 0, 9),
        (("data", "p", "q"), ("b",), 1, 12),
        (("screen", "S", "form", "z"), ("b",), 15, 33),
    ]
    assert [one.source for one in found] == ["form", "data", "form"]
    assert [one.screen for one in found] == [None, None, "S"]
    assert [one.steps for one in references("${data.a} && !${form.b}", condition=True)] == [("a",), ("b",)]
    assert references("${data.a} && !${form.b}") == []


PIECES = st.sampled_from(
    [
        "${data.n}",
        "${form.gone}",
        "'a'",
        "1",
        "2.5",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        "(",
        ")",
        "!",
        "&&",
        "||",
        " ",
        "true",
        "`",
        "?",
        "$",
        "{",
        "'",
        "${",
        "null",
        "x",
        "\\",
        "é",
        "1" * 400,
        "(" * 200,
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_no_text_is_too_odd(text: str) -> None:
    for one in (text, f"`{text}`"):
        resolve(one, SCOPE, v("7.3"))
        assert condition(one, SCOPE, v("7.3")) in (True, False)
        references(one)
