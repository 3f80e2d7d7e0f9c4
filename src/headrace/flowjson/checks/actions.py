"""The shape of an action: which actions a component takes, and which members go with which action."""

from typing import Any

from headrace.flowjson.catalogue import Shape
from headrace.flowjson.catalogue.actions import CLICK_ACTION, SELECT_ACTION
from headrace.flowjson.checks import values
from headrace.flowjson.checks.findings import key
from headrace.flowjson.checks.flow import Action, Node
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.values import PropertySchema, Walk, wrong_type
from headrace.flowjson.diagnostics import Path

NOT_FOR_ACTION = rule(
    "actions/member-not-for-action",
    "NOT_KEYWORD_SCHEMA_VALIDATION_FAILED",
    "Property '{property}' cannot be specified for action '{action}'.",
)
MISSING_MEMBER = rule(
    "actions/missing-member", "MISSING_REQUIRED_PROPERTY", "Required property '{property}' is missing.", absence=True
)

_SHAPES: dict[str, Shape] = {"click": CLICK_ACTION, "select": SELECT_ACTION}
_FORBIDDEN = {"navigate": ("url",), "open_url": ("next", "payload")}
_NEEDED = {"navigate": "next", "open_url": "url"}


def action(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """An action of a component or of one of its items."""
    assert schema.property.action is not None
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        walk.screen.complete = False
        return
    before = walk.findings.count
    walk.closed(_SHAPES[schema.property.action.kind], value, path, node, item)
    name = value.get("name")
    names = schema.property.action.names
    if type(name) is not str or name not in names or names[name] > walk.version:
        walk.screen.complete = False
        if type(name) is str and name:
            allowed = [one for one, first in names.items() if first <= walk.version]
            walk.findings.add(values.NOT_IN_LIST, (*path, "name"), values=", ".join(allowed))
        return
    _members(walk, name, value, path)
    if walk.findings.count != before:
        walk.screen.complete = False
    if node:
        walk.screen.actions.append(Action(name, value, path, node, schema.property.name, item))


def _members(walk: Walk, name: str, value: dict[str, Any], path: Path) -> None:
    for member in _FORBIDDEN.get(name, ("next", "url")):
        if member in value:
            walk.findings.add(NOT_FOR_ACTION, key((*path, member)), property=member, action=name)
    needed = _NEEDED.get(name)
    if needed and needed not in value:
        walk.findings.add(MISSING_MEMBER, path, property=needed)
