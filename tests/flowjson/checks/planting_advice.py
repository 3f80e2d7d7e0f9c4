"""Puts what a warning is about into a valid Flow, where it depends on much of the Flow at once."""

import random
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

from tests.flowjson.checks.flows import TODAY, Flow, valid_flow

from headrace.flowjson.diagnostics import Path

Planting = Callable[[Flow, random.Random], Path]


def _footer(label: str, name: str, target: str = "", **payload: Any) -> Flow:
    action: Flow = {"name": name, "payload": payload}
    if target:
        action["next"] = {"type": "screen", "name": target}
    return {"type": "Footer", "label": label, "on-click-action": action}


def _screen(name: str, *children: Flow, **more: Any) -> Flow:
    layout = {"type": "SingleColumnLayout", "children": [*children]}
    return {"id": name, "title": "Bread", **more, "layout": layout}


def _children(flow: Flow, index: int) -> list[Flow]:
    found: list[Flow] = flow["screens"][index]["layout"]["children"]
    return found


def _text() -> Flow:
    return {"type": "TextBody", "text": "Baked in the morning."}


def _input(name: str) -> Flow:
    return {"type": "TextInput", "name": name, "label": "Rye"}


def _freezes_soon(flow: Flow, luck: random.Random) -> Path:
    return ("version",)


def _long_way(flow: Flow, luck: random.Random) -> Path:
    """Screens before the first one."""
    first = flow["screens"][0]["id"]
    names = [f"BEFORE_{letter}" for letter in "ABCDEFGH"]
    following = [*names[1:], first]
    flow["screens"][:0] = [
        _screen(name, _text(), _footer("Choose more", "navigate", target))
        for name, target in zip(names, following, strict=True)
    ]
    return ("screens",)


def _long_side_path(flow: Flow, luck: random.Random) -> Path:
    index = luck.randrange(len(flow["screens"]) - 1)
    names = [f"SIDE_{letter}" for letter in "ABCD"]
    link = {"type": "EmbeddedLink", "text": "Read more about it"}
    link["on-click-action"] = _footer("", "navigate", names[0])["on-click-action"]
    _children(flow, index).insert(0, link)
    flow["screens"] += [
        _screen(name, _text(), _footer("Read on", "navigate", target)) for name, target in pairwise(names)
    ]
    flow["screens"].append(_screen(names[-1], _text(), _footer("Order the bread", "complete"), terminal=True))
    return ("screens", index, "layout", "children", 0, "on-click-action", "next", "name")


def _needless_endpoint(flow: Flow, luck: random.Random) -> Path:
    for screen in flow["screens"]:
        if screen.pop("data", None):
            screen["layout"]["children"].pop(0)
        action = screen["layout"]["children"][-1]["on-click-action"]
        if action["name"] == "navigate":
            action["payload"] = {}
        _require_nothing(screen["layout"]["children"])
    return ("data_api_version",)


def _require_nothing(children: list[Flow]) -> None:
    """What is required and read by nobody is perhaps meant for the endpoint."""
    for child in children:
        child.pop("required", None)
        for name in ("children", "then", "else"):
            _require_nothing(child.get(name, []))
        for inner in child.get("cases", {}).values():
            _require_nothing(inner)


def _no_summary(flow: Flow, luck: random.Random) -> Path:
    last = len(flow["screens"]) - 1
    if last < 2:
        flow["screens"].insert(0, _screen("BEFORE", _footer("Choose more", "navigate", flow["screens"][0]["id"])))
        last += 1
    for index in range(len(flow["screens"])):
        _children(flow, index).insert(0, _input(f"asked_{index}"))
    shown = next(one for one in _children(flow, last) if one.get("text") == "${data.passed}")
    _children(flow, last).remove(shown)
    _children(flow, last)[-1]["on-click-action"]["payload"]["passed"] = "${data.passed}"
    return ("screens", last)


