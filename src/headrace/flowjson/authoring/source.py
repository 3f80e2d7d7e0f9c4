"""Objects to Python source that makes them again."""

import builtins
import keyword
import re
from collections.abc import Mapping
from typing import Any

from headrace.flowjson.authoring.document import FlowDocument
from headrace.flowjson.authoring.fields import Field
from headrace.flowjson.authoring.literals import quoted, scalar
from headrace.flowjson.authoring.model import MISSING, Marker, Model, present, required_of
from headrace.flowjson.authoring.references import Expression, Reference
from headrace.flowjson.authoring.source_layout import WIDTH, Atom, Block, Item, write

__all__ = ["source_of"]

PACKAGE = "headrace.flowjson.authoring"


def source_of(flow: FlowDocument) -> str:
    """A module that makes a Flow as it was read: imports, a variable for each screen, and the Flow as `flow`."""
    source = _Source()
    labels, items = zip(*source.arguments(flow), strict=True)
    screens = getattr(flow, "screens", None)
    position = labels.index("screens=")
    statements: list[str] = []
    if isinstance(screens, list) and isinstance(items[position], Block):
        taken = source.imports | {"flow"}
        listed: list[tuple[str, Item]] = []
        for screen, (_, item) in zip(screens, items[position].items, strict=True):
            name = _variable(screen, taken) if isinstance(screen, Model) else None
            if name:
                statements.append(write(item, f"{name} = "))
            listed.append(("", Atom(name) if name else item))
        items = (*items[:position], Block("[", tuple(listed), "]"), *items[position + 1 :])
    if flow.key_order != "documented":
        labels, items = (*labels, "key_order="), (*items, Atom(quoted(flow.key_order)))
    source.imports.add("Flow")
    statements.append(write(Block("Flow(", tuple(zip(labels, items, strict=True)), ")"), "flow = "))
    return "\n\n".join([_import(source.imports), *statements]) + "\n"


class _Source:
    """Makes the expressions, and notes what they need to import."""

    def __init__(self) -> None:
        self.imports: set[str] = set()

    def item(self, value: Any) -> Item:
        if isinstance(value, Model):
            self.imports.add(type(value).__name__)
            return Block(f"{type(value).__name__}(", tuple(self.arguments(value)), ")")
        if isinstance(value, Expression | Reference):
            return self.bound(value)
        if isinstance(value, Marker):
            self.imports.add(value.value)
            return Atom(value.value)
        if isinstance(value, str):
            return Atom(quoted(value))
        if isinstance(value, Mapping):
            return Block("{", tuple((f"{quoted(key)}: ", self.item(inner)) for key, inner in value.items()), "}")
        if isinstance(value, list):
            return Block("[", tuple(("", self.item(inner)) for inner in value), "]")
        return Atom(scalar(value))

    def arguments(self, model: Model) -> list[tuple[str, Item]]:
        names = present(model, as_written=True)
        if names and names[0] == model.KIND_KEY:
            del names[0]
        if isinstance(model, Field):
            names.insert(0, "name")
        names.extend(name for name in sorted(required_of(type(model))) if getattr(model, name) is MISSING)
        return [(f"{name}=", self.item(getattr(model, name))) for name in names]

    def bound(self, value: Expression | Reference) -> Item:
        if isinstance(value, Expression):
            self.imports.add("expression")
            return _call("expression", value.text)
        self.imports.add(value.source if value.screen is None else "screen")
        return _call(
            value.source if value.screen is None else f"screen({quoted(value.screen)}).{value.source}", value.path
        )


def _call(function: str, text: str) -> Block:
    return Block(f"{function}(", (("", Atom(quoted(text))),), ")")


def _variable(screen: Model, taken: set[str]) -> str:
    """A name for a screen, made of its id; `taken` gets it."""
    screen_id = getattr(screen, "id", None)
    stem = re.sub(r"\W+", "_", screen_id.lower(), flags=re.ASCII).strip("_") if isinstance(screen_id, str) else ""
    if not stem.isidentifier() or keyword.iskeyword(stem) or hasattr(builtins, stem) or stem in taken:
        stem = f"{stem}_screen" if stem.isidentifier() else f"screen_{stem}".rstrip("_")
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def _import(names: set[str]) -> str:
    ordered = sorted(names, key=lambda name: (0 if name.isupper() else 1 if name[0].isupper() else 2, name.lower()))
    line = f"from {PACKAGE} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {PACKAGE} import (", *(f"    {name}," for name in ordered), ")"])
