"""Proposals where a key is expected: the properties that fit, and the names that payloads and routes know."""

import json
from collections.abc import Iterator
from itertools import chain, count

from headrace.flowjson.assistance.completion.fields import field_snippet, wanted_fields
from headrace.flowjson.assistance.completion.items import Completion, CompletionKind, Slot, key_slot
from headrace.flowjson.assistance.descriptions import describe_component, describe_property, types_in_words
from headrace.flowjson.assistance.inventory import Inventory, ScreenEntry
from headrace.flowjson.assistance.snippets import Snippet, Stop, joined, members_snippet, property_snippet
from headrace.flowjson.assistance.surroundings import FlowNode, ObjectKind, Surroundings
from headrace.flowjson.assistance.symbols import payload_target
from headrace.flowjson.assistance.words import ABOUT_SCHEMA
from headrace.flowjson.catalogue import COMPONENTS, Property, Shape, Version
from headrace.flowjson.checks.data_model import EXAMPLE, TYPES

__all__ = ["complete_key"]


def complete_key(around: Surroundings, inventory: Inventory) -> Iterator[Completion]:
    """Everything that can be the next key of the innermost object, or replace the one at the cursor."""
    node = around.inner
    if node is None:
        return
    slot = key_slot(around)
    match node.kind:
        case ObjectKind.ROOT | ObjectKind.SCREEN | ObjectKind.LAYOUT | ObjectKind.SHAPE | ObjectKind.ACTION:
            yield from _members(around, slot, node)
        case ObjectKind.COMPONENT:
            yield from _members(around, slot, node) if node.shape else _whole_components(around, slot, node)
        case ObjectKind.SCHEMA:
            yield from _schema(around, slot, node)
        case ObjectKind.FIELDS:
            yield from _fields(around, slot, inventory)
        case ObjectKind.PAYLOAD:
            yield from _payload(around, slot, inventory)
        case ObjectKind.NAMED:
            yield from _inputs(around, slot, inventory)
        case ObjectKind.ROUTES:
            yield from _screens(around, slot, inventory)


