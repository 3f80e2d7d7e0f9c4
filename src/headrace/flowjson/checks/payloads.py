"""What actions carry: every binding leads somewhere, and the next screen gets what it declares."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.expressions import analyse
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Action, Flow, Screen
from headrace.flowjson.checks.payload_models import check_navigate, check_update
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.types import Failure, Known, look_up
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.grammar import ExpressionError
from headrace.flowjson.expressions.references import is_expression, read_binding

CODE = "INVALID_ON_CLICK_ACTION_PAYLOAD"

MISSING_COMPONENT = rule(
    "payloads/missing-component", CODE, "Missing Form component {expression} for screen '{screen}'.", absence=True
)
MISSING_DATA = rule(
    "payloads/missing-data",
    CODE,
    "Missing dynamic data '{expression}' in the data model for screen {screen}.",
    absence=True,
)
UNKNOWN_SCREEN = rule(
    "payloads/unknown-screen",
    CODE,
    "'{expression}' in the payload of screen '{screen}' names screen '{target}', which the Flow does not have.",
    absence=True,
)
FORM_ITSELF = rule("payloads/form-itself", CODE, "Value of 'Form' component cannot be used in form binding.")
FORM_FROM_OUTSIDE = rule(
    "payloads/form-from-outside",
    CODE,
    "'{expression}' is used by a Footer outside the Form. Before Flow JSON 4.0 only a Footer within the Form reads it.",
)
UNTYPED = rule(
    "payloads/unknown-property",
    "INVALID_ACTION_PAYLOAD_PROPERTY",
    "The following property ({name}) does not exist in the screen data model",
    absence=True,
)
BAD_EXPRESSION = rule(
    "payloads/bad-expression",
    "INVALID_ACTION_PAYLOAD_PROPERTY",
    'Error while parsing dynamic expression "{expression}". At character {column}: {reason}.',
)

EXPRESSIONS_SINCE = {"navigate": v("6.0"), "update_data": v("6.0"), "complete": v("7.2"), "data_exchange": v("7.2")}
"""The version in which expressions came to the payload of each action."""

_FREE_FORM_SINCE = v("4.0")


def check_payloads(flow: Flow, findings: Findings) -> None:
    """The payload of every action."""
    for screen in flow.screens:
        for action in screen.actions:
            payload = action.payload
            if payload is None and action.name != "navigate":
                continue
            before = findings.count
            unresolved = _bindings(action, payload or {}, screen, flow, findings)
            _expressions(action, payload or {}, screen, flow, findings)
            broken = unresolved if findings.count != before else frozenset()
            if action.name == "navigate":
                check_navigate(action, screen, flow, findings, broken)
            elif action.name == "update_data":
                check_update(action, screen, flow, findings, broken)


def _bindings(
    action: Action, payload: Mapping[str, Any], screen: Screen, flow: Flow, findings: Findings
) -> frozenset[str]:
    """Checks the bindings at the top of a payload, not deeper ones. Returns the keys of the wrong ones."""
    wrong: set[str] = set()
    for name, value in payload.items():
        if not isinstance(value, str) or value[:1] not in ("$", "`"):
            continue
        reference = read_binding(value, flow.version)
        if reference is None:
            if is_expression(value, flow.version) and _is_wrong(value, screen, flow):
                wrong.add(name)
            continue
        path: Path = (*action.path, "payload", name)
        known = look_up(reference, screen, flow)
        if isinstance(known, Known):
            if known.node and _reads_from_outside(action, known, flow):
                findings.add(FORM_FROM_OUTSIDE, path, expression=value)
            continue
        words: dict[str, Any] = {
            "expression": value,
            "screen": screen.label,
            "target": reference.screen or screen.label,
        }
        wrong.add(name)
        match known.failure:
            case Failure.UNKNOWN_SCREEN:
                findings.add(UNKNOWN_SCREEN, path, **words)
            case Failure.FORM_ITSELF:
                findings.add(FORM_ITSELF, path)
            case Failure.MISSING_COMPONENT:
                findings.add(MISSING_COMPONENT, path, expression=value, screen=words["target"])
            case _ if reference.source == "form":
                findings.add(MISSING_COMPONENT, path, expression=value, screen=words["target"])
            case _:
                findings.add(MISSING_DATA, path, expression=value, screen=words["target"])
    return frozenset(wrong)


def _reads_from_outside(action: Action, found: Known, flow: Flow) -> bool:
    if flow.version >= _FREE_FORM_SINCE or action.node.kind != "Footer":
        return False
    return bool(found.node and found.node.within("Form") and not action.node.within("Form"))


def _is_wrong(text: str, screen: Screen, flow: Flow) -> bool:
    try:
        analyse(text, screen, flow)
    except ExpressionError:
        return True
    return False


def _expressions(action: Action, payload: Mapping[str, Any], screen: Screen, flow: Flow, findings: Findings) -> None:
    since = EXPRESSIONS_SINCE.get(action.name)
    if since is None or flow.version < since or not _may_have_expressions(payload):
        return
    for path, text in _texts(payload, (*action.path, "payload")):
        if not is_expression(text, flow.version):
            continue
        try:
            analyse(text, screen, flow)
        except ExpressionError as error:
            _wrong_expression(text, error, path, findings)


def _wrong_expression(text: str, error: ExpressionError, path: Path, findings: Findings) -> None:
    if error.kind == "unknown-reference":
        name = text[error.start : error.end].removeprefix("${").removesuffix("}").partition(".")[2]
        findings.add(UNTYPED, path, name=name)
    else:
        findings.add(BAD_EXPRESSION, path, expression=text, column=error.start + 1, reason=error.message)


def _may_have_expressions(payload: Mapping[str, Any]) -> bool:
    return any(
        value[:1] == "`" if isinstance(value, str) else isinstance(value, dict | list) and "`" in str(value)
        for value in payload.values()
    )


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Every string of a payload with its path, but for members that begin with `on-`: those are actions."""
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        at, item = waiting.pop()
        if isinstance(item, str):
            yield at, item
        elif isinstance(item, dict):
            waiting.extend(((*at, name), inner) for name, inner in item.items() if not name.startswith("on-"))
        elif isinstance(item, list):
            waiting.extend(((*at, index), inner) for index, inner in enumerate(item))
