"""What type an expression comes to, from the types of what is known: JMESPath's syntax tree, walked."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from headrace.exchange.connectors.expressions import Template
from headrace.exchange.connectors.functions import RESULTS, Functions
from headrace.exchange.connectors.type_syntax import read_type
from headrace.exchange.connectors.types import BOOLEAN, NULL, NUMBER, STRING, UNKNOWN, Type, list_of, object_of, type_of
from headrace.flowjson.checks.spelling import meant_by

Node = Mapping[str, Any]
_RESULTS: Final = {name: read_type(text) for name, text in RESULTS.items()}
_SAME: Final = frozenset({"reverse", "sort", "sort_by", "unique"})
_ONE_OF: Final = frozenset({"max_by", "min_by", "max", "min"})


class Inference:
    """Infers types. What is wrong is handed to `report` as a sentence and advice."""

    def __init__(self, report: Callable[[str, str], None]) -> None:
        self._report = report

    def of_template(self, template: Template, scope: Type) -> Type:
        if template.whole is not None:
            return self.of(template.whole.tree, scope)
        for expression in template.expressions:
            self.of(expression.tree, scope)
        return STRING

    def of(self, node: Node, current: Type) -> Type:
        """The type of a node, seen from a value of type `current`."""
        kind = node["type"]
        children = node.get("children") or []
        match kind:
            case "field":
                return self._field(node["value"], current)
            case "identity" | "current":
                return current
            case "literal":
                return type_of(node["value"])
            case "subexpression" | "index_expression" | "pipe":
                for child in children:
                    current = self.of(child, current)
                return current
            case "index":
                return (current.items or UNKNOWN).or_null() if _is_list(current) else _unless_text(current)
            case "slice":
                return current if _is_list(current) else UNKNOWN
            case "projection" | "value_projection" | "filter_projection" | "flatten":
                return self._projection(kind, children, current)
            case "comparator":
                sides = [self.of(child, current) for child in children]
                is_sure = node["value"] in {"eq", "ne"} or all(side == NUMBER for side in sides)
                return BOOLEAN if is_sure else BOOLEAN.or_null()
            case "not_expression":
                self.of(children[0], current)
                return BOOLEAN
            case "or_expression":
                left = self._when_true(children[0], current)
                right = self.of(children[1], narrowed(children[0], current, holds=False))
                return left.without_null() | right if left.is_known else UNKNOWN if left != NULL else right
            case "and_expression":
                left = self.of(children[0], current)
                right = self.of(children[1], narrowed(children[0], current, holds=True))
                return right if left == right else left | right
            case "multi_select_list":
                made = [self.of(child, current) for child in children]
                items = made[0]
                for one in made[1:]:
                    items = items | one
                return list_of(items)
            case "multi_select_dict":
                return object_of({child["value"]: self.of(child["children"][0], current) for child in children})
            case "function_expression":
                return self._function(node["value"], children, current)
        return UNKNOWN

    def _when_true(self, node: Node, current: Type) -> Type:
        """What a node comes to where that counts as true: of `a && b` it is b."""
        made = self.of(node, current)
        if node["type"] == "and_expression":
            left, right = node["children"]
            return self._when_true(right, narrowed(left, current, holds=True))
        return made

    def _field(self, name: str, current: Type) -> Type:
        if not current.is_known:
            return current
        if "object" not in current.kinds:
            advice = "With ! in front, write !(…), since ! goes with the first name only."
            self._report(f"There is no '{name}' in {_what(current)}.", advice if current == BOOLEAN else "")
            return UNKNOWN
        if current.members is None:
            return UNKNOWN
        found = current.members.get(name)
        if found is None:
            meant = meant_by(name, current.members)
            there = ", ".join(sorted(current.members)[:12]) or "nothing"
            self._report(
                f"Nothing is called '{name}' here.", f"Did you mean '{meant}'?" if meant else f"There are: {there}."
            )
            return UNKNOWN
        return found.or_null() if current.may_be_null else found

    def _projection(self, kind: str, children: list[Node], current: Type) -> Type:
        base = self.of(children[0], current)
        if kind == "flatten":
            items = base.items or UNKNOWN
            flat = items.items or UNKNOWN if items.kinds == {"array"} else items
            return list_of(flat) if _is_list(base) or not base.is_known else NULL
        if not base.is_known:
            return UNKNOWN
        if kind == "value_projection":
            items = UNKNOWN
        elif not _is_list(base):
            self._report(f"{_what(base).capitalize()} is no list.", "")
            return UNKNOWN
        else:
            items = base.items or UNKNOWN
        if kind == "filter_projection":
            self.of(children[2], items)
            items = narrowed(children[2], items, holds=True)
        made = self.of(children[1], items)
        result = list_of(made.without_null() if made.is_known else made)
        return result.or_null() if base.may_be_null else result

    def _function(self, name: str, arguments: list[Node], current: Type) -> Type:
        spec = Functions.FUNCTION_TABLE.get(name)
        if spec is None:
            meant = meant_by(name, Functions.FUNCTION_TABLE)
            self._report(f"There is no function {name}().", f"Did you mean '{meant}()'?" if meant else "")
            return UNKNOWN
        self._count(name, arguments, spec["signature"])
        given = [UNKNOWN if argument["type"] == "expref" else self.of(argument, current) for argument in arguments]
        if arguments and arguments[-1]["type"] == "expref":
            listed = given[0] if arguments[0]["type"] != "expref" else given[-1] if name != "map" else UNKNOWN
            inner = self._mapped(name, arguments, current)
            return list_of(inner) if name == "map" else self._picked(name, listed)
        if name == "map" and len(arguments) == 2:
            return list_of(self._mapped(name, arguments, current))
        self._judge(name, given, spec["signature"])
        if name in _RESULTS:
            return _RESULTS[name]
        if name in _SAME | _ONE_OF:
            return self._picked(name, given[0] if given else UNKNOWN)
        if name == "not_null":
            made = NULL
            for one in given:
                made = one if made == NULL else made | one
            last = given[-1] if given else NULL
            return made.without_null() if made.is_known and not last.may_be_null else made
        if name == "to_array":
            return given[0] if given and _is_list(given[0]) else list_of(given[0] if given else UNKNOWN)
        return UNKNOWN

    def _mapped(self, name: str, arguments: list[Node], current: Type) -> Type:
        expression, listed = (arguments[0], arguments[1]) if name == "map" else (arguments[1], arguments[0])
        items = self.of(listed, current).items or UNKNOWN if listed["type"] != "expref" else UNKNOWN
        return self.of(expression["children"][0], items) if expression["type"] == "expref" else UNKNOWN

    def _picked(self, name: str, listed: Type) -> Type:
        return listed if name in _SAME else (listed.items or UNKNOWN).or_null()

    def _count(self, name: str, arguments: list[Node], signature: Any) -> None:
        is_variadic = bool(signature) and signature[-1].get("variadic")
        wanted = len(signature)
        if len(arguments) < wanted or (len(arguments) > wanted and not is_variadic):
            self._report(f"{name}() takes {wanted} values, not {len(arguments)}.", "")

    def _judge(self, name: str, given: list[Type], signature: Any) -> None:
        for wanted, one in zip(signature, given, strict=False):
            kinds = {text.partition("-")[0] for text in wanted["types"]}
            if not kinds or not one.kinds or "expref" in kinds or one.kinds <= kinds:
                continue
            words = " or ".join(sorted(kinds))
            if one.without_null().kinds <= kinds and one.is_known:
                self._report(
                    f"{name}() takes {words}, and this may be missing.", "Write a value for that case: (… || 'none')."
                )
            else:
                self._report(f"{name}() takes {words}, not {one}.", "")


def narrowed(condition: Node, scope: Type, *, holds: bool) -> Type:
    """What is known of `scope` where a condition holds, or where it does not: what it asks for is there then."""
    kind, children = condition["type"], condition.get("children") or []
    if kind == "not_expression":
        return narrowed(children[0], scope, holds=not holds)
    if (kind == "and_expression" and holds) or (kind == "or_expression" and not holds):
        return narrowed(children[1], narrowed(children[0], scope, holds=holds), holds=holds)
    if kind == "comparator":
        return _compared(condition, scope, holds=holds)
    if kind in {"current", "identity"} and holds:
        return scope.without_null() if scope.is_known else scope
    if kind in {"field", "subexpression"} and holds:
        return _present(_steps(condition), scope)
    if kind == "function_expression" and condition["value"] in {"is_day", "matches", "length"} and holds and children:
        return _present(_steps(children[0]), scope)
    return scope


def _compared(condition: Node, scope: Type, *, holds: bool) -> Type:
    left, right = condition["children"]
    operator = condition["value"]
    for one, other in ((left, right), (right, left)):
        if other["type"] == "literal":
            is_null = other["value"] is None
            there = (operator == "ne") == holds if is_null else (operator != "ne") == holds
            if operator in {"eq", "ne"} and there:
                return _present(_steps(one), scope)
            if operator not in {"eq", "ne"} and holds:
                return _present(_steps(one), scope)
    return scope


def _steps(node: Node) -> list[str]:
    """The names of a plain path such as data.service; empty for anything else."""
    if node["type"] == "field":
        return [node["value"]]
    if node["type"] == "subexpression":
        parts = [_steps(child) for child in node["children"]]
        return [step for part in parts for step in part] if all(parts) else []
    return []


def _present(steps: list[str], scope: Type) -> Type:
    if not steps:
        return scope.without_null() if scope.is_known else scope
    if scope.members is None or steps[0] not in scope.members:
        return scope
    inner = scope.members[steps[0]]
    inner = inner.without_null() if inner.is_known else inner
    made = _present(steps[1:], inner) if len(steps) > 1 else inner
    return Type(scope.kinds, scope.items, {**scope.members, steps[0]: made})


def _is_list(one: Type) -> bool:
    return "array" in one.kinds


def _unless_text(one: Type) -> Type:
    return NULL if one.is_known else UNKNOWN


def _what(one: Type) -> str:
    words = {"array": "a list", "string": "a text", "number": "a number", "boolean": "true or false"}
    return words.get(next(iter(one.kinds - {"null"}), ""), "that")
