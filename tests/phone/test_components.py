"""Every component with every property, in every version that changes it: what the phone shows, what is allowed."""

import json
from typing import Any

import pytest
from tests.phone.catalogue_changes import (
    ACTION,
    APPEARS,
    BINDING,
    LINES,
    REQUIRED,
    Change,
    changes,
    place_name,
    version_before,
)
from tests.phone.component_cases import (
    TODAY,
    Case,
    around,
    cases,
    change_of,
    document,
    has,
    play,
    with_bindings,
    without,
)
from tests.phone.flows import Json

from headrace.flowjson.catalogue import COMPONENTS, Place, Version
from headrace.flowjson.checks import check


def every_case() -> list[Any]:
    """A parameter for each case, with its marks."""
    return [
        pytest.param(
            case,
            id=f"{case.component}-{case.says}",
            marks=[
                pytest.mark.shows(
                    case.component, path, since=str(since), says=case.says, file=f"corpus/phone/{case.file}"
                )
                for path, since in case.shown
            ],
        )
        for case in cases()
    ]


def errors(flow: Json) -> list[str]:
    return [f"{one.code}: {one.message}" for one in check(json.dumps(flow), today=TODAY).errors]


@pytest.mark.parametrize("case", every_case())
def test_the_phone_shows_it(case: Case) -> None:
    for version in case.versions:
        play(case, document(case, version, case.given))


@pytest.mark.parametrize("case", [pytest.param(one.values[0], id=one.id) for one in every_case()])
def test_it_is_allowed(case: Case) -> None:
    for version in case.versions:
        assert errors(document(case, version, case.given)) == [], f"at {version}"


@pytest.mark.parametrize(
    "case", [pytest.param(one.values[0], id=one.id) for one in every_case() if one.values[0].bound]
)
def test_bindings_show_the_same(case: Case) -> None:
    for version in case.versions:
        component, data = with_bindings(case, version)
        play(case, document(case, version, component, data))


PROVEN = [
    pytest.param(case, path, since, id=f"{case.component}-{path}-{since}-{case.says}")
    for case in cases()
    for path, since in case.shown
]


@pytest.mark.parametrize(("case", "path", "since"), PROVEN)
def test_it_rests_on_the_property(case: Case, path: str, since: Version) -> None:
    """Without the property something else comes out, so the mark is earned."""
    assert has(case.given, path)
    with pytest.raises((AssertionError, IndexError)):
        play(case, document(case, max(since, min(case.versions)), without(case.given, path)))


@pytest.mark.parametrize(("case", "path", "since"), PROVEN)
def test_it_is_not_allowed_before(case: Case, path: str, since: Version) -> None:
    change, before = change_of(case.component, path, since), version_before(since)
    if change.kind == REQUIRED:
        assert before is not None
        lacking = without(case.given, path)
        assert errors(document(case, since, lacking))
        assert errors(document(case, before, lacking)) == []
    elif before is not None and change.kind in (APPEARS, LINES, BINDING, ACTION):
        assert errors(document(case, before, case.given))


@pytest.mark.shows("Form", "name", since="2.1", says="It has to have a name, which is never seen")
def test_a_form_has_a_name() -> None:
    form: Json = {"type": "Form", "name": "form", "children": []}
    assert errors(around([form], Version(4, 0), {})) == []
    assert errors(around([without(form, "name")], Version(4, 0), {}))


# Where a component may stand


def placed() -> list[Any]:
    named = {(one.component, one.property): one for one in changes()}
    first = {case.component: case for case in reversed(cases())}
    found = [
        (first[name], place, named[name, place_name(place)])
        for name, declared in COMPONENTS.items()
        for place in declared.places
        if (name, place_name(place)) in named and name in first
    ]
    return [
        pytest.param(
            case,
            place,
            change,
            id=f"{change.component}-{change.property}",
            marks=pytest.mark.shows(
                change.component, change.property, since=str(change.since), says=f"It is shown {change.property}"
            ),
        )
        for case, place, change in found
    ]


@pytest.mark.parametrize(("case", "place", "change"), placed())
def test_it_is_shown_where_it_may_stand(case: Case, place: Place, change: Change) -> None:
    flow = standing(case, place, change.since)
    play(case, flow)
    before = version_before(change.since)
    if before is not None:
        assert errors(standing(case, place, before))


def standing(case: Case, place: Place, version: Version) -> Json:
    """The case's Flow with the component inside a container of this kind."""
    inner = [*case.beside, case.given]
    outside: list[Json]
    footer = {"type": "Footer", "label": "Continue", "on-click-action": {"name": "complete", "payload": {}}}
    match place:
        case Place.FORM:
            outside = [{"type": "Form", "name": "outer", "children": inner}]
        case Place.IF:
            other = [footer] if case.component == "Footer" else []
            outside = [{"type": "If", "condition": "${data.stands}", "then": inner, "else": other}]
        case Place.SWITCH:
            outside = [{"type": "Switch", "value": "${data.place}", "cases": {"here": inner}}]
        case _:
            outside = inner
    return around(outside, version, {**case.data, "stands": True, "place": "here"}, wrapped=place is not Place.LAYOUT)
