"""Differences of actions: what they do, where they lead, what they send."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.diffing.changes import Change, Kind, Party, short
from headrace.flowjson.diffing.elements import Element
from headrace.flowjson.editing.parts import same

_READERS = {"data_exchange": Party.ENDPOINT, "complete": Party.RESPONSES}
"""Who reads the payload of an action. Other payloads stay within the Flow."""


def describe(action: Mapping[str, Any]) -> str:
    """What an action does, in a few words."""
    following = action.get("next")
    match action.get("name"):
        case "navigate":
            return f"leads to {_target(following)}"
        case "data_exchange":
            return "asks the endpoint"
        case "complete":
            return "ends the Flow"
        case "open_url":
            return f"opens {short(action.get('url'))}"
        case "update_data":
            return "updates data"
        case name:
            return f"does {short(name)}"


def compare_actions(one: Element | None, other: Element | None, screen: str, *, endpoint: bool) -> Iterator[Change]:
    """The actions of a component before and after; None where there is no such component.

    What is added or removed together with its component is only reported where somebody relies on it.
    """
    ours = one.actions if one else {}
    theirs = other.actions if other else {}
    owner = other or one
    assert owner is not None
    for slot in [*ours, *(slot for slot in theirs if slot not in ours)]:
        before, after = ours.get(slot), theirs.get(slot)
        path = (*owner.path, slot)
        if before is not None and after is not None and before.get("name") == after.get("name"):
            if not same(before, after):
                yield from _same_action(before, after, owner, screen, path, endpoint=endpoint)
            continue
        change = _other_action(before, after, owner, screen, path, endpoint=endpoint)
        if (one and other) or change.breaks:
            yield change


def _other_action(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    owner: Element,
    screen: str,
    path: tuple[str | int, ...],
    *,
    endpoint: bool,
) -> Change:
    breaks: list[Party] = []
    reasons: list[str] = []
    if endpoint and before and before.get("name") == "data_exchange":
        breaks.append(Party.ENDPOINT)
        reasons.append("it is not asked here any more")
    if endpoint and after and after.get("name") == "data_exchange":
        breaks.append(Party.ENDPOINT)
        reasons.append("it is asked here and does not know it")
    if before is not None and after is not None and "complete" in (before.get("name"), after.get("name")):
        breaks.append(Party.RESPONSES)
        reasons.append("the Flow ends in another way")
    if before is not None and after is not None:
        message, kind = f"{owner.label} {describe(before)} no longer, it {describe(after)}", Kind.CHANGED
    elif after is not None:
        message, kind = f"{owner.label} {describe(after)} now", Kind.ADDED
    else:
        message, kind = f"{owner.label} {describe(before or {})} no longer", Kind.REMOVED
    return Change(kind, "action", message, screen, tuple(dict.fromkeys(breaks)), "; ".join(reasons), path)


def _same_action(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    owner: Element,
    screen: str,
    path: tuple[str | int, ...],
    *,
    endpoint: bool,
) -> Iterator[Change]:
    if describe(before) != describe(after):
        message = f"{owner.label} {describe(before)} no longer, it {describe(after)}"
        yield Change(Kind.CHANGED, "action", message, screen, path=path)
    party = _READERS.get(str(after.get("name")))
    breaks = (party,) if party and (endpoint or party is Party.RESPONSES) else ()
    yield from _payload(
        _members(before.get("payload")), _members(after.get("payload")), owner.label, screen, (*path, "payload"), breaks
    )


def _payload(
    ours: dict[str, Any],
    theirs: dict[str, Any],
    label: str,
    screen: str,
    path: tuple[str | int, ...],
    breaks: tuple[Party, ...],
) -> Iterator[Change]:
    gone = [key for key in ours if key not in theirs]
    fresh = [key for key in theirs if key not in ours]
    for key in list(gone):
        other = next((name for name in fresh if same(ours[key], theirs[name])), None)
        if other is not None:
            gone.remove(key)
            fresh.remove(other)
            message = f'{label} sends "{key}" as "{other}" now'
            yield Change(Kind.RENAMED, "payload", message, screen, breaks, _missed(key, breaks), (*path, other))
    for key in gone:
        message = f'{label} sends "{key}" no longer'
        yield Change(Kind.REMOVED, "payload", message, screen, breaks, _missed(key, breaks), path)
    for key in fresh:
        yield Change(Kind.ADDED, "payload", f'{label} sends "{key}", {short(theirs[key])}', screen, path=(*path, key))
    for key, value in theirs.items():
        if key in ours and not same(ours[key], value):
            fixed = not _is_reference(ours[key]) or not _is_reference(value)
            message = f'{label} sends {short(value)} as "{key}", before {short(ours[key])}'
            because = f'"{key}" has another value' if fixed and breaks else ""
            yield Change(Kind.CHANGED, "payload", message, screen, breaks if fixed else (), because, (*path, key))


def _missed(key: str, breaks: tuple[Party, ...]) -> str:
    return f'"{key}" does not come any more' if breaks else ""


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and ("${" in value)


def _members(payload: Any) -> dict[str, Any]:
    return payload if isinstance(payload, dict) else {}


def _target(following: Any) -> str:
    return str(following.get("name")) if isinstance(following, dict) else "nowhere"
