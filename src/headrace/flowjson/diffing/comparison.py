"""Compares two Flows: first what is the same under another name, then the whole, its screens, routes, each screen."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.diffing.changes import Change, Comparison, Kind, Party, contrasted, listed, short
from headrace.flowjson.diffing.components import compare_components
from headrace.flowjson.diffing.matches import follow_components, follow_fields, follow_screens, screens_by_id
from headrace.flowjson.diffing.schemas import compare_fields
from headrace.flowjson.document import Document
from headrace.flowjson.editing.parts import same
from headrace.flowjson.refusal import require_json
from headrace.flowjson.routing import Routing, routing_of
from headrace.flowjson.traversal import Placed, actions_within, components_of

__all__ = ["compare"]

_FLAGS: Mapping[str, tuple[bool, str, str]] = {
    "terminal": (False, "now ends the Flow", "no longer ends the Flow"),
    "success": (True, "now counts as success", "no longer counts as success"),
    "refresh_on_back": (False, "now asked for again on going back", "no longer asked for again on going back"),
}
_DATES_AS_DAYS = (5, 0)


def compare(old: Document, new: Document) -> Comparison:
    """Compares two Flows; raises Refused when one of the texts is no JSON or no Flow at all."""
    for document in (old, new):
        require_json(document)
    changes: list[Change] = []
    endpoint = "data_api_version" in _flow(old)
    old, screens = follow_screens(old, new)
    old, components = follow_components(old, new)
    old, fields = follow_fields(old, new)
    before, after = screens_by_id(old.value), screens_by_id(new.value)
    changes += _of_flow(_flow(old), _flow(new), endpoint=endpoint)
    changes += _of_screens(before, after, screens, routing_of(_flow(old)), endpoint=endpoint)
    changes += _of_routes(_flow(old), _flow(new), endpoint=endpoint)
    givers_of = _givers(_flow(new), after)
    for screen_id, screen in after.items():
        if screen_id in before:
            givers = givers_of[screen_id]
            changes += _renames(screen_id, screen, components, fields, givers)
            changes += _of_screen(before[screen_id], screen, screen_id, givers, endpoint=endpoint)
    return Comparison(changes)


def _flow(document: Document) -> Mapping[str, Any]:
    return document.value if isinstance(document.value, dict) else {}


def _version_change(before: Any, after: Any) -> str:
    if before is None:
        return f"Flow JSON version {after}, none before"
    return f"Flow JSON version {before} gone" if after is None else f"Flow JSON version {before} is now {after}"


def _of_flow(old: Mapping[str, Any], new: Mapping[str, Any], *, endpoint: bool) -> Iterator[Change]:
    before, after = old.get("version"), new.get("version")
    if before != after:
        dated = _has_dates(old) and _major_minor(before) < _DATES_AS_DAYS <= _major_minor(after)
        because = "dates are written 2025-12-31 now, not in milliseconds" if dated else ""
        parties = (*((Party.ENDPOINT,) if endpoint else ()), Party.RESPONSES) if dated else ()
        message = _version_change(before, after)
        yield Change(Kind.CHANGED, "flow", message, None, parties, because, ("version",))
    one, other = old.get("data_api_version"), new.get("data_api_version")
    if one is not None and other is None:
        because = "it is not asked any more"
        yield Change(Kind.REMOVED, "flow", "The Flow works without an endpoint now", None, (Party.ENDPOINT,), because)
    elif one is None and other is not None:
        yield Change(Kind.ADDED, "flow", "The Flow needs an endpoint now", path=("data_api_version",))
    elif one != other:
        loses = str(other) < str(one)
        breaks, because = ((Party.ENDPOINT,), "requests come without signed flow token") if loses else ((), "")
        message = f"Data API version {one} is now {other}"
        yield Change(Kind.CHANGED, "flow", message, None, breaks, because, ("data_api_version",))
    if old.get("data_channel_uri") != new.get("data_channel_uri"):
        message = f"data_channel_uri {contrasted(old.get('data_channel_uri'), new.get('data_channel_uri'))}"
        yield Change(Kind.CHANGED, "flow", message, path=("data_channel_uri",))
    entries, entries_now = routing_of(old).entry_screens, routing_of(new).entry_screens
    gone = [name for name in entries if name not in entries_now and name in screens_by_id(new)]
    if gone:
        message = f"The Flow no longer begins with {listed(gone)}, but with {listed(entries_now) or 'no screen'}"
        yield Change(Kind.CHANGED, "flow", message, None, (Party.MESSAGES,), "they name the first screen")


def _of_screens(
    before: Mapping[str, Placed],
    after: Mapping[str, Placed],
    renamed: list[tuple[str, str]],
    routing: Routing,
    *,
    endpoint: bool,
) -> Iterator[Change]:
    for one, other in renamed:
        breaks, because = _loses_screen(one, other in routing.entry_screens, endpoint=endpoint)
        message = f'Screen "{one}" is called "{other}" now'
        yield Change(Kind.RENAMED, "screen", message, other, breaks, because, (*after[other].path, "id"))
    for name, screen in before.items():
        if name not in after:
            breaks, because = _loses_screen(name, name in routing.entry_screens, endpoint=endpoint)
            yield Change(Kind.REMOVED, "screen", f'Screen "{name}" removed', name, breaks, because, screen.path)
    for name, screen in after.items():
        if name not in before:
            yield Change(Kind.ADDED, "screen", f'Screen "{name}" added', name, path=screen.path)


def _loses_screen(name: str, is_entry: bool, *, endpoint: bool) -> tuple[tuple[Party, ...], str]:
    parties = (*((Party.ENDPOINT,) if endpoint else ()), *((Party.MESSAGES,) if is_entry else ()))
    return parties, f'nothing answers to "{name}" any more' if parties else ""


def _of_routes(old: Mapping[str, Any], new: Mapping[str, Any], *, endpoint: bool) -> Iterator[Change]:
    """Declared routes. Those of a Flow without routing model follow from its actions, which are compared themselves."""
    ours, theirs = routing_of(old), routing_of(new)
    known, known_now = screens_by_id(old), screens_by_id(new)
    if ours.declared != theirs.declared:
        kind = Kind.ADDED if theirs.declared else Kind.REMOVED
        yield Change(kind, "route", f"Routing model {kind}", path=("routing_model",) if theirs.declared else ())
        return
    if not theirs.declared:
        return
    for source, targets in ours.edges.items():
        for target in targets:
            if target not in theirs.edges.get(source, ()) and source in known_now and target in known_now:
                lost = endpoint and not theirs.allows(source, target)
                because = f'after "{source}" it cannot answer with "{target}" any more' if lost else ""
                message = f"Route {source} → {target} removed"
                breaks = (Party.ENDPOINT,) if lost else ()
                yield Change(Kind.REMOVED, "route", message, None, breaks, because, ("routing_model", source))
    for source, targets in theirs.edges.items():
        for target in targets:
            if target not in ours.edges.get(source, ()) and source in known and target in known:
                message = f"Route {source} → {target} added"
                yield Change(Kind.ADDED, "route", message, path=("routing_model", source))


def _renames(
    screen_id: str,
    screen: Placed,
    components: list[tuple[str, str, str]],
    fields: list[tuple[str, str, str]],
    givers: tuple[Party, ...],
) -> Iterator[Change]:
    for where, one, other in fields:
        if where == screen_id:
            message = f'Field "{one}" is called "{other}" now'
            because = f'"{one}" is given so far' if givers else ""
            path = (*screen.path, "data", other)
            yield Change(Kind.RENAMED, "field", message, screen_id, givers, because, path)
    for where, one, other in components:
        if where == screen_id:
            path = next(placed.path for placed in components_of(screen) if placed.value.get("name") == other)
            message = f'Component "{one}" is called "{other}" now'
            yield Change(Kind.RENAMED, "component", message, screen_id, path=(*path, "name"))


def _of_screen(
    old: Placed, new: Placed, screen_id: str, givers: tuple[Party, ...], *, endpoint: bool
) -> Iterator[Change]:
    before, after = old.value, new.value
    if before.get("title") != after.get("title"):
        message = f"title {contrasted(before.get('title'), after.get('title'))}"
        yield Change(Kind.CHANGED, "screen", message, screen_id, path=(*new.path, "title"))
    for name, (default, now, no_longer) in _FLAGS.items():
        one, other = before.get(name, default), after.get(name, default)
        if one != other and not (name == "success" and not after.get("terminal")):
            asked = endpoint and name == "refresh_on_back" and other is True
            because = "it is asked with the action BACK" if asked else ""
            breaks = (Party.ENDPOINT,) if asked else ()
            message = now if other else no_longer
            yield Change(Kind.CHANGED, "screen", message, screen_id, breaks, because, (*new.path, name))
    if not same(before.get("sensitive", []), after.get("sensitive", [])):
        message = (
            f"masked in the summary: {short(after.get('sensitive', []))}, before {short(before.get('sensitive', []))}"
        )
        yield Change(Kind.CHANGED, "screen", message, screen_id, path=(*new.path, "sensitive"))
    yield from compare_fields(old, new, screen_id, givers)
    yield from compare_components(old, new, screen_id, endpoint=endpoint)


def _givers(flow: Mapping[str, Any], screens: Mapping[str, Placed]) -> dict[str, tuple[Party, ...]]:
    """Who outside of the Flow gives each screen its data: the message that opens it, or the endpoint that answers."""
    routing = routing_of(flow)
    if "data_api_version" not in flow:
        return {name: (Party.MESSAGES,) if name in routing.entry_screens else () for name in screens}
    asking = [
        name
        for name, screen in screens.items()
        if any(action.value.get("name") == "data_exchange" for action in actions_within(screen.value))
    ]
    return {
        name: (Party.ENDPOINT,)
        if name in routing.entry_screens
        or screen.value.get("refresh_on_back") is True
        or any(routing.allows(one, name) for one in asking)
        else ()
        for name, screen in screens.items()
    }


def _has_dates(flow: Mapping[str, Any]) -> bool:
    return any(
        component.value.get("type") == "DatePicker"
        for screen in screens_by_id(flow).values()
        for component in components_of(screen)
    )


def _major_minor(version: Any) -> tuple[int, ...]:
    parts = str(version).split(".")
    return tuple(int(part) for part in parts) if all(part.isascii() and part.isdigit() for part in parts) else (0,)
