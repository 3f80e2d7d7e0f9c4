"""The graph of screens: what the routing model says, or the navigate actions where there is none."""

from collections.abc import Iterable, Mapping
from typing import Any

from headrace.flowjson.catalogue.containers import MAX_BRANCHES, is_screen_id
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, Place, key, listed
from headrace.flowjson.checks.flow import Action, Flow
from headrace.flowjson.checks.rules import Rule, rule

CODE = "INVALID_ROUTING_MODEL"


def _rule(name: str, message: str, *, absence: bool = False) -> Rule:
    return rule(f"routing/{name}", CODE, message, absence=absence)


MISSING_SCREENS = _rule(
    "missing-screens", "Following screens are missing in the routing model: [{screens}].", absence=True
)
UNKNOWN_SCREENS = _rule(
    "unknown-screens", "Invalid screens found in the routing model: [{screens}].", absence=True
)  # fmt: skip
LOOP = _rule("loop", "Loop detected in the routing model for screens: [{screens}].")
TOO_MANY_BRANCHES = _rule(
    "too-many-branches", "Number of branches exceeds the max limit of {limit} for screens: [{screens}]."
)
TOO_MANY_TARGETS = _rule(
    "too-many-targets",
    "Number of branches exceeds the max limit of {limit} for screens: [{screens}]. Reduce navigate actions for "
    "the screen.",
)
BACKWARD = _rule(
    "backward-route",
    "Backward route [{target}->{source}] corresponding to forward route [{source}->{target}] is not allowed in the "
    "routing model. Only forward routes can be specified.",
)
NO_ENTRY = _rule(
    "no-entry",
    "No entry screen found in the routing model. Expected a screen with no inbound edges as the entry screen.",
    absence=True,
)
NO_ENTRY_BY_ACTIONS = _rule(
    "no-entry-by-actions",
    "No entry screen found in the routing model. Add a screen that is not used as the next screen in any of the "
    "navigate actions.",
    absence=True,
)
NOT_CONNECTED = _rule(
    "not-connected",
    "Following screens are not connected with the rest of the screens: [{screens}]. All screens should be connected.",
    absence=True,
)
NOT_CONNECTED_BY_ACTIONS = _rule(
    "not-connected-by-actions",
    "Following screens are not connected with the rest of the screens via navigate screen action: [{screens}]. All "
    "screens should be connected.",
    absence=True,
)
NO_ROUTE = _rule(
    "missing-route",
    "Missing direct route from screen '{source}' to screen '{target}' in the routing model, while it exists in the "
    "navigate screen action of screen '{source}'.",
    absence=True,
)
NEEDS_DATA_API_VERSION = rule(
    "routing/needs-data-api-version",
    "MISSING_REQUIRED_PROPERTY",
    "The property 'data_api_version' is required for data_exchange action.",
    absence=True,
)
NEEDS_ROUTING_MODEL = rule(
    "routing/needs-routing-model",
    "MISSING_REQUIRED_PROPERTY",
    "The property 'routing_model' is required for property 'data_api_version'.",
    absence=True,
)
SAME_SCREEN = rule(
    "actions/navigate-to-same-screen",
    "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
    "Same screen navigation is not allowed. Loop detected at [{screens}].",
)
UNKNOWN_TARGET = rule(
    "actions/navigate-to-unknown-screen",
    "INVALID_NAVIGATE_ACTION_NEXT_SCREEN_NAME",
    "Unknown screen ids found: [{screens}].",
    absence=True,
)

_LISTS_LEAD_ANYWHERE_SINCE = v("6.2")
_NAVIGATION_COUNTS_SINCE = v("7.3")

Edges = dict[str, list[str]]


