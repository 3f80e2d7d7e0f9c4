"""How many components of a kind a screen or Flow may have, and minimums above their maximums."""

from collections import Counter

from headrace.flowjson.catalogue import COMPONENTS, Component
from headrace.flowjson.catalogue.containers import MAX_COMPONENTS
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.checks.rules import rule

TOO_MANY_OF_TYPE = rule(
    "limits/component-type",
    "COMPONENT_TYPE_MAX_NUMBER_PER_SCREEN",
    "Maximum number of {type} allowed per screen is {limit} but found {count}.",
)
TOO_MANY_FOOTERS = rule(
    "limits/footers",
    "MORE_THAN_ONE_FOOTER",
    "Maximum number of Footer component allowed per screen is 1.",
)
TOO_MANY_COMPONENTS = rule(
    "limits/components",
    "MAX_ALLOWED_COMPONENTS_PER_SCREEN",
    "Maximum number of components allowed per screen is {limit} but found {count}.",
)
TOO_MANY_CAROUSELS = rule(
    "limits/carousels",
    "INVALID_PROPERTY_VALUE",
    "Maximum number of ImageCarousel allowed per Flow is {limit} but found {count}.",
)
MIN_ABOVE_MAX = rule(
    "limits/min-above-max",
    "MIN_VALUE_GREATER_THAN_MAX",
    "'{least}' cannot be greater than '{most}' for {type} '{name}'.",
)

_LIMITED = {
    component.name: component
    for component in COMPONENTS.values()
    if component.max_per_screen and component.name != "RichText"
}
"""RichText has a rule of its own about what may stand beside it."""

_MIN_AND_MAX = {
    "TextInput": ("min-chars", "max-chars"),
    "CheckboxGroup": ("min-selected-items", "max-selected-items"),
    "PhotoPicker": ("min-uploaded-photos", "max-uploaded-photos"),
    "DocumentPicker": ("min-uploaded-documents", "max-uploaded-documents"),
}


def check_counts(flow: Flow, findings: Findings) -> None:
    """Counts per screen and per Flow."""
    for screen in flow.screens:
        if len(screen.nodes) > MAX_COMPONENTS:
            _components(screen, findings)
        for kind, nodes in screen.kinds.items():
            limited = _LIMITED.get(kind)
            if limited and len(nodes) > (limited.max_per_screen or 0) and flow.version >= limited.max_per_screen_since:
                _of_type(limited, len(nodes), screen, findings)
    for screen in flow.screens_with(*PICKERS):
        pickers = [screen.of_kind(kind) for kind in PICKERS]
        if all(len(nodes) == 1 for nodes in pickers) and _together(screen, tuple(PICKERS)) > 1:
            places = [(*node.path, "type") for node in screen.of_kind(*PICKERS)]
            findings.add(TOO_MANY_OF_TYPE, *places, type="PhotoPicker and DocumentPicker", limit=1, count=2)
    for node in flow.of_kind(*_MIN_AND_MAX):
        _min_and_max(node, findings)
    carousels = list(flow.of_kind("ImageCarousel"))
    limit = COMPONENTS["ImageCarousel"].max_per_flow or 0
    if len(carousels) > limit and all(len(screen.of_kind("ImageCarousel")) <= 2 for screen in flow.screens):
        findings.add(TOO_MANY_CAROUSELS, *[node.path for node in carousels], limit=limit, count=len(carousels))


def _components(screen: Screen, findings: Findings) -> None:
    """Everything counts but the Form."""
    counted = [node for node in screen.nodes if node.kind != "Form"]
    if len(counted) > MAX_COMPONENTS:
        places = [(*node.path, "type") for node in counted[MAX_COMPONENTS:]]
        findings.add(TOO_MANY_COMPONENTS, *places, limit=MAX_COMPONENTS, count=len(counted))


def _of_type(limited: Component, count: int, screen: Screen, findings: Findings) -> None:
    """Of the branches of an If or Switch only the largest counts, since only one of them is shown."""
    limit = limited.max_per_screen or 0
    nodes = screen.of_kind(limited.name)
    if limited.name == "Form" and screen.has_branches:
        return
    if screen.has_branches and _together(screen, (limited.name,)) <= limit:
        return
    if limited.name == "Footer" and screen.has_branches:
        findings.add(TOO_MANY_FOOTERS, *[(*node.path, "type") for node in nodes])
        return
    surplus = nodes if screen.has_branches else nodes[limit:]
    places = [(*node.path, "type") for node in surplus]
    findings.add(TOO_MANY_OF_TYPE, *places, type=limited.name, limit=limit, count=count)


def _together(screen: Screen, kinds: tuple[str, ...]) -> int:
    """How many components of these kinds can be on the screen at once."""
    return sum(_at_once(node, kinds) for node in screen.nodes if node.parent is None)


def _at_once(node: Node, kinds: tuple[str, ...]) -> int:
    per_branch: Counter[str] = Counter()
    for child in node.children:
        per_branch[child.branch] += _at_once(child, kinds)
    return (node.kind in kinds) + max(per_branch.values(), default=0)


def _min_and_max(node: Node, findings: Findings) -> None:
    least, most = _MIN_AND_MAX[node.kind]
    values = node.value.get(least), node.value.get(most)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        low, high = values
        if low > high:  # type: ignore[operator]  # both were just found to be numbers
            findings.add(MIN_ABOVE_MAX, (*node.path, least), least=least, most=most, type=node.kind, name=node.name)
