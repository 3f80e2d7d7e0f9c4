"""Data models: types and examples, one made from the other."""

from collections.abc import Iterator
from typing import Any

from headrace.flowjson.checks.data_model import EXAMPLE, TYPES
from headrace.flowjson.checks.values import type_name
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.fixing.fix_context import FixContext, Proposal, mends, resembling
from headrace.flowjson.fixing.proposals.values import example_of, fitting, schema_of, type_meant

_STEPS_OF_MODEL = 4
"""`screens`, the index, `data` and the name of the field come before the schema itself."""


@mends("data/missing-property")
def complete_entry(context: FixContext) -> Iterator[Proposal]:
    name = context.values["property"]
    if any(resembling(name, context.get(path)) for path in context.paths):
        yield from _misspelt(context, name)
        return
    draft = context.draft()
    for path in context.paths:
        entry = draft.get(path)
        if name == EXAMPLE:
            draft.insert((*path, EXAMPLE), example_of(entry))
            continue
        for keyword, value in _schema_for(entry.get(EXAMPLE), entry).items():
            if keyword not in entry:
                draft.insert((*path, keyword), value)
    yield f"Add '{name}'", draft


def _misspelt(context: FixContext, name: str) -> Iterator[Proposal]:
    """The member that is there under a name with a slip in it."""
    draft = context.draft()
    for path in context.paths:
        slips = resembling(name, draft.get(path))
        if len(slips) != 1:
            return
        draft.rename((*path, slips[0]), name)
    yield f"Write '{name}'", draft


@mends("data/missing-type", "data/unknown-type", "data/type-not-text")
def right_type(context: FixContext) -> Iterator[Proposal]:
    if context.rule == "data/missing-type" and any(resembling("type", context.get(path)) for path in context.paths):
        yield from _misspelt(context, "type")
        return
    meant = None
    owners = [path if context.rule == "data/missing-type" else path[:-1] for path in context.paths]
    if context.rule != "data/missing-type":
        meant = type_meant(context.get(context.path))
    for kind in dict.fromkeys((meant, _type_of(context, owners[0]))):
        if kind is None:
            continue
        draft = context.draft()
        for owner in owners:
            draft.set((*owner, "type"), kind)
            schema = draft.get(owner)
            if kind == "array" and "items" not in schema:
                draft.set((*owner, "items"), schema_of(_example_at(context, owner)).get("items", {"type": "string"}))
        yield f"Use type '{kind}'", draft


@mends("data/missing-items", "data/wrong-items")
def right_items(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        owner = path if context.rule == "data/missing-items" else path[:-1]
        known = type_meant(context.get(path)) if isinstance(context.get(path), str) else None
        items = {"type": known} if known else schema_of(_example_at(context, owner)).get("items", {"type": "string"})
        draft.set((*owner, "items"), items)
    yield "Say what the array holds", draft


@mends("data/wrong-member")
def right_member(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        value = context.get(path)
        if path[-1] == "properties":
            draft.set(path, schema_of(_example_at(context, path[:-1])).get("properties", {}))
            continue
        kind = type_meant(value) if isinstance(value, str) else None
        draft.set(path, {"type": kind} if kind else schema_of(value))
    yield "Write a schema", draft


@mends("data/wrong-example")
def right_example(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        schema = {name: inner for name, inner in context.get(path[:-1]).items() if name != EXAMPLE}
        draft.set(path, fitting(context.get(path), schema))
    yield "Make the example fit the type", draft
    draft = context.draft()
    for path in context.paths:
        entry = context.get(path[:-1])
        for name, value in _schema_for(entry[EXAMPLE], {}).items():
            draft.set((*path[:-1], name), value)
    yield "Make the type fit the example", draft


def _schema_for(example: Any, entry: dict[str, Any]) -> dict[str, Any]:
    """The keywords of a schema for an example, without those that are given."""
    if "properties" in entry:
        return {"type": "object"}
    if "items" in entry:
        return {"type": "array"}
    return schema_of(example)


def _example_at(context: FixContext, owner: Path) -> Any:
    """The part of the example that belongs to a schema within a data model."""
    value = context.get((*owner[:_STEPS_OF_MODEL], EXAMPLE))
    steps = list(owner[_STEPS_OF_MODEL:])
    while steps:
        step = steps.pop(0)
        if step == "items":
            value = value[0] if isinstance(value, list) and value else None
        elif step == "properties" and steps:
            name = steps.pop(0)
            value = value.get(name) if isinstance(value, dict) else None
    return value


def _type_of(context: FixContext, owner: Path) -> str:
    schema = context.get(owner)
    if isinstance(schema, dict) and "properties" in schema:
        return "object"
    if isinstance(schema, dict) and "items" in schema:
        return "array"
    kind = type_name(_example_at(context, owner))
    return kind if kind in TYPES else "string"
