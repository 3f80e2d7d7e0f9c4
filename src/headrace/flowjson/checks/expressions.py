"""Expressions in backticks: they can be read, their parts go together, the result fits its place."""

from headrace.flowjson.checks.findings import Findings, Place
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.checks.rules import Rule, rule
from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.expressions.grammar import KINDS, ExpressionError, parse_expression
from headrace.flowjson.expressions.references import Reference
from headrace.flowjson.expressions.static import Types, overlap, types_of

_ABSENCES = frozenset({"unknown-reference"})

PROBLEMS: dict[str, Rule] = {
    kind: rule(
        f"expressions/{kind}",
        "INVALID_PROPERTY_VALUE",
        'Error while parsing dynamic expression "{expression}". At character {column}: {reason}.',
        absence=kind in _ABSENCES,
    )
    for kind in KINDS
}
RESULT = rule(
    "expressions/result-type",
    "INVALID_PROPERTY_VALUE",
    'Error while parsing dynamic expression "{expression}". It comes to {found}, but its place takes {wanted}.',
)


def analyse(text: str, screen: Screen, flow: Flow) -> Types:
    """The types an expression on this screen can come to; raises ExpressionError."""
    known = screen.analysed.get(text)
    if known is None:
        known = screen.analysed[text] = _analysed(text, screen, flow)
    return known


def _analysed(text: str, screen: Screen, flow: Flow) -> Types:
    def look(reference: Reference) -> Types | None:
        known = look_up(reference, screen, flow)
        return known.types if isinstance(known, Known) else None

    return types_of(parse_expression(text), look)


def check_expression(text: str, wanted: Types, place: Place, screen: Screen, flow: Flow, findings: Findings) -> None:
    """Checks one expression at a place that takes values of the wanted types (none named: any)."""
    try:
        types = analyse(text, screen, flow)
    except ExpressionError as error:
        findings.add(PROBLEMS[error.kind], place, expression=text, column=error.start + 1, reason=error.message)
        return
    if not overlap(types, wanted):
        findings.add(
            RESULT, place, expression=text, found=" or ".join(sorted(types)), wanted=" or ".join(sorted(wanted))
        )
