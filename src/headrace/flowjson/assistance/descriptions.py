"""What is worth knowing about a thing, as a few lines of Markdown: made of the catalogue and of the Flow itself."""

import json
from typing import Any

from headrace.flowjson.assistance.inventory import Field, Input, ScreenEntry
from headrace.flowjson.assistance.words import ABOUT_ACTIONS, ABOUT_COMPONENTS, about_property
from headrace.flowjson.catalogue import COMPONENTS, VERSIONS, Component, Property, Shape, Version
from headrace.flowjson.catalogue.actions import ACTION_NAMES
from headrace.flowjson.catalogue.declarations import FIRST
from headrace.flowjson.catalogue.versions import v

__all__ = [
    "describe_action", "describe_component", "describe_field", "describe_input", "describe_property",
    "describe_screen", "describe_version", "types_in_words",
]  # fmt: skip

_ISO_DATES_SINCE = v("5.0")
_LONGEST_EXAMPLE = 600


def describe_component(component: Component, version: Version) -> str:
    """The card of a component type."""
    needed = [f"`{prop.name}`" for prop in component.properties.values() if prop.is_required_in(version)]
    facts = [
        component.note,
        f"Needs {', '.join(needed)}." if needed else "",
        f"At most {component.max_per_screen} on a screen." if component.max_per_screen else "",
        f"At most {component.max_per_flow} in a Flow." if component.max_per_flow else "",
        f"Its value is a {component.value_type}." if component.value_type else "",
        _since(component.since, version),
    ]
    return _card(component.name, [component.category.value], ABOUT_COMPONENTS.get(component.name, ""), facts)


def describe_property(prop: Property, owner: Shape, version: Version) -> str:
    """The card of a property of a component or another closed object."""
    head = [" or ".join(types_in_words(prop, version))]
    if prop.is_required_in(version):
        head.append("required")
    if prop.is_dynamic_in(version):
        head.append("may be a binding")
    if not owner.name[0].islower():
        head.append(f"of {owner.name}")
    return _card(prop.name, head, about_property(owner.name, prop.name), _facts(prop, owner, version))


def describe_action(name: str) -> str:
    """The card of an action; empty for one nobody knows."""
    since = ACTION_NAMES.get(name)
    if since is None:
        return ""
    return _card(name, ["action"], ABOUT_ACTIONS[name], [_since(since, since)])


def describe_screen(screen: ScreenEntry) -> str:
    """The card of a screen of the Flow."""
    kinds = [component.value.get("type") for component in screen.components]
    shown = ", ".join(str(kind) for kind in kinds[:12]) + (", …" if len(kinds) > 12 else "")
    fields = ", ".join(f"`{field.steps[0]}`" for field in screen.top_fields[:20])
    facts = [f"Shows {shown}." if shown else "", f"Is given {fields}." if fields else ""]
    head = ["screen", "terminal"] if screen.value.get("terminal") is True else ["screen"]
    return _card(screen.id, head, screen.title, facts)


def describe_field(field: Field, reference: str, screen: ScreenEntry) -> str:
    """The card of a field of a data model, under the name a text uses for it."""
    kind = " or ".join(sorted(field.types)) or "any type"
    example = "" if field.example is None else f"Example:\n\n```json\n{_example(field.example)}\n```"
    return _card(reference, [kind, f"data of {screen.id or 'this screen'}"], "", [], example)


def describe_input(one: Input, reference: str, screen: ScreenEntry) -> str:
    """The card of what a person enters."""
    label = one.value.get("label")
    kind = " or ".join(sorted(one.types)) or "any type"
    where = f"{one.kind} of {screen.id or 'this screen'}"
    first = one.value.get("init-value")
    facts = [f"Begins with `{_example(first)}`." if first is not None else ""]
    return _card(reference, [kind, where], label if isinstance(label, str) else "", facts)


def describe_version(text: str) -> str:
    """The card of a version of Flow JSON; empty for one that is not public."""
    release = next((one for version, one in VERSIONS.items() if str(version) == text), None)
    if release is None:
        return ""
    facts = [f"Released on {release.released.isoformat()}."]
    if release.frozen:
        facts.append(f"Frozen on {release.frozen.isoformat()}: it cannot be published any more.")
    new = [name for name, one in COMPONENTS.items() if one.since == release.version and one.since != FIRST]
    if new:
        facts.append(f"New: {', '.join(new)}.")
    return _card(f"Flow JSON {text}", [], "", facts)


def types_in_words(prop: Property, version: Version) -> list[str]:
    """The JSON types a property takes."""
    if prop.action:
        return ["action"]
    if prop.holds_components:
        return ["list of components"]
    if prop.holds_cases:
        return ["lists of components by case"]
    types = list(prop.types)
    if prop.array_since and prop.array_since > version and "array" in types:
        types.remove("array")
    if "array" in types and (prop.shape or prop.item_type):
        inner = prop.shape.name if prop.shape else prop.item_type
        types[types.index("array")] = f"list of {inner}s"
    return types


def _facts(prop: Property, owner: Shape, version: Version) -> list[str]:
    facts = [prop.note]
    if prop.enum:
        facts.append("One of " + ", ".join(f"`{choice}`" for choice in prop.enum) + ".")
    if prop.action:
        names = [f"`{name}`" for name, since in prop.action.names.items() if since <= version]
        facts.append(f"Takes {', '.join(names)}." if names else "")
    facts.append(_length(prop))
    facts.append(_amount(prop))
    if prop.format == "date":
        facts.append("YYYY-MM-DD." if version >= _ISO_DATES_SINCE else "Milliseconds since 1970, in a text.")
    if prop.default is not None and not isinstance(prop.default, tuple):
        facts.append(f"By default `{json.dumps(prop.default)}`.")
    if prop.outside_form_only:
        facts.append("Outside of a Form only.")
    if prop.required_since and prop.required_since > prop.since:
        facts.append(f"Required since {prop.required_since}.")
    if prop.since > owner.since or not prop.exists_in(version):
        facts.append(_since(prop.since, version))
    if prop.until:
        facts.append(f"Until {prop.until}.")
    return facts


def _length(prop: Property) -> str:
    if prop.max_length and prop.cut_at and prop.cut_at > prop.max_length:
        return f"Up to {prop.max_length} characters."
    if prop.max_length and prop.cut_at and prop.cut_at != prop.max_length:
        return f"Up to {prop.max_length} characters; a phone shows {prop.cut_at}."
    return f"Up to {prop.max_length} characters; a phone cuts longer ones." if prop.max_length else ""


def _amount(prop: Property) -> str:
    low, high = (prop.min_items, prop.max_items) if prop.max_items else (prop.minimum, prop.maximum)
    unit = " items" if prop.max_items else ""
    if low is not None and high is not None:
        return f"From {low:,} to {high:,}{unit}."
    if high is not None:
        return f"At most {high:,}{unit}."
    return f"At least {low:,}{unit}." if low is not None else ""


def _since(since: Version, version: Version) -> str:
    if since > version:
        return f"Since {since}: not in {version} yet."
    return f"Since {since}." if since > FIRST else ""


def _card(name: str, head: list[str], about: str, facts: list[str], tail: str = "") -> str:
    first = " · ".join([f"**{_plain(name)}**", *head])
    listed = "\n".join(f"- {fact}" for fact in facts if fact)
    return "\n\n".join(part for part in (first, about, listed, tail) if part)


def _plain(name: str) -> str:
    """A name that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>" else letter for letter in name)


def _example(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text if len(text) <= _LONGEST_EXAMPLE else text[:_LONGEST_EXAMPLE] + " …"
