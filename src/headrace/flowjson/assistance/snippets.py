"""Texts with places to fill in, and the values a property begins with."""

import re
from dataclasses import dataclass
from typing import NamedTuple

from headrace.flowjson.catalogue import ActionSlot, Component, Property, Shape, Version, data_api_versions
from headrace.flowjson.catalogue.actions import CLICK_ACTION
from headrace.flowjson.catalogue.containers import ROOT, SCREEN

__all__ = [
    "Snippet", "Stop", "action_snippet", "actions_of", "component_snippet", "flow_snippet", "members_snippet",
    "name_snippet", "property_snippet", "screen_snippet", "value_snippet",
]  # fmt: skip

_SPECIAL = re.compile(r"[\\$}]")
_SPECIAL_CHOICE = re.compile(r"[\\$},|]")


class Stop(NamedTuple):
    """A place to fill in, with what stands there first; several `choices` are offered as a list."""

    default: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in parts. Lines after the first are indented by tabs, relative to the first."""

    parts: tuple[str | Stop, ...]

    def __add__(self, other: "Snippet | str") -> "Snippet":
        return Snippet(self.parts + (other.parts if isinstance(other, Snippet) else (other,)))

    @property
    def plain(self) -> str:
        """The text with the first words of every stop."""
        return "".join(part if isinstance(part, str) else part.default for part in self.parts)

    @property
    def has_stops(self) -> bool:
        return any(isinstance(part, Stop) for part in self.parts)

    @property
    def marked(self) -> str:
        """The text in the syntax of the Language Server Protocol: `$1`, `${1:word}`, `${1|one,two|}`."""
        output: list[str] = []
        number = 0
        for part in self.parts:
            if isinstance(part, str):
                output.append(_SPECIAL.sub(r"\\\g<0>", part))
                continue
            number += 1
            output.append(_marked(part, number))
        return "".join(output)


def _marked(stop: Stop, number: int) -> str:
    if len(stop.choices) > 1:
        choices = ",".join(_SPECIAL_CHOICE.sub(r"\\\g<0>", choice) for choice in stop.choices)
        return f"${{{number}|{choices}|}}"
    default = _SPECIAL.sub(r"\\\g<0>", stop.default)
    return f"${{{number}:{default}}}" if default else f"${number}"


def joined(snippets: list[Snippet], separator: str) -> Snippet:
    """Snippets in a row."""
    parts: list[str | Stop] = []
    for index, one in enumerate(snippets):
        parts += [separator, *one.parts] if index else one.parts
    return Snippet(tuple(parts))


def property_snippet(prop: Property, version: Version, *, terminal: bool = False) -> Snippet:
    """A member with the value it most likely begins with; the key is in quotes."""
    return Snippet((f'"{prop.name}": ',)) + value_snippet(prop, version, terminal=terminal)


def members_snippet(shape: Shape, version: Version, without: list[str], *, terminal: bool = False) -> Snippet | None:
    """Every member an object needs and does not have yet, a line each; None when it has them all."""
    missing = [prop for prop in shape.properties.values() if prop.is_required_in(version) and prop.name not in without]
    return joined([property_snippet(prop, version, terminal=terminal) for prop in missing], ",\n") if missing else None


def component_snippet(component: Component, version: Version, *, terminal: bool = False) -> Snippet:
    """A whole component with what it needs."""
    members = members_snippet(component, version, [], terminal=terminal)
    assert members is not None
    return Snippet(("{\n\t",)) + _indented(members) + "\n}"


def value_snippet(prop: Property, version: Version, *, terminal: bool = False) -> Snippet:
    """What the value of a property begins with."""
    if prop.constant:
        return Snippet((f'"{prop.constant}"',))
    if skeleton := _skeleton(prop, version):
        return skeleton
    if prop.action:
        return action_snippet(prop.action, version, terminal=terminal)
    if prop.holds_components:
        return Snippet(("[\n\t", Stop(), "\n]"))
    if prop.holds_cases:
        return Snippet(('{\n\t"', Stop("case"), '": [\n\t\t', Stop(), "\n\t]\n}"))
    if prop.enum and "array" not in prop.types:
        others = tuple(choice for choice in prop.enum if choice != prop.default) if len(prop.enum) > 1 else prop.enum
        choices = (*others, *(choice for choice in prop.enum if choice not in others))
        return Snippet(('"', Stop(choices[0], choices), '"'))
    if prop.types == ("boolean",):
        first, second = ("false", "true") if prop.default else ("true", "false")
        return Snippet((Stop(first, (first, second)),))
    if prop.types[0] in ("number", "integer"):
        return Snippet((Stop(str(prop.default if prop.default is not None else 1)),))
    if prop.range_types:
        return Snippet(('"', Stop(), '"') if prop.range_types[0] == "string" else (Stop("true", ("true", "false")),))
    if prop.types[0] == "array":
        return _array(prop, version)
    if prop.types[0] == "object":
        inner = _inline_members(prop.shape, version) if prop.shape else Snippet((Stop(),))
        return Snippet(("{ ",)) + inner + " }"
    return Snippet(('"', Stop(), '"'))


def action_snippet(slot: ActionSlot, version: Version, *, terminal: bool = False) -> Snippet:
    """The action that most likely belongs here: complete where a Flow ends, navigate where it goes on."""
    return name_snippet(next(iter(actions_of(slot, version, terminal=terminal)), "navigate"))


def actions_of(slot: ActionSlot, version: Version, *, terminal: bool = False) -> list[str]:
    """The names of the actions there can be in a place, the likeliest first."""
    likely = ["complete", "navigate"] if terminal else ["navigate", "update_data", "data_exchange"]
    names = [name for name, since in slot.names.items() if since <= version]
    return sorted(names, key=lambda name: likely.index(name) if name in likely else len(likely))


def name_snippet(name: str) -> Snippet:
    """An action of this name with the members that go with it."""
    if name == "navigate":
        return Snippet(('{ "name": "navigate", "next": ', *_NEXT.parts, ', "payload": {', Stop(), "} }"))
    if name == "open_url":
        return Snippet(('{ "name": "open_url", "url": "', Stop("https://"), '" }'))
    return Snippet((f'{{ "name": "{name}", "payload": {{', Stop(), "} }"))


def screen_snippet(*, terminal: bool = False) -> Snippet:
    """A whole screen; one that ends the Flow has its Footer."""
    head = ('{\n\t"id": "', Stop("SCREEN"), '",\n\t"title": "', Stop("Screen"), '",\n\t')
    if not terminal:
        return Snippet((*head, '"layout": ')) + _indented(_LAYOUT) + "\n}"
    footer = ('{ "type": "Footer", "label": "', Stop("Send your answer"), '", "on-click-action": ')
    held = Snippet((*footer, *name_snippet("complete").parts, " }"))
    layout = Snippet(
        ('"terminal": true,\n\t"layout": {\n\t\t"type": "SingleColumnLayout",\n\t\t"children": [\n\t\t\t',)
    )
    return Snippet(head) + layout + held + "\n\t\t]\n\t}\n}"


def flow_snippet(version: Version) -> Snippet:
    """A whole Flow of one screen."""
    head = Snippet((f'{{\n\t"version": "{version}",\n\t"screens": [\n\t\t',))
    return head + _indented(_indented(screen_snippet(terminal=True))) + "\n\t]\n}"


def _skeleton(prop: Property, version: Version) -> Snippet | None:
    """What the parts of a Flow begin with of which the catalogue says no more than that they are texts or lists."""
    if prop is ROOT.properties["version"]:
        return Snippet(('"', Stop(str(version)), '"'))
    if prop is ROOT.properties["data_api_version"]:
        known = data_api_versions(version)
        return Snippet(('"', Stop(known[0], known), '"'))
    if prop is ROOT.properties["screens"]:
        return Snippet(("[\n\t",)) + _indented(screen_snippet(terminal=True)) + "\n]"
    if prop is SCREEN.properties["layout"]:
        return _LAYOUT
    return _NEXT if prop is CLICK_ACTION.properties["next"] else None


_NEXT = Snippet(('{ "type": "screen", "name": "', Stop(), '" }'))
_LAYOUT = Snippet(('{\n\t"type": "SingleColumnLayout",\n\t"children": [\n\t\t', Stop(), "\n\t]\n}"))


def _array(prop: Property, version: Version) -> Snippet:
    if prop.shape:
        item = Snippet(("{ ",)) + _inline_members(prop.shape, version) + " }"
        return Snippet(("[\n\t",)) + item + "\n]"
    if prop.enum:
        return Snippet(('["', Stop(prop.enum[0], prop.enum), '"]'))
    return Snippet(('["', Stop(), '"]'))


def _inline_members(shape: Shape, version: Version) -> Snippet:
    needed = [prop for prop in shape.properties.values() if prop.is_required_in(version)]
    return joined([property_snippet(prop, version) for prop in needed], ", ") if needed else Snippet((Stop(),))


def _indented(snippet: Snippet) -> Snippet:
    return Snippet(tuple(part.replace("\n", "\n\t") if isinstance(part, str) else part for part in snippet.parts))
