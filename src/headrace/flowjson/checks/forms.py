"""Forms: names, what may stand outside, and what they fill in."""

from typing import Any

from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings, key
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.types import types_of_input
from headrace.flowjson.checks.values import spell, type_name
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import is_binding
from headrace.flowjson.expressions.static import overlap

DUPLICATE_NAME = rule(
    "forms/duplicate-name",
    "DUPLICATE_FORM_COMPONENT_NAMES",
    "Duplicate name found for Form components: '{name}'.",
)
OUTSIDE = rule(
    "forms/component-outside",
    "COMPONENTS_OUTSIDE_FORM",
    "Component '{type}' is not allowed outside Form when Form component is present.",
)
SEVERAL_OUTSIDE = rule(
    "forms/components-outside",
    "COMPONENTS_OUTSIDE_FORM",
    "Components {types} are not allowed outside Form when Form component is present.",
)
PICKER_FILLED = rule(
    "forms/picker-in-init-values",
    "NATIVE_COMPONENT_IN_FORM_INIT_VALUES",
    "Property 'init-values' should not contain value for components: [{types}].",
)
UNKNOWN_NAME = rule(
    "forms/unknown-name",
    "INVALID_PROPERTY_VALUE",
    "Property 'init-values' has a value for '{name}', but screen '{screen}' has no component of that name.",
    absence=True,
)
WRONG_VALUE = rule(
    "forms/wrong-value",
    "INVALID_PROPERTY_VALUE",
    "The value for '{name}' in property '{property}' should be of type {expected}, but is of type {actual}.",
)

OWN_VALUE = rule(
    "forms/own-value",
    "INVALID_PROPERTY_KEY",
    "Property ({property}) cannot be specified at ({component}) on ({path}).",
)

_OF_FORM = {"init-value": "init-values", "error-message": "error-messages"}
"""What a component outside of a Form has itself, and the property of the Form that has it for those within."""

_OUTSIDE_SINCE = v("4.0")
_LITERALS_SINCE = v("7.0")
_BOUND_TO_FORM = frozenset(
    {
        "CheckboxGroup",
        "RadioButtonsGroup",
        "TextArea",
        "TextInput",
        "OptIn",
        "Dropdown",
        "DatePicker",
        "PhotoPicker",
        "DocumentPicker",
    }
)


def check_forms(flow: Flow, findings: Findings) -> None:
    """Names of components, and everything about Forms."""
    outside: list[Node] = []
    for screen in flow.screens:
        if screen.has_equal_names:
            _names(screen, findings)
    for screen in flow.screens_with("Form"):
        if flow.version >= _OUTSIDE_SINCE:
            outside += [node for node in screen.nodes if node.kind in _BOUND_TO_FORM and not node.within("Form")]
        for node in screen.nodes:
            for name in _OF_FORM:
                if name in node.value and node.within("Form"):
                    _own_value(node, name, findings)
        for form in screen.of_kind("Form"):
            _init_values(form, screen, flow, findings)
            if flow.version >= _LITERALS_SINCE:
                _error_messages(form, screen, flow, findings)
    if outside:
        kinds = list(dict.fromkeys(node.kind for node in outside))
        places = [node.path for node in outside]
        if len(kinds) == 1:
            findings.add(OUTSIDE, *places, type=kinds[0])
        else:
            findings.add(SEVERAL_OUTSIDE, *places, types=", ".join(f"'{kind}'" for kind in kinds))


def _names(screen: Screen, findings: Findings) -> None:
    by_name: dict[str, list[Node]] = {}
    for node in screen.nodes:
        if node.kind != "Form" and node.name is not None and "name" in node.component.properties:
            by_name.setdefault(node.name, []).append(node)
    for name, nodes in by_name.items():
        if len(nodes) > 1 and name:
            findings.add(DUPLICATE_NAME, *[(*node.path, "name") for node in nodes], name=name)


def _own_value(node: Node, name: str, findings: Findings) -> None:
    declared = node.component.properties.get(name)
    if declared is not None and declared.outside_form_only:
        instead = f"In a Form it stands in the Form's '{_OF_FORM[name]}', under the name of the {node.kind}."
        words: dict[str, Any] = {"property": name, "component": node.kind, "path": spell(node.path)}
        findings.add(OWN_VALUE, key((*node.path, name)), advice=instead, form=_OF_FORM[name], **words)


def _init_values(form: Node, screen: Screen, flow: Flow, findings: Findings) -> None:
    values = form.value.get("init-values")
    if not isinstance(values, dict):
        return
    path: Path = (*form.path, "init-values")
    pickers = [name for name in values if name in screen.names and screen.names[name].kind in PICKERS]
    if pickers:
        kinds = ", ".join(dict.fromkeys(screen.names[name].kind for name in pickers))
        findings.add(PICKER_FILLED, *[key((*path, name)) for name in pickers], types=kinds)
    if flow.version < _LITERALS_SINCE:
        return
    for name, value in values.items():
        node = screen.names.get(name)
        if node is None:
            if screen.complete:
                findings.add(UNKNOWN_NAME, path, name=name, screen=screen.label)
        elif node.kind not in PICKERS:
            _literal(value, types_of_input(node), "init-values", name, path, flow, findings)


def _error_messages(form: Node, screen: Screen, flow: Flow, findings: Findings) -> None:
    values = form.value.get("error-messages")
    if not isinstance(values, dict):
        return
    for name, value in values.items():
        node = screen.names.get(name)
        if node is None:
            continue
        wanted = frozenset({"string", "object"}) if node.kind in PICKERS else types_of_message(node)
        _literal(value, wanted, "error-messages", name, (*form.path, "error-messages"), flow, findings)


def types_of_message(node: Node) -> frozenset[str]:
    """An error message is a text; for a range of dates it is one for each end."""
    return types_of_input(node) if node.kind == "CalendarPicker" else frozenset({"string"})


def _literal(
    value: Any, wanted: frozenset[str], prop: str, name: str, path: Path, flow: Flow, findings: Findings
) -> None:
    if isinstance(value, str) and is_binding(value, flow.version):
        return
    actual = type_name(value)
    if not overlap(frozenset({actual}), wanted):
        expected = " or ".join(sorted(wanted))
        findings.add(WRONG_VALUE, path, name=name, property=prop, expected=expected, actual=actual)