def check_routes(flow: Flow, findings: Findings) -> None:
    """Where navigate actions lead, and whether the screens hang together."""
    targets_known = _targets(flow, findings)
    model = flow.value.get("routing_model")
    if not flow.has_endpoint:
        exchanges = [
            (*action.path, "name")
            for screen in flow.screens
            for action in screen.actions
            if action.name == "data_exchange"
        ]
        if exchanges:
            findings.add(NEEDS_DATA_API_VERSION, *exchanges)
    elif "routing_model" not in flow.value:
        findings.add(NEEDS_ROUTING_MODEL, ())
        return
    if isinstance(model, dict):
        _declared(flow, model, findings, targets_known=targets_known)
    elif "routing_model" not in flow.value and flow.complete and flow.actions_complete and targets_known:
        _by_actions(flow, findings)


def _targets(flow: Flow, findings: Findings) -> bool:
    """Whether every navigate action leads to another screen of the file."""
    unknown: dict[str, list[Action]] = {}
    same: dict[str, list[Action]] = {}
    for screen in flow.screens:
        for action in screen.actions:
            target = action.target
            if target is None:
                continue
            if target == screen.id:
                same.setdefault(target, []).append(action)
            elif target not in flow.by_id:
                unknown.setdefault(target, []).append(action)
    for found, broken in ((same, SAME_SCREEN), (unknown, UNKNOWN_TARGET)):
        if found and (broken is SAME_SCREEN or flow.complete):
            places = [(*action.path, "next", "name") for actions in found.values() for action in actions]
            findings.add(broken, *places, screens=listed(found))
    return not unknown and not same


def _declared(flow: Flow, model: Mapping[str, Any], findings: Findings, *, targets_known: bool) -> None:
    edges: Edges = {
        source: [target for target in targets if isinstance(target, str)]
        for source, targets in model.items()
        if isinstance(targets, list)
    }
    well_formed = len(edges) == len(model)
    _loops(edges, findings)
    _branches(edges, findings)
    backward = _backward(model, edges, findings)
    if not flow.complete or not well_formed:
        return
    unknown = _unknown(flow, edges, findings)
    named = set(edges).union(*edges.values())
    missing = [screen for screen in flow.screens if screen.id not in named and not screen.is_terminal]
    if unknown:
        # A wrong name is one mistake: the screen that was meant would be missing, unconnected and without a route.
        return
    if missing:
        places = [(*screen.path, "id") for screen in missing]
        findings.add(MISSING_SCREENS, *places, screens=listed(screen.label for screen in missing))
    missing_ids = {screen.label for screen in missing}
    forward = {
        source: [target for target in targets if target != source and (source, target) not in backward]
        for source, targets in edges.items()
    }
    _entry(flow, forward, findings, targets_known=targets_known)
    _connected(flow, forward, missing_ids, NOT_CONNECTED, findings)
    _routes(flow, edges, missing_ids, findings)


def _loops(edges: Edges, findings: Findings) -> None:
    loops = [source for source, targets in edges.items() if source in targets]
    if loops:
        findings.add(LOOP, *[key(("routing_model", source)) for source in loops], screens=listed(loops))


def _branches(edges: Edges, findings: Findings) -> None:
    wide = [source for source, targets in edges.items() if len(set(targets)) > MAX_BRANCHES]
    if wide:
        places = [key(("routing_model", source)) for source in wide]
        findings.add(TOO_MANY_BRANCHES, *places, limit=MAX_BRANCHES, screens=listed(wide))


def _backward(model: Mapping[str, Any], edges: Edges, findings: Findings) -> set[tuple[str, str]]:
    """Notes each pair of opposite edges once, where its second half stands; returns those halves."""
    seen: set[tuple[str, str]] = set()
    backward: set[tuple[str, str]] = set()
    for source, targets in edges.items():
        for target in dict.fromkeys(targets):
            if (target, source) in seen and target != source:
                backward.add((source, target))
                place = ("routing_model", source, model[source].index(target))
                findings.add(BACKWARD, place, source=target, target=source)
            seen.add((source, target))
    return backward


