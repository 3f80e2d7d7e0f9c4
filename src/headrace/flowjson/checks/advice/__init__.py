"""Warnings of our own: what a phone will not show, what is of no use, good design.

Beside errors only those are given that are about one component and that component alone, and not about one in which
something is wrong: the others would half of them only follow from the errors.
"""

from collections.abc import Container
from datetime import date

from headrace.flowjson.checks.advice.answers import advise_on_answers
from headrace.flowjson.checks.advice.buttons import advise_on_words
from headrace.flowjson.checks.advice.client import advise_on_the_client
from headrace.flowjson.checks.advice.courses import advise_on_course
from headrace.flowjson.checks.advice.inputs import advise_on_inputs
from headrace.flowjson.checks.advice.numbers import advise_on_numbers
from headrace.flowjson.checks.advice.options import advise_on_options
from headrace.flowjson.checks.advice.phones import advise_on_phones
from headrace.flowjson.checks.advice.unreplaced import advise_on_unreplaced
from headrace.flowjson.checks.advice.uses import advise_on_uses
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.routing import Routing, routing_of

__all__ = ["advise", "advise_beside_errors"]


def advise(flow: Flow, findings: Findings, today: date) -> None:
    """Everything that could be better about a Flow without errors."""
    routing = routing_between(flow) if len(flow.screens) > 1 else None
    advise_on_uses(flow, routing, findings, today)
    advise_on_phones(flow, findings)
    advise_on_numbers(flow, findings)
    advise_on_answers(flow, findings)
    advise_on_the_client(flow, findings)
    advise_on_options(flow, findings)
    advise_on_unreplaced(flow, findings)
    advise_on_inputs(flow, findings)
    advise_on_words(flow, findings)
    advise_on_course(flow, routing, findings)


def advise_beside_errors(flow: Flow, findings: Findings) -> None:
    """What could be better about single components of a Flow with errors, where the component itself is in order."""
    beside = Findings(whole=findings.whole)
    advise_on_phones(flow, beside)
    advise_on_options(flow, beside)
    advise_on_inputs(flow, beside)
    known = {node.path for screen in flow.screens for node in screen.nodes}
    wrong = {_component(path, known) for path in findings.paths()}
    findings.take(beside, lambda path: _component(path, known) not in wrong)


def _component(path: Path, known: Container[Path]) -> Path:
    """The component a place belongs to; else what the place is on: a screen, or the Flow."""
    length = next((length for length in range(len(path), 0, -1) if path[:length] in known), min(len(path), 2))
    return path[:length]


def routing_between(flow: Flow) -> Routing:
    """The routing of a Flow without errors: its actions have been gathered already."""
    navigated = {screen.label: [action.target for action in screen.actions if action.target] for screen in flow.screens}
    lists = {screen.label for screen in flow.screens_with("NavigationList")}
    return routing_of(flow.value, navigated, lists)
