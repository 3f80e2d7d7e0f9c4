"""Puts the mistake of a rule into a valid Flow.

Most mistakes are taken from the wrong example on the rule's page: its components move onto a screen of the Flow, or its
screens are added and a link leads to them. Mistakes of the Flow as a whole are made by a function of their own.
"""

import copy
import json
import random
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.flowjson.checks.flows import Flow, base_flow

from headrace.flowjson.checks import check
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.fixing.proposals.values import example_of


class Planted(NamedTuple):
    """A Flow with a mistake, and where it is."""

    before: Flow
    flow: Flow
    path: Path


class CannotPlant(Exception):
    """This mistake does not go into this Flow."""


def example(rule: str) -> tuple[Flow, Path]:
    """The wrong example of a rule, and where its mistake is."""
    page = page_of(rule)
    report = check(page.wrong, today=page.today)
    found = next(one for one in (*report.errors, *report.warnings) if one.rule == rule)
    return json.loads(page.wrong), found.pointers[0].path


def plant(rule: str, luck: random.Random) -> Planted:
    """A random Flow with the mistake; raises CannotPlant."""
    if rule in OF_THE_WHOLE:
        flow = base_flow(luck, "7.3", endpoint=rule in WITH_ENDPOINT)
        before = copy.deepcopy(flow)
        return Planted(before, flow, OF_THE_WHOLE[rule](flow, luck))
    wrong, path = example(rule)
    flow = base_flow(luck, wrong["version"], endpoint="data_api_version" in wrong)
    before = copy.deepcopy(flow)
    if path[:1] == ("routing_model",) or len(wrong["screens"]) > 1 or path[2:3] not in (("layout",), ("data",)):
        return Planted(before, flow, _attach(flow, wrong, path, rule, luck))
    try:
        if rule in ON_SCREENS_OF_THEIR_OWN:
            raise CannotPlant
        return Planted(before, flow, _graft(flow, wrong["screens"][0], path, luck))
    except CannotPlant:
        flow = copy.deepcopy(before)
        return Planted(before, flow, _attach(flow, wrong, path, rule, luck))


ON_SCREENS_OF_THEIR_OWN = {
    "bindings/own-screen", "bindings/mixed-text", "branches/footer-without-else", "branches/footer-in-one-branch",
    "branches/footer-in-some-cases", "limits/component-type", "limits/footers", "payloads/update-without-data",
}  # fmt: skip
"""Mistakes that depend on all that stands on the screen, or on its name."""


def _graft(flow: Flow, source: Flow, path: Path, luck: random.Random) -> Path:
    """The components and data of the example's screen, moved to a screen of the Flow."""
    children = source["layout"]["children"]
    in_footer = path[2] == "layout" and len(path) > 4 and children[int(path[4])].get("type") == "Footer"
    hosts = [
        index
        for index, one in enumerate(flow["screens"])
        if (one.get("terminal") is True or not in_footer)
        and isinstance(one["layout"]["children"][-1], dict)
        and one["layout"]["children"][-1].get("type") == "Footer"
        and not {"RichText", "NavigationList", "Form"} & {child.get("type") for child in one["layout"]["children"]}
    ]
    if not hosts or any(child.get("type") == "Form" for child in children):
        raise CannotPlant
    index = luck.choice(hosts)
    host = flow["screens"][index]
    taken = set(re.findall(r'"name": "(\w+)"', json.dumps(host))) | set(host.get("data", {}))
    added = source.get("data", {})
    mine = re.findall(r'"name": "(\w+)"', json.dumps(children))
    if taken & ({*mine, *(added if isinstance(added, dict) else ())} - {"complete", "navigate", "data_exchange"}):
        raise CannotPlant
    _add_data(flow, host, added)
    own = [one for one in children if one.get("type") != "Footer" or in_footer]
    if in_footer:
        host["layout"]["children"].pop()
    at = len(host["layout"]["children"]) - (not in_footer)
    host["layout"]["children"][at:at] = own
    if path[2] == "data":
        return ("screens", index, *path[2:])
    shift = at + own.index(children[int(path[4])]) if len(path) > 4 else at
    return ("screens", index, "layout", "children", shift, *path[5:])


