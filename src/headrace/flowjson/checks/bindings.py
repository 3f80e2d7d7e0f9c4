"""Bindings of component properties: they lead somewhere, and to a value of the right type."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from headrace.flowjson.catalogue import Property, Shape, Version
from headrace.flowjson.checks.expressions import check_expression
from headrace.flowjson.checks.findings import Findings, Place, key
from headrace.flowjson.checks.flow import Binding, Flow, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.types import Failure, Known, Nowhere, look_up, types_of_schema
from headrace.flowjson.checks.values import BAD_NAME_IN_BINDING, takes_numbers
from headrace.flowjson.diagnostics import Path, format_path
from headrace.flowjson.expressions.references import (
    GLOBAL_SINCE,
    Reference,
    find_references,
    is_expression,
    read_binding,
)
from headrace.flowjson.expressions.static import overlap

MISSING_DATA = rule(
    "bindings/missing-data",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Missing dynamic data '{expression}' in the screen data model.",
    absence=True,
)
WRONG_TYPE = rule(
    "bindings/wrong-type", "INVALID_SCREEN_DYNAMIC_DATA", "Expected '{declared}' to be of type '{wanted}'."
)
WRONG_TYPES = rule(
    "bindings/wrong-types",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Expected '{declared}' to be of one of these types: [{wanted}].",
)
MISSING_SCHEMA = rule(
    "bindings/missing-schema",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Data model schema is invalid for '{expression}'. Missing schema for {member}.",
    absence=True,
)
INTO_ARRAY = rule(
    "bindings/into-array",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "{expression} on screen '{screen}' for {component} property '{property}' is invalid as '{segment}' is defined in "
    "an array schema in the data model.",
)
MISSING_MEMBER = rule(
    "bindings/missing-member",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "{expression} defined for screen '{screen}' {component} property '{property}' is invalid as its schema is missing "
    "in the data model.",
    absence=True,
)
OWN_SCREEN = rule(
    "bindings/own-screen",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Global dynamic data '{expression}' used on screen '{screen}' for {component} property '{property}' is invalid "
    "since screen '{screen}' represents current screen. Convert expression to local referencing of the form "
    "${{{source}.<property>}}.",
)
UNKNOWN_SCREEN = rule(
    "bindings/unknown-screen",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Global dynamic data '{expression}' used on screen '{screen}' for {component} property '{property}' is invalid "
    "since screen '{target}' is missing in the Flow JSON.",
    absence=True,
)
MISSING_COMPONENT = rule(
    "bindings/missing-component",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Global Dynamic data '{expression}' on screen {target} does not exist, but is used on screen {screen}.",
    absence=True,
)
NOT_FOR_BINDING = rule(
    "bindings/form-value",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Value of '{component}' component cannot be used in form binding.",
)
MIXED_TEXT = rule(
    "bindings/mixed-text",
    "INVALID_PROPERTY_VALUE",
    "String interpolation is not supported in the text of RichText: '{expression}' stands among other words. Use an "
    "expression in backticks.",
)


def check_bindings(flow: Flow, findings: Findings) -> None:
    """Every binding of a component property."""
    for screen in flow.screens:
        for binding in screen.bindings:
            if is_expression(binding.text, flow.version):
                _expression(binding, screen, flow, findings)
            elif reference := read_binding(binding.text, flow.version):
                _reference(binding, reference, screen, flow, findings)
    for screen in flow.screens_with("RichText"):
        for node in screen.of_kind("RichText"):
            _not_mixed(node.value.get("text"), (*node.path, "text"), flow.version, findings)


@lru_cache(maxsize=1024)
def wanted_types(prop: Property, version: Version) -> frozenset[str]:
    """The types a property takes in this version."""
    types = set(prop.types)
    if prop.array_since and prop.array_since <= version:
        types.add("array")
    return frozenset(types)


def _expression(binding: Binding, screen: Screen, flow: Flow, findings: Findings) -> None:
    # What fills an input or its error message is not looked into before the Flow runs.
    if binding.property.outside_form_only or binding.property.name in ("init-values", "error-messages"):
        return
    wanted = wanted_types(binding.property, flow.version)
    check_expression(binding.text, wanted, key(binding.path), screen, flow, findings)


def _reference(binding: Binding, reference: Reference, screen: Screen, flow: Flow, findings: Findings) -> None:
    if reference.screen is not None and reference.screen == screen.id:
        findings.add(OWN_SCREEN, binding.path, **_words(binding, reference, screen))
        return
    if reference.source == "data" and any("-" in step for step in reference.steps):
        findings.add(BAD_NAME_IN_BINDING, binding.path, expression=binding.text)
        return
    known = look_up(reference, screen, flow)
    if isinstance(known, Known):
        _fits(known, binding, flow.version, findings)
    elif known.failure is not Failure.MISSING_COMPONENT or flow.version >= GLOBAL_SINCE:
        words = _words(binding, reference, screen) | _words_of(known)
        findings.add(_RULES[known.failure], binding.path, **words)


def _words(binding: Binding, reference: Reference, screen: Screen) -> dict[str, Any]:
    return {
        "expression": binding.text,
        "screen": screen.label,
        "component": binding.node.kind if binding.node else "screen",
        "property": binding.property.name,
        "source": reference.source,
        "target": reference.screen or screen.label,
    }


_RULES = {
    Failure.UNKNOWN_SCREEN: UNKNOWN_SCREEN,
    Failure.MISSING_FIELD: MISSING_DATA,
    Failure.MISSING_MEMBER: MISSING_MEMBER,
    Failure.IN_ARRAY: INTO_ARRAY,
    Failure.MISSING_COMPONENT: MISSING_COMPONENT,
    Failure.FORM_ITSELF: NOT_FOR_BINDING,
}


def _words_of(nowhere: Nowhere) -> dict[str, Any]:
    if nowhere.failure is Failure.FORM_ITSELF:
        return {"component": "Form"}
    return {"segment": nowhere.step}


def _fits(found: Known, binding: Binding, version: Version, findings: Findings) -> None:
    prop = binding.property
    wanted = wanted_types(prop, version)
    if prop.name == "init-value" and binding.node and takes_numbers(binding.node):
        wanted |= {"number"}
    if not overlap(found.types, wanted):
        if found.node:
            one = " or ".join(sorted(found.types))
            advice = f"Its value is of type {one}, but '{prop.name}' wants {' or '.join(sorted(wanted))}."
            findings.add(NOT_FOR_BINDING, binding.path, advice=advice, component=found.node.kind)
        else:
            _wrong_type(found.path, wanted, prop.types, binding.path, findings)
    elif found.schema is not None:
        _fits_deeper(found.schema, found.path, prop, binding, findings)


def _wrong_type(declared: Path, wanted: frozenset[str], order: tuple[str, ...], path: Path, findings: Findings) -> None:
    name = format_path(declared)
    if len(wanted) == 1:
        findings.add(WRONG_TYPE, path, declared=name, wanted=next(iter(wanted)))
    else:
        findings.add(WRONG_TYPES, path, declared=name, wanted=", ".join(dict.fromkeys((*order, *sorted(wanted)))))


def _fits_deeper(
    schema: Mapping[str, Any], declared: Path, prop: Property, binding: Binding, findings: Findings
) -> None:
    """Whether the items of an array, or the members of an object, are declared as the property needs them."""
    if prop.shape and prop.types == ("object",):
        _fits_shape(schema, declared, prop.shape, binding, findings)
        return
    items = schema.get("items")
    if schema.get("type") != "array" or not isinstance(items, dict):
        return
    inner = (*declared, "items")
    if prop.shape:
        wanted = frozenset({"object"})
        if overlap(types_of_schema(items), wanted):
            _fits_shape(items, inner, prop.shape, binding, findings)
        else:
            _wrong_type(inner, wanted, (), binding.path, findings)
    elif prop.item_type and not overlap(types_of_schema(items), frozenset({prop.item_type})):
        _wrong_type(inner, frozenset({prop.item_type}), (), binding.path, findings)


def _fits_shape(schema: Mapping[str, Any], declared: Path, shape: Shape, binding: Binding, findings: Findings) -> None:
    properties = schema.get("properties")
    members = properties if isinstance(properties, dict) else {}
    for name, prop in shape.properties.items():
        if name not in members:
            if prop.required:
                findings.add(MISSING_SCHEMA, binding.path, expression=binding.text, member=name)
            continue
        inner, path = members[name], (*declared, "properties", name)
        if not isinstance(inner, dict):
            continue
        wanted = frozenset(prop.types)
        if not overlap(types_of_schema(inner), wanted):
            _wrong_type(path, wanted, prop.types, binding.path, findings)
        elif not prop.action:
            _fits_deeper(inner, path, prop, binding, findings)


def _not_mixed(text: Any, path: Path, version: Version, findings: Findings) -> None:
    """RichText is the one component for which the validator reports a binding among other words."""
    if not isinstance(text, str) or read_binding(text, version) or is_expression(text, version):
        return
    for reference in find_references(text):
        findings.add(MIXED_TEXT, Place(path, on_key=True), expression=reference.text)
        return
