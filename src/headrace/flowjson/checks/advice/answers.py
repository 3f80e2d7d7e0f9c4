"""Answers that are lost: nobody reads them, or the phone takes their names for its own; and messages nobody sent."""

from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.expressions.references import find_references

UNREAD_ANSWER = advice_rule(
    "payloads/unread-answer",
    "{type} '{name}' has to be filled in, but nobody reads it: no payload, no condition, no other text of the Flow.",
)
ENVELOPE_MEMBER = advice_rule(
    "payloads/envelope-member",
    "'{name}' never reaches the endpoint: a request has a member of its own of that name, and the phone leaves this "
    "one out.",
)
LITERAL_MESSAGE = advice_rule(
    "phone/literal-message",
    "'{property}' is written into the Flow, so it stands from the start and shuts the Footer until the input is "
    "edited.",
)

_LEAST = ("min-uploaded-photos", "min-uploaded-documents", "min-selected-items")

ENVELOPE_MEMBERS = ("screen", "action")
"""Members of a request to the endpoint that a payload of data_exchange cannot have, too."""


def advise_on_answers(flow: Flow, findings: Findings) -> None:
    """Every required input, every payload for the endpoint, every message of the business."""
    for node in unread_answers(flow):
        findings.add(UNREAD_ANSWER, (*node.path, "name"), type=node.kind, name=node.name)
    for screen in flow.screens:
        _envelope_members(screen, findings)
        for node in screen.nodes:
            _literal_messages(node, findings)


def unread_answers(flow: Flow) -> list[Node]:
    """The required inputs that nothing in the Flow refers to."""
    asked = [
        (screen, node)
        for screen in flow.screens
        for node in screen.questions
        if node.name and _has_to_be_filled_in(node)
    ]
    if not asked:
        return []
    read = {
        (reference.screen or screen.label, reference.steps[0])
        for screen in flow.screens
        for reference in find_references(screen.written)
        if reference.source == "form" and reference.steps
    }
    return [node for screen, node in asked if (screen.label, node.name) not in read]


def _has_to_be_filled_in(node: Node) -> bool:
    """Whether the Footer stays shut without it: required as a whole or at an end, or a least number of it."""
    required = node.value.get("required")
    ends = list(required.values()) if isinstance(required, dict) else [required]
    least = [node.value.get(name) for name in _LEAST]
    counts = [count for count in least if isinstance(count, int) and not isinstance(count, bool) and count > 0]
    return (any(end is True for end in ends) or bool(counts)) and node.value.get("visible") is not False


def _envelope_members(screen: Screen, findings: Findings) -> None:
    for action in screen.actions:
        if action.name == "data_exchange":
            for name in ENVELOPE_MEMBERS:
                if name in (action.payload or {}):
                    findings.add(
                        ENVELOPE_MEMBER, (*action.path, "payload", name), advice="Call it something else.", name=name
                    )


def _literal_messages(node: Node, findings: Findings) -> None:
    for name in ("error-messages", "error-message"):
        message = node.value.get(name)
        said = list(message.values()) if isinstance(message, dict) else [message]
        texts = [text for text in said if isinstance(text, str) and text.strip()]
        if any(not text.startswith(("${", "`")) for text in texts):
            findings.add(
                LITERAL_MESSAGE,
                (*node.path, name),
                advice="Bind it to data that the endpoint sends; what is typed wrongly is told by the phone itself.",
                property=name,
            )
