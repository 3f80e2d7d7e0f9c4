"""What a screen hands to another (`navigate`) or to itself (`update_data`), and the data model that receives it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from headrace.flowjson.checks.example_values import is_of_type
from headrace.flowjson.checks.expressions import analyse
from headrace.flowjson.checks.findings import Findings, key, listed
from headrace.flowjson.checks.flow import Action, Flow, Screen
from headrace.flowjson.checks.rules import Rule, rule
from headrace.flowjson.checks.types import Known, look_up, types_of_schema
from headrace.flowjson.checks.values import type_name
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.grammar import ExpressionError
from headrace.flowjson.expressions.references import is_expression, read_binding
from headrace.flowjson.expressions.static import overlap

NO_MODEL = rule(
    "payloads/next-has-no-data",
    "INVALID_NAVIGATE_ACTION_PAYLOAD",
    "No data model is defined in the next screen '{screen}'.",
    absence=True,
)
NOT_DECLARED = rule(
    "payloads/not-declared-by-next",
    "INVALID_NAVIGATE_ACTION_PAYLOAD",
    "Following fields are missing in the next screen's data model: [{fields}].",
    absence=True,
)
NOT_SENT = rule(
    "payloads/not-sent-to-next",
    "INVALID_NAVIGATE_ACTION_PAYLOAD",
    "Following fields are expected in the next screen's data model but missing in payload: [{fields}].",
    absence=True,
)
NO_PAYLOAD = rule(
    "payloads/missing-payload",
    "MISSING_NAVIGATION_ACTION_PAYLOAD",
    "The action leads to screen '{screen}', which expects [{fields}], but has no payload.",
    absence=True,
)
NO_SCHEMA = rule(
    "payloads/literal-without-schema",
    "INVALID_NAVIGATE_ACTION_STATIC_DATA",
    "The data model of screen '{target}' has no schema for the payload data at '{field}'.",
    absence=True,
)
UPDATE_WITHOUT_MODEL = rule(
    "payloads/update-without-data",
    "INVALID_UPDATE_DATA_ACTION_PAYLOAD",
    "Screen '{screen}' has no data model, so update_data has nothing to update.",
    absence=True,
)
UPDATE_NOT_DECLARED = rule(
    "payloads/update-not-declared",
    "INVALID_UPDATE_DATA_ACTION_PAYLOAD",
    "Following fields are missing in the data model of screen '{screen}': [{fields}].",
    absence=True,
)
UPDATE_WITH_ITSELF = rule(
    "payloads/update-with-itself",
    "INVALID_UPDATE_DATA_ACTION_PAYLOAD",
    "Field '{field}' is updated with its own value.",
)


class _Transfer(NamedTuple):
    """The rules under which values are handed over."""

    wrong_literal: Rule
    lacks_members: Rule
    wrong_binding: Rule
    wrong_keyword: Rule
    other_members: Rule


def _transfer(name: str, literal_code: str, binding_code: str) -> _Transfer:
    return _Transfer(
        rule(
            f"payloads/{name}-literal-type",
            literal_code,
            "Schema of payload data at '{field}' on screen '{source}' is not matching with schema of data model field "
            "on screen '{target}'. Property is expecting '{expected}' but got '{actual}'.",
        ),
        rule(
            f"payloads/{name}-literal-lacks-members",
            literal_code,
            "Payload data at '{field}' lacks [{members}], which the data model of screen '{target}' declares.",
            absence=True,
        ),
        rule(
            f"payloads/{name}-binding-type",
            binding_code,
            "Schema of dynamic data '{expression}' is not matching schema of data model field '{field}' on screen "
            "'{target}'. Property is expecting '{expected}' but got '{actual}'.",
        ),
        rule(
            f"payloads/{name}-binding-without-schema",
            binding_code,
            "Invalid value found for the property '{keyword}'.",
            absence=True,
        ),
        rule(
            f"payloads/{name}-binding-members",
            binding_code,
            f"Properties in {name} action payload differ from properties in data model of screen '{{target}}'.",
            absence=True,
        ),
    )


NAVIGATE = _transfer("navigate", "INVALID_NAVIGATE_ACTION_STATIC_DATA", "INVALID_NAVIGATE_ACTION_PAYLOAD")
UPDATE = _transfer("update_data", "INVALID_UPDATE_DATA_ACTION_PAYLOAD", "INVALID_UPDATE_DATA_ACTION_PAYLOAD")


def check_navigate(action: Action, screen: Screen, flow: Flow, findings: Findings, wrong: frozenset[str]) -> None:
    """A navigate payload and the next screen's data model have the same fields, of the same types."""
    target = flow.by_id.get(action.target or "")
    if target is None or target is screen or not target.data_complete or not flow.complete:
        return
    fields = target.data
    payload = action.payload
    if payload is None:
        if fields and "payload" not in action.value:
            findings.add(NO_PAYLOAD, action.path, screen=target.label, fields=listed(fields))
        return
    path: Path = (*action.path, "payload")
    if fields is None:
        if payload:
            findings.add(NO_MODEL, path, screen=target.label)
        return
    extra = [name for name in payload if name not in fields]
    if extra:
        findings.add(NOT_DECLARED, *[key((*path, name)) for name in extra], fields=listed(extra))
    lacking = [name for name in fields if name not in payload]
    if lacking:
        findings.add(NOT_SENT, path, fields=listed(lacking))
    receiver = _Receiver(NAVIGATE, screen, target, flow, findings)
    for name, value in payload.items():
        if name in fields:
            if name not in wrong:
                receiver.value(value, fields[name], (*path, name), (name,))
        elif not fields and not _is_dynamic(value, flow):
            # An empty data model is reported twice by the validator: once for the key, once for its literal value.
            findings.add(NO_SCHEMA, (*path, name), (*target.path, "data"), field=name, target=target.label)