def _members(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    assert node.shape is not None
    version, present = around.version, _present(around)
    renamed = _has_value(around)
    terminal = _is_terminal(around)
    for number, prop in enumerate(_fitting(around, node)):
        if prop.name in present:
            continue
        needed = prop.is_required_in(version)
        more = {
            "rank": (100 if needed else 200) + number,
            "detail": _detail(prop, version, needed=needed),
            "documentation": describe_property(prop, node.shape, version),
        }
        if renamed:
            yield slot.key(prop.name, CompletionKind.PROPERTY, **more)
        else:
            snippet = property_snippet(prop, version, terminal=terminal)
            yield slot.put(prop.name, CompletionKind.PROPERTY, snippet, **more)
    everything = members_snippet(_fitted(around, node), version, present, terminal=terminal)
    if everything and not renamed:
        missing = [one.name for one in _fitting(around, node) if _is_missing(one, version, present)]
        if len(missing) > 1:
            label = "required: " + ", ".join(missing)
            yield slot.put(label, CompletionKind.SNIPPET, everything, rank=90, detail="all that is missing")


def _fitting(around: Surroundings, node: FlowNode) -> list[Property]:
    """The properties there are in this version; of an action those that go with its name."""
    shape = node.shape
    assert shape is not None
    in_form = any(outer.component and outer.component.name == "Form" for outer in around.nodes[:-1])
    properties = [
        prop
        for prop in shape.properties.values()
        if prop.exists_in(around.version) and not (in_form and prop.outside_form_only)
    ]
    if node.kind is ObjectKind.ACTION:
        name = around.frame.scalar("name")
        surplus = {"navigate": ("url",), "open_url": ("next", "payload"), None: ()}.get(name, ("next", "url"))
        properties = [one for one in properties if one.name not in surplus]
    return properties


def _fitted(around: Surroundings, node: FlowNode) -> Shape:
    shape = node.shape
    assert shape is not None
    return Shape(shape.name, {one.name: one for one in _fitting(around, node)}, shape.since)


def _is_missing(prop: Property, version: Version, present: list[str]) -> bool:
    return prop.is_required_in(version) and prop.name not in present


def _whole_components(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    """For a component without a type: the type alone, or a type with all that it needs."""
    present, terminal = _present(around), _is_terminal(around)
    if "type" in present:
        return
    if _has_value(around):
        yield slot.key("type", CompletionKind.PROPERTY, rank=0)
        return
    yield slot.put("type", CompletionKind.PROPERTY, Snippet(('"type": "', Stop(), '"')), rank=0, detail="string")
    for number, component in enumerate(COMPONENTS.values()):
        place = node.place
        if component.since > around.version or (place and component.places.get(place, _NEVER) > around.version):
            continue
        members = members_snippet(component, around.version, present, terminal=terminal)
        if members:
            documentation = describe_component(component, around.version)
            more = {"rank": 10 + number, "detail": component.category.value, "documentation": documentation}
            yield slot.put(component.name, CompletionKind.COMPONENT, members, **more)


def _schema(around: Surroundings, slot: Slot, node: FlowNode) -> Iterator[Completion]:
    present, kind = _present(around), around.frame.scalar("type")
    wanted = ["type", *([EXAMPLE] if node.is_top else [])]
    wanted += ["items"] if kind in ("array", None) else []
    wanted += ["properties", "required"] if kind in ("object", None) else []
    snippets = {
        "type": ('"type": "', Stop("string", TYPES), '"'),
        EXAMPLE: (f'"{EXAMPLE}": ', *_example(kind)),
        "items": ('"items": { "type": "', Stop("string", TYPES), '" }'),
        "properties": ('"properties": { ', Stop(), " }"),
        "required": ('"required": ["', Stop(), '"]'),
    }
    for rank, name in enumerate(one for one in wanted if one not in present):
        more = {"rank": rank, "documentation": ABOUT_SCHEMA[name]}
        if _has_value(around):
            yield slot.key(name, CompletionKind.PROPERTY, **more)
        else:
            yield slot.put(name, CompletionKind.PROPERTY, Snippet(snippets[name]), **more)


def _example(kind: str | None) -> tuple[str | Stop, ...]:
    return {
        "number": (Stop("0"),),
        "integer": (Stop("0"),),
        "boolean": (Stop("true", ("true", "false")),),
        "object": ("{ ", Stop(), " }"),
        "array": ("[", Stop(), "]"),
    }.get(kind or "", ('"', Stop(), '"'))


def _fields(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    here, present = inventory.screen_around(around), _present(around)
    for number, one in enumerate(wanted_fields(here, inventory) if here else ()):
        if one.name in present:
            continue
        if _has_value(around):
            yield slot.key(one.name, CompletionKind.FIELD, rank=10 + number, detail=one.because)
        else:
            snippet = Snippet((f"{json.dumps(one.name)}: ",)) + field_snippet(one.type)
            yield slot.put(one.name, CompletionKind.FIELD, snippet, rank=10 + number, detail=one.because)
    if not _has_value(around):
        names = chain(("name", "value"), (f"value_{number}" for number in count(2)))
        free = next(name for name in names if name not in present)
        snippet = Snippet(('"', Stop(free), '": ')) + field_snippet()
        yield slot.put("new field", CompletionKind.SNIPPET, snippet, rank=500, detail="with type and example")


def _payload(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    """What the target of the action is given, else what people have entered on this screen."""
    here = inventory.screen_around(around)
    action = around.around(ObjectKind.ACTION)
    if action is None:
        return
    name, present = action[1].scalar("name"), _present(around)
    target = payload_target(around, inventory)
    fields = [field.steps[0] for field in target.top_fields] if target else []
    if name not in ("navigate", "update_data"):
        fields = [declared.steps[0] for declared in here.top_inputs] if here else []
    missing = [field for field in dict.fromkeys(fields) if field not in present]
    for number, field in enumerate(missing):
        detail = f"data of {target.id}" if target else "input of this screen"
        if _has_value(around):
            yield slot.key(field, CompletionKind.FIELD, rank=10 + number, detail=detail)
        else:
            yield slot.put(field, CompletionKind.FIELD, _carried(field, here), rank=10 + number, detail=detail)
    if len(missing) > 1 and not _has_value(around):
        label = "all: " + ", ".join(missing)
        every = joined([_carried(field, here) for field in missing], ",\n")
        yield slot.put(label, CompletionKind.SNIPPET, every, rank=0, detail="the whole payload")


def _carried(field: str, here: ScreenEntry | None) -> Snippet:
    """A member of a payload with what goes by that name on this screen."""
    if here and here.input(field):
        return Snippet((f'"{field}": "', Stop(f"${{form.{field}}}"), '"'))
    if here and here.field(field):
        return Snippet((f'"{field}": "', Stop(f"${{data.{field}}}"), '"'))
    return Snippet((f'"{field}": "', Stop(), '"'))


def _inputs(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    here = inventory.screen_around(around)
    for declared in here.top_inputs if here else ():
        if declared.steps[0] not in _present(around):
            first = ("true", "false") if "boolean" in declared.types else None
            stops: tuple[str | Stop, ...] = (Stop("true", first),) if first else ('"', Stop(), '"')
            snippet = Snippet((f'"{declared.steps[0]}": ', *stops))
            yield slot.put(declared.steps[0], CompletionKind.INPUT, snippet, detail=declared.kind)


def _screens(around: Surroundings, slot: Slot, inventory: Inventory) -> Iterator[Completion]:
    for screen in inventory.screens:
        if screen.id and screen.id not in _present(around):
            if _has_value(around):
                yield slot.key(screen.id, CompletionKind.SCREEN, detail=screen.title)
            else:
                snippet = Snippet((f'"{screen.id}": [', Stop(), "]"))
                yield slot.put(screen.id, CompletionKind.SCREEN, snippet, detail=screen.title)


def _present(around: Surroundings) -> list[str]:
    """The keys the object has, but for the one at the cursor."""
    token = around.cursor.token
    return [member.name for member in around.frame.members if member.key is not token]


def _has_value(around: Surroundings) -> bool:
    """Whether the key at the cursor has a value already, so that only the key is to change."""
    following = around.cursor.following
    return around.cursor.token is not None and following is not None and following.text == ":"


def _is_terminal(around: Surroundings) -> bool:
    screen = around.around(ObjectKind.SCREEN)
    return screen is not None and screen[1].words("terminal") == "true"


def _detail(prop: Property, version: Version, *, needed: bool) -> str:
    return " or ".join(types_in_words(prop, version)) + (", required" if needed else "")


_NEVER = Version(999, 0)
