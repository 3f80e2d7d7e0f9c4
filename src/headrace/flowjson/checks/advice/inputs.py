"""Good design of inputs: the right component, and limits that people know before they type."""

import re

from headrace.flowjson.checks.advice.optional import optional_labels, without_optional
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node
from headrace.flowjson.checks.rules import advice_rule

MANY_INPUTS = advice_rule(
    "design/many-inputs",
    "Screen '{screen}' asks {count} questions. Up to {limit} can be looked over; who leaves halfway loses them all.",
)
SEVERAL_TASKS = advice_rule(
    "design/several-tasks",
    "Screen '{screen}' has {count} headings with questions below each. One task a screen is easier: split it.",
)
DATE_AS_TEXT = advice_rule(
    "design/date-as-text", "'{label}' asks for a date as text. A DatePicker takes only dates, in one form."
)
MESSAGE_AS_LINE = advice_rule(
    "design/message-in-one-line", "'{label}' asks for a longer text in one line. A TextArea shows all of it."
)
YES_OR_NO = advice_rule(
    "design/yes-or-no-dropdown",
    "'{label}' hides yes and no behind a tap. A RadioButtonsGroup or an OptIn shows both at once.",
)
LIMIT_NOT_TOLD = advice_rule(
    "design/limit-not-told",
    "'{label}' has limits ({limits}) that nobody is told before typing. Say them in 'helper-text'.",
)
FORMAT_NOT_TOLD = advice_rule(
    "design/format-not-told",
    "'{label}' takes a {type}, but does not show in which form. Give an example in 'helper-text'.",
)
OPTIONAL_TWICE = advice_rule(
    "design/optional-twice", "'{label}' says that it is optional. A phone says so by itself of what is not required."
)
NO_ALT_TEXT = advice_rule(
    "design/image-without-alt-text", "The image has no 'alt-text': who cannot see it learns nothing of it."
)

MOST_INPUTS = 8
HEADINGS = ("TextHeading", "TextSubheading")

MOST_TASKS = 2
"""At most this many headings with questions below them are taken for one task."""

SHORT_LIMIT = 10
"""A maximum of more characters than this rarely bothers anybody who types a name or a number."""

_DATES = re.compile(r"\b(date|birthday|dob|birth_?date|day of birth)\b")
_NOT_DATES = re.compile(r"\b(up to date|update)\b")
_MESSAGES = re.compile(r"\b(message|comments?|feedback|description|describe|remarks|notes|review|complaint)\b")
_SHORT_ANSWERS = re.compile(r"\b(id|no|number|code|ref|reference|title|subject|type|category)\b")
_NO_ANSWER_WORDS = ({"yes", "no"}, {"y", "n"}, {"true", "false"})


def _is_least(value: object) -> bool:
    return isinstance(value, int | float) and value > 1


def _is_short(value: object) -> bool:
    return isinstance(value, int | float) and value <= SHORT_LIMIT


_TOLD_LIMITS = (("min-chars", _is_least), ("max-chars", _is_short))


def advise_on_inputs(flow: Flow, findings: Findings) -> None:
    """Every screen with questions."""
    for screen in flow.screens:
        inputs = screen.questions
        if len(inputs) > MOST_INPUTS:
            asked = [
                node for node in inputs if not any(ancestor.kind in ("If", "Switch") for ancestor in node.ancestors())
            ]
            if len(asked) > MOST_INPUTS:
                findings.add(MANY_INPUTS, screen.path, screen=screen.label, count=len(asked), limit=MOST_INPUTS)
        for node in inputs:
            _input(node, findings)
    for screen in flow.screens_with(*HEADINGS):
        tasks = _tasks(screen.nodes) if len(screen.of_kind(*HEADINGS)) > MOST_TASKS else 0
        if tasks > MOST_TASKS:
            findings.add(SEVERAL_TASKS, screen.path, screen=screen.label, count=tasks)
    for node in flow.of_kind("Image"):
        if "alt-text" not in node.value:
            findings.add(NO_ALT_TEXT, node.path)


def _tasks(nodes: list[Node]) -> int:
    """How many headings have questions of more than one kind below them."""
    groups: list[set[str]] = []
    for node in nodes:
        if node.kind in HEADINGS:
            groups.append(set())
        elif node.component.is_input and groups:
            groups[-1].add(node.kind)
    return sum(bool(group) for group in groups) if len(set().union(*groups)) > 1 else 0


def _input(node: Node, findings: Findings) -> None:
    label = node.value.get("label")
    is_text = isinstance(label, str) and not label.startswith(("${", "`"))
    shown = str(label) if is_text else node.name or node.kind
    if node.kind == "TextInput":
        _text_input(node, shown, findings)
    elif node.kind == "Dropdown" and _is_yes_or_no(node.value.get("data-source")):
        findings.add(YES_OR_NO, (*node.path, "type"), label=shown)
    for words, path in optional_labels(node):
        if without_optional(words):
            findings.add(OPTIONAL_TWICE, path, label=words)


def _text_input(node: Node, label: str, findings: Findings) -> None:
    kind = node.value.get("input-type", "text")
    words = f"{label} {node.name}".lower().replace("_", " ").replace("-", " ")
    if kind == "text" and _DATES.search(words) and not _NOT_DATES.search(words):
        findings.add(DATE_AS_TEXT, (*node.path, "type"), label=label)
    elif kind == "text" and _MESSAGES.search(words) and not _SHORT_ANSWERS.search(words):
        findings.add(MESSAGE_AS_LINE, (*node.path, "type"), label=label)
    if "helper-text" in node.value:
        return
    limits = [f"'{name}' {node.value[name]}" for name, applies in _TOLD_LIMITS if applies(node.value.get(name))]
    if limits:
        findings.add(LIMIT_NOT_TOLD, node.path, label=label, limits=", ".join(limits))
    elif kind == "phone":
        findings.add(FORMAT_NOT_TOLD, node.path, label=label, type="phone number")


def _is_yes_or_no(options: object) -> bool:
    if not isinstance(options, list):
        return False
    titles = {str(option.get("title", "")).strip().lower() for option in options if isinstance(option, dict)}
    return titles in _NO_ANSWER_WORDS
