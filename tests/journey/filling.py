"""Fills in any screen with values derived from its components, and answers for any Flow along its routing model."""

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.pictures import png

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen
from headrace.testing import OpenFlow

_BY_INPUT_TYPE = {
    "email": "ada@example.org",
    "number": "42",
    "phone": "+44 7700 900123",
    "password": "a pass phrase",
    "passcode": "1234",
    "text": "Ada Lovelace",
}


def value_for(part: dict[str, Any], limits: dict[str, Any]) -> Any:
    """A value that this input takes; `limits` is the component as the Flow JSON has it."""
    kind = part["type"]
    if kind == "TextInput":
        return _long_enough(_BY_INPUT_TYPE[part["input_type"]], limits)
    if kind == "TextArea":
        return "Nothing more to say."[: part["max_length"]]
    if kind == "OptIn":
        return True
    if kind == "DatePicker":
        return _day(part)
    if kind == "CalendarPicker":
        return _days(part, limits)
    free = [option["id"] for option in part["options"] if option["enabled"]]
    if kind in {"CheckboxGroup", "ChipsSelector"}:
        wanted = limits.get("min-selected-items", 1)
        return free[: max(1, wanted if isinstance(wanted, int) else 1)]
    return free[0]


def _long_enough(value: str, limits: dict[str, Any]) -> str:
    least, most = limits.get("min-chars", 0), limits.get("max-chars", 80)
    if isinstance(least, int) and len(value) < least:
        value = (value * least)[:least]
    return value[:most] if isinstance(most, int) else value


def _day(part: dict[str, Any]) -> str:
    first, last = date.fromisoformat(part["first"]), date.fromisoformat(part["last"])
    day = max(first, min(last, date(2026, 11, 25)))
    while day.isoformat() in part["unavailable"]:
        day += timedelta(days=1)
    return day.isoformat()


def _days(part: dict[str, Any], limits: dict[str, Any]) -> Any:
    """A day, or both ends of a range as far apart as they have to be."""
    open_days = part["fields"][0]["choosable"]
    if part["mode"] == "single":
        return _open_day(open_days, date(2026, 11, 25)).isoformat()
    asked = limits.get("min-days", 0)
    least = timedelta(days=asked if isinstance(asked, int) else 0)
    # Room for the end, and for days on which nothing can be chosen.
    latest = date.fromisoformat(open_days["last"]) - least - timedelta(days=14)
    start = _open_day(open_days, min(latest, date(2026, 11, 25)))
    return {"start-date": start.isoformat(), "end-date": _open_day(open_days, start + least).isoformat()}


def _open_day(choosable: dict[str, Any], wanted: date) -> date:
    day = max(date.fromisoformat(choosable["first"]), min(date.fromisoformat(choosable["last"]), wanted))
    while day.isoformat() in choosable["unavailable"] or f"{day:%a}" not in choosable["weekdays"]:
        day += timedelta(days=1)
    return day


def components_of(value: Any) -> list[dict[str, Any]]:
    """Every component below a part of a Flow JSON."""
    if isinstance(value, list):
        return [found for entry in value for found in components_of(entry)]
    if not isinstance(value, dict):
        return []
    own = [value] if isinstance(value.get("type"), str) else []
    inner = [value.get(member) for member in ("children", "then", "else")] + list((value.get("cases") or {}).values())
    return own + [found for entry in inner for found in components_of(entry)]


def fill_screen(open_flow: OpenFlow, flow: dict[str, Any]) -> None:
    """Fills in every input that is visible, also those that appear on the way."""
    declared = next(screen for screen in flow["screens"] if screen["id"] == open_flow.screen)
    limits = {component.get("name"): component for component in components_of(declared["layout"])}
    done: set[str] = set()
    while True:
        screen = open_flow.screen
        waiting = [part for part in open_flow.inputs if part["name"] not in done and part["enabled"]]
        if not waiting or screen != declared["id"]:
            return
        part = waiting[0]
        done.add(part["name"])
        if part["type"] in {"PhotoPicker", "DocumentPicker"}:
            attach(open_flow, part, limits[part["name"]])
            continue
        value = value_for(part, limits[part["name"]])
        if part["acts"]:
            open_flow.select(part["name"], value)
        else:
            open_flow.fill(**{part["name"]: value})


def attach(open_flow: OpenFlow, part: dict[str, Any], limits: dict[str, Any]) -> None:
    """Attaches as few files as the picker asks for, but one."""
    kind = "photos" if part["type"] == "PhotoPicker" else "documents"
    with tempfile.TemporaryDirectory() as folder:
        for number in range(max(1, limits.get(f"min-uploaded-{kind}", 0))):
            path = Path(folder) / f"{number}{'.png' if kind == 'photos' else part['accept'][-1]}"
            path.write_bytes(png())
            open_flow.upload(part["name"], path)


def examples(screen: dict[str, Any]) -> dict[str, Any]:
    """The screen's data as its author imagined it."""
    declared = screen.get("data", {})
    return {name: entry["__example__"] for name, entry in declared.items() if isinstance(entry, dict)}


def entry_screen(flow: dict[str, Any]) -> dict[str, Any]:
    """The screen that no other leads to."""
    targets = {
        component["on-click-action"].get("next", {}).get("name")
        for screen in flow["screens"]
        for component in components_of(screen["layout"])
        if "on-click-action" in component
    }
    entry: dict[str, Any] = next(screen for screen in flow["screens"] if screen["id"] not in targets)
    return entry


def generic_endpoint(flow: dict[str, Any], private_key: str, app_secret: str) -> Endpoint:
    """An endpoint for any Flow: it answers with the examples of the next screen of the routing model."""
    screens = {screen["id"]: screen for screen in flow["screens"]}
    routes: dict[str, list[str]] = flow["routing_model"]
    entered = {target for targets in routes.values() for target in targets}
    entry = next(name for name in screens if name not in entered)
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)

    def begin(_request: Request) -> Screen:
        return Screen(entry, examples(screens[entry]))

    endpoint.on_init(begin)

    def follow(request: Request) -> Screen | Finish:
        screen = screens[str(request.screen)]
        if set(request.data) in payloads(screen, "on-select-action") and is_on_the_way(screen):
            return Screen(screen["id"], {})
        onward = [name for name in routes.get(screen["id"], []) if name not in linked(screen)]
        if not onward:
            return Finish({"flow_token": request.flow_token, **request.data})
        return Screen(onward[0], examples(screens[onward[0]]))

    for name in screens:
        endpoint.on(name)(follow)
    return endpoint


def payloads(screen: dict[str, Any], member: str) -> list[set[str]]:
    """The members of what the screen's data_exchange actions of one kind send."""
    actions = [component.get(member, {}) for component in components_of(screen["layout"])]
    return [set(action.get("payload", {})) for action in actions if action.get("name") == "data_exchange"]


def is_on_the_way(screen: dict[str, Any]) -> bool:
    """Whether a choice on this screen cannot be told from its button by the members that are sent."""
    return not any(sent in payloads(screen, "on-click-action") for sent in payloads(screen, "on-select-action"))


def linked(screen: dict[str, Any]) -> set[str]:
    """The screens that links of this one open: one comes back from them."""
    actions = [component.get("on-click-action", {}) for component in components_of(screen["layout"])]
    return {action["next"]["name"] for action in actions if action.get("name") == "navigate"}
