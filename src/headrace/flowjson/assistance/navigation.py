"""From a name to where it is declared, and to everything that uses it; and its new name."""

from typing import NamedTuple

from headrace.flowjson.assistance.inventory import Field, Inventory
from headrace.flowjson.assistance.surroundings import surroundings_of
from headrace.flowjson.assistance.symbols import Name, NameKind, Segment, Use, name_at, segment_at, uses_of
from headrace.flowjson.document import Document
from headrace.flowjson.editing.renames import rename_component, rename_field, rename_screen
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit

__all__ = ["Definition", "definition", "find_uses", "renamable", "rename"]


class Definition(NamedTuple):
    """`start` to `end` is what was asked about, the `target` what it leads to: its name, and the whole of it."""

    start: int
    end: int
    target: Use
    whole: Use


def definition(document: Document, offset: int) -> Definition | None:
    """Where what stands at the offset is declared: a screen, a field of data, a component. Never raises."""
    around = surroundings_of(document, offset)
    inventory = Inventory(document)
    segment = segment_at(around)
    if segment and (field := _nested(segment, inventory, offset)):
        span, whole = document.key_span(field.path), document.span(field.path)
        return Definition(*segment.around(offset), Use(span.start + 1, span.end - 1), Use(span.start, whole.end))
    name_used = name_at(around, inventory)
    if name_used is None:
        return None
    name, place = name_used
    target = next((use for use in uses_of(name, document) if use.is_declaration), None)
    return Definition(place.start, place.end, target, _whole(name, target, inventory)) if target else None


def find_uses(document: Document, offset: int) -> list[Use]:
    """Every place that names what stands at the offset, its declaration included; never raises."""
    name_used = name_at(surroundings_of(document, offset), Inventory(document))
    return uses_of(name_used[0], document) if name_used else []


def renamable(document: Document, offset: int) -> Use | None:
    """The characters of the name at the offset, when it can get another one."""
    name_used = name_at(surroundings_of(document, offset), Inventory(document))
    uses = uses_of(name_used[0], document) if name_used else []
    if not any(use.is_declaration for use in uses):
        return None
    return next((use for use in uses if use.start <= offset <= use.end), None)


def rename(document: Document, offset: int, new: str) -> tuple[TextEdit, ...]:
    """The edits that give what stands at the offset another name, everywhere. Raises Refused when that cannot be."""
    name_used = name_at(surroundings_of(document, offset), Inventory(document))
    if name_used is None:
        raise Refused("There is nothing to rename here: screens, components and fields of data have names.")
    name = name_used[0]
    if name.kind is NameKind.SCREEN:
        return rename_screen(document, name.text, new)
    if name.kind is NameKind.COMPONENT:
        return rename_component(document, name.screen, name.text, new)
    return rename_field(document, name.screen, name.text, new)


def _nested(segment: Segment, inventory: Inventory, offset: int) -> Field | None:
    """A member of a field, such as the town of an address."""
    reference = segment.reference
    if reference.source != "data" or segment.depth <= len(reference.path) - len(reference.steps):
        return None
    here = inventory.screen_around(surroundings_of(inventory.document, offset))
    entry = inventory.look_up(reference.path[: segment.depth + 1], here)
    return entry if isinstance(entry, Field) else None


def _whole(name: Name, target: Use, inventory: Inventory) -> Use:
    """All of what carries a name: the screen, the component, the field."""
    screen = inventory.screen(name.screen)
    if screen is None:
        return target
    path = screen.path
    if name.kind is NameKind.FIELD:
        path = (*screen.path, "data", name.text)
    elif name.kind is NameKind.COMPONENT:
        path = next(
            (component.path for component in screen.components if component.value.get("name") == name.text), path
        )
    key = inventory.document.key_span(path) if name.kind is NameKind.FIELD else inventory.document.span(path)
    return Use(min(key.start, target.start), max(inventory.document.span(path).end, target.end))
