"""The items of a list: added, and moved between the list itself and the data of its screen."""

from collections.abc import Mapping
from typing import Any

from headrace.console.builder.data_model import declare_members, options_schema
from headrace.console.builder.fields import EXAMPLE, bound_field, shape_at, version_of
from headrace.console.builder.parts import new_item
from headrace.flowjson.catalogue import Property, Version
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing import Draft, TextEdit, declare_field_in
from headrace.flowjson.refusal import Refused


def add_item(document: Document, path: Path, version: Version) -> tuple[tuple[TextEdit, ...], int]:
    """Adds an item with all it needs at the end of the list at a path; also its number."""
    draft = Draft(document)
    items = draft.get(path)
    if not isinstance(items, list):
        raise Refused("There is no list of items to add to.")
    shape = shape_at(document, path)
    taken = {str(one.get("id")) for one in items if isinstance(one, dict)}
    number = next(at for at in range(len(items) + 1, len(items) + len(taken) + 2) if str(at) not in taken)
    made = new_item(shape, number, version)
    draft.insert((*path, len(items)), made)
    declare(draft, (*path, len(items)))
    return draft.edits(), len(items)


def declare(draft: Draft, path: Path) -> None:
    """Where the item at a path belongs to an example of data: declares its members in the data model."""
    if EXAMPLE not in path or len(path) <= path.index(EXAMPLE) + 1:
        return
    place = path[: path.index(EXAMPLE)]
    item = draft.get(path[: path.index(EXAMPLE) + 2])
    holder: Path = (*place, "items", "properties")
    if isinstance(item, dict) and draft.has(holder):
        declare_members(draft, holder, item)


def bind(document: Document, asked: Mapping[str, Any], path: Path, prop: Property) -> tuple[TextEdit, ...]:
    """Lets the items of a list come from elsewhere: `to` is a binding, "data" for new data of this screen that begins
    with the items as they are, or "here" for items that are written in the list itself.
    """
    draft = Draft(document)
    place, to = (*path, prop.name), str(asked.get("to", ""))
    owner = draft.get(path)
    given = owner.get(prop.name)
    field = bound_field(given)
    if to == "here":
        example = (*path[:2], "data", field or "", EXAMPLE)
        items = draft.get(example) if field and draft.has(example) else None
        assert prop.shape is not None
        draft.set(place, items if isinstance(items, list) and items else _examples(document, prop))
    elif to == "data":
        if not isinstance(given, list):
            raise Refused("Only items that are written here can become data.")
        screen = draft.get(path[:2])
        name = _free_name(owner, screen)
        if not isinstance(screen.get("id"), str):
            raise Refused("The screen needs an id first.")
        declare_field_in(draft, screen["id"], name, options_schema(given))
        draft.set(place, f"${{data.{name}}}")
    elif to.startswith("${"):
        draft.set(place, to)
    else:
        raise Refused("Items are written here, or come from data.")
    return draft.edits()


def _examples(document: Document, prop: Property) -> list[Any]:
    assert prop.shape is not None
    version = version_of(document.value)
    return [new_item(prop.shape, number, version) for number in range(1, max(2, prop.min_items or 1) + 1)]


def _free_name(owner: Mapping[str, Any], screen: Mapping[str, Any]) -> str:
    data = screen.get("data")
    taken = set(data) if isinstance(data, dict) else set()
    named = owner.get("name")
    base = f"{named}_options" if isinstance(named, str) and named.replace("_", "").isalnum() else "options"
    return next(one for one in (base, *(f"{base}_{number}" for number in range(2, 10_000))) if one not in taken)
