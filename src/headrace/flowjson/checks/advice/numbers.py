"""Numbers that a phone hands over as texts.

The validator takes an input for numbers for a number, and so does the screen that is handed its value first. But what
lies there is the text that was typed: handed on from there, a phone may refuse it where a number is wanted, though no
validator says so. Seen in practice: https://github.com/glific/glific-frontend/issues/3812.
"""

from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.checks.types import Known, look_up, types_of_schema
from headrace.flowjson.checks.values import takes_numbers
from headrace.flowjson.expressions.grammar import ExpressionError, Lookup, parse_expression
from headrace.flowjson.expressions.references import GLOBAL_SINCE, is_expression, read_binding

NUMBER_HANDED_ON = advice_rule(
    "phone/number-handed-on",
    "'{expression}' is the text that was typed into '{name}' on screen '{origin}'; phones were seen to refuse it as "
    "the number that screen '{target}' wants.",
)

NUMBER_IN_BACKTICKS = advice_rule(
    "phone/number-in-backticks",
    "'{expression}' is the text that was typed into '{name}': in backticks it stays a text, and phones refuse it as "
    "the number that screen '{target}' wants.",
)

_NUMBERS = frozenset({"number", "integer"})

Typed = dict[tuple[str, str], tuple[Screen, Node]]
"""The fields for numbers, by screen and name, that an input for numbers fills, with that input and its screen."""


def advise_on_numbers(flow: Flow, findings: Findings) -> None:
    """Every field for a number that is handed to another one, and every number that is typed and sent in backticks."""
    if not any(takes_numbers(node) for node in flow.of_kind("TextInput")):
        return
    for screen in flow.screens:
        _in_backticks(screen, flow, findings)
    typed = _typed(flow)
    if not typed:
        return
    for screen in flow.screens:
        for action in screen.actions:
            target = flow.by_id.get(action.target or "")
            for name, value in (action.payload or {}).items() if target else ():
                reference = read_binding(value, flow.version) if isinstance(value, str) else None
                if target is None or reference is None or reference.source != "data" or len(reference.steps) != 1:
                    continue
                found = typed.get((reference.screen or screen.label, reference.steps[0]))
                if found and _wants_number(target, name):
                    origin, node = found
                    instead = f"${{screen.{origin.label}.form.{node.name}}}" if flow.version >= GLOBAL_SINCE else ""
                    findings.add(
                        NUMBER_HANDED_ON,
                        (*action.path, "payload", name),
                        advice=f"Hand on '{instead}' instead." if instead else "Ask for it on the screen before.",
                        expression=value,
                        name=node.name,
                        origin=origin.label,
                        target=target.label,
                        instead=instead,
                    )


def _in_backticks(screen: Screen, flow: Flow, findings: Findings) -> None:
    for action in screen.actions:
        target = flow.by_id.get(action.target or "")
        for name, value in (action.payload or {}).items() if target else ():
            if target is None or not isinstance(value, str) or not is_expression(value, flow.version):
                continue
            try:
                expression = parse_expression(value)
            except ExpressionError:
                continue
            if not isinstance(expression, Lookup) or expression.reference.source != "form":
                continue
            known = look_up(expression.reference, screen, flow)
            if isinstance(known, Known) and known.node and takes_numbers(known.node) and _wants_number(target, name):
                findings.add(
                    NUMBER_IN_BACKTICKS,
                    (*action.path, "payload", name),
                    advice="Write it without the backticks.",
                    expression=value,
                    name=known.node.name,
                    target=target.label,
                    instead=expression.reference.text,
                )


def _typed(flow: Flow) -> Typed:
    typed: Typed = {}
    for screen in flow.screens:
        for action in screen.actions:
            target = flow.by_id.get(action.target or "")
            for name, value in (action.payload or {}).items() if target else ():
                reference = read_binding(value, flow.version) if isinstance(value, str) else None
                if target is None or reference is None or reference.source != "form":
                    continue
                known = look_up(reference, screen, flow)
                if (
                    isinstance(known, Known)
                    and known.node
                    and takes_numbers(known.node)
                    and _wants_number(target, name)
                ):
                    typed[target.label, name] = flow.by_id.get(reference.screen or "", screen), known.node
    return typed


def _wants_number(screen: Screen, name: str) -> bool:
    return not types_of_schema((screen.data or {}).get(name)).isdisjoint(_NUMBERS)
