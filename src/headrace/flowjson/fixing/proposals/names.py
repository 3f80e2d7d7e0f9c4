"""References: names misspelt, fields not declared, screens that do not exist."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.checks.bindings import wanted_types
from headrace.flowjson.checks.flow import Screen
from headrace.flowjson.checks.payloads import EXPRESSIONS_SINCE
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.expressions.references import NESTED_SINCE, Reference, find_references, read_loosely
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Guess, Proposal, like, mends, resembling, shown
from headrace.flowjson.fixing.proposals.expressions import (
    bare_references_bound,
    has_stray_mark,
    in_backticks,
    slips_in_marks,
)
from headrace.flowjson.fixing.proposals.guesses import known_before, known_on
from headrace.flowjson.fixing.proposals.values import Unclear, coerced, example_of, nothing_of


@mends(
    "bindings/missing-data", "bindings/missing-component", "bindings/unknown-screen", "bindings/missing-member",
    "payloads/missing-component", "payloads/missing-data", "payloads/unknown-screen", "payloads/unknown-property",
    "expressions/unknown-reference", "conditions/unknown-data", "payloads/bad-expression",
)  # fmt: skip
def other_name(context: FixContext) -> Iterator[Proposal]:
    """A reference to what was meant; then to the same name elsewhere."""
    path = context.path
    text = context.get(path)
    if not isinstance(text, str):
        return
    for reference in find_references(text):
        for meant in _meant(reference, context):
            draft = context.draft()
            for one in context.paths:
                value = context.get(one)
                if isinstance(value, str):
                    draft.set(one, value.replace(reference.text, meant))
            yield f"Write {meant}", draft


@mends("bindings/missing-data", "payloads/missing-data", "conditions/unknown-data", "expressions/unknown-reference")
@mends("payloads/unknown-property")
def declare_field(context: FixContext) -> Iterator[Proposal]:
    """The field a reference needs, declared with the type its place wants, and sent by the actions that lead there."""
    path = context.path
    text = context.get(path)
    references = list(find_references(text)) if isinstance(text, str) else []
    for reference in references:
        screen = _target(reference, context)
        if screen is None or reference.source != "data" or len(reference.steps) != 1:
            continue
        name = reference.steps[0]
        if screen.data and name in screen.data:
            continue
        for schema in _schemas(context, path, alone=text == reference.text):
            draft = context.draft()
            declared = {**schema, "__example__": example_of(schema)}
            if screen.data is None:
                draft.set((*screen.path, "data"), {name: declared})
            else:
                draft.insert((*screen.path, "data", name), declared)
            sent_empty = _send(draft, context, screen, name, schema)
            ending = f", and send it empty from {', '.join(sent_empty)}" if sent_empty else ""
            yield f"Declare '{shown(name)}' in the data model of {screen.label}{ending}", draft


@mends("bindings/own-screen")
def local_reference(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.set(path, re.sub(r"\$\{screen\.[\w,]+\.", "${", context.get(path)))
    yield f"Write {shown(draft.get(context.path))}", draft


@mends("bindings/bad-name")
def plain_reference(context: FixContext) -> Iterator[Proposal]:
    """Hyphens and the like become underscores, in the data model and in payloads, too."""
    path = context.path
    text = str(context.get(path))
    if context.version >= NESTED_SINCE:
        draft = context.draft()
        for one in context.paths:
            draft.set(one, f"`{bare_references_bound(text[2:-1])}`")
        yield f"Write {shown(draft.get(path))}", draft
    reference = read_loosely(text)
    screen = context.screen(path)
    known = list(screen.data or ()) if screen else []
    if reference and screen:
        old = reference.steps[0]
        plain = re.sub(r"\W+", "_", old, flags=re.ASCII).strip("_")
        meant = like(old, known)
        for name in dict.fromkeys(one for one in (meant, plain) if one):
            draft = context.draft()
            for one in context.paths:
                draft.set(one, text.replace(f".{old}", f".{name}", 1))
            if old in known and name not in known:
                _rename_in_payloads(draft, context, screen, old, name)
                draft.rename((*screen.path, "data", old), name)
            yield f"Write {shown(draft.get(path) if draft.has(path) else name)}", draft


@mends("bindings/wrong-type", "bindings/wrong-types")
def other_declaration(context: FixContext) -> Iterator[Proposal]:
    """A number is shown as a text; else the data model declares what the property takes."""
    place = _path_of(str(context.values["declared"]))
    schema = context.get(place)
    if not isinstance(schema, dict):
        return
    if schema.get("type") in ("number", "integer") and all(_takes_expression(context, path) for path in context.paths):
        draft = context.draft()
        for path in context.paths:
            draft.set(path, f"`'' {context.get(path)}`")
        yield f"Write {shown(draft.get(context.path))}", draft
    if schema.get("type") == "boolean":
        # As a text, true and false are no words to show to anybody.
        return
    for wanted in str(context.values["wanted"]).split(", "):
        draft = context.draft()
        declared: dict[str, Any] = {"type": wanted}
        if wanted == "array":
            declared["items"] = {"type": schema["type"]}
        draft.set((*place, "type"), wanted)
        if "items" in declared:
            draft.set((*place, "items"), declared["items"])
        if "__example__" in schema:
            try:
                draft.set((*place, "__example__"), coerced(schema["__example__"], wanted))
            except Unclear:
                # Whoever sends it would have to send something quite different.
                continue
        else:
            _refit_example(draft, place)
        yield f"Declare it as {wanted}", draft


@mends("bindings/missing-schema")
def declare_member(context: FixContext) -> Iterator[Proposal]:
    """The member an item needs, in the schema of the items and in the example."""
    referred = next(iter(find_references(str(context.get(context.path)))), None)
    screen = _target(referred, context) if referred else None
    if referred is None or screen is None:
        return
    member = str(context.values["member"])
    place: Path = (*screen.path, "data", referred.steps[0])
    draft = context.draft()
    schema = context.get(place)
    items = schema.get("items") if isinstance(schema, dict) else None
    if not isinstance(items, dict):
        return
    draft.set(
        (*place, "items"), {**items, "properties": {**(items.get("properties") or {}), member: {"type": "string"}}}
    )
    example = schema.get("__example__")
    for index, one in enumerate(example if isinstance(example, list) else ()):
        if isinstance(one, dict) and member not in one:
            value = str(one.get("title") or index + 1) if member == "id" else str(one.get("id") or "Example")
            draft.set((*place, "__example__", index, member), value)
    # A member that resembles it may be this one, misspelt.
    alike = resembling(member, items.get("properties"), ("id", "title", "description"))
    title = f"Declare '{member}'"
    yield Choice(title, draft) if alike else (title, draft)


@mends("phone/binding-not-replaced")
def replaced(context: FixContext) -> Iterator[Proposal]:
    """Words and bindings side by side as an expression, where one is taken."""
    texts = {str(context.get(path)) for path in context.paths}
    if len(texts) == 1:
        for written in slips_in_marks(min(texts)):
            draft = context.draft()
            for path in context.paths:
                draft.set(path, written)
            yield f"Write {shown(written)}", draft
    draft = context.draft()
    for path in context.paths:
        text = str(context.get(path))
        if not _is_all_bindings(text) or not _takes_expression(context, path) or "`" in text:
            return
        draft.set(path, in_backticks(text))
    title = f"Write {shown(draft.get(context.path))}"
    yield Choice(title, draft) if any(map(has_stray_mark, texts)) else (title, draft)


def _is_all_bindings(text: str) -> bool:
    """Whether every sign of a binding in a text belongs to one."""
    return text.count("${") == len(list(find_references(text)))


def _takes_expression(context: FixContext, path: Path) -> bool:
    prop, node = context.property(path), context.node(path)
    if prop is not None:
        return prop.is_dynamic_in(context.version)
    screen = context.screen(path)
    for action in screen.actions if screen and node else ():
        if path[: len(action.path) + 1] == (*action.path, "payload"):
            since = EXPRESSIONS_SINCE.get(action.name)
            return since is not None and since <= context.version
    return False


@mends("bindings/mixed-text", "bindings/binding-in-lines")
def joined(context: FixContext) -> Iterator[Proposal]:
    """Words and bindings side by side are an expression."""
    draft = context.draft()
    for path in context.paths:
        place = (*path[:-1], context.values.get("property", path[-1]))
        value = context.get(place)
        if isinstance(value, list) and len(value) == 1:
            draft.set(place, value[0])
        else:
            draft.set(place, in_backticks("\n".join(value) if isinstance(value, list) else str(value)))
    title = "Write an expression in backticks"
    yield (
        Choice(title, draft)
        if any(has_stray_mark(str(context.get(path))) for path in context.paths)
        else (title, draft)
    )


@mends("screens/sensitive")
def sensitive_name(context: FixContext) -> Iterator[Proposal]:
    screen = context.screen()
    for path in context.paths[:1]:
        meant = like(str(context.get(path)), list(screen.names) if screen else [])
        listed = context.get(path[:-1])
        if meant and meant not in listed:
            draft = context.draft()
            draft.set(path, meant)
            yield f"Write '{meant}'", draft
        draft = context.draft()
        draft.remove(path if len(listed) > 1 else path[:-1])
        # Perhaps another input was to be kept secret: that would then be shown unnoticed.
        yield Guess(f"Remove '{shown(context.get(path))}'", draft)


def _meant(reference: Reference, context: FixContext) -> Iterator[str]:
    source, name, rest = reference.source, reference.steps[0], "".join(f".{one}" for one in reference.steps[1:])
    start = f"screen.{reference.screen}." if reference.screen else ""
    if reference.screen and reference.screen not in context.flow.by_id:
        screen_id = like(reference.screen, list(context.flow.by_id))
        here = context.screen()
        if here and screen_id == here.id:
            yield f"${{{source}.{name}{rest}}}"
        elif screen_id:
            yield f"${{screen.{screen_id}.{source}.{name}{rest}}}"
        return
    screen = _target(reference, context)
    if screen is None:
        return
    inputs = [one for one, node in screen.names.items() if node.component.is_input]
    fields = list(screen.data or ())
    known, other = (fields, inputs) if source == "data" else (inputs, fields)
    if name in known:
        members = _members(screen, reference)
        meant = like(reference.steps[-1], members)
        if meant:
            yield f"${{{start}{source}.{'.'.join((*reference.steps[:-1], meant))}}}"
        return
    if name in other:
        yield f"${{{start}{'form' if source == 'data' else 'data'}.{name}{rest}}}"
    if meant := like(name, known):
        yield f"${{{start}{source}.{meant}{rest}}}"
    if not reference.screen and not rest and (elsewhere := known_before(context.flow, screen, name)):
        yield elsewhere


def _members(screen: Screen, reference: Reference) -> list[str]:
    schema: Any = (screen.data or {}).get(reference.steps[0])
    for step in reference.steps[1:-1]:
        schema = (schema.get("properties") or {}).get(step) if isinstance(schema, Mapping) else None
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    return list(properties) if isinstance(properties, Mapping) else []


def _target(reference: Reference, context: FixContext) -> Screen | None:
    return context.flow.by_id.get(reference.screen) if reference.screen else context.screen()


def _schemas(context: FixContext, path: Path, *, alone: bool) -> Iterator[dict[str, Any]]:
    """Schemas for a new field, the likeliest first."""
    prop = context.property(path)
    if not alone or prop is None:
        yield from ({"type": kind} for kind in ("string", "boolean", "number"))
        return
    for kind in sorted(wanted_types(prop, context.version), key=prop.types.index):
        if kind == "array" and prop.shape:
            needed = {name: {"type": "string"} for name, one in prop.shape.properties.items() if one.required}
            yield {"type": "array", "items": {"type": "object", "properties": needed}}
        elif kind == "array":
            yield {"type": "array", "items": {"type": prop.item_type or "string"}}
        else:
            yield {"type": kind}


def _send(draft: Draft, context: FixContext, target: Screen, name: str, schema: dict[str, Any]) -> list[str]:
    """Sends a new field from everywhere that leads to its screen; answers from which screens it is sent empty."""
    empty: dict[str, None] = {}
    for screen in context.flow.screens:
        for action in screen.actions:
            if action.target == target.id and action.payload is not None and name not in action.payload:
                reference = known_on(screen, name) or known_before(context.flow, screen, name)
                draft.insert((*action.path, "payload", name), reference or nothing_of(schema))
                if reference is None:
                    empty[screen.label] = None
    return list(empty)


def _rename_in_payloads(draft: Draft, context: FixContext, target: Screen, old: str, new: str) -> None:
    for screen in context.flow.screens:
        for action in screen.actions:
            if action.target == target.id and action.payload is not None and old in action.payload:
                draft.rename((*action.path, "payload", old), new)


def _refit_example(draft: Draft, place: Path) -> None:
    field = place[:4]
    entry = draft.get(field)
    schema = {name: inner for name, inner in entry.items() if name != "__example__"}
    if "__example__" in entry:
        from headrace.flowjson.fixing.proposals.values import fitting

        draft.set((*field, "__example__"), fitting(entry["__example__"], schema))


def _path_of(text: str) -> Path:
    """The path a message spells out; names with dots or brackets are not found again."""
    return tuple(int(part[1:-1]) if part.startswith("[") else part for part in re.findall(r"\[\d+\]|[^.\[\]]+", text))