def check_update(action: Action, screen: Screen, flow: Flow, findings: Findings, wrong: frozenset[str]) -> None:
    """An update_data payload has only fields of the screen's own data model, of the same types."""
    payload = action.payload
    if payload is None or not screen.data_complete:
        return
    path: Path = (*action.path, "payload")
    fields = screen.data
    if not fields:
        if payload:
            findings.add(UPDATE_WITHOUT_MODEL, path, screen=screen.label)
        return
    extra = [name for name in payload if name not in fields]
    if extra:
        places = [key((*path, name)) for name in extra]
        findings.add(UPDATE_NOT_DECLARED, *places, screen=screen.label, fields=listed(extra))
    receiver = _Receiver(UPDATE, screen, screen, flow, findings)
    for name, value in payload.items():
        if name not in fields or name in wrong:
            continue
        reference = read_binding(value, flow.version) if isinstance(value, str) else None
        if reference and reference.source == "data" and reference.steps == (name,) and reference.screen is None:
            findings.add(UPDATE_WITH_ITSELF, (*path, name), field=name)
        else:
            receiver.value(value, fields[name], (*path, name), (name,))


def _is_dynamic(value: Any, flow: Flow) -> bool:
    if not isinstance(value, str):
        return False
    return read_binding(value, flow.version) is not None or is_expression(value, flow.version)


