"""A JSON Schema of Flow JSON, made of the catalogue, for editors: completion, hover texts, the first mistakes.

It says what one object may hold, not how objects refer to each other; `check` says that, and all the rest. Whatever it
refuses `check` refuses, too.
"""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue import (
    COMPONENTS,
    VERSIONS,
    ActionSlot,
    Component,
    Place,
    Property,
    Shape,
    Version,
    data_api_versions,
)
from headrace.flowjson.catalogue.actions import CLICK_ACTION, SELECT_ACTION
from headrace.flowjson.catalogue.containers import (
    CASE_KEY,
    LAYOUT,
    MAX_SCREENS,
    RESERVED_SCREEN_IDS,
    ROOT,
    SCREEN,
    SCREEN_ID,
    SCREEN_ID_BEFORE_7_0,
)
from headrace.flowjson.catalogue.dates import RANGE_KEYS
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.expressions.references import GLOBAL_SINCE, NESTED_SINCE

__all__ = ["DIALECT", "json_schema"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]

_PLACE_OF = {"Form": Place.FORM, "If": Place.IF}
_TYPES_OF_DATA = ["string", "number", "integer", "boolean", "object", "array"]
_NOT_BLANK = r"\S"


def json_schema(version: Version) -> Schema:
    """The schema of a public version; raises ValueError for any other."""
    if version not in VERSIONS:
        known = ", ".join(str(version) for version in VERSIONS)
        raise ValueError(f"Flow JSON {version} is not a public version. Known are {known}.")
    return _Writer(version).schema()


