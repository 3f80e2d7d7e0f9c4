"""NavigationLists: their items, their action, and where they may stand."""

from typing import Any

from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.diagnostics import Path

ON_TERMINAL = rule(
    "navigation-list/on-terminal-screen",
    "INVALID_PROPERTY_KEY",
    "Screen '{screen}' has a NavigationList, so property 'terminal' cannot be true.",
)
BADGES = rule(
    "navigation-list/badges",
    "MAX_ITEMS_REQUIRED",
    "Only one item of NavigationList '{name}' can have a badge, but {count} have one.",
)
NO_ACTION = rule(
    "navigation-list/no-action",
    "MISSING_REQUIRED_PROPERTY",
    "NavigationList '{name}' needs property 'on-click-action', on itself or on each of its items.",
    absence=True,
)
TWO_ACTIONS = rule(
    "navigation-list/two-actions",
    "DUPLICATE_PROPETY_FOR_CONDITION",
    "NavigationList '{name}' has 'on-click-action' itself and on its items; use one of the two places.",
)
END_MEMBERS = rule(
    "navigation-list/end-members",
    "DUPLICATE_PROPETY_FOR_CONDITION",
    "Property 'end' of an item of NavigationList '{name}' has one or two of title, description and metadata.",
)
END_WITH_LARGE = rule(
    "navigation-list/end-with-large-media",
    "INVALID_PROPERTY_VALUE_FOR_CONDITION",
    "The items of NavigationList '{name}' cannot have property 'end' when 'media-size' is large.",
)


def check_navigation_lists(flow: Flow, findings: Findings) -> None:
    """Every NavigationList."""
    for screen in flow.screens_with("NavigationList"):
        if screen.is_terminal:
            findings.add(ON_TERMINAL, screen.path, screen=screen.label)
        for node in screen.of_kind("NavigationList"):
            _list(node, findings)


def _list(node: Node, findings: Findings) -> None:
    items = node.value.get("list-items")
    rows: list[Any] = items if isinstance(items, list) else []
    path: Path = (*node.path, "list-items")
    _actions(node, rows, path, findings)
    badges = sum(isinstance(row, dict) and "badge" in row for row in rows)
    if badges > 1:
        findings.add(BADGES, node.path, name=node.name, count=badges)
    ends = {index: row["end"] for index, row in enumerate(rows) if isinstance(row, dict) and "end" in row}
    for index, end in ends.items():
        if isinstance(end, dict) and not 1 <= len(end) <= 2:
            findings.add(END_MEMBERS, (*path, index, "end"), name=node.name)
    if ends and node.value.get("media-size") == "large":
        findings.add(END_WITH_LARGE, node.path, name=node.name)


def _actions(node: Node, rows: list[Any], path: Path, findings: Findings) -> None:
    own = "on-click-action" in node.value
    with_action = [index for index, row in enumerate(rows) if isinstance(row, dict) and "on-click-action" in row]
    if own and with_action:
        places: list[Path] = [(*path, index, "on-click-action") for index in with_action]
        findings.add(TWO_ACTIONS, (*node.path, "on-click-action"), *places, name=node.name)
    elif not own and rows and len(with_action) < len(rows):
        findings.add(NO_ACTION, node.path, name=node.name)