def _add_data(flow: Flow, host: Flow, added: Any) -> None:
    """New fields of a data model, sent by everything that leads to the screen."""
    if not added:
        return
    if not isinstance(added, dict) or "required" in host.get("data", {}):
        raise CannotPlant
    if any(one.get("name") == "navigate" and one["next"]["name"] == host["id"] for one in _objects(flow)):
        raise CannotPlant
    host["data"] = {**host.get("data", {}), **added}


def _objects(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [value, *(one for inner in value.values() for one in _objects(inner))]
    return [one for inner in value for one in _objects(inner)] if isinstance(value, list) else []


def _attach(flow: Flow, wrong: Flow, path: Path, rule: str, luck: random.Random) -> Path:
    """The screens of the example, behind a screen of the Flow."""
    ids = [str(one["id"]) for one in wrong["screens"] if isinstance(one.get("id"), str)]
    text = json.dumps(wrong)
    for one in sorted(set(ids), key=len, reverse=True):
        plain = one not in ("success", "SUCCESS") and re.fullmatch("[A-Z_]+", one)
        if plain:
            text = text.replace(f'"{one}"', f'"{one}_X"').replace(f"screen.{one}.", f"screen.{one}_X.")
    added: Flow = json.loads(text)
    count = len(flow["screens"])
    first = added["screens"][0]
    if "routing_model" in flow and isinstance(added.get("routing_model"), dict):
        source = flow["screens"][0]["id"]
        flow["routing_model"].setdefault(source, []).append(first["id"])
        flow["routing_model"].update(added["routing_model"])
    elif "routing_model" in flow or "routing_model" in added:
        raise CannotPlant
    else:
        _link(flow, first, rule, luck)
    flow["screens"] += added["screens"]
    if path[0] == "screens":
        return ("screens", count + int(path[1]), *path[2:]) if len(path) > 1 else path
    renamed = {one: f"{one}_X" for one in ids}
    return tuple(renamed.get(step, step) if isinstance(step, str) else step for step in path)


def _link(flow: Flow, first: Flow, rule: str, luck: random.Random) -> None:
    data = first.get("data") or {}
    payload = {
        # Where the example itself is the mistake, it is not to be made a second time.
        name: example_of(one) if rule == "data/wrong-example" else one.get("__example__", "x")
        for name, one in data.items()
        if isinstance(one, dict)
    }
    action = {"name": "navigate", "next": {"type": "screen", "name": first["id"]}, "payload": payload}
    hosts = [
        one
        for one in flow["screens"]
        if not {"RichText", "NavigationList", "EmbeddedLink"} & {o.get("type") for o in _objects(one["layout"])}
        and not one.get("terminal")
    ]
    if not hosts:
        raise CannotPlant
    children = luck.choice(hosts)["layout"]["children"]
    children.insert(0, {"type": "EmbeddedLink", "text": "More about it", "on-click-action": action})


def _last(flow: Flow) -> int:
    return next(index for index, one in enumerate(flow["screens"]) if one.get("terminal") is True)


def _member(name: str, value: Any) -> Callable[[Flow, random.Random], Path]:
    def place(flow: Flow, luck: random.Random) -> Path:
        flow[name] = value
        return (name,)

    return place


def _no_terminal(flow: Flow, luck: random.Random) -> Path:
    for one in flow["screens"]:
        if "complete" in json.dumps(one["layout"]) or "success" in one:
            action = {"name": "data_exchange", "payload": {}}
            one["layout"]["children"] = [
                {**child, "on-click-action": action} if child.get("type") == "Footer" else child
                for child in one["layout"]["children"]
            ]
            if '"complete"' in json.dumps(one["layout"]) or "success" in one:
                raise CannotPlant
        one.pop("terminal", None)
    return ("screens",)


def _route_to_itself(flow: Flow, luck: random.Random) -> Path:
    source = luck.choice(list(flow["routing_model"]))
    flow["routing_model"][source].append(source)
    return ("routing_model", source)


def _unknown_route(flow: Flow, luck: random.Random) -> Path:
    source = luck.choice(list(flow["routing_model"]))
    flow["routing_model"][source].append("NOWHERE_AT_ALL")
    return ("routing_model", source, len(flow["routing_model"][source]) - 1)


def _route_back(flow: Flow, luck: random.Random) -> Path:
    model = flow["routing_model"]
    order = list(model)
    pairs = [(a, b) for a, targets in model.items() for b in targets if b in order and order.index(a) < order.index(b)]
    if not pairs:
        raise CannotPlant
    source, target = luck.choice(pairs)
    model[target].append(source)
    return ("routing_model", target, len(model[target]) - 1)


def _without_model(flow: Flow, luck: random.Random) -> Path:
    del flow["routing_model"]
    return ()


def _lonely_screen(flow: Flow, luck: random.Random) -> Path:
    screen = copy.deepcopy(flow["screens"][_last(flow)])
    if "${screen" in json.dumps(flow):
        raise CannotPlant
    screen["id"] = "ALL_ALONE"
    flow["screens"].append(screen)
    if "routing_model" in flow:
        flow["routing_model"]["ALL_ALONE"] = []
    return ("screens", len(flow["screens"]) - 1, "id")


def _same_id(flow: Flow, luck: random.Random) -> Path:
    screen = copy.deepcopy(luck.choice(flow["screens"]))
    flow["screens"].append(screen)
    return ("screens", len(flow["screens"]) - 1, "id")


def _round(flow: Flow, luck: random.Random) -> Path:
    """The last screen leads back to the first, by a route or by a link."""
    first = flow["screens"][0]["id"]
    last = flow["screens"][_last(flow)]
    if len(flow["screens"]) < 3 or not str(first).startswith("BASE"):
        raise CannotPlant
    if "routing_model" in flow:
        flow["routing_model"][last["id"]].append(first)
        return ("routing_model",)
    action = {"name": "navigate", "next": {"type": "screen", "name": first}, "payload": {}}
    last["layout"]["children"].insert(0, {"type": "EmbeddedLink", "text": "Begin anew", "on-click-action": action})
    return ("screens",)


def _failing(flow: Flow, luck: random.Random) -> Path:
    ends = [index for index, one in enumerate(flow["screens"]) if one.get("terminal") is True]
    for index in ends:
        flow["screens"][index]["success"] = False
    return ("screens", ends[0], "success")


def _without_version(flow: Flow, luck: random.Random) -> Path:
    del flow["version"]
    return ()


OF_THE_WHOLE: dict[str, Callable[[Flow, random.Random], Path]] = {
    "version/missing": _without_version,
    "version/invalid": _member("version", "7.33"),
    "version/unsupported": _member("version", 100),
    "version/unavailable": _member("version", "7.4"),
    "version/unknown-data-api-version": _member("data_api_version", "9.9"),
    "structure/data-channel-uri": _member("data_channel_uri", "https://bakery.example"),
    "structure/meta": _member("meta", {"lead_gen_ai": True}),
    "structure/unknown-property": _member("comment", "for the bakery"),
    "screens/no-terminal": _no_terminal,
    "screens/duplicate-id": _same_id,
    "screens/no-success": _failing,
    "routing/no-entry": _round,
    "routing/no-entry-by-actions": _round,
    "routing/loop": _route_to_itself,
    "routing/unknown-screens": _unknown_route,
    "routing/backward-route": _route_back,
    "routing/needs-routing-model": _without_model,
    "routing/not-connected": _lonely_screen,
    "routing/not-connected-by-actions": _lonely_screen,
}
"""Mistakes of the file as a whole."""

WITH_ENDPOINT = {
    "routing/loop", "routing/unknown-screens", "routing/backward-route", "routing/needs-routing-model",
    "routing/not-connected", "routing/no-entry", "version/unknown-data-api-version", "screens/no-terminal",
}  # fmt: skip
