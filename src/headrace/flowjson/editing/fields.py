"""Fields of a screen's data model: declared and taken out, together with the payloads that fill them."""

import re
from typing import Any

from headrace.flowjson.document import Document
from headrace.flowjson.editing.connections import supplied
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.editing.renames import payload_keys, screen_of
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit
from headrace.flowjson.traversal import Placed, actions_within

__all__ = ["declare_field", "declare_field_in", "remove_field"]

_NAME = re.compile(r"[A-Za-z0-9_]+", re.ASCII)


def declare_field(document: Document, screen_id: str, name: str, schema: dict[str, Any]) -> tuple[TextEdit, ...]:
    """Adds a field to the data model of a screen, and to the payload of every action that navigates there: from a field
    or an input of that name where the action stands, else the example.

    Raises Refused when there is no such screen, when the name is none or taken.
    """
    draft = Draft(document)
    declare_field_in(draft, screen_id, name, schema)
    return draft.edits()


def declare_field_in(draft: Draft, screen_id: str, name: str, schema: dict[str, Any]) -> None:
    """The same for a draft that has other changes."""
    flow = draft.value
    screen = screen_of(flow, screen_id)
    if not _NAME.fullmatch(name) or name == "required":
        raise Refused(f'"{name[:60]}" is no name for a field: letters, digits and underscores make one.')
    fields = screen.value.get("data")
    if isinstance(fields, dict) and name in fields:
        raise Refused(f'The data model of screen "{screen_id}" already has a field "{name}".')
    if fields is not None and not isinstance(fields, dict):
        raise Refused(f'"data" of screen "{screen_id}" is no object: mend it first.')
    if fields is None:
        draft.set((*screen.path, "data"), {name: schema})
    else:
        draft.insert((*screen.path, "data", name), schema, position=len(fields))
    for path, action in list(actions_within(flow.get("screens"), ("screens",))):
        following = action.get("next")
        if action.get("name") != "navigate" or not isinstance(following, dict) or following.get("name") != screen_id:
            continue
        source = Placed(path[:2], flow["screens"][path[1]])
        payload = action.get("payload")
        if payload is None:
            draft.insert((*path, "payload"), {name: supplied(source, name, schema)})
        elif isinstance(payload, dict) and name not in payload:
            draft.insert((*path, "payload", name), supplied(source, name, schema), position=len(payload))


def remove_field(document: Document, screen_id: str, name: str) -> tuple[TextEdit, ...]:
    """Takes a field out of the data model of a screen, and out of the payloads that fill it. What is bound to it stays
    as it is, for its author to decide: the checks name each place.

    Raises Refused when the screen has no such field.
    """
    draft = Draft(document)
    screen = screen_of(draft.value, screen_id)
    fields = screen.value.get("data")
    if not isinstance(fields, dict) or name not in fields or name == "required":
        raise Refused(f'The data model of screen "{screen_id}" has no field "{name[:60]}".')
    for path in list(payload_keys(draft.value, screen, name)):
        draft.remove(path)
    needed = fields.get("required")
    if isinstance(needed, list) and name in needed:
        draft.remove((*screen.path, "data", "required", needed.index(name)))
    draft.remove((*screen.path, "data", name))
    return draft.edits()
