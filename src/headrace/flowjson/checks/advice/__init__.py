"""Warnings of our own about a Flow that has no errors: what a phone will not show, what is of no use, good design.

While there is an error they are silent: what is wrong comes first, and half of them would only follow from it.
"""

from datetime import date

from headrace.flowjson.checks.advice.answers import advise_on_answers
from headrace.flowjson.checks.advice.buttons import advise_on_words
from headrace.flowjson.checks.advice.courses import advise_on_course
from headrace.flowjson.checks.advice.inputs import advise_on_inputs
from headrace.flowjson.checks.advice.numbers import advise_on_numbers
from headrace.flowjson.checks.advice.options import advise_on_options
from headrace.flowjson.checks.advice.phones import advise_on_phones
from headrace.flowjson.checks.advice.unreplaced import advise_on_unreplaced
from headrace.flowjson.checks.advice.uses import advise_on_uses
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow
from headrace.flowjson.routing import Routing, routing_of

__all__ = ["advise"]


def advise(flow: Flow, findings: Findings, today: date) -> None:
    """Everything that could be better about a Flow without errors."""
    routing = routing_between(flow) if len(flow.screens) > 1 else None
    advise_on_uses(flow, routing, findings, today)
    advise_on_phones(flow, findings)
    advise_on_numbers(flow, findings)
    advise_on_answers(flow, findings)
    advise_on_options(flow, findings)
    advise_on_unreplaced(flow, findings)
    advise_on_inputs(flow, findings)
    advise_on_words(flow, findings)
    advise_on_course(flow, routing, findings)


def routing_between(flow: Flow) -> Routing:
    """The routing of a Flow without errors: its actions have been gathered already."""
    navigated = {screen.label: [action.target for action in screen.actions if action.target] for screen in flow.screens}
    lists = {screen.label for screen in flow.screens_with("NavigationList")}
    return routing_of(flow.value, navigated, lists)