class _Writer:
    """Collects the definitions of one version."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self.definitions: Schema = {}

    def schema(self) -> Schema:
        root = self.closed(ROOT, special={"version", "screens", "data_api_version", "routing_model"})
        properties = {
            "version": {"const": str(self.version), "description": "The version of the language."},
            "data_api_version": {
                "enum": list(data_api_versions(self.version)),
                "description": "Makes this a Flow with an endpoint, and says in which version it is asked.",
            },
            "routing_model": self.routing_model(),
            "screens": {
                "type": "array",
                "minItems": 1,
                "maxItems": MAX_SCREENS,
                "items": self.screen(),
                "description": "The screens; the first is where a Flow without other information begins.",
            },
        }
        root["properties"] = properties | root["properties"]
        root["dependentRequired"] = {"data_api_version": ["routing_model"]}
        self.components()
        title = f"Flow JSON {self.version}"
        head = {"$schema": DIALECT, "$id": f"urn:headrace:flow-json:{self.version}", "title": title}
        return {**head, **root, "$defs": dict(sorted(self.definitions.items()))}

    def define(self, name: str, schema: Schema) -> Schema:
        """A reference to a definition, which is stored under its name."""
        self.definitions.setdefault(name, schema)
        return {"$ref": f"#/$defs/{name}"}

    @property
    def screen_id(self) -> Schema:
        pattern = SCREEN_ID if self.version >= v("7.0") else SCREEN_ID_BEFORE_7_0
        return self.define(
            "screen id", {"type": "string", "pattern": pattern, "not": {"enum": sorted(RESERVED_SCREEN_IDS)}}
        )

    @property
    def binding(self) -> Schema:
        """What stands for a value that is worked out on the phone."""
        patterns = [r"^\$\{(data|form)\..+\}$"]
        if self.version >= GLOBAL_SINCE:
            patterns.append(r"^\$\{screen\.[a-zA-Z_,]+\.(data|form)\..+\}$")
        if self.version >= NESTED_SINCE:
            patterns.append(r"^`[\s\S]+`$")
        return self.define(
            "binding",
            {
                "type": "string",
                "pattern": "|".join(patterns),
                "description": "A reference such as ${data.name} or ${form.name}"
                + (", or an expression in backticks." if self.version >= NESTED_SINCE else "."),
            },
        )

    def routing_model(self) -> Schema:
        return {
            "type": "object",
            "propertyNames": self.screen_id,
            "additionalProperties": {"type": "array", "items": self.screen_id},
            "description": "Which screens may follow which, forwards only.",
        }

    def screen(self) -> Schema:
        screen = self.closed(SCREEN, special={"id", "data", "layout"})
        screen["properties"] = {
            "id": {**self.screen_id, "description": "Letters and underscores; SUCCESS is reserved."},
            "data": self.data_model(),
            "layout": self.component_or_layout(LAYOUT),
            **screen["properties"],
        }
        if "success" in screen["properties"]:
            screen["dependentSchemas"] = {
                "success": {"properties": {"terminal": {"const": True}}, "required": ["terminal"]}
            }
        return self.define("screen", screen)

    def data_model(self) -> Schema:
        field = {
            "type": "object",
            "required": ["type", "__example__"],
            "properties": {"type": {"enum": _TYPES_OF_DATA}, "__example__": {"description": "A sample for previews."}},
            "if": {"properties": {"type": {"const": "array"}}},
            "then": {"required": ["items"]},
        }
        return {
            "type": "object",
            "description": "What the screen is given: by the message, a navigate action or the endpoint.",
            "properties": {"required": {"type": "array", "items": {"type": "string"}}},
            # Names that begin with `required` escape this check, as they do in Meta's validator.
            "patternProperties": {"^(?!required)": self.define("field", field)},
        }

    def components(self) -> None:
        """Every component, and for every container the list of those that may stand in it."""
        known = [component for component in COMPONENTS.values() if component.since <= self.version]
        cases = []
        for one in known:
            reference = self.component_or_layout(one)
            condition = {"properties": {"type": {"const": one.name}}, "required": ["type"]}
            cases.append({"if": condition, "then": reference})
        self.define("component", {"type": "object", "required": ["type"], "allOf": cases})
        for place in Place:
            allowed = [
                component.name
                for component in known
                if place in component.places and component.places[place] <= self.version
            ]
            self.definitions[f"in {place}"] = {
                "$ref": "#/$defs/component",
                "properties": {"type": {"enum": allowed}},
            }

    def component_or_layout(self, shape: Component) -> Schema:
        return self.define(shape.name, {"title": shape.name, **self.closed(shape), **_described(_about(shape))})

    def closed(self, shape: Shape, special: set[str] | None = None) -> Schema:
        """An object that takes the keys of this shape and no others; `special` ones are left to the caller."""
        exist = [prop for prop in shape.properties.values() if prop.exists_in(self.version)]
        return {
            "type": "object",
            "properties": {
                prop.name: self.property(prop, shape) for prop in exist if prop.name not in (special or set())
            },
            "required": [prop.name for prop in exist if prop.is_required_in(self.version)],
            "additionalProperties": False,
        }

    def property(self, prop: Property, owner: Shape) -> Schema:
        schema = self.value(prop, owner)
        if prop.is_dynamic_in(self.version) and not (schema.get("type") == "string" and _is_free(schema)):
            schema = {"anyOf": [schema, self.binding]}
        if prop.default is not None:
            schema = {**schema, "default": prop.default}
        return {**schema, **_described(self.about(prop, owner))}

    def value(self, prop: Property, owner: Shape) -> Schema:
        """What a property holds where it is no binding."""
        if prop.constant:
            return {"const": prop.constant}
        if prop.holds_components:
            return {"type": "array", "items": _place(owner), **_limits(prop)}
        if prop.holds_cases:
            lists = {"type": "array", "items": {"$ref": f"#/$defs/in {Place.SWITCH}"}}
            names = {"pattern": CASE_KEY}
            return {"type": "object", "minProperties": 1, "propertyNames": names, "additionalProperties": lists}
        if prop.action:
            return self.action(prop.action)
        if prop.types == ("array",):
            return {"type": "array", "items": self.item(prop), **_limits(prop)}
        if prop.types == ("object",):
            return self.shape(prop.shape) if prop.shape else {"type": "object"}
        if prop.range_types:
            scalar = {"type": prop.range_types[0]}
            part = {"anyOf": [scalar, self.binding]}
            both = {"type": "object", "properties": dict.fromkeys(RANGE_KEYS, part), "additionalProperties": False}
            return {"anyOf": [scalar, both]}
        if "string" not in prop.types:
            return {"type": prop.types[0], **_bounds(prop)}
        return self.text(prop)

    def text(self, prop: Property) -> Schema:
        schema: Schema = {"type": "string"}
        if prop.enum:
            schema["enum"] = list(prop.enum)
        elif prop.pattern:
            schema["pattern"] = prop.pattern
        elif prop.not_blank or self.version >= NESTED_SINCE:
            schema["pattern"] = _NOT_BLANK
        elif prop.min_length:
            schema["minLength"] = prop.min_length
        others: list[Schema] = [{"type": kind} for kind in prop.types[1:] if kind != "array"]
        if prop.array_since and prop.array_since <= self.version:
            others.append({"type": "array", "items": {"type": "string"}})
        return {"anyOf": [schema, *others]} if others else schema

    def item(self, prop: Property) -> Schema:
        if prop.shape:
            return self.shape(prop.shape)
        return {"type": prop.item_type or "string", **({"enum": list(prop.enum)} if prop.enum else {})}

    def shape(self, shape: Shape) -> Schema:
        return self.define(shape.name, {**self.closed(shape), **_described(shape.note)})

    def action(self, slot: ActionSlot) -> Schema:
        """An action with the names this slot takes, and the members that go with each."""
        names = [name for name, since in slot.names.items() if since <= self.version]
        kind = CLICK_ACTION if slot.kind == "click" else SELECT_ACTION
        base = self.closed(kind)
        base["properties"]["name"] = {"enum": names, "description": "What the action does."}
        rules: list[Schema] = []
        for name, needed, forbidden in (
            ("navigate", ["next"], ["url"]),
            ("open_url", ["url"], ["next", "payload"]),
            ("data_exchange", [], ["next", "url"]),
            ("complete", [], ["next", "url"]),
        ):
            if name in names and slot.kind == "click":
                then: Schema = {"properties": dict.fromkeys(forbidden, False)}
                rules.append({"if": {"properties": {"name": {"const": name}}}, "then": {**then, "required": needed}})
        return self.define(f"{slot.kind} {' '.join(names)}".strip(), {**base, **({"allOf": rules} if rules else {})})

    def about(self, prop: Property, owner: Shape) -> str:
        """What is worth knowing about a property, from what the catalogue says about it."""
        facts = [prop.note]
        if prop.max_length:
            facts.append(f"Up to {prop.max_length} characters; a phone cuts longer ones.")
        if prop.max_items and not prop.max_items_is_error:
            facts.append(f"Up to {prop.max_items} items.")
        if prop.format == "date":
            facts.append("YYYY-MM-DD." if self.version >= v("5.0") else "Milliseconds since 1970, as text.")
        if prop.outside_form_only:
            facts.append("Outside of a Form only.")
        if prop.is_dynamic_in(self.version):
            facts.append("May be a binding.")
        if prop.since > owner.since:
            facts.append(f"Since {prop.since}.")
        return " ".join(filter(None, facts))


def _place(owner: Shape) -> Schema:
    return {"$ref": f"#/$defs/in {_PLACE_OF.get(owner.name, Place.LAYOUT)}"}


def _about(shape: Component) -> str:
    facts = [f"For {shape.category}." if shape.category != "layout" else "The layout of a screen.", shape.note]
    if shape.max_per_screen:
        facts.append(f"At most {shape.max_per_screen} on a screen.")
    if shape.value_type:
        facts.append(f"Its value is a {shape.value_type}.")
    if shape.since > min(VERSIONS):
        facts.append(f"Since {shape.since}.")
    return " ".join(filter(None, facts))


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def _limits(prop: Property) -> Schema:
    limits: Mapping[str, int | None] = {
        "minItems": prop.min_items,
        "maxItems": prop.max_items if prop.max_items_is_error else None,
    }
    return {key: limit for key, limit in limits.items() if limit is not None}


def _bounds(prop: Property) -> Schema:
    bounds = {"minimum": prop.minimum, "maximum": prop.maximum}
    return {key: bound for key, bound in bounds.items() if bound is not None}


def _is_free(schema: Schema) -> bool:
    """Whether a text schema takes every binding anyway."""
    return "enum" not in schema and schema.get("pattern") in (None, _NOT_BLANK)
