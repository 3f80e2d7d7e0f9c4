"""A way from one screen to another: what drawing an edge in the graph of screens means."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.diagnostics import Path, format_path
from headrace.flowjson.document import Document
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit
from headrace.flowjson.traversal import Placed, actions_within, components_of, screens_with_paths

__all__ = ["connect", "disconnect", "supplied"]


def connect(document: Document, component: Path, target: str, slot: str = "on-click-action") -> tuple[TextEdit, ...]:
    """Lets a component (or an item of a list) navigate to a screen, and adds the route where routes are declared.

    The payload gets what the target's data model asks for: what was sent under that name already, else the field or the
    component of that name on this screen, else the example of the data model. A screen on which nothing ends the Flow
    any more is terminal no longer.
    Raises Refused when there is no such component or screen, or when the screen leads to itself.
    """
    draft = Draft(document)
    flow = draft.value
    if not isinstance(draft.get(component), dict) or component[:1] != ("screens",) or len(component) < 3:
        raise Refused(f"{format_path(component)} is no component.")
    screens = list(screens_with_paths(flow))
    source = next((screen for screen in screens if screen.path == component[:2]), None)
    if source is None:
        raise Refused(f"{format_path(component[:2])} is no screen.")
    goal = next((screen for screen in screens if screen.value.get("id") == target), None)
    if goal is None:
        raise Refused(f'Screen "{target}" does not exist.')
    if goal.path == source.path:
        raise Refused(f'Screen "{target}" cannot lead to itself.')
    before = draft.get(component).get(slot)
    action: dict[str, Any] = {"name": "navigate", "next": {"type": "screen", "name": target}}
    payload = _payload(source, goal, before)
    if payload or (isinstance(before, dict) and "payload" in before):
        action["payload"] = payload
    draft.set((*component, slot), action)
    _add_route(draft, source.value.get("id"), target)
    _go_on(draft, source)
    return draft.edits()


def disconnect(document: Document, source: str, target: str) -> tuple[TextEdit, ...]:
    """Takes a route out of the routing model; raises Refused when it does not stand there."""
    draft = Draft(document)
    path: Path = ("routing_model", source)
    targets = draft.get(path) if draft.has(path) else None
    if not isinstance(targets, list) or target not in targets:
        raise Refused(f'The routing model has no route from "{source}" to "{target}".')
    draft.remove((*path, targets.index(target)))
    return draft.edits()


def _go_on(draft: Draft, source: Placed) -> None:
    screen = draft.get(source.path)
    if screen.get("terminal") is not True:
        return
    if any(action.get("name") == "complete" for _, action in actions_within(screen)):
        return
    draft.remove((*source.path, "terminal"))
    if "success" in screen:
        draft.remove((*source.path, "success"))


def _payload(source: Placed, goal: Placed, before: Any) -> dict[str, Any]:
    fields = goal.value.get("data")
    sent = before.get("payload") if isinstance(before, dict) else None
    payload: dict[str, Any] = {}
    for name, schema in (fields if isinstance(fields, dict) else {}).items():
        if not isinstance(schema, dict):
            continue
        if isinstance(sent, dict) and name in sent:
            payload[name] = sent[name]
        else:
            payload[name] = supplied(source, name, schema)
    return payload


def supplied(source: Placed, name: str, schema: Mapping[str, Any]) -> Any:
    """What a screen can send for a field: its own field of that name, else its input, else the field's example."""
    known = source.value.get("data")
    if isinstance(known, dict) and isinstance(known.get(name), dict):
        return f"${{data.{name}}}"
    if any(placed.value.get("name") == name for placed in components_of(source)):
        return f"${{form.{name}}}"
    return schema.get("__example__")


def _add_route(draft: Draft, source: Any, target: str) -> None:
    if not isinstance(source, str) or not draft.has(("routing_model",)):
        return
    path: Path = ("routing_model", source)
    if not draft.has(path):
        draft.insert(path, [target])
        return
    targets = draft.get(path)
    if isinstance(targets, list) and target not in targets:
        draft.insert((*path, len(targets)), target)
