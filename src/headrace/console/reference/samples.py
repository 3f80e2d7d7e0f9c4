"""A small Flow for each component, to be drawn by a phone and changed in the Playground.

The component is the one that shows most in the gallery's Flow of all components. Those that choose what is shown by
what a person entered come with an input.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from headrace.console.builder.parts import new_action, new_screen
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Component
from headrace.flowjson.document import parse
from headrace.flowjson.formatting import formatted
from headrace.flowjson.gallery import template
from headrace.flowjson.traversal import components_of, screens_with_paths

_FIRST, _AFTER = "SAMPLE", "AFTER"

_BRANCHES: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = MappingProxyType(
    {
        "If": (
            {"type": "OptIn", "name": "more", "label": "I want to know more"},
            {
                "type": "If",
                "condition": "${form.more}",
                "then": [{"type": "TextBody", "text": "This is more."}],
                "else": [{"type": "TextBody", "text": "Tick it to see more."}],
            },
        ),
        "Switch": (
            {
                "type": "RadioButtonsGroup",
                "name": "way",
                "label": "How shall we reach you?",
                "data-source": [{"id": "email", "title": "By email"}, {"id": "phone", "title": "By phone"}],
            },
            {
                "type": "Switch",
                "value": "${form.way}",
                "cases": {
                    "email": [{"type": "TextInput", "name": "email", "label": "Email", "input-type": "email"}],
                    "phone": [
                        {
                            "type": "TextInput",
                            "name": "phone",
                            "label": "Phone",
                            "input-type": "phone",
                            "helper-text": "+44 …",
                        }
                    ],
                },
            },
        ),
    }
)
"""An input, and what it decides on."""


class UnknownSample(LookupError):
    """There is no component of this name."""


@dataclass(frozen=True)
class Sample:
    """A Flow JSON without errors, and the component in it that it is about, alone."""

    text: str
    component: str


@cache
def sample(name: str) -> Sample:
    """The sample of a component type. Raises `UnknownSample`."""
    declared = COMPONENTS.get(name)
    if declared is None or not declared.places:
        raise UnknownSample(f"There is no component {name[:40]}.")
    after = {**new_screen({}), "id": _AFTER, "title": "And then"}
    after["layout"]["children"][0]["text"] = "Thank you"
    first: dict[str, Any] = {"id": _FIRST, "title": name}
    flow = {"version": str(NEWEST), "screens": [first, after]}
    leads_on = {"name": "navigate", "next": {"type": "screen", "name": _AFTER}, "payload": {}}
    footer = {"type": "Footer", "label": "Continue", "on-click-action": leads_on}
    if name in _BRANCHES:
        companion, component = json.loads(json.dumps(_BRANCHES[name]))
        children = [companion, component, footer]
    else:
        component, data = _shown(name)
        if data:
            first["data"] = data
        # A footer stands alone here, and a list of ways on allows nothing beside it.
        children = [component] if name in ("Footer", "NavigationList") else [component, footer]
    first["layout"] = {"type": "SingleColumnLayout", "children": children}
    _lead(component, declared, flow)
    return Sample(_written(flow), _written(component))


def _shown(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The gallery's component of this type that says most, and the data of its screen."""
    found = [
        (placed.value, screen.value)
        for screen in screens_with_paths(json.loads(template("components").text()))
        for placed in components_of(screen)
        if placed.value.get("type") == name
    ]
    component, screen = max(found, key=lambda one: len(json.dumps(one[0])))
    return json.loads(json.dumps(component)), json.loads(json.dumps(screen.get("data", {})))


def _lead(component: dict[str, Any], declared: Component, flow: dict[str, Any]) -> None:
    """Its actions lead to what there is here."""
    first = next(screens_with_paths(flow))
    for name, prop in declared.properties.items():
        for holder in (component, *component.get("list-items", ())) if prop.action else ():
            if isinstance(holder, dict) and name in holder:
                holder[name] = new_action(prop.action, NEWEST, flow, first)


def _written(value: Any) -> str:
    return formatted(parse(json.dumps(value, ensure_ascii=False))).rstrip()
