"""What a missing property evidently is: made from what stands beside it."""

from typing import Any

from headrace.flowjson.catalogue.actions import ACTION_NAMES
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import GLOBAL_SINCE
from headrace.flowjson.fixing.fix_context import FixContext, as_name, in_words, unused
from headrace.flowjson.fixing.proposals.values import Unclear, nothing_of

_MEMBERS = ("name", "type", "next", "payload", "url")
"""What an action, and the `next` of one, may hold."""
_INPUTS_SENT = ("string", "boolean", "array", "object", "number")


def evident(context: FixContext, path: Path, name: str) -> Any:
    """The value of the property `name` of the object at `path`; raises Unclear."""
    owner = context.get(path)
    screen = context.screen(path)
    if not isinstance(owner, dict):
        raise Unclear
    if name == "children":
        return []
    if name == "payload":
        return _payload(context, owner, screen)
    if name == "next":
        return {"type": "screen", "name": _written_target(context, owner) or _following(context, screen)}
    if path[-1:] == ("next",):
        return "screen" if name == "type" else _written_target(context, owner) or _following(context, screen)
    if name == "on-click-action":
        return _action(context, screen)
    if name == "name" and "type" not in owner:
        return _action_name(owner, screen)
    return _words(context, owner, path, name, screen)


def _words(context: FixContext, owner: dict[str, Any], path: Path, name: str, screen: Screen | None) -> str:
    """A name, an id or a text for people, one made from the other."""
    if name == "name":
        taken = set(screen.names) if screen else set()
        base = as_name(str(owner.get("label") or "")) or as_name(str(owner["type"]))
        return unused(base, taken)
    if name == "id":
        title = owner.get("title") or (owner.get("main-content") or {}).get("title")
        number = int(path[-1]) + 1 if path and isinstance(path[-1], int) else 1
        if len(path) == 2:
            return "".join(letter if letter.isalpha() else "_" for letter in str(title or "SCREEN")).upper().strip("_")
        return as_name(str(title or "")) or f"item_{number}"
    if name in ("title", "label"):
        source = owner.get("id") if len(path) == 2 or name == "title" else owner.get("name")
        if owner.get("type") == "Footer":
            return "Finish" if screen and screen.is_terminal else "Continue"
        if isinstance(source, str) and in_words(source):
            return in_words(source)
    raise Unclear


def _written_target(context: FixContext, owner: dict[str, Any]) -> str | None:
    """The screen that is named under a name of the author's own, as in `"to": "HERE"`; raises Unclear when what is
    written there is no one screen."""
    written = {value for key, value in owner.items() if key not in _MEMBERS and isinstance(value, str)}
    targets = written & context.flow.by_id.keys()
    if len(targets) > 1 or (written and not targets):
        raise Unclear
    return next(iter(targets), None)


def _following(context: FixContext, screen: Screen | None) -> str:
    following = context.next_screen(screen)
    if following is None or following.id is None:
        raise Unclear
    return following.id


def _action_name(owner: dict[str, Any], screen: Screen | None) -> str:
    written = [name for name in ACTION_NAMES if name in owner or name in owner.values()]
    if len(written) == 1:
        return written[0]
    if "next" in owner:
        return "navigate"
    if "url" in owner:
        return "open_url"
    return "complete" if screen and screen.is_terminal else "data_exchange"


def _action(context: FixContext, screen: Screen | None) -> dict[str, Any]:
    if screen is None:
        raise Unclear
    if screen.is_terminal:
        return {"name": "complete", "payload": form_values(screen)}
    if context.flow.has_endpoint:
        return {"name": "data_exchange", "payload": form_values(screen)}
    target = context.flow.by_id[_following(context, screen)]
    action: dict[str, Any] = {"name": "navigate", "next": {"type": "screen", "name": target.id}}
    return {**action, "payload": payload_for(context.flow, screen, target)}


def _payload(context: FixContext, owner: dict[str, Any], screen: Screen | None) -> dict[str, Any]:
    following = owner.get("next")
    target = context.flow.by_id.get(str(following.get("name"))) if isinstance(following, dict) else None
    if screen is None:
        return {}
    if target is not None:
        return payload_for(context.flow, screen, target)
    return form_values(screen) if owner.get("name") in ("complete", "data_exchange") else {}


def form_values(screen: Screen) -> dict[str, Any]:
    """All inputs of a screen, each under its name."""
    return {
        name: f"${{form.{name}}}"
        for name, node in screen.names.items()
        if node.component.value_type in _INPUTS_SENT and node.kind not in ("PhotoPicker", "DocumentPicker")
    }


def payload_for(flow: Flow, screen: Screen, target: Screen, sent: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the data model of the target asks for: as sent so far, else from a field or input of that name, here or on
    a screen before, else empty. What is only an example is not for the people who use the Flow."""
    made: dict[str, Any] = {}
    for name, schema in (target.data or {}).items():
        if sent and name in sent:
            made[name] = sent[name]
        else:
            made[name] = known_on(screen, name) or known_before(flow, screen, name) or nothing_of(schema)
    return made


def known_before(flow: Flow, screen: Screen, name: str) -> str | None:
    """The reference to the field or input of that name on the only screen before this one that has it."""
    if flow.version < GLOBAL_SINCE:
        return None
    before = [one for one in flow.screens if one.id and one.index < screen.index]
    there = [(one.id, found) for one in before if (found := known_on(one, name))]
    return there[0][1].replace("${", f"${{screen.{there[0][0]}.") if len(there) == 1 else None


def known_on(screen: Screen, name: str) -> str | None:
    """The reference to the field or input of a screen that has this name."""
    if screen.data and name in screen.data:
        return f"${{data.{name}}}"
    node = screen.names.get(name)
    return f"${{form.{name}}}" if node and node.component.is_input else None
