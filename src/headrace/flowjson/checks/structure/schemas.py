"""The closed objects of the catalogue in one version of the language: keys, checks, and which values pass at once.

Most values of a file are as they should be. So each key has a quick test that such a value passes, and only
the others are looked at by its check.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from headrace.flowjson.catalogue import COMPONENTS, Component, Place, Property, Shape, Version
from headrace.flowjson.catalogue.containers import CASE_KEY
from headrace.flowjson.catalogue.declarations import Category
from headrace.flowjson.checks import actions, values
from headrace.flowjson.checks.findings import key
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.values import PropertySchema, ValueCheck, Walk, wrong_type
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import NESTED_SINCE


class KeySchema(NamedTuple):
    """A key: there is nothing to say about a value of the type `plain`, if `passes`, where given, says so too."""

    plain: type | None
    passes: Callable[[Any], object] | None
    schema: PropertySchema


class ObjectSchema:
    """A closed object in one version: its keys, and which of them it needs, also in their order."""

    __slots__ = ("entries", "order", "required")

    def __init__(self, shape: Shape, version: Version) -> None:
        exist = [prop for prop in shape.properties.values() if prop.exists_in(version)]
        self.entries = {prop.name: _key_schema(prop, version) for prop in exist}
        self.order = tuple(prop.name for prop in exist if prop.is_required_in(version))
        self.required = frozenset(self.order)


@lru_cache(maxsize=1024)
def object_schema(shape: Shape, version: Version) -> ObjectSchema:
    """The schema of a shape; made once per version."""
    return ObjectSchema(shape, version)


class ComponentSchema(NamedTuple):
    """A type of component in one version. `free_places` are those where nothing more has to be looked at.

    `asks` says that it asks for something, `contains` that other components stand in it.
    """

    component: Component
    schema: ObjectSchema
    free_places: frozenset[Place]
    asks: bool
    contains: bool


@lru_cache(maxsize=64)
def component_schemas(version: Version) -> dict[str, ComponentSchema]:
    """The types of components a version has, by name."""
    return {name: _component_schema(one, version) for name, one in COMPONENTS.items() if one.since <= version}


def _component_schema(component: Component, version: Version) -> ComponentSchema:
    # A Footer may stand in a branch of an If, but not in that of an If within.
    free = [
        place for place, since in component.places.items() if since <= version and component.name != "Footer"
    ]  # fmt: skip
    return ComponentSchema(
        component,
        object_schema(component, version),
        frozenset(free),
        component.is_input and component.name != "NavigationList",
        component.category is Category.CONTAINER,
    )


def _key_schema(prop: Property, version: Version) -> KeySchema:
    static = bool(prop.enum or prop.pattern or prop.format or prop.name == "name")
    rejects_blank = prop.not_blank or version >= NESTED_SINCE
    check, limit = _check_for(prop), length_limit(prop)
    schema = PropertySchema(prop, check, prop.is_dynamic_in(version), rejects_blank, static, limit)
    plain, passes = _quick(prop, check, limit)
    return KeySchema(plain, passes, schema)


def length_limit(prop: Property) -> int:
    """At most this many characters of its text are shown by a phone; 0 where nothing is known of that."""
    return prop.cut_at or prop.max_length or 0


def _quick(prop: Property, check: ValueCheck, limit: int) -> tuple[type | None, Callable[[Any], object] | None]:
    """What most values of a property are, and how to see at once that there is nothing to say about one."""
    if check is _nothing:
        return str, None
    if check is values.typed and prop.types == ("boolean",):
        return bool, None
    if check is values.text and prop.enum:
        return str, frozenset(prop.enum).__contains__
    if check is values.text and not (prop.pattern or prop.format):
        return str, _unremarkable(limit)
    return None, None


@lru_cache(maxsize=256)
def _unremarkable(limit: int) -> Callable[[str], object]:
    """Whether a text is neither blank nor a binding, nor too long for a phone."""
    return re.compile(rf"[^\s$`].{{0,{limit - 1}}}\Z" if limit else r"[^\s$`]", re.DOTALL).match


def _check_for(prop: Property) -> ValueCheck:
    """Which check looks at the values of a property."""
    if prop.action:
        return actions.action
    if prop.holds_components:
        return _components
    if prop.holds_cases:
        return _cases
    if prop.constant:
        return _nothing
    if prop.types == ("array",):
        return values.objects if prop.shape else values.texts
    if prop.types == ("object",):
        return values.closed_object if prop.shape else values.open_object
    if prop.types == ("string", "boolean"):
        return values.text_or_flag
    if "object" in prop.types:
        return values.scalar_or_object
    return values.text if prop.types[0] == "string" else values.typed


class ComponentWalk(Walk, Protocol):
    """A walk that goes on within containers."""

    def components(self, value: Any, path: Path, parent: Node | None, branch: str, place: Place) -> None: ...


def _components(
    walk: ComponentWalk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    place = {"Form": Place.FORM, "If": Place.IF}[node.kind] if node else Place.LAYOUT
    walk.components(value, path, node, schema.property.name, place)


def _cases(
    walk: ComponentWalk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        walk.screen.complete = False
        return
    for case, children in value.items():
        if not re.fullmatch(CASE_KEY, case):
            walk.findings.add(values.NO_MATCH, key((*path, case)), property=case, pattern=CASE_KEY)
        walk.components(children, (*path, case), node, case, Place.SWITCH)


def _nothing(
    walk: Walk, schema: PropertySchema, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    """The `type` of a component has been looked at before its properties are."""
