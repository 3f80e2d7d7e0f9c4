"""What the catalogue says about what a phone shows or allows: every property of every component, at every version that
changes it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from headrace.flowjson.catalogue import COMPONENTS, VERSIONS, Component, Place, Property, Shape, Version
from headrace.flowjson.catalogue.versions import v

APPEARS, LINES, BINDING, ACTION, REQUIRED, GONE, PLACE, MEANING = (
    "exists",
    "may be an array",
    "may be a binding",
    "may run this action",
    "is required",
    "is gone",
    "may stand there",
    "means something else",
)


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One thing that has to be shown. `property` is a path such as `data-source.image` or `on-click-action.open_url`;
    `in Form` and the like tell where a component may stand. `facts` are what the catalogue says of it, for a reader.
    """

    component: str
    property: str
    since: Version
    kind: str = APPEARS
    facts: str = ""

    def __str__(self) -> str:
        return f"{self.component} {self.property} at {self.since} ({self.kind})"


# What a version changes although the declaration of the property stays the same.
_MEANINGS = (
    *(("DatePicker", name, "5.0") for name in ("min-date", "max-date", "unavailable-dates", "init-value")),
    *((kind, "data-source.image", "6.0") for kind in ("CheckboxGroup", "RadioButtonsGroup", "Dropdown")),
    *((kind, "on-select-action", version) for kind in ("CheckboxGroup", "Dropdown") for version in ("6.0", "7.0")),
    ("RichText", "text", "6.3"),
    ("TextInput", "label", "7.0"),
)


def changes() -> list[Change]:
    """Everything to show, in the order of the catalogue."""
    found = [change for declared in COMPONENTS.values() for change in _of_component(declared)]
    found += [Change(component, name, v(since), MEANING) for component, name, since in _MEANINGS]
    order = {name: number for number, name in enumerate(COMPONENTS)}
    kept = {(one.component, one.property, one.since): one for one in reversed(found)}
    return sorted(kept.values(), key=lambda one: (order[one.component], _is_place(one), one.property, one.since))


def _is_place(change: Change) -> bool:
    return change.kind == PLACE


def _of_component(declared: Component) -> Iterator[Change]:
    yield from _of_shape(declared.name, declared, "", declared.since)
    for place, since in declared.places.items():
        if place is not Place.LAYOUT or since > declared.since:
            yield Change(declared.name, place_name(place), since, PLACE)


def place_name(place: Place) -> str:
    return "on the screen itself" if place is Place.LAYOUT else f"in {place}"


def _of_shape(component: str, shape: Shape, prefix: str, oldest: Version) -> Iterator[Change]:
    for name, declared in shape.properties.items():
        if name != "type" or prefix:
            since = max(declared.since, oldest)
            yield from _of_property(component, declared, prefix + name, since)
            if declared.shape is not None:
                yield from _of_shape(component, declared.shape, f"{prefix}{name}.", since)


def _of_property(component: str, declared: Property, path: str, since: Version) -> Iterator[Change]:
    if declared.action is None:
        yield Change(component, path, since, APPEARS, _facts(declared))
    if declared.until is not None:
        yield Change(component, path, next(one for one in VERSIONS if one > declared.until), GONE)
    later = ((declared.array_since, LINES), (declared.dynamic_since, BINDING), (declared.required_since, REQUIRED))
    yield from (Change(component, path, version, kind) for version, kind in later if version and version > since)
    if declared.action is not None:
        for action, version in declared.action.names.items():
            yield Change(component, f"{path}.{action}", max(version, since), ACTION)


def _facts(declared: Property) -> str:
    limit = declared.cut_at or declared.max_length
    told = [
        " or ".join(declared.types),
        f"required from {declared.required_since}" if declared.required_since else "",
        "static" if declared.dynamic_since is None else "",
        f"at most {limit} characters" if limit else "",
        f"one of {', '.join(declared.enum)}" if 0 < len(declared.enum) < 10 else "",
        _between("items", declared.min_items, declared.max_items),
        _between("values", declared.minimum, declared.maximum),
        f"default {_written(declared.default)}" if isinstance(declared.default, str | int | bool) else "",
    ]
    return ", ".join(filter(None, told))


def _between(what: str, least: int | None, most: int | None) -> str:
    if most is None:
        return "" if least is None else f"{what} from {least}"
    return f"{what} {least or 0} to {most}"


def _written(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def version_before(version: Version) -> Version | None:
    """The public version that came before; None before the first."""
    older = [one for one in VERSIONS if one < version]
    return older[-1] if older else None
