"""Warnings of our own about a Flow that has no errors: what a phone will not show, what is of no use, good design.

While there is an error they are silent: what is wrong comes first, and half of them would only follow from it.
"""

from datetime import date

from headrace.flowjson.checks.advice.buttons import advise_on_words
from headrace.flowjson.checks.advice.courses import advise_on_course
from headrace.flowjson.checks.advice.inputs import advise_on_inputs
from headrace.flowjson.checks.advice.phones import advise_on_phones
from headrace.flowjson.checks.advice.uses import advise_on_uses
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow

__all__ = ["advise"]


def advise(flow: Flow, findings: Findings, today: date) -> None:
    """Everything that could be better about a Flow without errors."""
    advise_on_uses(flow, findings, today)
    advise_on_phones(flow, findings)
    advise_on_inputs(flow, findings)
    advise_on_words(flow, findings)
    advise_on_course(flow, findings)
