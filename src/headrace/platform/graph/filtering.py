"""The parameter `filtering`: `[{"field": "account_mode", "operator": "EQUAL", "value": "LIVE"}]`."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select

from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.graph.parameters import Parameters, one_of

_OPERATORS: Mapping[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "EQUAL": lambda column, value: column == str(value),
    "NOT_EQUAL": lambda column, value: column != str(value),
    "IN": lambda column, value: column.in_(_texts(value)),
    "NOT_IN": lambda column, value: column.not_in(_texts(value)),
    "CONTAIN": lambda column, value: column.contains(str(value), autoescape=True),
}


def filtered(statement: Select[Any], parameters: Parameters, columns: Mapping[str, ColumnElement[Any]]) -> Select[Any]:
    """The rows that every condition of `filtering` lets through. Raises code 100 for a condition without sense."""
    if not columns:
        return statement
    for index, condition in enumerate(parameters.array("filtering") or []):
        place = f"filtering[{index}]"
        if not isinstance(condition, dict):
            raise PARAMETER_INVALID.numbered(f"Param {place} must be an object with field, operator and value")
        column, operator = columns.get(str(condition.get("field"))), _OPERATORS.get(str(condition.get("operator")))
        if column is None:
            raise one_of(f"{place}[field]", condition.get("field"), sorted(columns))
        if operator is None:
            raise one_of(f"{place}[operator]", condition.get("operator"), sorted(_OPERATORS))
        statement = statement.where(operator(column, condition.get("value")))
    return statement


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
