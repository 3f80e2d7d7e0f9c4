"""What a validator takes and Meta's client does not do as one would read it: conditions, patterns, ways in branches.

The phone here does what stands in the Flow; these warnings are for those who meet the real one.
"""

from headrace.flowjson.catalogue.inputs import TYPES_WITH_PATTERN
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.expressions.conditions import COMPARISONS, tokenize
from headrace.flowjson.expressions.references import is_binding, is_expression

CONDITION_IN_BACKTICKS = advice_rule(
    "phone/condition-in-backticks",
    "The condition of the If is an expression in backticks. Validators take it, but Meta's client stops at the "
    "backtick: the condition never holds.",
)
COMPARISON_WITHOUT_PARENTHESES = advice_rule(
    "phone/comparison-without-parentheses",
    "A comparison stands beside '{operator}' without parentheses of its own. Meta's client reckons such a condition "
    "in another order.",
)
PATTERN_NOT_TESTED = advice_rule(
    "phone/pattern-not-tested",
    "The 'pattern' of '{name}' is never tested: phones look at it only where 'input-type' is written, also for text.",
)
WAY_IN_BRANCH = advice_rule(
    "phone/way-in-branch",
    "The only way from '{screen}' to '{target}' stands inside an If or a Switch. Without a routing model Meta's client "
    "does not look there, and may refuse the step.",
)

KIND_OF_WAY = advice_rule(
    "phone/kind-of-way",
    "'next' leads to a screen, but its 'type' is '{value}'. Validators take any text there; phones know 'screen'.",
)


def advise_on_the_client(flow: Flow, findings: Findings) -> None:
    """Every condition, every pattern, every way and every way in a branch."""
    for node in flow.of_kind("If"):
        _condition(node, flow, findings)
    for node in flow.of_kind("TextInput"):
        if "pattern" in node.value and "input-type" not in node.value:
            advice = f'Write "input-type": "{TYPES_WITH_PATTERN[0]}".'
            findings.add(PATTERN_NOT_TESTED, (*node.path, "pattern"), advice=advice, name=node.name)
    for screen in flow.screens:
        for action in screen.actions:
            kind = action.value["next"].get("type") if action.target else "screen"
            if isinstance(kind, str) and kind != "screen" and not is_binding(kind, flow.version):
                path = (*action.path, "next", "type")
                findings.add(KIND_OF_WAY, path, advice='Write "type": "screen".', value=kind)
        if "routing_model" not in flow.value:
            _ways(screen, findings)


def _condition(node: Node, flow: Flow, findings: Findings) -> None:
    text = node.value.get("condition")
    if not isinstance(text, str):
        return
    path = (*node.path, "condition")
    if is_expression(text, flow.version):
        advice = "Write it without backticks where it needs no arithmetic, else let a text beside it say the same."
        findings.add(CONDITION_IN_BACKTICKS, path, advice=advice)
        return
    operator = _beside_comparison(text)
    if operator:
        advice = "Put each comparison in parentheses: (${data.a} == 'x') && (${data.b} == 'y')."
        findings.add(COMPARISON_WITHOUT_PARENTHESES, path, advice=advice, operator=operator)


def _beside_comparison(text: str) -> str:
    """The `&&` or `||` that shares its parentheses, or the whole condition, with a comparison; else an empty text."""
    levels: list[tuple[str, bool]] = [("", False)]
    for token in tokenize(text):
        if token.kind != "operator":
            continue
        joined, compared = levels[-1]
        if token.text == "(":
            levels.append(("", False))
        elif token.text == ")":
            levels = levels[:-1] or [("", False)]
        elif token.text in ("&&", "||"):
            levels[-1] = (token.text, compared)
        elif token.text in COMPARISONS:
            levels[-1] = (joined, True)
        if levels[-1][0] and levels[-1][1]:
            return levels[-1][0]
    return ""


def _ways(screen: Screen, findings: Findings) -> None:
    ways = [action for action in screen.actions if action.target]
    open_ways = {action.target for action in ways if not (action.node.within("If") or action.node.within("Switch"))}
    if screen.of_kind("NavigationList"):
        return
    for action in ways:
        if action.target not in open_ways:
            findings.add(
                WAY_IN_BRANCH,
                (*action.path, "next"),
                advice="Give the Flow a 'routing_model' that names the way.",
                screen=screen.label,
                target=action.target,
            )
