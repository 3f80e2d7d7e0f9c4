"""Every component with its properties, as the language has them in a version, and how a phone draws it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headrace.business.team import Permission
from headrace.console.builder.parts import spaced
from headrace.console.context import caller_of
from headrace.console.reference.samples import UnknownSample, sample
from headrace.console.shell import page
from headrace.flowjson.assistance.words import ABOUT_COMPONENTS, about_property
from headrace.flowjson.catalogue import (
    COMPONENTS,
    NEWEST,
    VERSIONS,
    Category,
    Component,
    Place,
    Property,
    Shape,
    Version,
)

_STANDS = {Place.LAYOUT: "on a screen", Place.FORM: "in Form", Place.IF: "in If", Place.SWITCH: "in Switch"}
_DEEPEST = 3


@dataclass(frozen=True)
class Row:
    """One property in the table of a component; those of an object in it follow with `depth` one more."""

    name: str
    depth: int
    types: str
    rules: tuple[str, ...]
    about: str
    since: str


@dataclass(frozen=True)
class Entry:
    """A component in the list."""

    name: str
    about: str
    since: str


async def home(request: Request) -> Response:
    """The reference begins with its components."""
    caller_of(request, Permission.READ_FLOWS)
    return RedirectResponse("/reference/components", 307)


async def index(request: Request) -> Response:
    """Every component there is in the version of the query, by what it is for."""
    caller = caller_of(request, Permission.READ_FLOWS)
    version = _version(request)
    groups = {
        category.value.capitalize(): [
            Entry(one.name, ABOUT_COMPONENTS.get(one.name, ""), str(one.since)) for one in _of(category, version)
        ]
        for category in Category
    }
    values = {"groups": {name: found for name, found in groups.items() if found}, **_versions(version)}
    return page(request, caller, "reference_components", "reference", values)


async def show(request: Request) -> Response:
    """One component: where it may stand, its properties, and a small Flow with it on a phone."""
    caller = caller_of(request, Permission.READ_FLOWS)
    name, version = request.path_params["name"], _version(request)
    declared = COMPONENTS.get(name)
    try:
        shown = sample(name)
    except UnknownSample as problem:
        words = {"title": str(problem), "details": "The reference lists those there are.", "code": ""}
        values: dict[str, Any] = {"trouble": words, "heading": "There is no such component"}
        return page(request, caller, "missing", "reference", values, 404)
    assert declared is not None
    values = {
        "component": declared,
        "title": spaced(declared.name),
        "about": ABOUT_COMPONENTS.get(declared.name, ""),
        "facts": tuple(_facts(declared)),
        "exists": declared.since <= version,
        "rows": tuple(_rows(declared, declared.name, version, 0)),
        "sample": shown,
        **_versions(version),
    }
    return page(request, caller, "reference_component", "reference", values)


def _of(category: Category, version: Version) -> list[Component]:
    return [one for one in COMPONENTS.values() if one.category is category and one.places and one.since <= version]


def _version(request: Request) -> Version:
    wanted = request.query_params.get("version", "")
    return next((version for version in VERSIONS if str(version) == wanted), NEWEST)


def _versions(version: Version) -> dict[str, Any]:
    return {"version": str(version), "versions": [str(one) for one in reversed(list(VERSIONS))], "newest": str(NEWEST)}


def _facts(declared: Component) -> Iterator[str]:
    yield f"From version {declared.since} on."
    stands = [
        f"{_STANDS[place]}{'' if since == declared.since else f' from {since} on'}"
        for place, since in declared.places.items()
    ]
    yield f"May stand {', '.join(stands)}."
    if declared.max_per_screen is not None:
        yield f"At most {declared.max_per_screen} on a screen."
    if declared.max_per_flow is not None:
        yield f"At most {declared.max_per_flow} in a Flow."
    if declared.value_type is not None:
        yield f"Its value is of type {declared.value_type}: ${{form.name}} reads it."


def _rows(shape: Shape, owner: str, version: Version, depth: int) -> Iterator[Row]:
    for prop in shape.properties.values():
        if not prop.exists_in(version) or prop.constant == owner:
            continue
        about = about_property(owner, prop.name) or prop.note
        yield Row(prop.name, depth, _types(prop), tuple(_rules(prop, version)), about, str(prop.since))
        if prop.shape is not None and depth < _DEEPEST:
            yield from _rows(prop.shape, prop.shape.name, version, depth + 1)


def _types(prop: Property) -> str:
    names = ["components" if prop.holds_components else "action" if prop.action else one for one in prop.types]
    return " or ".join(dict.fromkeys(names))


def _rules(prop: Property, version: Version) -> Iterator[str]:
    if prop.is_required_in(version):
        yield "required"
    if prop.is_dynamic_in(version):
        yield "takes a binding"
    if prop.constant is not None:
        yield f"always {prop.constant}"
    if prop.enum:
        yield f"one of {', '.join(prop.enum)}"
    if prop.action is not None:
        yield f"one of {', '.join(name for name, since in prop.action.names.items() if since <= version)}"
    if prop.default is not None:
        yield f"{json.dumps(prop.default)} without it"
    if prop.cut_at is not None:
        yield f"{prop.cut_at} characters are shown"
    elif prop.max_length is not None:
        yield f"at most {prop.max_length} characters"
    yield from _bounds(prop.minimum, prop.maximum, "")
    yield from _bounds(prop.min_items, prop.max_items, " items")
    if prop.until is not None:
        yield f"until version {prop.until}"


def _bounds(least: int | None, most: int | None, what: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most}{what}"
    elif least is not None:
        yield f"at least {least}{what}"
    elif most is not None:
        yield f"at most {most}{what}"
