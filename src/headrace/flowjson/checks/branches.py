"""If and Switch: how deep, with what in their branches, and with which Footers."""

from headrace.flowjson.catalogue.containers import MAX_IF_LEVELS
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.expressions.references import is_binding

TOO_DEEP = rule(
    "branches/too-deep", "MAXIMUM_IF_NESTING", "If components are nested {count} deep; {limit} levels are allowed."
)
NO_ELSE = rule(
    "branches/footer-without-else",
    "MISSING_FOOTER_IN_IF_ELSE_BRANCHES",
    "Missing Footer inside one of the 'If' component branches. Branch 'else' should exist and contain one Footer.",
    absence=True,
)
ONE_BRANCH = rule(
    "branches/footer-in-one-branch",
    "MISSING_FOOTER_IN_IF_ELSE_BRANCHES",
    "Footer component must be present in all branches of 'If' component if it exists in any one branch.",
    absence=True,
)
SOME_CASES = rule(
    "branches/footer-in-some-cases",
    "MISSING_FOOTER_IN_SWITCH_BRANCHES",
    "Footer component must be present in all switch cases if it exists in one of the cases.",
    absence=True,
)
NO_CASES = rule(
    "branches/no-cases", "INVALID_PROPERTY_VALUE", 'Invalid empty property found at: "{path}".', absence=True
)
EMPTY_THEN = rule(
    "branches/empty-then",
    "INVALID_PROPERTY_VALUE",
    "Expected array to contain at least one component.",
    absence=True,
)
STATIC_SWITCH = rule(
    "branches/static-switch",
    "PATTERN_MISMATCH",
    "Property 'value' should have dynamic data format of the form ${{data.your_value}}.",
)


def check_branches(flow: Flow, findings: Findings) -> None:
    """Every If and Switch."""
    for screen in flow.screens_with("If", "Switch"):
        for node in screen.of_kind("If"):
            _if(node, screen, findings)
        for node in screen.of_kind("Switch"):
            _switch(node, screen, flow, findings)


def _if(node: Node, screen: Screen, findings: Findings) -> None:
    if node.value.get("then") == []:
        findings.add(EMPTY_THEN, (*node.path, "then"))
    if node.within("If"):
        return
    levels = _levels(node)
    if levels > MAX_IF_LEVELS:
        findings.add(TOO_DEEP, node.path, count=levels, limit=MAX_IF_LEVELS)
    if not screen.complete:
        return
    branches = [name for name in ("then", "else") if isinstance(node.value.get(name), list)]
    found = _branches_with_footer(node)
    with_footer = [name for name in branches if name in found]
    if with_footer == ["then"] and "else" not in node.value:
        findings.add(NO_ELSE, node.path)
    elif with_footer and len(with_footer) < len(branches):
        findings.add(ONE_BRANCH, node.path)


def _levels(node: Node) -> int:
    """How many Ifs stand in one another, this one included."""
    return (node.kind == "If") + max((_levels(child) for child in node.children), default=0)


def _branches_with_footer(node: Node) -> set[str]:
    """The branches in which a Footer stands, be it in a Switch or If within."""
    return {child.branch for child in node.children if child.kind == "Footer" or _branches_with_footer(child)}


def _switch(node: Node, screen: Screen, flow: Flow, findings: Findings) -> None:
    value = node.value.get("value")
    if isinstance(value, str) and value.strip() and not value.startswith("${") and not is_binding(value, flow.version):
        findings.add(STATIC_SWITCH, (*node.path, "value"))
    cases = node.value.get("cases")
    if not isinstance(cases, dict):
        return
    if not cases:
        steps = [str(step) for step in (*node.path, "cases")]
        findings.add(NO_CASES, (*node.path, "cases"), path="/".join(["$root", *steps]))
    with_footer = _branches_with_footer(node)
    if screen.complete and with_footer and len(with_footer) < len(cases):
        findings.add(SOME_CASES, node.path)
