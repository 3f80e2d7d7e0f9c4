"""Payloads and the data models that receive them."""

from collections.abc import Iterator
from typing import Any

from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.fixes.broken import Broken, Proposal, like, mends, shown
from headrace.flowjson.checks.fixes.guesses import payload_for
from headrace.flowjson.checks.fixes.values import Unclear, coerced, example_of, fitting, schema_of
from headrace.flowjson.checks.flow import Action, Screen
from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import read_binding


def _action(broken: Broken, path: Path) -> tuple[Screen, Action]:
    screen = broken.screen(path)
    for action in screen.actions if screen else ():
        if action.path == path[: len(action.path)]:
            assert screen
            return screen, action
    raise Unclear


@mends("payloads/missing-payload", "payloads/not-sent-to-next")
def send(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        screen, action = _action(broken, path)
        target = broken.flow.by_id[str(action.target)]
        made = payload_for(screen, target, dict(action.payload or {}))
        if action.payload is None:
            draft.insert((*action.path, "payload"), made)
        else:
            for name in made:
                if name not in action.payload:
                    draft.insert((*action.path, "payload", name), made[name])
    yield "Send what the next screen expects", draft


@mends("payloads/next-has-no-data")
def send_nothing(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.set(path, {})
    yield "Send nothing", draft


@mends("payloads/not-declared-by-next", "payloads/update-not-declared", "payloads/literal-without-schema")
def declared_keys(broken: Broken) -> Iterator[Proposal]:
    keys = [path for path in broken.paths if "payload" in path]
    renamed = broken.draft()
    changed = False
    for path in keys:
        screen, action = _action(broken, path)
        target = screen if action.name == "update_data" else broken.flow.by_id[str(action.target)]
        open_fields = [one for one in (target.data or {}) if one not in (action.payload or {})]
        if meant := like(str(path[-1]), open_fields):
            renamed.rename(path, meant)
            changed = True
    if changed:
        yield "Use the name of the data model", renamed
    draft = broken.draft()
    for path in keys:
        draft.remove(path)
    yield f"Remove '{shown(keys[0][-1])}', which nobody reads", draft
    draft = broken.draft()
    for path in keys:
        screen, action = _action(broken, path)
        target = screen if action.name == "update_data" else broken.flow.by_id[str(action.target)]
        _declare(draft, broken, target, str(path[-1]), broken.get(path), screen)
    yield "Declare it in the data model", draft


@mends("payloads/update-without-data")
def declare_updated(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        screen, action = _action(broken, path)
        for name, value in (action.payload or {}).items():
            _declare(draft, broken, screen, name, value, screen)
    yield "Declare it in the data model", draft


@mends("phone/number-handed-on")
def hand_on_what_was_typed(broken: Broken) -> Iterator[Proposal]:
    instead = broken.values["instead"]
    if instead:
        draft = broken.draft()
        for path in broken.paths:
            draft.set(path, instead)
        yield f"Hand on '{shown(instead)}'", draft


@mends("payloads/update-with-itself")
def no_self_update(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove(path)
    yield f"Remove '{shown(broken.path[-1])}'", draft


@mends("payloads/navigate-literal-type", "payloads/update_data-literal-type")
def right_literal(broken: Broken) -> Iterator[Proposal]:
    wanted = str(broken.values["expected"])
    draft = broken.draft()
    try:
        for path in broken.paths:
            draft.set(path, coerced(broken.get(path), wanted))
        yield f"Write it as {wanted}", draft
    except Unclear:
        pass
    yield from _redeclared(broken)
    draft = broken.draft()
    for path in broken.paths:
        schema = _schema(broken, path)
        draft.set(path, (schema or {}).get(EXAMPLE, example_of(schema)))
    yield f"Write an example of a {wanted}", draft


@mends("payloads/navigate-literal-lacks-members", "payloads/update_data-literal-lacks-members")
def add_members(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        schema = _schema(broken, path)
        properties = (schema or {}).get("properties") or {}
        example = (schema or {}).get(EXAMPLE)
        for name in str(broken.values["members"]).split(", "):
            known = example.get(name) if isinstance(example, dict) else None
            draft.insert((*path, name), known if known is not None else example_of(properties.get(name)))
    yield "Add the members", draft


@mends("payloads/navigate-binding-type", "payloads/update_data-binding-type")
def right_declaration(broken: Broken) -> Iterator[Proposal]:
    yield from _redeclared(broken)


@mends(
    "payloads/navigate-binding-members", "payloads/update_data-binding-members",
    "payloads/navigate-binding-without-schema", "payloads/update_data-binding-without-schema",
)  # fmt: skip
def same_schema(broken: Broken) -> Iterator[Proposal]:
    """The receiving data model declares what is sent, or the other way round."""
    for screen in broken.flow.screens:
        for action in screen.actions:
            target = screen if action.name == "update_data" else broken.flow.by_id.get(str(action.target))
            for name, value in (action.payload or {}).items():
                given = _given(broken, value, screen)
                if given is None or target is None or name not in (target.data or {}) or not given.schema:
                    continue
                receiver: Path = (*target.path, "data", name)
                if any(_overlap(one, receiver) or _overlap(one, given.path) for one in broken.paths):
                    yield from _copied(broken, given, receiver)


def _copied(broken: Broken, given: Known, receiver: Path) -> Iterator[Proposal]:
    theirs = {name: inner for name, inner in (given.schema or {}).items() if name != EXAMPLE}
    mine = {name: inner for name, inner in broken.get(receiver).items() if name != EXAMPLE}
    for place, schema in ((receiver, theirs), (given.path, mine)):
        draft = broken.draft()
        entry = broken.get(place)
        made: dict[str, Any] = dict(schema)
        if EXAMPLE in entry:
            made[EXAMPLE] = fitting(entry[EXAMPLE], _needing_all(schema))
        draft.set(place, made)
        yield "Declare the same on both sides", draft


def _needing_all(schema: dict[str, Any]) -> dict[str, Any]:
    properties = schema.get("properties")
    return {**schema, "required": list(properties)} if isinstance(properties, dict) else schema


def _redeclared(broken: Broken) -> Iterator[Proposal]:
    """The receiving field gets the type of what is sent."""
    draft = broken.draft()
    for path in broken.paths:
        screen, action = _action(broken, path)
        at = len(action.path) + 1
        if len(path) != at + 1:
            raise Unclear
        target = screen if action.name == "update_data" else broken.flow.by_id[str(action.target)]
        name = str(path[-1])
        given = _given(broken, broken.get(path), screen)
        if given and given.node and not given.schema:
            schema: dict[str, Any] = {"type": min(given.types)}
            if given.types == {"array"}:
                schema["items"] = {"type": "string"}
        elif given:
            schema = {key: inner for key, inner in (given.schema or {}).items() if key != EXAMPLE}
        else:
            schema = schema_of(broken.get(path))
        old = broken.get((*target.path, "data", name))
        example = old.get(EXAMPLE) if isinstance(old, dict) else None
        draft.set((*target.path, "data", name), {**schema, EXAMPLE: fitting(example, schema)})
    yield "Declare the type that is sent", draft


def _declare(draft: Any, broken: Broken, target: Screen, name: str, value: Any, source: Screen) -> None:
    given = _given(broken, value, source)
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


def _given(broken: Broken, value: Any, screen: Screen) -> Known | None:
    reference = read_binding(value, broken.version) if isinstance(value, str) else None
    found = look_up(reference, screen, broken.flow) if reference else None
    return found if isinstance(found, Known) else None


def _schema(broken: Broken, path: Path) -> dict[str, Any] | None:
    """The part of the receiving data model for a place in a payload."""
    screen, action = _action(broken, path)
    target = screen if action.name == "update_data" else broken.flow.by_id[str(action.target)]
    steps = path[len(action.path) + 1 :]
    schema: Any = (target.data or {}).get(str(steps[0]))
    for step in steps[1:]:
        if not isinstance(schema, dict):
            return None
        schema = schema.get("items") if isinstance(step, int) else (schema.get("properties") or {}).get(step)
    return schema if isinstance(schema, dict) else None


def _overlap(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]
