"""Every change of a Flow JSON: as the smallest edits of its text, so that all the rest stays as its author wrote it."""

from headrace.flowjson.editing.connections import connect, disconnect
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.editing.fields import declare_field, declare_field_in, remove_field
from headrace.flowjson.editing.renames import rename_component, rename_field, rename_screen
from headrace.flowjson.textedits import TextEdit, applied, overlaps

__all__ = [
    "Draft",
    "TextEdit",
    "applied",
    "connect",
    "declare_field",
    "declare_field_in",
    "disconnect",
    "overlaps",
    "remove_field",
    "rename_component",
    "rename_field",
    "rename_screen",
]