def _unknown(flow: Flow, edges: Edges, findings: Findings) -> bool:
    """A screen that a navigate action names, too, but the file does not have, is reported at both places."""
    unknown: dict[str, list[Place]] = {}
    for source, targets in edges.items():
        if source not in flow.by_id:
            unknown.setdefault(source, []).append(key(("routing_model", source)))
        for index, target in enumerate(targets):
            if target not in flow.by_id:
                unknown.setdefault(target, []).append(Place(("routing_model", source, index)))
    # What cannot even be an id has been reported already.
    reported = {name: places for name, places in unknown.items() if is_screen_id(name, flow.version)}
    if reported:
        places = [place for at in reported.values() for place in at]
        findings.add(UNKNOWN_SCREENS, *places, screens=listed(reported))
    return bool(unknown)


def _entry(flow: Flow, edges: Edges, findings: Findings, *, targets_known: bool) -> None:
    pairs = {(source, target) for source, targets in edges.items() for target in targets}
    reached = {target for _, target in pairs}
    if flow.version >= _NAVIGATION_COUNTS_SINCE and targets_known:
        reached |= {
            action.target
            for screen in flow.screens
            for action in screen.actions
            # A step back along an edge is no way in.
            if action.target and (action.target, screen.id) not in pairs
        }
    if all(screen_id in reached for screen_id in flow.by_id):
        findings.add(NO_ENTRY, ("routing_model",))


def _routes(flow: Flow, edges: Edges, missing: set[str], findings: Findings) -> None:
    """Every navigate action needs its edge, in whichever direction."""
    pairs = {(source, target) for source, targets in edges.items() for target in targets}
    for screen in flow.screens:
        if screen.id is None or screen.id in missing:
            continue
        if flow.version >= _LISTS_LEAD_ANYWHERE_SINCE and screen.of_kind("NavigationList"):
            continue
        for action in screen.actions:
            target = action.target
            if target is None or target == screen.id or target in missing or target not in flow.by_id:
                continue
            if (screen.id, target) not in pairs and (target, screen.id) not in pairs:
                places = ((*screen.path, "id"), (*flow.by_id[target].path, "id"))
                findings.add(NO_ROUTE, *places, source=screen.id, target=target)


def _by_actions(flow: Flow, findings: Findings) -> None:
    lists_lead_anywhere = flow.version >= _LISTS_LEAD_ANYWHERE_SINCE
    edges: Edges = {}
    any_list = False
    for screen in flow.screens:
        if screen.id is None:
            continue
        targets = list(dict.fromkeys(action.target for action in screen.actions if action.target))
        if len(targets) > MAX_BRANCHES:
            findings.add(TOO_MANY_TARGETS, screen.path, limit=MAX_BRANCHES, screens=screen.id)
        if lists_lead_anywhere and screen.of_kind("NavigationList"):
            any_list = True
            targets = [screen_id for screen_id in flow.by_id if screen_id != screen.id]
        edges[screen.id] = targets
    reached = {target for targets in edges.values() for target in targets}
    if flow.screens and not any_list and all(screen_id in reached for screen_id in flow.by_id):
        findings.add(NO_ENTRY_BY_ACTIONS, ("screens",))
    if len(flow.by_id) > 1:
        _connected(flow, edges, set(), NOT_CONNECTED_BY_ACTIONS, findings)


def _connected(flow: Flow, edges: Edges, left_out: set[str], broken: Rule, findings: Findings) -> None:
    """Every screen can be reached from the first one when edges are read in both directions."""
    neighbours: dict[str, set[str]] = {screen_id: set() for screen_id in flow.by_id}
    for source, targets in edges.items():
        for target in targets:
            if source in neighbours and target in neighbours:
                neighbours[source].add(target)
                neighbours[target].add(source)
    first = next((screen_id for screen_id in flow.by_id if screen_id not in left_out), None)
    reached = _reach(neighbours, [first] if first else [])
    lonely = [screen_id for screen_id in flow.by_id if screen_id not in reached and screen_id not in left_out]
    if lonely:
        places = [(*flow.by_id[one].path, "id") for one in lonely]
        findings.add(broken, *places, screens=listed(lonely))


def _reach(neighbours: Mapping[str, Iterable[str]], start: list[str]) -> set[str]:
    reached, waiting = set(start), list(start)
    while waiting:
        for following in neighbours[waiting.pop()]:
            if following not in reached:
                reached.add(following)
                waiting.append(following)
    return reached
