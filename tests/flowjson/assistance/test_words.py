"""Everything in the catalogue is told in words, and no words are about something that is not there."""

from headrace.flowjson.assistance.words import ABOUT_ACTIONS, ABOUT_COMPONENTS, ABOUT_PROPERTIES, about_property
from headrace.flowjson.catalogue import COMPONENTS, Shape
from headrace.flowjson.catalogue.actions import ACTION_NAMES, CLICK_ACTION, SELECT_ACTION
from headrace.flowjson.catalogue.containers import LAYOUT, ROOT, SCREEN


def shapes() -> dict[str, Shape]:
    """Every closed object there is."""
    found: dict[str, Shape] = {}
    waiting: list[Shape] = [*COMPONENTS.values(), LAYOUT, ROOT, SCREEN, CLICK_ACTION, SELECT_ACTION]
    while waiting:
        shape = waiting.pop()
        found[shape.name] = shape
        waiting += [one.shape for one in shape.properties.values() if one.shape and one.shape.name not in found]
    return found


def test_all_is_told() -> None:
    silent = [
        f"{shape.name}.{name}"
        for shape in shapes().values()
        for name in shape.properties
        if not about_property(shape.name, name)
    ]
    assert silent == []
    assert set(ABOUT_COMPONENTS) == {*COMPONENTS, LAYOUT.name}
    assert set(ABOUT_ACTIONS) == set(ACTION_NAMES)


def test_nothing_else_is_told() -> None:
    known = {f"{shape.name}.{name}" for shape in shapes().values() for name in shape.properties}
    known |= {name.partition(".")[2] for name in known}
    assert [name for name in ABOUT_PROPERTIES if name not in known] == []
