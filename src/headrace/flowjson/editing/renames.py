"""New names for screens and components, with everything that refers to them."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue.containers import RESERVED_SCREEN_IDS, SCREEN_ID
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit
from headrace.flowjson.traversal import (
    Placed,
    actions_within,
    components_of,
    screens_with_paths,
    texts_within,
)
from headrace.protocol import SUCCESS

__all__ = ["payload_keys", "rename_component", "rename_field", "rename_screen", "rename_screen_in", "screen_of"]

_NAME = re.compile(r"[\w-]+", re.ASCII)
_MEMBERS_BY_NAME = ("init-values", "error-messages")


def rename_screen(document: Document, old: str, new: str) -> tuple[TextEdit, ...]:
    """Gives a screen another id: where it is declared, in the routing model, in actions, in `${screen.…}` references.

    Raises Refused when there is no such screen, when the new id is none or taken.
    """
    draft = Draft(document)
    rename_screen_in(draft, old, new)
    return draft.edits()


def rename_component(document: Document, screen_id: str, old: str, new: str) -> tuple[TextEdit, ...]:
    """Gives a component another name: where it is declared, in every `${form.…}` and `${screen.ID.form.…}`, in
    `init-values` and `error-messages` of its Form and in `sensitive`.

    Raises Refused when the screen has no such component, when the new name is none or taken.
    """
    draft = Draft(document)
    screen = screen_of(draft.value, screen_id)
    components = list(components_of(screen))
    if not any(component.value.get("name") == old for component in components):
        raise Refused(f'Screen "{screen_id}" has no component "{old}".')
    if not _NAME.fullmatch(new):
        raise Refused(f'"{new}" is no name for a component: letters, digits, underscores and hyphens make one.')
    if old != new and any(component.value.get("name") == new for component in components):
        raise Refused(f'Screen "{screen_id}" already has a component "{new}".')
    # References first: a new key in init-values would change the paths of what it holds.
    _replace_references(draft, rf"(\$\{{screen\.{re.escape(screen_id)}\.form\.){re.escape(old)}(?=[.}}])", new)
    _replace_references(draft, rf"(\$\{{form\.){re.escape(old)}(?=[.}}])", new, screen.path)
    for component in components:
        if component.value.get("name") == old:
            draft.set((*component.path, "name"), new)
    for path in _keys_by_name(screen.path, components, old):
        draft.rename(path, new)
    sensitive = screen.value.get("sensitive")
    for index, name in enumerate(sensitive if isinstance(sensitive, list) else ()):
        if name == old:
            draft.set((*screen.path, "sensitive", index), new)
    return draft.edits()


def rename_field(document: Document, screen_id: str, old: str, new: str) -> tuple[TextEdit, ...]:
    """Gives a field of a screen's data model another name: where it is declared, in every `${data.…}` and
    `${screen.ID.data.…}`, and in the payloads of the actions that fill it (navigate and update_data).

    Raises Refused when the screen has no such field, when the new name is none or taken.
    """
    draft = Draft(document)
    screen = screen_of(draft.value, screen_id)
    fields = screen.value.get("data")
    if not isinstance(fields, dict) or old not in fields or old == "required":
        raise Refused(f'The data model of screen "{screen_id}" has no field "{old}".')
    if not _NAME.fullmatch(new) or new == "required":
        raise Refused(f'"{new}" is no name for a field: letters, digits and underscores make one.')
    if old != new and new in fields:
        raise Refused(f'The data model of screen "{screen_id}" already has a field "{new}".')
    _replace_references(draft, rf"(\$\{{screen\.{re.escape(screen_id)}\.data\.){re.escape(old)}(?=[.}}])", new)
    _replace_references(draft, rf"(\$\{{data\.){re.escape(old)}(?=[.}}])", new, screen.path)
    for path in list(payload_keys(draft.value, screen, old)):
        if not draft.has((*path[:-1], new)):
            draft.rename(path, new)
    needed = fields.get("required")
    for index, name in enumerate(needed if isinstance(needed, list) else ()):
        if name == old:
            draft.set((*screen.path, "data", "required", index), new)
    draft.rename((*screen.path, "data", old), new)
    return draft.edits()


def rename_screen_in(draft: Draft, old: str, new: str) -> None:
    """The same for a draft that has other changes."""
    flow = draft.value
    ids = [screen.value.get("id") for screen in screens_with_paths(flow)]
    if old not in ids:
        raise Refused(f'Screen "{old}" does not exist.')
    if not re.fullmatch(SCREEN_ID, new) or new in RESERVED_SCREEN_IDS:
        raise Refused(f'"{new}" is no id for a screen: letters and underscores make one, "{SUCCESS}" is taken.')
    if old != new and new in ids:
        raise Refused(f'There is already a screen "{new}".')
    for path, text in texts_within(flow.get("screens"), ("screens",)):
        if text == old and _names_screen(flow, path):
            draft.set(path, new)
    _replace_references(draft, rf"(\$\{{screen\.){re.escape(old)}(?=\.)", new)
    _rename_in_routes(draft, old, new)


def screen_of(flow: Any, screen_id: str) -> Placed:
    """The screen of this id. Raises Refused when there is none."""
    screen = next((screen for screen in screens_with_paths(flow) if screen.value.get("id") == screen_id), None)
    if screen is None:
        raise Refused(f'Screen "{screen_id}" does not exist.')
    return screen


def payload_keys(flow: Any, screen: Placed, name: str) -> Iterator[Path]:
    """The members of payloads that fill a field of the screen."""
    for path, action in actions_within(flow.get("screens"), ("screens",)):
        payload, following = action.get("payload"), action.get("next")
        if not isinstance(payload, dict) or name not in payload:
            continue
        leads_here = (
            action.get("name") == "navigate"
            and isinstance(following, dict)
            and following.get("name") == screen.value.get("id")
        )
        if leads_here or (action.get("name") == "update_data" and path[:2] == screen.path):
            yield (*path, "payload", name)


def _names_screen(flow: Any, path: Path) -> bool:
    """Whether the text at a path is the id of a screen, or the target of an action."""
    if len(path) == 3:
        return path[2] == "id"
    if path[-2:] != ("next", "name"):
        return False
    action = flow
    for step in path[:-2]:
        action = action[step]
    return bool(action.get("name") == "navigate")


def _rename_in_routes(draft: Draft, old: str, new: str) -> None:
    flow = draft.value
    model = flow.get("routing_model")
    if not isinstance(model, dict):
        return
    for source, targets in model.items():
        for index, target in enumerate(targets if isinstance(targets, list) else ()):
            if target == old:
                draft.set(("routing_model", source, index), new)
    if old in model and new not in model:
        draft.rename(("routing_model", old), new)


def _replace_references(draft: Draft, pattern: str, new: str, within: Path = ()) -> None:
    """Replaces what follows the first group of the pattern, in every text."""
    compiled = re.compile(pattern)
    for path, text in list(texts_within(draft.get(within), within)):
        if "${" in text:
            replaced = compiled.sub(lambda match: match[1] + new, text)
            if replaced != text:
                draft.set(path, replaced)


def _keys_by_name(screen: Path, components: list[Any], name: str) -> Iterator[Path]:
    for component in components:
        for member in _MEMBERS_BY_NAME:
            values = component.value.get(member)
            if isinstance(values, dict) and name in values:
                yield (*component.path, member, name)
