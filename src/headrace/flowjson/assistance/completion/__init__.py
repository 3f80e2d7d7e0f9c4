"""What can come next where somebody types."""

from headrace.flowjson.assistance.completion.bindings import (
    SCALARS,
    complete_binding,
    complete_reference,
    open_reference,
)
from headrace.flowjson.assistance.completion.items import Completion, CompletionKind, ordered, text_slot
from headrace.flowjson.assistance.completion.keys import complete_key
from headrace.flowjson.assistance.completion.values import complete_value
from headrace.flowjson.assistance.cursor import Part
from headrace.flowjson.assistance.inventory import Inventory
from headrace.flowjson.assistance.snippets import flow_snippet
from headrace.flowjson.assistance.surroundings import ObjectKind, Surroundings, surroundings_of
from headrace.flowjson.catalogue import NEWEST
from headrace.flowjson.checks.bindings import wanted_types
from headrace.flowjson.document import Document

__all__ = ["Completion", "CompletionKind", "complete"]


def complete(document: Document, offset: int) -> list[Completion]:
    """The proposals at a character offset, the best first; never raises."""
    around = surroundings_of(document, offset)
    if around.inner is None:
        return _whole_flow(document, offset)
    inventory = Inventory(document)
    cursor = around.cursor
    if cursor.part is Part.VALUE and open_reference(cursor.typed) is not None and cursor.quoted:
        return ordered(complete_reference(around, inventory, _wanted(around)))
    if cursor.part is Part.VALUE and cursor.quoted and _is_code(around):
        return ordered(complete_binding(around, inventory, text_slot(around), SCALARS))
    if cursor.part is Part.KEY:
        return ordered(complete_key(around, inventory))
    if cursor.part is Part.VALUE:
        return ordered(complete_value(around, inventory))
    return ordered(_after_value(around, inventory))


def _whole_flow(document: Document, offset: int) -> list[Completion]:
    """In an empty file, a Flow to begin with."""
    if document.text.strip():
        return []
    snippet = flow_snippet(NEWEST)
    detail = f"version {NEWEST}, with one screen"
    return [Completion("new Flow", CompletionKind.SNIPPET, offset, offset, snippet, detail=detail)]


def _wanted(around: Surroundings) -> frozenset[str]:
    """The types of what can stand in the `${…}` around the cursor; empty for any."""
    prop = around.prop
    if _is_code(around):
        return SCALARS
    is_whole = around.cursor.typed.startswith("${") and around.cursor.typed.count("${") == 1
    if prop is None or not is_whole or not prop.is_dynamic_in(around.version):
        return frozenset()
    return SCALARS if prop.name == "condition" else wanted_types(prop, around.version)


def _after_value(around: Surroundings, inventory: Inventory) -> list[Completion]:
    """Behind a value without a comma: on a new line the next member or item may begin, and the comma comes with it."""
    before, following = around.cursor.end_of_last, around.cursor.following
    if following is not None and following.text == ":":
        return []  # a key that is complete
    if before is None or "\n" not in around.document.text[before : around.cursor.offset]:
        return []
    return list(complete_key(around, inventory) if around.frame.is_object else complete_value(around, inventory))


def _is_code(around: Surroundings) -> bool:
    """Whether the text at the cursor is an expression, or a condition in which something stands already."""
    typed = around.cursor.typed
    is_condition = (
        around.inner is not None and around.inner.kind is ObjectKind.COMPONENT and around.cursor.step == "condition"
    )
    return typed.startswith("`") or (is_condition and bool(typed))
