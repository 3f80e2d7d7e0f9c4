"""Proposals of references: within `${…}`, and as whole bindings where a value may be one."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from headrace.flowjson.assistance.completion.items import Completion, CompletionKind, Slot
from headrace.flowjson.assistance.descriptions import describe_field, describe_input, describe_screen
from headrace.flowjson.assistance.inventory import Field, Inventory, ScreenEntry
from headrace.flowjson.assistance.snippets import Snippet
from headrace.flowjson.assistance.surroundings import ObjectKind, Surroundings
from headrace.flowjson.catalogue import Version
from headrace.flowjson.expressions.references import GLOBAL_SINCE
from headrace.flowjson.expressions.static import Types, overlap

__all__ = ["SCALARS", "complete_binding", "complete_reference", "open_reference"]

SCALARS: Types = frozenset({"string", "number", "integer", "boolean"})
"""What conditions and expressions can reckon with."""

_OPEN = re.compile(r"\$\{([\w.,-]*)\Z")
_REST = re.compile(r"[\w.,-]*")
_REFERABLE = re.compile(r"[\w-]+", re.ASCII)


class Candidate(NamedTuple):
    """One reference: what stands between the braces, whether more may follow, and what it is."""

    name: str
    kind: CompletionKind
    types: Types
    detail: str
    documentation: str
    is_whole: bool = True


def open_reference(typed: str) -> str | None:
    """What has been typed behind the last `${`, when it is not closed yet."""
    match = _OPEN.search(typed)
    return match[1] if match else None


def complete_reference(around: Surroundings, inventory: Inventory, wanted: Types) -> Iterator[Completion]:
    """What can stand within the `${…}` around the cursor and is of a wanted type (none named: any)."""
    cursor = around.cursor
    typed = open_reference(cursor.typed) or ""
    behind = _REST.match(cursor.behind)
    rest = behind.group() if behind else ""
    is_closed = cursor.behind[len(rest) :].startswith("}")
    start, end = cursor.offset - len(typed), cursor.offset + len(rest)
    for number, one in enumerate(_fitting(around, inventory, typed, wanted)):
        text = one.name + ("}" if one.is_whole and not is_closed else "")
        yield Completion(
            one.name, one.kind, start, end, Snippet((text,)), 10 + number, one.detail, one.documentation
        )  # fmt: skip


def complete_binding(around: Surroundings, inventory: Inventory, slot: Slot, wanted: Types) -> Iterator[Completion]:
    """Whole bindings whose values are of a wanted type (none named: any) as the value at the cursor."""
    for number, one in enumerate(_fitting(around, inventory, "", wanted)):
        if one.is_whole:
            label = f"${{{one.name}}}"
            more = {"rank": 500 + number, "detail": one.detail, "documentation": one.documentation}
            yield slot.text(label, one.kind, **more)


def _fitting(around: Surroundings, inventory: Inventory, typed: str, wanted: Types) -> Iterator[Candidate]:
    """The candidates of a wanted type. A component does not refer to itself, but for what its actions send."""
    component = around.around(ObjectKind.COMPONENT)
    own = component[1].scalar("name") if component and not around.around(ObjectKind.ACTION) else None
    for one in candidates(inventory, inventory.screen_around(around), around.version, typed):
        is_own = own is not None and (one.name == f"form.{own}" or one.name.startswith(f"form.{own}."))
        if overlap(one.types, wanted) and not is_own:
            yield one


def candidates(inventory: Inventory, screen: ScreenEntry | None, version: Version, typed: str) -> Iterator[Candidate]:
    """Every reference a text on a screen can make.

    Of other screens only those are listed with their data that have been named; before that, the screens themselves.
    """
    if screen is not None and not typed.startswith("screen."):
        yield from _of_screen(screen, "")
    if version < GLOBAL_SINCE:
        return
    others = [one for one in inventory.screens if one.id and one is not screen]
    named = next((screen for screen in others if typed.startswith(f"screen.{screen.id}.")), None)
    if named is not None:
        yield from _of_screen(named, f"screen.{named.id}.")
        return
    for one in others:
        if one.fields or one.inputs:
            yield Candidate(
                f"screen.{one.id}.", CompletionKind.SCREEN, frozenset(), one.title, describe_screen(one), False
            )  # fmt: skip


def _of_screen(screen: ScreenEntry, prefix: str) -> Iterator[Candidate]:
    for field in screen.fields:
        if all(_REFERABLE.fullmatch(step) and "-" not in step for step in field.steps):
            name = f"{prefix}data.{'.'.join(field.steps)}"
            card = describe_field(field, name, screen)
            yield Candidate(name, CompletionKind.FIELD, field.types, _detail(field), card)
    for declared in screen.inputs:
        if all(_REFERABLE.fullmatch(step) for step in declared.steps):
            name = f"{prefix}form.{'.'.join(declared.steps)}"
            kind = " or ".join(sorted(declared.types))
            card = describe_input(declared, name, screen)
            yield Candidate(name, CompletionKind.INPUT, declared.types, f"{kind}, {declared.kind}", card)


def _detail(field: Field) -> str:
    return " or ".join(sorted(field.types)) or "data"
