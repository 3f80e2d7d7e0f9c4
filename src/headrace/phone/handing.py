"""What an action hands to the data of a screen, and how much of it has to fit.

The validator takes an input for numbers for a number, though its value is the text as typed. So that text passes into a
field for a number, and from there into the next one (phones were seen to refuse the second step; the check warns of
it). An input that was left empty passes into a field of any type.
"""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.catalogue.inputs import TYPES_OF_NUMBERS
from headrace.flowjson.expressions.references import read_binding
from headrace.phone.datamodel import DataModel
from headrace.phone.inputs import is_empty
from headrace.phone.program import Program

_TYPES: Mapping[type, str] = {str: "string", list: "array", dict: "object", bool: "boolean"}
_NUMBERS = ("number", "integer")


def unfit(payload: Mapping[str, Any], written: Any, model: DataModel, program: Program, screen: str) -> str | None:
    """Says what of a payload the data model refuses, in one sentence, or None when it takes all of it.

    `written` is the payload as the Flow JSON has it, `screen` the one it is handed over from.
    """
    bindings = written if isinstance(written, Mapping) else {}
    judged = {
        name: value
        for name, value in payload.items()
        if name not in model.fields or not _passes(value, model.fields[name], bindings.get(name), program, screen)
    }
    return model.misfit(judged, closed=True, complete=False)


def _passes(value: Any, schema: Mapping[str, Any], written: Any, program: Program, screen: str) -> bool:
    """Whether a value goes into a field without a look at its type, because of where it comes from."""
    reference = read_binding(written, program.version) if isinstance(written, str) else None
    owner = program.screens.get(reference.screen or screen) if reference else None
    if reference is None or owner is None or len(reference.steps) != 1:
        return False
    wanted, name = schema.get("type"), reference.steps[0]
    if reference.source == "data":
        given = owner.model.fields.get(name, {}).get("type")
        if is_empty(value):
            return bool(given == wanted != "string")
        return isinstance(value, str) and given in _NUMBERS and wanted in _NUMBERS
    node = owner.inputs.get(name)
    if node is None:
        return False
    if is_empty(value):
        return bool(wanted != _TYPES.get(type(value)))
    is_for_numbers = node.type == "TextInput" and node.fixed.get("input-type") in TYPES_OF_NUMBERS
    return is_for_numbers and isinstance(value, str) and wanted in _NUMBERS
