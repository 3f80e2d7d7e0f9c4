"""The payload of an action: how large it may be, and whether it fits the data of the screen it goes to.

A Flow that doubles its own data with every tap is valid, and would soon fill any machine. So a payload is limited to
what one answer of an endpoint may have, in a number of values that can be looked through at once.

The validator takes an input for numbers for a number, though its value is the text as typed. So that text passes from
the input into a field for a number; from that field into the next one it does not, of which the check warns. An input
that was never touched is not in the payload at all, and fits every field; one that was emptied again holds an empty
text.
"""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue.inputs import TYPES_OF_NUMBERS
from headrace.flowjson.expressions.references import read_binding
from headrace.phone.engine.program import Program
from headrace.phone.values.datamodel import DataModel

LARGEST_MB = 10
"""The texts of a payload have at most this many MB, a character counted as a byte."""

MOST_VALUES = 200_000
"""A payload has at most this many values, counted at all levels."""

DEEPEST = 100
"""A payload has at most this many levels."""

_NUMBERS = ("number", "integer")


def excess(value: Any) -> str | None:
    """Why a JSON value is too large, as the end of a sentence; None when it is not."""
    characters = values = depth = 0
    level: list[Any] = [value]
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                characters += len(item)
            elif isinstance(item, dict):
                characters += sum(map(len, item))
                below += item.values()
            elif isinstance(item, list):
                below += item
            if values + len(below) > MOST_VALUES:
                return f"has more than {MOST_VALUES:,} values"
        if characters > LARGEST_MB * 1024 * 1024:
            return f"has more than {LARGEST_MB} MB"
        if below and depth == DEEPEST:
            return f"is nested deeper than {DEEPEST} levels"
        values += len(below)
        depth += 1
        level = below
    return None


def misfit(
    payload: Mapping[str, Any], written: Any, model: DataModel, program: Program, screen: str, *, closed: bool
) -> str | None:
    """Says what of a payload the data model refuses, in one sentence, or None when it takes all of it.

    `written` is the payload as the Flow JSON has it, `screen` the one it is handed over from. `closed` refuses members
    that the model does not declare.
    """
    bindings = written if isinstance(written, Mapping) else {}
    checked = {
        name: value
        for name, value in payload.items()
        if name not in model.fields or not _passes(value, model.fields[name], bindings.get(name), program, screen)
    }
    return model.misfit(checked, closed=closed, complete=False)


def _passes(value: Any, schema: Mapping[str, Any], written: Any, program: Program, screen: str) -> bool:
    """Whether a value goes into a field without a look at its type, because of where it comes from."""
    reference = read_binding(written, program.version) if isinstance(written, str) else None
    owner = program.screens.get(reference.screen or screen) if reference else None
    if reference is None or owner is None or reference.source != "form" or len(reference.steps) != 1:
        return False
    node = owner.inputs.get(reference.steps[0])
    is_for_numbers = node is not None and node.type == "TextInput" and node.fixed.get("input-type") in TYPES_OF_NUMBERS
    return is_for_numbers and isinstance(value, str) and value != "" and schema.get("type") in _NUMBERS
