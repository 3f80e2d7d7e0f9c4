"""Screens as a whole: ids, ends, what their flags promise."""

from headrace.flowjson.catalogue.containers import MAX_SCREENS, RESERVED_SCREEN_IDS
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, listed
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.checks.rules import rule

DUPLICATE_ID = rule("screens/duplicate-id", "DUPLICATE_SCREEN_IDS", "Duplicate screen id found: '{id}'.")
RESERVED_ID = rule(
    "screens/reserved-id",
    "SCREEN_ID_IS_RESERVED_KEYWORD",
    "Screen id cannot be '{id}' since it is a reserved keyword.",
)
NO_TERMINAL = rule(
    "screens/no-terminal", "MISSING_TERMINAL_SCREEN", "Terminal screen is required but not provided.", absence=True
)
NO_FOOTER = rule(
    "screens/no-footer",
    "MISSING_FOOTER_ON_TERMINAL_SCREEN",
    "Footer component is missing on terminal screens: [{screens}].",
    absence=True,
)
FOOTER_GOES_ON = rule(
    "screens/terminal-footer-goes-on",
    "INVALID_PROPERTY_VALUE",
    "The Footer of terminal screen '{screen}' should complete the Flow or exchange data, but its action is '{action}'.",
)
NO_SUCCESS = rule(
    "screens/no-success",
    "INVALID_PROPERTY_VALUE",
    "At least one terminal screen must have property 'success' set as true.",
)
REFRESH_WITHOUT_ENDPOINT = rule(
    "screens/refresh-without-endpoint",
    "INVALID_PROPERTY_VALUE",
    "Property 'refresh_on_back' can be true only when property 'data_api_version' is set.",
    absence=True,
)
SENSITIVE = rule(
    "screens/sensitive",
    "INVALID_SENSITIVE_FIELD",
    "'{name}' in property 'sensitive' is not the name of a component on screen '{screen}'.",
    absence=True,
)
TOO_MANY = rule(
    "limits/screens", "MAX_SCREENS_NUMBER", "Maximum number of screens allowed per Flow is {limit} but found {count}."
)
COMPLETE_ON_WAY = rule(
    "actions/complete-not-terminal",
    "INVALID_COMPLETE_ACTION",
    "On-click-action 'complete' can only be configured on a terminal screen.",
    absence=True,
)

_FOOTER_MUST_END_SINCE = v("7.3")
_SUCCESS_SINCE = v("3.1")


def check_screens(flow: Flow, findings: Findings) -> None:
    """Ids, the number of screens, terminal screens and flags."""
    _ids(flow, findings)
    if len(flow.screens) > MAX_SCREENS:
        surplus = [screen.path for screen in flow.screens[MAX_SCREENS:]]
        findings.add(TOO_MANY, *surplus, limit=MAX_SCREENS, count=len(flow.screens))
    _ends(flow, findings)
    _success(flow, findings)
    if not flow.has_endpoint:
        refreshing = [
            (*screen.path, "refresh_on_back") for screen in flow.screens if screen.value.get("refresh_on_back") is True
        ]
        if refreshing:
            findings.add(REFRESH_WITHOUT_ENDPOINT, *refreshing)
    for screen in flow.screens:
        _sensitive(screen, findings)


def _ids(flow: Flow, findings: Findings) -> None:
    for screen in flow.screens:
        if screen.id is None:
            continue
        if screen.id in RESERVED_SCREEN_IDS:
            # The printed text names the lower case word; whoever wrote the other one needs to read that one.
            findings.add(RESERVED_ID, (*screen.path, "id"), id=screen.id)
        if flow.by_id[screen.id] is not screen:
            findings.add(DUPLICATE_ID, (*screen.path, "id"), id=screen.id)


def _ends(flow: Flow, findings: Findings) -> None:
    terminals = [screen for screen in flow.screens if screen.is_terminal]
    if not terminals:
        if flow.complete and all(isinstance(screen.value.get("terminal", False), bool) for screen in flow.screens):
            findings.add(NO_TERMINAL, ("screens",))
        return
    without = [screen for screen in terminals if _lacks_footer(screen)]
    if without:
        ids = listed(screen.label for screen in without)
        findings.add(NO_FOOTER, *[screen.path for screen in without], screens=ids)
    if flow.version >= _FOOTER_MUST_END_SINCE:
        for screen in terminals:
            _footer_ends(screen, findings)
    for screen in flow.screens:
        if not screen.is_terminal and isinstance(screen.value.get("terminal", False), bool):
            names = [(*action.path, "name") for action in screen.actions if action.name == "complete"]
            if names:
                findings.add(COMPLETE_ON_WAY, *names)


def _lacks_footer(screen: Screen) -> bool:
    # A NavigationList on a terminal screen is a mistake of its own.
    return screen.complete and not screen.of_kind("Footer", "NavigationList")


def _footer_ends(screen: Screen, findings: Findings) -> None:
    """Only the first Footer of a screen is looked at."""
    footers = screen.of_kind("Footer")
    for action in screen.actions:
        if footers and action.node is footers[0] and action.name not in ("complete", "data_exchange"):
            findings.add(FOOTER_GOES_ON, (*action.path, "name"), screen=screen.label, action=action.name)


def _success(flow: Flow, findings: Findings) -> None:
    terminals = [screen for screen in flow.screens if screen.is_terminal]
    if flow.version < _SUCCESS_SINCE or not terminals:
        return
    if all(screen.value.get("success", True) is False for screen in terminals):
        findings.add(NO_SUCCESS, *[(*screen.path, "success") for screen in terminals])


def _sensitive(screen: Screen, findings: Findings) -> None:
    names = screen.value.get("sensitive")
    if not isinstance(names, list) or not screen.complete:
        return
    for index, name in enumerate(names):
        if isinstance(name, str) and name.strip() and name not in screen.names:
            findings.add(SENSITIVE, (*screen.path, "sensitive", index), name=name, screen=screen.label)
