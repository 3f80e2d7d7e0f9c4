"""The Flows that are measured: those of the gallery, and larger ones made of the gallery's kind of screens."""

import copy
import json
from typing import Any

from headrace.flowjson.document import parse
from headrace.flowjson.formatting import formatted
from headrace.flowjson.gallery import TEMPLATES

MEDIAN_BYTES = 2_141
LARGE_BYTES = 12_108
"""The size of the median and of the 90th percentile of a hundred Flows that others published."""

WORDS = ("Rye", "Oat", "Spelt", "Barley", "Wheat", "Maize")


def gallery() -> dict[str, bytes]:
    """Every Flow of the gallery, with and without an endpoint, by name."""
    found = {name: one.text().encode() for name, one in TEMPLATES.items()}
    return found | {
        f"{name} with endpoint": one.text(with_endpoint=True).encode()
        for name, one in TEMPLATES.items()
        if one.has_endpoint
    }


def of_size(size: int) -> tuple[str, bytes]:
    """The Flow of the gallery whose size comes nearest, with its name."""
    return min(gallery().items(), key=lambda one: abs(len(one[1]) - size))


def chain(screens: int, components: int) -> bytes:
    """So many screens in a row, each of so many components, the next one led to by the Footer."""
    names = [_name(number) for number in range(screens)]
    listed = [_screen(names, number, components) for number in range(screens)]
    return formatted(parse(json.dumps({"version": "7.3", "screens": listed}))).encode()


def _name(number: int) -> str:
    return f"SCREEN_{chr(65 + number // 26)}{chr(65 + number % 26)}"


def _screen(names: list[str], number: int, components: int) -> dict[str, Any]:
    children = [_component(number, place) for place in range(components - 1)]
    last = number == len(names) - 1
    action: dict[str, Any] = {"name": "complete"}
    if not last:
        action = {"name": "navigate", "next": {"type": "screen", "name": names[number + 1]}}
    action["payload"] = {"chosen": "${form.field_1}"}
    footer = {"type": "Footer", "label": "Order the bread" if last else "Choose more", "on-click-action": action}
    screen: dict[str, Any] = {"id": names[number], "title": WORDS[number % len(WORDS)]}
    if last:
        screen["terminal"] = True
    if number:
        screen["data"] = {"chosen": {"type": "string", "__example__": "rye"}}
        children[0] = {"type": "TextBody", "text": "${data.chosen}"}
    return {**screen, "layout": {"type": "SingleColumnLayout", "children": [*children, footer]}}


def _component(screen: int, place: int) -> dict[str, Any]:
    word = WORDS[(screen + place) % len(WORDS)]
    name = f"field_{place}"
    options = [{"id": one.lower(), "title": one} for one in WORDS[:4]]
    made: tuple[dict[str, Any], ...] = (
        {"type": "TextBody", "text": f"{word} is baked in the morning."},
        {"type": "TextInput", "name": name, "label": word, "required": True, "helper-text": "As on the door"},
        {"type": "TextArea", "name": name, "label": word},
        {"type": "Dropdown", "name": name, "label": word, "data-source": options},
        {"type": "RadioButtonsGroup", "name": name, "label": word, "data-source": options},
        {"type": "CheckboxGroup", "name": name, "label": word, "data-source": options},
        {"type": "TextCaption", "text": f"{word} keeps for days."},
    )
    return copy.deepcopy(made[place % len(made)])


def typed_in(size: int) -> dict[str, Any]:
    """A Flow of at least so many bytes whose first screen shows in a text what is typed into its field `first`."""
    screens = 4
    flow: dict[str, Any] = {}
    while len(json.dumps(flow, indent=2)) < size:
        screens += 1
        flow = json.loads(chain(screens, 24))
        first = flow["screens"][0]
        first["layout"]["children"][:1] = [
            {"type": "TextInput", "name": "first", "label": "First", "required": True},
            {"type": "TextBody", "text": "`'Typed: ' ${form.first}`"},
        ]
    return flow
