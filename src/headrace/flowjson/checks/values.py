"""The value of a single property against its declaration: type, emptiness, pattern, list of values, limits.

A `ValueCheck` is a function that looks at one value of one kind of property. `PropertySchema` is a property as one
version of the language sees it, with its check; each is made once per version.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from headrace.flowjson.catalogue import Property, Version
from headrace.flowjson.catalogue.inputs import TYPES_OF_NUMBERS
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.diagnostics import Path, format_path
from headrace.flowjson.expressions.references import NESTED_SINCE, is_binding, read_binding, read_loosely

WRONG_TYPE = rule(
    "structure/wrong-type",
    "INVALID_PROPERTY_TYPE",
    "Expected property {path} to be of type {expected}, but found {actual}.",
)
NOT_A_BINDING = rule(
    "structure/not-a-binding",
    "PATTERN_MISMATCH",
    "Property '{property}' should be of type '{expected}' or have dynamic data format of the form "
    "${{screen.data.your_value}} or ${{data.your_value}}.",
)
NOT_A_BINDING_BEFORE_4 = rule(
    "structure/not-a-data-binding",
    "PATTERN_MISMATCH",
    "Property '{property}' should have dynamic data format of the form ${{data.your_value}}.",
)
NOT_IN_LIST = rule("structure/value-not-in-list", "INVALID_ENUM_VALUE", "Value should be one of: [{values}].")
TOO_SHORT = rule(
    "structure/text-too-short",
    "MIN_CHARS_REQUIRED",
    "Property '{property}' should have at least '{limit}' character(s).",
)
BLANK = rule(
    "structure/blank-text", "PATTERN_MISMATCH", "Property '{property}' should not be blank or an empty string."
)
NO_MATCH = rule(
    "structure/pattern-mismatch", "PATTERN_MISMATCH", "Property '{property}' should match the pattern '{pattern}'."
)
NOT_PLAIN_NAME = rule(
    "structure/name-not-plain",
    "PATTERN_MISMATCH",
    "Property 'name' should be a plain name, not a binding or an expression in backticks.",
)
WRONG_FORMAT = rule(
    "structure/wrong-format",
    "INVALID_PROPERTY_VALUE_FORMAT",
    "Property '{property}' should be in '{format}' format.",
)
PATTERN_TOO_LARGE = rule(
    "structure/pattern-too-large",
    "INVALID_PROPERTY_VALUE_FORMAT",
    "Property '{property}' is too large a regular expression: {excess}.",
)
TOO_FEW_ITEMS = rule(
    "structure/too-few-items",
    "MIN_ITEMS_REQUIRED",
    "Property '{property}' should have at least '{limit}' {noun}.",
    absence=True,
)
TOO_MANY_ITEMS = rule(
    "structure/too-many-items",
    "MAX_ITEMS_REQUIRED",
    "Property '{property}' should have at most '{limit}' items, but has {count}.",
)
TOO_SMALL = rule(
    "structure/number-too-small",
    "MINIMUM_VALUE_REQUIRED",
    "The minimum value allowed for property '{property}' is {limit}.",
)
TOO_LARGE = rule(
    "structure/number-too-large",
    "MAXIMUM_VALUE_REQUIRED",
    "The maximum value allowed for property '{property}' is {limit}.",
)
BINDING_IN_LINES = rule(
    "bindings/binding-in-lines",
    "INVALID_TEXT_DYNAMIC_DATA",
    "The lines of property '{property}' of {component} are static texts, but '{text}' is a binding. "
    "Bind the whole property instead.",
)
BAD_NAME_IN_BINDING = rule(
    "bindings/bad-name",
    "INVALID_SCREEN_DYNAMIC_DATA",
    "Invalid format of dynamic data '{expression}'. Names consist of letters, digits and underscores.",
)
NOT_AN_IMAGE = rule(
    "media/not-base64",
    "INVALID_PROPERTY_VALUE",
    "Property '{property}' of {component} should be an image in Base64, without 'data:' before it.",
)

_TYPED_BINDINGS_SINCE = v("4.0")
_LIMITS_SINCE = v("4.0")
_URI = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
_BASE64 = re.compile(r"[A-Za-z0-9+/\-_]+={0,2}")


class Walk(Protocol):
    """What checks of values may do while the file is walked."""

    findings: Findings
    version: Version
    screen: Screen

    def bound(self, text: str, schema: "PropertySchema", path: Path, node: Node | None) -> None: ...
    def closed(self, shape: Any, value: dict[str, Any], path: Path, node: Node | None, item: int | None) -> None: ...


ValueCheck = Callable[[Any, "PropertySchema", Any, Path, "Node | None", "int | None"], None]
"""Called with the walk, the schema of the property, the value, its path, its component, and the index of its item."""


class PropertySchema(NamedTuple):
    """A property in one version. `static` says that texts need a closer look: a pattern, a list of values, a format.

    `limit` is the length of what a phone shows of a text, in characters; 0 when there is none.
    """

    property: Property
    check: ValueCheck
    dynamic: bool
    rejects_blank: bool
    static: bool
    limit: int


def takes_numbers(node: Node) -> bool:
    """Whether the validator takes an input for a number, though what it sends is the text as typed."""
    return node.kind == "TextInput" and node.value.get("input-type") in TYPES_OF_NUMBERS


def type_name(value: Any) -> str:
    """The JSON type of a value, as messages call it."""
    return _TYPE_NAMES.get(type(value), "number")


_TYPE_NAMES: dict[type, str] = {str: "string", bool: "boolean", dict: "object", list: "array", type(None): "null"}


def spell(path: Path) -> str:
    """A path for messages; the root has a name there."""
    return format_path(path) or "$root"


def wrong_type(walk: Walk, value: Any, expected: str, path: Path) -> None:
    walk.findings.add(WRONG_TYPE, path, path=spell(path), expected=expected, actual=type_name(value))


def text(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """A string; a binding where those are taken; from some version on an array of lines."""
    if type(value) is str:
        if schema.dynamic and value[:1] in ("$", "`") and _bound(walk, schema, value, path, node):
            return
        if schema.static:
            _static_text(walk, schema.property, value, path, node)
        if (not value or value.isspace()) and (schema.rejects_blank or schema.property.min_length):
            _empty_text(walk, schema, value, path)
        return
    prop = schema.property
    if type(value) is list and prop.array_since and prop.array_since <= walk.version:
        _lines(walk, prop, value, path, node)
    elif not (prop.name == "init-value" and node and takes_numbers(node) and _is_of(value, "number")):
        wrong_type(walk, value, "string", path)


def typed(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """A boolean or a number, or a binding to one."""
    expected = schema.property.types[0]
    if type(value) is str and schema.dynamic:
        _typed_binding(walk, schema, value, path, node)
    elif not _is_of(value, expected):
        wrong_type(walk, value, expected, path)
    elif expected != "boolean":
        _within_limits(walk, schema.property, value, path)


def texts(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """An array of strings, or a binding to one."""
    prop = schema.property
    if not _is_list(walk, schema, value, path, node):
        return
    for index, one in enumerate(value):
        if type(one) is not str:
            wrong_type(walk, one, "string", (*path, index))
        elif prop.enum and one not in prop.enum:
            walk.findings.add(NOT_IN_LIST, (*path, index), values=", ".join(prop.enum))
        elif schema.rejects_blank and (not one or one.isspace()):
            walk.findings.add(BLANK, (*path, index), property=prop.name)


def objects(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """An array of closed objects, or a binding to one."""
    if not _is_list(walk, schema, value, path, node):
        return
    for index, one in enumerate(value):
        if type(one) is dict:
            walk.closed(schema.property.shape, one, (*path, index), node, index)
        else:
            wrong_type(walk, one, "object", (*path, index))


def closed_object(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """One closed object."""
    if type(value) is dict:
        walk.closed(schema.property.shape, value, path, node, item)
    else:
        wrong_type(walk, value, "object", path)


def open_object(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """An object with free members, or a binding to one."""
    if type(value) is dict or (type(value) is str and schema.dynamic and _bound(walk, schema, value, path, node)):
        return
    wrong_type(walk, value, "object", path)


def scalar_or_object(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """A scalar, or an object that a check of its own looks into (labels of a range, error messages of single files)."""
    if type(value) is not dict:
        (typed if schema.property.types[0] == "boolean" else text)(walk, schema, value, path, node)
    elif schema.property.min_items and not value:
        _too_few(walk, schema.property, path)


def text_or_flag(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """The condition of an If: its text has a check of its own. From 6.0 on the schema lets a literal boolean pass."""
    if type(value) is not str and not (type(value) is bool and walk.version >= NESTED_SINCE):
        wrong_type(walk, value, "string", path)


def _bound(walk: Walk, schema: PropertySchema, value: str, path: Path, node: Node | None) -> bool:
    """Notes a binding for the checks of types; true when nothing else is to be said about the text."""
    if is_binding(value, walk.version):
        walk.bound(value, schema, path, node)
        return True
    if value.startswith("${") and read_loosely(value):
        walk.findings.add(BAD_NAME_IN_BINDING, path, advice=_about_expression(value, walk.version), expression=value)
        return True
    return False


_OPERATOR = re.compile(r"[=!<>]=|&&|\|\||[<>?]|\s[-+*/%]\s")


def _about_expression(text: str, version: Version) -> str:
    """What is to be said when a calculation stands in a binding."""
    if _OPERATOR.search(text) is None:
        return ""
    if version < NESTED_SINCE:
        return f"What is to be calculated needs an expression in backticks, which came with Flow JSON {NESTED_SINCE}."
    return "What is to be calculated stands in backticks, each value in its own ${…}: `${data.count} > 1`."


def _typed_binding(walk: Walk, schema: PropertySchema, value: str, path: Path, node: Node | None) -> None:
    binding = read_binding(value, walk.version)
    if walk.version < _TYPED_BINDINGS_SINCE:
        if binding and binding.source == "data":
            walk.bound(value, schema, path, node)
        else:
            walk.findings.add(NOT_A_BINDING_BEFORE_4, path, property=schema.property.name)
    elif not _bound(walk, schema, value, path, node):
        expected = schema.property.types[0]
        walk.findings.add(NOT_A_BINDING, path, property=schema.property.name, expected=expected)


def _static_text(walk: Walk, prop: Property, value: str, path: Path, node: Node | None) -> None:
    if prop.enum:
        if value not in prop.enum:
            walk.findings.add(NOT_IN_LIST, path, values=", ".join(prop.enum))
    elif prop.pattern and value and not re.search(prop.pattern, value):
        walk.findings.add(NO_MATCH, path, property=prop.name, pattern=prop.pattern)
    elif prop.format == "uri" and not _URI.fullmatch(value):
        walk.findings.add(WRONG_FORMAT, path, property=prop.name, format="uri")
    elif prop.format == "regex":
        _regular_expression(walk, prop, value, path)
    elif prop.format == "base64" and value.strip() and not is_base64(value):
        advice = "A phone loads no address: put the picture itself here." if _URI.match(value) else ""
        component = node.kind if node else ""
        walk.findings.add(NOT_AN_IMAGE, path, advice=advice, property=prop.name, component=component)
    elif prop.name == "name" and walk.version >= NESTED_SINCE and is_binding(value, walk.version):
        walk.findings.add(NOT_PLAIN_NAME, path)


def _regular_expression(walk: Walk, prop: Property, value: str, path: Path) -> None:
    from headrace.flowjson.regular_expressions import excess, is_regular_expression

    surplus = excess(value)
    if surplus:
        walk.findings.add(PATTERN_TOO_LARGE, path, property=prop.name, excess=surplus)
    elif not is_regular_expression(value):
        walk.findings.add(WRONG_FORMAT, path, property=prop.name, format="regex")


def _empty_text(walk: Walk, schema: PropertySchema, value: str, path: Path) -> None:
    prop = schema.property
    if not value and prop.min_length:
        walk.findings.add(TOO_SHORT, path, property=prop.name, limit=prop.min_length)
    elif schema.rejects_blank and not (prop.enum or prop.format == "uri"):
        walk.findings.add(BLANK, path, property=prop.name)


def _lines(walk: Walk, prop: Property, value: list[Any], path: Path, node: Node | None) -> None:
    for index, line in enumerate(value):
        if type(line) is not str:
            wrong_type(walk, line, "string", (*path, index))
        elif read_binding(line, walk.version):
            owner = path[:-1]
            component = node.kind if node else ""
            walk.findings.add(
                BINDING_IN_LINES, (*owner, "type"), property=prop.name, component=component, text=line
            )  # fmt: skip
        elif not line and node and node.kind == "RichText":
            walk.findings.add(TOO_SHORT, (*path, index), property=prop.name, limit=1)
    if not value:
        walk.findings.add(TOO_FEW_ITEMS, path, property=prop.name, limit=1, noun="item")


def _is_list(walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None) -> bool:
    """Whether the value is an array to look into; notes a binding, a wrong type, a wrong number of items."""
    prop = schema.property
    if type(value) is str and schema.dynamic and _bound(walk, schema, value, path, node):
        return False
    if type(value) is not list:
        wrong_type(walk, value, "array", path)
        return False
    if prop.min_items and not value:
        _too_few(walk, prop, path)
    if prop.max_items_is_error and prop.max_items is not None and len(value) > prop.max_items:
        walk.findings.add(TOO_MANY_ITEMS, path, property=prop.name, limit=prop.max_items, count=len(value))
    return True


def _too_few(walk: Walk, prop: Property, path: Path) -> None:
    walk.findings.add(TOO_FEW_ITEMS, path, property=prop.name, limit=1, noun="item")


def _within_limits(walk: Walk, prop: Property, value: float, path: Path) -> None:
    if walk.version < _LIMITS_SINCE:
        return
    if prop.minimum is not None and value < prop.minimum:
        walk.findings.add(TOO_SMALL, path, property=prop.name, limit=prop.minimum)
    elif prop.maximum is not None and value > prop.maximum:
        walk.findings.add(TOO_LARGE, path, property=prop.name, limit=prop.maximum)


def _is_of(value: Any, expected: str) -> bool:
    if expected == "boolean":
        return type(value) is bool
    if expected == "integer":
        return type(value) is int or (type(value) is float and value.is_integer())
    return type(value) is int or type(value) is float


def is_base64(value: str) -> bool:
    """Whether a text is Base64, of the ordinary or the URL alphabet, with or without padding."""
    packed = value
    if not _BASE64.fullmatch(packed):
        packed = "".join(value.split())
        if not _BASE64.fullmatch(packed):
            return False
    # Four characters are three bytes, three are two, two are one: only a single one left over is none.
    return len(packed.rstrip("=")) % 4 != 1
