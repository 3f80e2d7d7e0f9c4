"""The vocabulary in which the catalogue is written: properties, closed objects, actions, components."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from headrace.flowjson.catalogue.versions import Version, v

FIRST = v("2.1")


class Category(StrEnum):
    """What a component is for; the groups of the palette."""

    TEXT = "text"
    INPUT = "input"
    ACTION = "action"
    MEDIA = "media"
    CONTAINER = "container"
    LAYOUT = "layout"


class Place(StrEnum):
    """Where a component may stand."""

    LAYOUT = "layout"
    FORM = "Form"
    IF = "If"
    SWITCH = "Switch"


@dataclass(frozen=True, slots=True, eq=False)
class ActionSlot:
    """An action a component can run. `names` are the actions it takes, each with its first version."""

    kind: str  # "click" or "select"
    names: Mapping[str, Version]


@dataclass(frozen=True, slots=True, eq=False)
class Property:
    """One key of a closed object.

    `types` are JSON types (`integer` is a number without fraction). `required_since` is None when the key may be left
    out, `dynamic_since` is the first version in which the value may be a binding, None when never.
    An empty array is an error where `min_items` is given; any other number of items is the client's business, unless
    `max_items_is_error`. `max_length` is what the documentation allows, in characters; `cut_at` what the client shows.
    Neither makes a file wrong. `range_types` are the types of each member of `{start-date, end-date}` where a
    CalendarPicker in range mode takes such an object.
    """

    name: str
    types: tuple[str, ...]
    required_since: Version | None = None
    dynamic_since: Version | None = None
    since: Version = FIRST
    until: Version | None = None
    array_since: Version | None = None
    default: Any = None
    enum: tuple[str, ...] = ()
    constant: str | None = None
    pattern: str | None = None
    format: str | None = None
    not_blank: bool = False
    min_length: int | None = None
    max_length: int | None = None
    cut_at: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    min_items: int | None = None
    max_items: int | None = None
    max_items_is_error: bool = False
    item_type: str | None = None
    shape: "Shape | None" = None
    action: ActionSlot | None = None
    holds_components: bool = False
    holds_cases: bool = False
    outside_form_only: bool = False
    range_types: tuple[str, ...] = ()
    note: str = ""

    @property
    def required(self) -> bool:
        """Whether the newest version wants the key."""
        return self.required_since is not None

    @property
    def dynamic(self) -> bool:
        """Whether the newest version takes a binding."""
        return self.dynamic_since is not None

    def exists_in(self, version: Version) -> bool:
        return self.since <= version and (self.until is None or version <= self.until)

    def is_required_in(self, version: Version) -> bool:
        return self.required_since is not None and self.required_since <= version

    def is_dynamic_in(self, version: Version) -> bool:
        return self.dynamic_since is not None and self.dynamic_since <= version


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A closed object: it takes these keys and no others."""

    name: str
    properties: Mapping[str, Property]
    since: Version = FIRST
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Component(Shape):
    """A component type. `value_type` is the JSON type of `${form.<name>}`, None where there is no value.

    `places` are the containers it may stand in, each with its first version.
    """

    category: Category = Category.TEXT
    value_type: str | None = None
    places: Mapping[Place, Version] = field(default_factory=dict)
    max_per_screen: int | None = None
    max_per_screen_since: Version = FIRST
    max_per_flow: int | None = None

    @property
    def is_input(self) -> bool:
        """Whether it has a value that `${form.<name>}` reads."""
        return self.value_type is not None


def properties(*declared: Property, since: Version = FIRST) -> Mapping[str, Property]:
    """Makes the table of a shape; no property is older than what it belongs to."""
    table: dict[str, Property] = {}
    for prop in declared:
        table[prop.name] = replace(
            prop,
            since=max(prop.since, since),
            required_since=prop.required_since and max(prop.required_since, since),
            dynamic_since=prop.dynamic_since and max(prop.dynamic_since, since),
        )
    return MappingProxyType(table)


def places(
    *, layout: str | None = None, form: str | None = None, branches: str | None = None, cases: str | None = None
) -> Mapping[Place, Version]:
    """Where a component may stand, and from which version on; `branches` are those of If, `cases` those of Switch."""
    since = {Place.LAYOUT: layout, Place.FORM: form, Place.IF: branches, Place.SWITCH: cases}
    return MappingProxyType({place: v(version) for place, version in since.items() if version})


def text(name: str, *, dynamic: bool = True, since: str = "2.1", required: bool = False, **more: Any) -> Property:
    return Property(name, ("string",), v(since) if required else None, v("2.1") if dynamic else None, v(since), **more)


def flag(name: str, default: bool = False, *, dynamic: bool = True, since: str = "2.1", **more: Any) -> Property:
    return Property(name, ("boolean",), None, v("2.1") if dynamic else None, v(since), default=default, **more)


def number(name: str, *, dynamic: bool = True, since: str = "2.1", integer: bool = False, **more: Any) -> Property:
    types = ("integer",) if integer else ("number",)
    return Property(name, types, None, v("2.1") if dynamic else None, v(since), **more)


def choice(name: str, *values: str, dynamic: bool = False, since: str = "2.1", **more: Any) -> Property:
    return Property(name, ("string",), None, v("2.1") if dynamic else None, v(since), enum=values, **more)


def texts(name: str, *, dynamic: bool = True, since: str = "2.1", **more: Any) -> Property:
    return Property(name, ("array",), None, v("2.1") if dynamic else None, v(since), item_type="string", **more)


def objects(name: str, shape: Shape, *, since: str = "2.1", required: bool = True, **more: Any) -> Property:
    """An array of closed objects, or one binding to such an array."""
    return Property(name, ("array",), v(since) if required else None, v("2.1"), v(since), shape=shape, **more)


def clicks(name: str = "on-click-action", *, required: bool = False, since: str = "2.1", **names: str) -> Property:
    slot = ActionSlot("click", MappingProxyType({action: v(version) for action, version in names.items()}))
    return Property(name, ("object",), v(since) if required else None, None, v(since), action=slot)


def selects(name: str = "on-select-action", *, since: str = "2.1", **names: str) -> Property:
    slot = ActionSlot("select", MappingProxyType({action: v(version) for action, version in names.items()}))
    return Property(name, ("object",), None, None, v(since), action=slot)


VISIBLE = flag("visible", True)
ENABLED = flag("enabled", True)
REQUIRED = flag("required")
NAME = text(
    "name",
    dynamic=False,
    required=True,
    min_length=1,
    not_blank=True,
    note="Unique on its screen. Letters, digits and underscores are safe in every kind of reference.",
)


def kind(name: str) -> Property:
    """The `type` of a component or layout."""
    return text("type", dynamic=False, required=True, constant=name)


def error_message(*, since: str = "4.0", **more: Any) -> Property:
    return text("error-message", since=since, outside_form_only=True, **more)