class _Receiver(NamedTuple):
    """Compares values with the schemas that receive them."""

    rules: _Transfer
    source: Screen
    target: Screen
    flow: Flow
    findings: Findings

    def value(self, value: Any, schema: Any, path: Path, field: tuple[str | int, ...]) -> None:
        """One value of the payload; `field` is its way within the data model."""
        if not isinstance(schema, dict):
            return
        if isinstance(value, str) and value[:1] in ("$", "`"):
            if is_expression(value, self.flow.version):
                self.expression(value, schema, path, field)
                return
            if reference := read_binding(value, self.flow.version):
                known = look_up(reference, self.source, self.flow)
                if isinstance(known, Known):
                    self.binding(value, known, schema, path, field)
                return
        self.literal(value, schema, path, field)

    def literal(self, value: Any, schema: Mapping[str, Any], path: Path, field: tuple[str | int, ...]) -> None:
        wanted = types_of_schema(schema)
        if wanted and type_name(value) not in wanted and not any(is_of_type(value, one) for one in wanted):
            self.findings.add(
                self.rules.wrong_literal,
                path,
                field=_spell(field),
                source=self.source.label,
                target=self.target.label,
                expected=next(iter(wanted)),
                actual=type_name(value),
            )
        elif isinstance(value, dict):
            self.members(value, schema, path, field)
        elif isinstance(value, list):
            for index, one in enumerate(value):
                self.value(one, schema.get("items"), (*path, index), (*field, index))

    def members(
        self, value: dict[str, Any], schema: Mapping[str, Any], path: Path, field: tuple[str | int, ...]
    ) -> None:
        """An object of the payload has what is declared; what is not declared beside it is let pass."""
        properties = schema.get("properties")
        if not isinstance(properties, dict):
            return
        lacking = [name for name in _needed(schema, properties) if name not in value]
        if lacking:
            self.findings.add(
                self.rules.lacks_members,
                path,
                field=_spell(field),
                members=listed(lacking),
                target=self.target.label,
            )
        for name, inner in value.items():
            if not name.startswith("on-"):
                self.value(inner, properties.get(name), (*path, name), (*field, name))

    def expression(self, text: str, schema: Mapping[str, Any], path: Path, field: tuple[str | int, ...]) -> None:
        try:
            types = analyse(text, self.source, self.flow)
        except ExpressionError:
            return
        if not overlap(types, types_of_schema(schema)):
            self.wrong_binding(text, types, types_of_schema(schema), path, field)

    def binding(
        self, text: str, found: Known, schema: Mapping[str, Any], path: Path, field: tuple[str | int, ...]
    ) -> None:
        wanted = types_of_schema(schema)
        if found.node and found.types == {"array"} and found.node.kind in ("PhotoPicker", "DocumentPicker"):
            return
        if not overlap(found.types, wanted):
            self.wrong_binding(text, found.types, wanted, path, field)
        elif found.schema is not None:
            self.declarations(found.schema, found.path, schema, (*self.target.path, "data", *field), path)

    def wrong_binding(
        self, text: str, found: frozenset[str], wanted: frozenset[str], path: Path, field: tuple[str | int, ...]
    ) -> None:
        self.findings.add(
            self.rules.wrong_binding,
            path,
            expression=text,
            field=_spell(field),
            target=self.target.label,
            expected=" or ".join(sorted(wanted)),
            actual=" or ".join(sorted(found)),
        )

    def declarations(
        self, given: Mapping[str, Any], given_path: Path, wanted: Mapping[str, Any], wanted_path: Path, path: Path
    ) -> None:
        """Two declarations of an object or array: both say what is within, and the same."""
        kind = wanted.get("type")
        if kind == "object":
            self.same_members(given, given_path, wanted, wanted_path, path)
        elif kind == "array":
            inner, expected = given.get("items"), wanted.get("items")
            if isinstance(inner, dict) and isinstance(expected, dict):
                self.same(inner, (*given_path, "items"), expected, (*wanted_path, "items"), path)

    def same_members(
        self, given: Mapping[str, Any], given_path: Path, wanted: Mapping[str, Any], wanted_path: Path, path: Path
    ) -> None:
        mine, theirs = given.get("properties"), wanted.get("properties")
        if not isinstance(mine, dict) or not isinstance(theirs, dict):
            if isinstance(mine, dict) != isinstance(theirs, dict):
                place = wanted_path if isinstance(mine, dict) else given_path
                self.findings.add(self.rules.wrong_keyword, place, keyword="properties")
            return
        if set(mine) != set(theirs):
            self.findings.add(self.rules.other_members, given_path, wanted_path, target=self.target.label)
            return
        for name, inner in mine.items():
            if isinstance(inner, dict) and isinstance(theirs[name], dict):
                steps = ("properties", name)
                self.same(inner, (*given_path, *steps), theirs[name], (*wanted_path, *steps), path)

    def same(
        self, given: Mapping[str, Any], given_path: Path, wanted: Mapping[str, Any], wanted_path: Path, path: Path
    ) -> None:
        if overlap(types_of_schema(given), types_of_schema(wanted)):
            self.declarations(given, given_path, wanted, wanted_path, path)
        else:
            field = wanted_path[len(self.target.path) + 1 :]
            expression = "/".join(str(step) for step in given_path[3:])
            self.wrong_binding(expression, types_of_schema(given), types_of_schema(wanted), path, field)


def _needed(schema: Mapping[str, Any], properties: Mapping[str, Any]) -> list[str]:
    """The members an object has to have: those it lists as required, else all it declares."""
    required = schema.get("required")
    return [name for name in required if isinstance(name, str)] if isinstance(required, list) else list(properties)


def _spell(field: tuple[str | int, ...]) -> str:
    return "/".join(str(step) for step in field)
