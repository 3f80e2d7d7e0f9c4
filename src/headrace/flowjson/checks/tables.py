"""The closed objects of the catalogue as one version of the language sees them: keys, judges, and what passes unseen.

Most values of a file are as they should be. So each key says beforehand how such a value can be told at once, and only
the others come before its judge.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from headrace.flowjson.catalogue import COMPONENTS, Component, Place, Property, Shape, Version
from headrace.flowjson.catalogue.containers import CASE_KEY
from headrace.flowjson.catalogue.declaring import Category
from headrace.flowjson.checks import actions, values
from headrace.flowjson.checks.findings import key
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.values import Judge, Slot, Walk, wrong_type
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import NESTED_SINCE


class Entry(NamedTuple):
    """A key: there is nothing to say about a value of the type `plain`, if `passes`, where given, says so too."""

    plain: type | None
    passes: Callable[[Any], object] | None
    slot: Slot


class Table:
    """A closed object in one version: its keys, and which of them it needs, also in their order."""

    __slots__ = ("entries", "order", "required")

    def __init__(self, shape: Shape, version: Version) -> None:
        exist = [prop for prop in shape.properties.values() if prop.exists_in(version)]
        self.entries = {prop.name: _entry(prop, version) for prop in exist}
        self.order = tuple(prop.name for prop in exist if prop.is_required_in(version))
        self.required = frozenset(self.order)


@lru_cache(maxsize=1024)
def table_of(shape: Shape, version: Version) -> Table:
    """The table of a shape; made once per version."""
    return Table(shape, version)


class Kind(NamedTuple):
    """A type of component in one version. `free_places` are those where nothing more has to be looked at.

    `asks` says that it asks for something, `contains` that other components stand in it.
    """

    component: Component
    table: Table
    free_places: frozenset[Place]
    asks: bool
    contains: bool


@lru_cache(maxsize=64)
def kinds_of(version: Version) -> dict[str, Kind]:
    """The types of components a version has, by name."""
    return {name: _kind(one, version) for name, one in COMPONENTS.items() if one.since <= version}


def _kind(component: Component, version: Version) -> Kind:
    # A Footer may stand in a branch of an If, but not in that of an If within.
    free = [
        place for place, since in component.places.items() if since <= version and component.name != "Footer"
    ]  # fmt: skip
    return Kind(
        component,
        table_of(component, version),
        frozenset(free),
        component.is_input and component.name != "NavigationList",
        component.category is Category.CONTAINER,
    )


def _entry(prop: Property, version: Version) -> Entry:
    static = bool(prop.enum or prop.pattern or prop.format or prop.name == "name")
    rejects_blank = prop.not_blank or version >= NESTED_SINCE
    judge, limit = _judge(prop), length_limit(prop)
    slot = Slot(prop, judge, prop.is_dynamic_in(version), rejects_blank, static, limit)
    plain, passes = _quick(prop, judge, limit)
    return Entry(plain, passes, slot)


def length_limit(prop: Property) -> int:
    """As many characters of its text as a phone shows; 0 where nothing is known of that."""
    return prop.cut_at or prop.max_length or 0


def _quick(prop: Property, judge: Judge, limit: int) -> tuple[type | None, Callable[[Any], object] | None]:
    """What most values of a property are, and how to see at once that there is nothing to say about one."""
    if judge is _nothing:
        return str, None
    if judge is values.typed and prop.types == ("boolean",):
        return bool, None
    if judge is values.text and prop.enum:
        return str, frozenset(prop.enum).__contains__
    if judge is values.text and not (prop.pattern or prop.format):
        return str, _unremarkable(limit)
    return None, None


@lru_cache(maxsize=256)
def _unremarkable(limit: int) -> Callable[[str], object]:
    """Whether a text is neither blank nor a binding, nor too long for a phone."""
    return re.compile(rf"[^\s$`].{{0,{limit - 1}}}\Z" if limit else r"[^\s$`]", re.DOTALL).match


def _judge(prop: Property) -> Judge:
    """Which judge looks at a property."""
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
    walk: ComponentWalk, slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None
) -> None:
    place = {"Form": Place.FORM, "If": Place.IF}[node.kind] if node else Place.LAYOUT
    walk.components(value, path, node, slot.property.name, place)


def _cases(walk: ComponentWalk, slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    if type(value) is not dict:
        wrong_type(walk, value, "object", path)
        walk.screen.complete = False
        return
    for case, children in value.items():
        if not re.fullmatch(CASE_KEY, case):
            walk.findings.add(values.NO_MATCH, key((*path, case)), property=case, pattern=CASE_KEY)
        walk.components(children, (*path, case), node, case, Place.SWITCH)


def _nothing(walk: Walk, slot: Slot, value: Any, path: Path, node: Node | None, item: int | None = None) -> None:
    """The `type` of a component has been looked at before its properties are."""
