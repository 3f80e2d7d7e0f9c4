"""Which JSON documents are Flows: everything else is left alone."""

from typing import Any

from headrace.flowjson.document import Document
from headrace.flowjson.filenames import is_flow_name

__all__ = ["is_flow"]


def is_flow(name: str, document: Document) -> bool:
    """Whether a document is meant as Flow JSON: by its file name, `flow.json` or `*.flow.json`, or by its content.

    By content: an object with an array `screens` and, beside it, a `version` or a screen with a `layout`.
    """
    if is_flow_name(name):
        return True
    value: Any = document.value
    screens = value.get("screens") if isinstance(value, dict) else None
    if not isinstance(screens, list):
        return False
    return isinstance(value.get("version"), str) or any(
        isinstance(screen, dict) and "layout" in screen for screen in screens
    )
