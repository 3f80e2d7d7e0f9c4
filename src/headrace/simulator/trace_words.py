"""Acts and values in few words, for people who read a trace."""

from typing import Any

import orjson

from headrace.phone.engine.program import Screen
from headrace.simulator.trace import Act, Changed, Doing, Jumped

_LONGEST_VALUE = 120


def describe(doing: Doing, screen: Screen | None = None) -> str:
    """What was done, in a few words, such as `tap Continue`. On a known `screen`, components go by what stands on
    them.
    """
    match doing:
        case Jumped(target):
            return f"jump to {target}"
        case Changed():
            return "save of the Flow"
        case Act():
            return _describe(doing, screen)


def _describe(act: Act, screen: Screen | None) -> str:
    members = act.members
    if act.name == "fill":
        return "fill " + ", ".join(map(str, members.get("values", {})))
    named = [_called(str(members[member]), screen) for member in ("target", "name") if members.get(member)]
    return " ".join([act.name, *named])


def brief(value: Any) -> str:
    """A value as short JSON."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # half a surrogate pair, or an integer beyond 64 bits
        text = repr(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}… ({len(text):,} characters)"


def _called(target: str, screen: Screen | None) -> str:
    """What a component goes by whose key a page sent: its label or text where that never changes."""
    for root in screen.nodes if screen else ():
        for node in root.everything():
            if node.key == target:
                words = node.fixed.get("label") or node.fixed.get("text") or node.name
                return words if isinstance(words, str) and words else node.type
    return target
