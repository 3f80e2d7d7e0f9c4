"""Payloads and the data models that receive them."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.flow import Action, Screen
from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.checks.values import takes_numbers, type_name
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import data_fields, read_binding
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Proposal, loosely_like, mends, shown
from headrace.flowjson.fixing.proposals.guesses import payload_for
from headrace.flowjson.fixing.proposals.values import Unclear, coerced, example_of, fitting, nothing_of, schema_of


def _action(context: FixContext, path: Path) -> tuple[Screen, Action]:
    screen = context.screen(path)
    for action in screen.actions if screen else ():
        if action.path == path[: len(action.path)]:
            assert screen
            return screen, action
    raise Unclear


@mends("payloads/missing-payload", "payloads/not-sent-to-next")
def send(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    known: list[str] = []
    empty: list[str] = []
    for path in context.paths:
        screen, action = _action(context, path)
        target = context.flow.by_id[str(action.target)]
        sent = dict(action.payload or {})
        made = payload_for(context.flow, screen, target, sent)
        added = {name: value for name, value in made.items() if name not in sent}
        for name, value in added.items():
            (known if isinstance(value, str) and value.startswith("${") else empty).append(f"'{name}'")
        if action.payload is None:
            draft.insert((*action.path, "payload"), made)
        else:
            for name, value in added.items():
                draft.insert((*action.path, "payload", name), value)
    words = [f"Send {', '.join(dict.fromkeys(known))}"] if known else []
    if empty:
        words.append(f"{'send' if known else 'Send'} {', '.join(dict.fromkeys(empty))} empty")
    yield ", and ".join(words) or "Send an empty payload", draft


@mends("payloads/next-has-no-data")
def declare_sent(context: FixContext) -> Iterator[Proposal]:
    """What is sent is declared: somebody wanted it there. Where nobody reads it, it can also be left out."""
    declared, nothing = context.draft(), context.draft()
    names: dict[str, None] = {}
    is_read, label = False, ""
    for path in context.paths:
        screen, action = _action(context, path)
        target = context.flow.by_id[str(action.target)]
        label = target.label
        for name, value in (action.payload or {}).items():
            if not (declared.has((*target.path, "data")) and name in declared.get((*target.path, "data"))):
                _declare(declared, context, target, name, value, screen)
            is_read = is_read or _is_read(context, target, name)
            names[f"'{name}'"] = None
        nothing.set(path, {})
    yield f"Declare {', '.join(names)} in the data model of {label}", declared
    if not is_read:
        yield "Send nothing", nothing


@mends("payloads/not-declared-by-next", "payloads/update-not-declared", "payloads/literal-without-schema")
def declared_keys(context: FixContext) -> Iterator[Proposal]:
    keys = [path for path in context.paths if "payload" in path]
    renamed = context.draft()
    names: list[str] = []
    for path in keys:
        screen, action = _action(context, path)
        target = screen if action.name == "update_data" else context.flow.by_id[str(action.target)]
        open_fields = [name for name in (target.data or {}) if name not in (action.payload or {})]
        # The one is sent to nobody, the other comes from nobody: so a loose likeness will do.
        if meant := loosely_like(str(path[-1]), open_fields):
            renamed.rename(path, meant)
            names.append(f"'{meant}'")
    if names:
        yield f"Write {', '.join(names)}", renamed
    removed, declared, is_read = context.draft(), context.draft(), False
    for path in keys:
        screen, action = _action(context, path)
        target = screen if action.name == "update_data" else context.flow.by_id[str(action.target)]
        is_read = is_read or _is_read(context, target, str(path[-1]))
        removed.remove(path)
        _declare(declared, context, target, str(path[-1]), context.get(path), screen)
    yield f"Declare {_listed(keys)} in the data model", declared
    if not is_read:
        yield f"Remove {_listed(keys)}, which nobody reads", removed


def _is_read(context: FixContext, target: Screen, name: str) -> bool:
    """Whether anything refers to a field of a screen, be it declared or not."""
    for screen in context.flow.screens:
        for owner, field in data_fields(screen.written):
            if field == name and (owner == target.id if owner else screen is target):
                return True
    return False


def _listed(keys: Iterable[Path]) -> str:
    """The last steps of paths, for a title."""
    return ", ".join(dict.fromkeys(f"'{shown(path[-1])}'" for path in keys))


@mends("payloads/update-without-data")
def declare_updated(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    names: list[str] = []
    for path in context.paths:
        screen, action = _action(context, path)
        for name, value in (action.payload or {}).items():
            _declare(draft, context, screen, name, value, screen)
        names += [f"'{name}'" for name in action.payload or {}]
    yield f"Declare {', '.join(dict.fromkeys(names))} in the data model", draft


@mends("phone/number-handed-on", "phone/number-in-backticks")
def hand_on_what_was_typed(context: FixContext) -> Iterator[Proposal]:
    instead = context.values["instead"]
    if instead:
        draft = context.draft()
        for path in context.paths:
            draft.set(path, instead)
        yield f"Hand on '{shown(instead)}'", draft


@mends("payloads/update-with-itself")
def no_self_update(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove(path)
    yield f"Remove '{shown(context.path[-1])}'", draft


@mends("payloads/navigate-literal-type", "payloads/update_data-literal-type")
def right_literal(context: FixContext) -> Iterator[Proposal]:
    wanted = str(context.values["expected"])
    # A text with marks of a binding in it was to be one.
    is_binding = any(set("${}") & set(str(context.get(path))) for path in context.paths)
    draft = context.draft()
    try:
        for path in context.paths:
            draft.set(path, coerced(context.get(path), wanted))
        title = f"Write {json.dumps(draft.get(context.path), ensure_ascii=False)}"
        yield Choice(title, draft) if is_binding else (title, draft)
    except Unclear:
        pass
    for redeclared in _redeclared(context):
        yield Choice(redeclared[0], redeclared[1]) if is_binding else redeclared


@mends("payloads/navigate-literal-lacks-members", "payloads/update_data-literal-lacks-members")
def add_members(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        schema = _schema(context, path)
        properties = (schema or {}).get("properties") or {}
        for name in str(context.values["members"]).split(", "):
            draft.insert((*path, name), nothing_of(properties.get(name)))
    members = ", ".join(f"'{name}'" for name in str(context.values["members"]).split(", "))
    yield f"Add {members}, empty", draft


@mends("payloads/navigate-binding-type", "payloads/update_data-binding-type")
def right_declaration(context: FixContext) -> Iterator[Proposal]:
    yield from _redeclared(context)


@mends(
    "payloads/navigate-binding-members", "payloads/update_data-binding-members",
    "payloads/navigate-binding-without-schema", "payloads/update_data-binding-without-schema",
)  # fmt: skip
def same_schema(context: FixContext) -> Iterator[Proposal]:
    """The receiving data model declares what is sent, or the other way round."""
    for screen in context.flow.screens:
        for action in screen.actions:
            target = screen if action.name == "update_data" else context.flow.by_id.get(str(action.target))
            for name, value in (action.payload or {}).items():
                given = _given(context, value, screen)
                if given is None or target is None or name not in (target.data or {}) or not given.schema:
                    continue
                receiver: Path = (*target.path, "data", name)
                if any(_overlap(path, receiver) or _overlap(path, given.path) for path in context.paths):
                    yield from _copied(context, given, receiver)


def _copied(context: FixContext, given: Known, receiver: Path) -> Iterator[Proposal]:
    theirs = {name: inner for name, inner in (given.schema or {}).items() if name != EXAMPLE}
    mine = {name: inner for name, inner in context.get(receiver).items() if name != EXAMPLE}
    for place, schema, other in ((receiver, theirs, given.path), (given.path, mine, receiver)):
        draft = context.draft()
        entry = context.get(place)
        made: dict[str, Any] = dict(schema)
        if EXAMPLE in entry:
            made[EXAMPLE] = fitting(entry[EXAMPLE], _needing_all(schema))
        draft.set(place, made)
        yield f"Declare '{shown(place[3])}' as {_whose(context, place, other)}", draft


def _whose(context: FixContext, place: Path, model: Path) -> str:
    """Names a declaration after which another one is made."""
    screen = context.screen(model)
    return f"'{shown(model[3])}' is" if place[:2] == model[:2] or screen is None else f"on {screen.label}"


def _needing_all(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return {**schema, "required": list(properties)} if isinstance(properties, dict) else schema


def _redeclared(context: FixContext) -> Iterator[Proposal]:
    """The receiving field gets the type of what is sent."""
    draft = context.draft()
    title = ""
    for path in context.paths:
        screen, action = _action(context, path)
        at = len(action.path) + 1
        if len(path) != at + 1:
            raise Unclear
        target = screen if action.name == "update_data" else context.flow.by_id[str(action.target)]
        name = str(path[-1])
        given = _given(context, context.get(path), screen)
        if given and given.node and not given.schema:
            schema: dict[str, Any] = {"type": min(given.types)}
            if given.types == {"array"}:
                schema["items"] = {"type": "string"}
        elif given:
            schema = {key: inner for key, inner in (given.schema or {}).items() if key != EXAMPLE}
        else:
            schema = schema_of(context.get(path))
        if not _suits_all(context, target, name, str(schema.get("type"))):
            raise Unclear
        old = context.get((*target.path, "data", name))
        example = old.get(EXAMPLE) if isinstance(old, dict) else None
        draft.set((*target.path, "data", name), {**schema, EXAMPLE: fitting(example, schema)})
        title = title or f"Declare '{shown(name)}' on {target.label} as {schema.get('type')}"
    yield title, draft


def _suits_all(context: FixContext, target: Screen, name: str, kind: str) -> bool:
    """Whether a field that is declared as this type takes what every other action hands over for it, too."""
    for screen in context.flow.screens:
        for action in screen.actions:
            receiver = screen if action.name == "update_data" else context.flow.by_id.get(str(action.target))
            if receiver is not target or name not in (action.payload or {}):
                continue
            if (*action.path, "payload", name) in context.paths:
                continue
            value = (action.payload or {})[name]
            given = _given(context, value, screen)
            types = {type_name(value)} if given is None else set(given.types)
            if given and given.node and takes_numbers(given.node):
                types = {"number"}
            if "number" in types:
                types.add("integer")
            if types and kind not in types:
                return False
    return True


def _declare(draft: Any, context: FixContext, target: Screen, name: str, value: Any, source: Screen) -> None:
    given = _given(context, value, source)
    if given and given.schema:
        schema = {key: inner for key, inner in given.schema.items() if key != EXAMPLE}
    elif given and given.types:
        schema = {"type": min(given.types)}
        if given.types == {"array"}:
            schema["items"] = {"type": "string"}
    else:
        schema = schema_of(value)
    entry = {**schema, EXAMPLE: example_of(schema) if given else value}
    if not draft.has((*target.path, "data")):
        draft.insert((*target.path, "data"), {name: entry})
    else:
        draft.insert((*target.path, "data", name), entry)


def _given(context: FixContext, value: Any, screen: Screen) -> Known | None:
    reference = read_binding(value, context.version) if isinstance(value, str) else None
    known = look_up(reference, screen, context.flow) if reference else None
    return known if isinstance(known, Known) else None


def _schema(context: FixContext, path: Path) -> dict[str, Any] | None:
    """The part of the receiving data model for a place in a payload."""
    screen, action = _action(context, path)
    target = screen if action.name == "update_data" else context.flow.by_id[str(action.target)]
    steps = path[len(action.path) + 1 :]
    schema: Any = (target.data or {}).get(str(steps[0]))
    for step in steps[1:]:
        if not isinstance(schema, dict):
            return None
        schema = schema.get("items") if isinstance(step, int) else (schema.get("properties") or {}).get(step)
    return schema if isinstance(schema, dict) else None


def _overlap(path: Path, other: Path) -> bool:
    length = min(len(path), len(other))
    return path[:length] == other[:length]
