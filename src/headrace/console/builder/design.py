"""Visual editing: what stands on a screen as a tree, a thing's properties as fields, and each act as edits of the text.

The text of the editor is all there is: an act is answered with the smallest edits that do it, and undoing is the
editor's own.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from headrace.console.builder import data_model, items
from headrace.console.builder.fields import is_list, kind_of, read_typed, shape_at, text_of, written
from headrace.console.builder.parts import new_component, new_screen
from headrace.flowjson.assistance.words import ABOUT_COMPONENTS
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Category, Component, Version, component
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing import Draft, TextEdit, connect, rename_component, rename_screen
from headrace.flowjson.refusal import Refused
from headrace.flowjson.traversal import CHILD_LISTS, Placed, components_of, screens_with_paths

_SHOWN = ("label", "text", "title", "condition", "value", "name")
_BOTTOM = "Footer"


class Done(NamedTuple):
    """What an act comes to: edits of the text, and the path of what is to be chosen then."""

    edits: tuple[TextEdit, ...]
    select: Path | None


def screen_tree(document: Document, number: int) -> dict[str, Any] | None:
    """What stands on a screen: its components in their lists, each with its path; none where there is no screen."""
    placed = next((one for one in screens_with_paths(document.value) if one.path[1] == number), None)
    if placed is None:
        return None
    layout = placed.value.get("layout")
    holder = (*placed.path, "layout")
    lists = _lists(document, holder, layout) if isinstance(layout, dict) else []
    return {"path": placed.path, "id": text_of(placed.value.get("id")), "lists": lists}


def _lists(document: Document, path: Path, holder: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = []
    for key, value in holder.items():
        if key in CHILD_LISTS and isinstance(value, list):
            found.append(_list(document, (*path, key), key, value))
        elif key == "cases" and isinstance(value, dict):
            found += [
                _list(document, (*path, key, case), case, one) for case, one in value.items() if isinstance(one, list)
            ]
    return found


def _list(document: Document, path: Path, name: str, children: list[Any]) -> dict[str, Any]:
    items = []
    for index, child in enumerate(children):
        if isinstance(child, dict):
            here = (*path, index)
            span = document.span(here)
            shown = next((text_of(child[key]) for key in _SHOWN if text_of(child.get(key))), "")
            items.append(
                {
                    "path": here,
                    "type": text_of(child.get("type")) or "component",
                    "shown": shown[:80],
                    "span": [span.start, span.end],
                    "lists": _lists(document, here, child),
                }
            )
    return {"path": path, "name": name, "items": items}


def palette(version: Version) -> list[dict[str, Any]]:
    """The components there are in a version, by what they are for."""
    groups = []
    for category in Category:
        known = [one for one in COMPONENTS.values() if one.category is category and one.since <= version and one.places]
        if known:
            entries = [{"type": one.name, "about": ABOUT_COMPONENTS.get(one.name, "")} for one in known]
            groups.append({"name": category.value.capitalize(), "components": entries})
    return groups


def act(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    """Does what is asked. Raises Refused in words when it cannot be done."""
    do = ACTS.get(str(asked.get("act")))
    if do is None:
        raise Refused("There is no such act.")
    return do(document, asked, version)


def _set(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    """Gives a property a value, as it was typed into its field; an empty one is taken out, and an object with nothing
    left in it, too."""
    path, name, typed = _path(asked), str(asked.get("name", "")), str(asked.get("value", ""))
    draft = Draft(document)
    shape = shape_at(document, path) if draft.has(path[:2]) else None
    prop = shape.properties.get(name) if shape else None
    if shape is not None and prop is None:
        raise Refused(f'There is no property "{name[:60]}" here.')
    if typed and not draft.has(path) and isinstance(path[-1], str):
        draft.insert(path, {})
    owner = draft.get(path)
    if not isinstance(owner, dict) or prop is None:
        raise Refused("There is no such thing to change.")
    if renamed := _renamed(document, path, name, owner, typed):
        return Done(renamed, path)
    if typed == "":
        if name in owner:
            is_last = isinstance(path[-1], str) and len(owner) == 1
            draft.remove(path if is_last else (*path, name))
        return Done(draft.edits(), path)
    kind = "json" if asked.get("kind") == "json" and "${" not in typed and not typed.startswith("`") else kind_of(prop)
    draft.set((*path, name), read_typed(name, kind, typed))
    items.declare(draft, path)
    return Done(draft.edits(), path)


def _renamed(document: Document, path: Path, name: str, owner: Mapping[str, Any], typed: str) -> tuple[TextEdit, ...]:
    """A new name for what others name: it changes wherever it stands."""
    before = owner.get(name)
    if not isinstance(before, str) or not before or not typed or typed == before:
        return ()
    if len(path) == 2 and name == "id":
        return rename_screen(document, before, typed)
    screen = _placed(document, path).value.get("id")
    if name == "name" and isinstance(screen, str) and owner.get("type") != "Form":
        return rename_component(document, screen, before, typed)
    return ()


def _insert(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    """Adds a component to a list, before what stands at the index; at the end it stays above the Footer."""
    path, draft = _path(asked), Draft(document)
    declared: Component | None = component(str(asked.get("type")))
    if declared is None or declared.since > version:
        raise Refused("There is no such component in this version.")
    children = draft.get(path)
    if not isinstance(children, list):
        raise Refused("There is no list of components to add to.")
    index = asked.get("index")
    at = index if isinstance(index, int) and 0 <= index <= len(children) else len(children)
    if at == len(children) and children and declared.name != _BOTTOM:
        last = children[-1]
        at -= isinstance(last, dict) and last.get("type") == _BOTTOM
    draft.insert((*path, at), new_component(declared, version, document.value, _placed(document, path)))
    return Done(draft.edits(), (*path, at))


def _remove(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    path, draft = _path(asked), Draft(document)
    gone = draft.get(path)
    draft.remove(path)
    if len(path) == 2 and isinstance(gone, dict) and draft.has(("routing_model",)):
        _forget_routes(draft, gone.get("id"))
    return Done(draft.edits(), None)


def _forget_routes(draft: Draft, identifier: Any) -> None:
    model = draft.get(("routing_model",))
    for source, targets in (model if isinstance(model, dict) else {}).items():
        if source == identifier:
            draft.remove(("routing_model", source))
        elif isinstance(targets, list) and identifier in targets:
            draft.remove(("routing_model", source, targets.index(identifier)))


def _move(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    """Takes what stands at `path` to `to`, a path of the text as it is, before what stands there."""
    path, target = _path(asked), _path(asked, "to")
    if target[: len(path)] == path:
        raise Refused("Nothing can be moved into itself.")
    draft = Draft(document)
    # What stood behind the moved one moves up by one.
    *before, last = path
    beside = target[len(before)] if target[: len(before)] == tuple(before) and len(target) > len(before) else None
    if isinstance(beside, int) and isinstance(last, int) and beside > last:
        target = (*before, beside - 1, *target[len(path) :])
    draft.move(path, target)
    return Done(draft.edits(), target)


def _add_screen(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    if not document.text.strip():
        begun = {"version": str(NEWEST), "screens": [new_screen({})]}
        return Done((TextEdit(0, len(document.text), written(begun) + "\n"),), ("screens", 0))
    draft = Draft(document)
    if draft.value == {}:
        draft.set(("version",), str(NEWEST))
    if not draft.has(("screens",)):
        draft.set(("screens",), [])
    if not isinstance(draft.get(("screens",)), list):
        raise Refused('"screens" is no list: mend it first.')
    made = new_screen(document.value)
    draft.insert(("screens", len(draft.get(("screens",)))), made)
    if isinstance(document.value.get("routing_model"), dict):
        draft.insert(("routing_model", made["id"]), [])
    return Done(draft.edits(), ("screens", len(draft.get(("screens",))) - 1))


def _lead(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    """Lets a component go to a screen, with what that screen is given; or sets another action by its name."""
    path, slot, target = _path(asked), str(asked.get("name", "on-click-action")), str(asked.get("to", ""))
    if not target.startswith("action:"):
        return Done(connect(document, path, target, slot), path)
    name = target.removeprefix("action:")
    draft = Draft(document)
    owner = draft.get(path)
    if not isinstance(owner, dict):
        raise Refused("There is no such thing to change.")
    before = owner.get(slot)
    payload = before.get("payload") if isinstance(before, dict) else None
    made: dict[str, Any] = {"name": name}
    if name == "open_url":
        made["url"] = "https://example.org"
    else:
        made["payload"] = payload if isinstance(payload, dict) else _everything(document, path)
    draft.set((*path, slot), made)
    if name == "complete" and _placed(document, path).value.get("terminal") is not True:
        draft.set((*path[:2], "terminal"), True)
    return Done(draft.edits(), path)


def _add_item(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    return Done(items.add_item(document, _path(asked), version)[0], None)


def _bind(document: Document, asked: Mapping[str, Any], version: Version) -> Done:
    path = _path(asked)
    prop = shape_at(document, path).properties.get(str(asked.get("name", "")))
    if prop is None or not is_list(prop) or not isinstance(Draft(document).get(path), dict):
        raise Refused("There is no list of items here.")
    return Done(items.bind(document, asked, path, prop), None)


def _data(change: Callable[[Document, Mapping[str, Any], Path], tuple[TextEdit, ...]]) -> "Act":
    """An act on the data model of a screen."""
    return lambda document, asked, version: Done(change(document, asked, _path(asked)), None)


def _everything(document: Document, path: Path) -> dict[str, Any]:
    """A payload with every input and every field of the screen."""
    screen = _placed(document, path)
    data = screen.value.get("data")
    names = {name: f"${{data.{name}}}" for name in (data if isinstance(data, dict) else {})}
    for placed in components_of(screen):
        declared = component(text_of(placed.value.get("type")))
        if declared is not None and declared.is_input and text_of(placed.value.get("name")):
            names[placed.value["name"]] = f"${{form.{placed.value['name']}}}"
    return names


Act = Callable[[Document, Mapping[str, Any], Version], Done]

ACTS: Mapping[str, Act] = {
    "set": _set,
    "insert": _insert,
    "remove": _remove,
    "move": _move,
    "add_screen": _add_screen,
    "lead": _lead,
    "add_item": _add_item,
    "bind": _bind,
    "add_data": _data(data_model.add),
    "rename_data": _data(data_model.rename),
    "retype_data": _data(data_model.retype),
    "exemplify_data": _data(data_model.exemplify),
    "remove_data": _data(data_model.remove),
}


def _path(asked: Mapping[str, Any], name: str = "path") -> Path:
    path = asked.get(name)
    is_path = isinstance(path, list) and 0 < len(path) < 60
    if not is_path or not all(isinstance(step, str) or (isinstance(step, int) and step >= 0) for step in path or ()):
        raise Refused("The place is not named as a path.")
    return tuple(path or ())


def _placed(document: Document, path: Path) -> Placed:
    """The screen on which a path is."""
    for screen in screens_with_paths(document.value):
        if screen.path == path[:2]:
            return screen
    raise Refused("The place is on no screen.")
