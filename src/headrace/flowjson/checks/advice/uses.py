"""What is of no use: screens nobody reaches, data nobody reads; and what will soon not work any more."""

from datetime import date

from headrace.flowjson.catalogue import VERSIONS
from headrace.flowjson.catalogue.containers import DOCUMENTED_COMPONENTS
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.expressions.references import data_fields
from headrace.flowjson.routing import Routing

UNREACHABLE = advice_rule(
    "routing/unreachable-screen",
    "Nobody reaches screen '{screen}': no way leads to it from '{entry}', where the Flow begins.",
)
UNREAD = advice_rule(
    "payloads/unread-field",
    "Screen '{screen}' gets '{field}', but nobody reads it: no component, no action, no other screen.",
)
MANY_COMPONENTS = advice_rule(
    "limits/many-components",
    "Screen '{screen}' has {count} components. The documentation allows {limit}; a longer screen may be refused.",
)
FREEZES_SOON = advice_rule(
    "version/freezes-soon",
    "Flow JSON version {version} freezes on {day}, in {days} days. From then on a Flow with it cannot be published.",
)

NOTICE_DAYS = 90
"""Days before a version freezes from which this is reported."""


def advise_on_uses(flow: Flow, routing: Routing | None, findings: Findings, today: date) -> None:
    """The version, every screen, every field of a data model. `routing` is None for a single screen."""
    release = VERSIONS[flow.version]
    if release.frozen and 0 < (days := (release.frozen - today).days) <= NOTICE_DAYS:
        findings.add(FREEZES_SOON, ("version",), version=flow.version, day=release.frozen, days=days)
    if routing:
        _reached(flow, routing, findings)
    for screen in flow.screens:
        if len(screen.nodes) <= DOCUMENTED_COMPONENTS:
            continue
        count = sum(node.kind != "Form" for node in screen.nodes)
        if count > DOCUMENTED_COMPONENTS:
            findings.add(
                MANY_COMPONENTS, screen.path, screen=screen.label, count=count, limit=DOCUMENTED_COMPONENTS
            )  # fmt: skip
    if any(screen.data for screen in flow.screens):
        _read(flow, findings)


def _reached(flow: Flow, routing: Routing, findings: Findings) -> None:
    """The Flow begins on its first screen, or on the first that nothing leads to."""
    first = flow.screens[0].label
    entry = first if first in routing.entry_screens or not routing.entry_screens else routing.entry_screens[0]
    reached, waiting = {entry}, [entry]
    while waiting:
        for target in routing.edges.get(waiting.pop(), ()):
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    # A message may name another entry screen, so only what no entry leads to is lost.
    for other in routing.entry_screens if flow.has_endpoint else ():
        reached.add(other)
    for screen in flow.screens:
        if screen.id not in reached:
            findings.add(UNREACHABLE, (*screen.path, "id"), screen=screen.label, entry=entry)


def _read(flow: Flow, findings: Findings) -> None:
    """Fields that a payload of `navigate` fills and nothing refers to."""
    sent: dict[tuple[str, str], list[tuple[str | int, ...]]] = {}
    for screen in flow.screens:
        for action in screen.actions:
            if action.target and action.payload:
                for name in action.payload:
                    sent.setdefault((action.target, name), []).append((*action.path, "payload", name))
    if not sent:
        return
    used = {pair for screen in flow.screens for pair in _used_on(screen)}
    for (target, name), places in sent.items():
        if (target, name) not in used:
            findings.add(UNREAD, *[key(place) for place in places], screen=target, field=name)


def _used_on(screen: Screen) -> set[tuple[str, str]]:
    """The fields that the texts of a screen refer to: screen and name."""
    return {(owner or screen.label, name) for owner, name in data_fields(screen.written)}
