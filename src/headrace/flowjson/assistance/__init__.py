"""Help while a Flow is being written: what can come next, what a thing is, where it is declared, who uses it.

All questions take a document and a character offset, answer something or nothing, and never raise for a broken text.
"""

from headrace.flowjson.assistance.completion import Completion, CompletionKind, complete
from headrace.flowjson.assistance.detection import is_flow
from headrace.flowjson.assistance.hover import Hover, hover
from headrace.flowjson.assistance.navigation import Definition, definition, find_uses, renamable, rename
from headrace.flowjson.assistance.outline import Entry, EntryKind, outline

__all__ = [
    "Completion",
    "CompletionKind",
    "Definition",
    "Entry",
    "EntryKind",
    "Hover",
    "complete",
    "definition",
    "find_uses",
    "hover",
    "is_flow",
    "outline",
    "renamable",
    "rename",
]
