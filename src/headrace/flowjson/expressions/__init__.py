"""`${…}` bindings, the conditions of If, and expressions in backticks: their grammar, and what they come to.

A binding is a whole string `${data.x}`, `${form.name}` or (4.0) `${screen.ID.data.x}`; from 6.0 a string in backticks
is an expression. Both are replaced by their value, with its JSON type; all other strings stand for themselves.
"""

from typing import Any

from headrace.flowjson.catalogue.versions import Version
from headrace.flowjson.expressions.conditions import evaluate_condition
from headrace.flowjson.expressions.evaluation import UNDEFINED, Scope, evaluate, truth
from headrace.flowjson.expressions.grammar import ExpressionError, parse_expression
from headrace.flowjson.expressions.references import Reference, is_binding, is_expression, read_binding, references

__all__ = ["UNDEFINED", "Reference", "Scope", "condition", "is_binding", "references", "resolve"]


def resolve(value: Any, scope: Scope, version: Version) -> Any:
    """A value with every binding and expression in it replaced by what it comes to.

    Objects and arrays are walked; members whose key begins with `on-` pass untouched. Members without a value are
    dropped, elements of an array without one become None. A binding alone without a value, or whose value is None,
    gives UNDEFINED; so does an expression that cannot be read. An expression that is nothing but a reference gives None
    where that stands.
    """
    if isinstance(value, str):
        return _resolve_text(value, scope, version)
    if isinstance(value, list):
        items = [resolve(item, scope, version) for item in value]
        return [None if item is UNDEFINED else item for item in items]
    if isinstance(value, dict):
        members = {
            key: inner if key.startswith("on-") else resolve(inner, scope, version) for key, inner in value.items()
        }
        return {key: inner for key, inner in members.items() if inner is not UNDEFINED}
    return value


def condition(value: str | bool, scope: Scope, version: Version) -> bool:
    """Whether the condition of an If holds; one that cannot be evaluated does not.

    `value` is a literal boolean, a plain condition, or from 6.0 on an expression in backticks.
    """
    if not isinstance(value, str):
        return value is True
    if is_expression(value, version):
        result = _resolve_text(value, scope, version)
        return result is not UNDEFINED and truth(result)
    return evaluate_condition(value, scope)


def _resolve_text(text: str, scope: Scope, version: Version) -> Any:
    if is_expression(text, version):
        try:
            return evaluate(parse_expression(text), scope)
        except ExpressionError:
            return UNDEFINED
    binding = read_binding(text, version)
    if binding is None:
        return text
    value = scope.lookup(binding.path)
    return UNDEFINED if value is None else value