def _needless_exchange(flow: Flow, luck: random.Random) -> Path:
    first = flow["screens"][0]["id"]
    flow["screens"][:0] = [
        _screen("WELCOME", _text(), _footer("Choose more", "data_exchange")),
        _screen("NEWS", _text(), _footer("Choose more", "navigate", first)),
    ]
    flow["routing_model"] = {"WELCOME": ["NEWS"], "NEWS": [first], **flow["routing_model"]}
    return ("screens", 0, "layout", "children", 1, "on-click-action", "name")


def _mixed_case(flow: Flow, luck: random.Random) -> Path:
    index = luck.randrange(len(flow["screens"]))
    _children(flow, index).insert(0, {"type": "TextHeading", "text": "Choose Your Bread"})
    return ("screens", index, "layout", "children", 0, "text")


def _unreachable(flow: Flow, luck: random.Random) -> Path:
    target = luck.choice(flow["screens"][1:])
    back_door = _screen("BACK_DOOR", _text(), _footer("Choose more", "navigate", target["id"], passed="Rye"))
    flow["screens"].append(back_door)
    return ("screens", len(flow["screens"]) - 1, "id")


def _vague_button(flow: Flow, luck: random.Random) -> Path:
    last = len(flow["screens"]) - 1
    _children(flow, last)[-1]["label"] = luck.choice(["Submit", "Next", "OK", "Continue"])
    return ("screens", last, "layout", "children", len(_children(flow, last)) - 1, "label")


def _number_handed_on(flow: Flow, luck: random.Random) -> Path:
    """Three screens before the first one; what is typed on the first of them goes through the second to the third."""
    count = {"count": {"type": luck.choice(["number", "integer"]), "__example__": 2}}
    asked = _input("count") | {"input-type": luck.choice(["number", "passcode"])}
    flow["screens"][:0] = [
        _screen("COUNT", asked, _footer("Choose more", "navigate", "BETWEEN", count="${form.count}")),
        _screen("BETWEEN", _text(), _footer("Choose more", "navigate", "COUNTED", count="${data.count}"), data=count),
        _screen(
            "COUNTED",
            {"type": "TextBody", "text": "`${data.count} ' loaves'`"},
            _footer("Choose more", "navigate", flow["screens"][0]["id"]),
            data=count,
        ),
    ]
    return ("screens", 1, "layout", "children", 1, "on-click-action", "payload", "count")


def _many_components(flow: Flow, luck: random.Random) -> Path:
    index = luck.randrange(len(flow["screens"]))
    _children(flow, index)[:0] = [_text() for _ in range(luck.randint(50, 60))]
    return ("screens", index)


PLANTINGS: dict[str, Planting] = {
    "version/freezes-soon": _freezes_soon,
    "design/long-way": _long_way,
    "design/long-side-path": _long_side_path,
    "design/needless-endpoint": _needless_endpoint,
    "design/no-summary": _no_summary,
    "design/needless-exchange": _needless_exchange,
    "design/mixed-case": _mixed_case,
    "routing/unreachable-screen": _unreachable,
    "design/vague-button": _vague_button,
    "limits/many-components": _many_components,
    "phone/number-handed-on": _number_handed_on,
}

WITH_ENDPOINT = {"design/needless-endpoint", "design/needless-exchange"}
DAYS = {"version/freezes-soon": date(2025, 8, 1)}


LARGEST = {"design/needless-endpoint": 2}
"""With more screens, what is asked would not be shown again when no screen takes data."""


def host(rule: str, luck: random.Random) -> Flow:
    """A Flow of few screens for this rule's planting, in which the rule is kept."""
    while True:
        version = "5.0" if rule == "version/freezes-soon" else "7.3"
        flow = valid_flow(luck, version, endpoint=rule in WITH_ENDPOINT)
        if len(flow["screens"]) <= LARGEST.get(rule, 4):
            return flow


def day_of(rule: str) -> date:
    return DAYS.get(rule, TODAY)
