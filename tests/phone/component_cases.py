"""The cases below tests/corpus/phone: a component's JSON, what a person does with it, and what the phone then shows.

A file names its `components` and what all its cases have in common (`base`). A case

- `says` what is true, and `shows` the properties it proves: `path`, or `path@version` where a version changes it;
- has the component's own properties in `with` (null takes one of the base away), other components of the screen in
  `beside`, the screen's data by example in `data`, and what happens in `do`;
- runs at every version it shows and at the newest, or `until` an older one.

What has to come out is a part of the component's view (`view`), of the whole screen (`parts`), of the form's values
(`form`), of the last effect (`effect`), whether the Footer is open (`footer`: true, false or the reason), which
`screen` is shown, and whether the component is `gone`.

In texts, `x*20...` stands for twenty times x and three dots, `png` for a small image and `png*150` for one of 150 KB.
"""

import base64
import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tests.phone.attachments import picked, sent
from tests.phone.catalogue_changes import ACTION, PLACE, Change, changes
from tests.phone.flows import Json, after, opened
from tests.pictures import png

from headrace.flowjson.catalogue import COMPONENTS, NEWEST, Category, Version
from headrace.flowjson.catalogue.versions import v
from headrace.phone.engine.effects import Declined, Effect, Exchange, OpenUrl
from headrace.phone.engine.events import Answered, Back, Event, Fill, Leave, Select, Tap, Upload, Uploaded, UploadFailed
from headrace.phone.screen.view_json import as_json
from headrace.phone.session import Session

FOLDER = Path(__file__).parent.parent / "corpus" / "phone"
TODAY = date(2026, 11, 22)
FORMLESS_SINCE, RICH_TEXT_WITH_FOOTER_SINCE = v("4.0"), v("6.3")
_KNOWN = {"says", "shows", "only", "with", "beside", "data", "do", "until", "bound"}
_EXPECTED = {"view", "parts", "form", "effect", "footer", "screen", "gone"}
_MANY = re.compile(r"(.)\*(\d+)((?:\.\.\.)?)")


@dataclass(frozen=True, slots=True)
class Case:
    """One case for one component. `shown` are the paths it proves with their versions, `given` is the component."""

    file: str
    component: str
    says: str
    shown: tuple[tuple[str, Version], ...]
    given: Json
    beside: list[Json]
    data: Json
    do: list[Json]
    expected: Json
    until: Version
    bound: bool

    @property
    def versions(self) -> list[Version]:
        return sorted({version for _, version in self.shown} | {self.until})


@cache
def cases() -> tuple[Case, ...]:
    """All of them, in the order of their files."""
    return tuple(case for path in sorted(FOLDER.rglob("*.yaml")) for case in _cases_in(path))


def _cases_in(path: Path) -> Iterator[Case]:
    content = _expanded(yaml.safe_load(path.read_text("utf-8")))
    for told in content["cases"]:
        unknown = set(told) - _KNOWN - _EXPECTED
        if unknown or not _EXPECTED & set(told):
            raise ValueError(f"{path.name}, {told.get('says')}: {unknown or 'nothing is expected'}")
        for component in told.get("only", content["components"]):
            yield Case(
                file=path.name,
                component=component,
                says=told["says"],
                shown=tuple(_mark(component, one) for one in told["shows"]),
                given={"type": component, **_merged(content.get("base", {}), told.get("with", {}))},
                beside=told.get("beside", []),
                data=told.get("data", {}),
                do=told.get("do", []),
                expected={name: told[name] for name in _EXPECTED & set(told)},
                until=v(str(told["until"])) if "until" in told else NEWEST,
                bound=told.get("bound", True),
            )


def _merged(base: Json, own: Json) -> Json:
    return {name: value for name, value in {**base, **own}.items() if value is not None}


def _mark(component: str, written: str) -> tuple[str, Version]:
    path, _, since = written.partition("@")
    known = [one.since for one in changes() if (one.component, one.property) == (component, path)]
    if not known or (since and v(since) not in known):
        raise ValueError(f"{component} has no {written} in the catalogue")
    return path, v(since) if since else min(known)


def _expanded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _expanded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_expanded(one) for one in value]
    if not isinstance(value, str):
        return value
    many = _MANY.fullmatch(value)
    if many:
        return many[1] * int(many[2]) + many[3]
    return picture(value) if value.startswith("png") else value


@cache
def picture(asked: str) -> str:
    """The Base64 of the image that `png` or `png*150` stands for."""
    image, kilobytes = png(40, 30), int(asked.partition("*")[2] or 0)
    return base64.b64encode(image + b"\0" * max(kilobytes * 1024 - len(image), 0)).decode()


# The Flow around a component


def document(case: Case, version: Version, component: Json, data: Json | None = None) -> Json:
    """A Flow of this version whose screen ONLY shows the component."""
    return around([*case.beside, component], version, {**case.data, **(data or {})})


def around(parts: list[Json], version: Version, data: Json, *, wrapped: bool = True) -> Json:
    """A Flow of this version whose screen ONLY has these components, and whatever else such a screen needs.

    Before 4.0 inputs are `wrapped` in a Form.
    """
    written = json.dumps(parts)
    leads_on = '"NEXT"' in written or "NavigationList" in written
    is_text = "RichText" in written and version < RICH_TEXT_WITH_FOOTER_SINCE
    if '"Footer"' not in written and "NavigationList" not in written and not is_text:
        parts = [*parts, _footer("NEXT" if leads_on else "")]
    if wrapped and version < FORMLESS_SINCE and any(_is_input(part) for part in parts):
        parts = [{"type": "Form", "name": "form", "children": parts}]
    only = _screen("ONLY", parts, data, terminal=not leads_on and not is_text)
    screens = [only]
    if leads_on or is_text:
        screens.append(_screen("NEXT", [_heading("Next"), _footer("")], {}, terminal=True))
    if is_text:
        screens.insert(0, _screen("FIRST", [_link("ONLY"), _footer("NEXT")], {}, terminal=False))
    flow: Json = {"version": str(version), "screens": screens}
    if '"data_exchange"' in written:
        flow |= {
            "data_api_version": "3.0",
            "routing_model": {"ONLY": ["NEXT"], "NEXT": []} if leads_on else {"ONLY": []},
        }
        flow |= {"data_channel_uri": "https://example.com/flow"} if version == v("2.1") else {}
    return flow


def _screen(identifier: str, parts: list[Json], data: Json, *, terminal: bool) -> Json:
    made: Json = {"id": identifier, "title": identifier.title(), "terminal": terminal}
    layout = {"type": "SingleColumnLayout", "children": parts}
    declared = {name: {**_schema(one), "__example__": one} for name, one in data.items()}
    return {**made, "data": declared, "layout": layout}


def _schema(example: Any) -> Json:
    if isinstance(example, dict):
        return {"type": "object", "properties": {name: _schema(one) for name, one in example.items()}}
    if isinstance(example, list):
        objects = [one for one in example if isinstance(one, dict)]
        merged = {name: value for one in objects for name, value in one.items()}
        return {"type": "array", "items": _schema(merged) if objects else _schema(example[0]) if example else {}}
    kinds = {bool: "boolean", int: "number", float: "number"}
    return {"type": kinds.get(type(example), "string")}


def _is_input(part: Json) -> bool:
    declared = COMPONENTS.get(part["type"])
    return declared is not None and declared.category is Category.INPUT


def _heading(text: str) -> Json:
    return {"type": "TextHeading", "text": text}


def _to(screen: str) -> Json:
    if not screen:
        return {"name": "complete", "payload": {}}
    return {"name": "navigate", "next": {"type": "screen", "name": screen}, "payload": {}}


def _link(screen: str) -> Json:
    return {"type": "EmbeddedLink", "text": "Read on", "on-click-action": _to(screen)}


def _footer(screen: str) -> Json:
    return {"type": "Footer", "label": "Continue", "on-click-action": _to(screen)}


def with_bindings(case: Case, version: Version) -> tuple[Json, Json]:
    """The component with a binding in every property that takes one, and the data these bind to."""
    component, data = dict(case.given), {}
    for name, value in case.given.items():
        declared = COMPONENTS[case.component].properties[name]
        plain = "${" not in json.dumps(value) and name != "type"
        if plain and declared.is_dynamic_in(version) and declared.exists_in(version):
            field = "own_" + name.replace("-", "_")
            component[name], data[field] = f"${{data.{field}}}", value
    return component, data


def without(component: Json, path: str) -> Json:
    """The component without the property at this path, in all rows of a list."""
    stripped = copy.deepcopy(component)
    names = path.split(".")
    _remove(stripped, names[:-1] if names[-1] in ACTIONS else names)
    return stripped


ACTIONS = {one.property.rpartition(".")[2] for one in changes() if one.kind == ACTION}


def _remove(value: Any, names: list[str]) -> None:
    if isinstance(value, list):
        for one in value:
            _remove(one, names)
    elif isinstance(value, dict) and len(names) > 1:
        _remove(value.get(names[0]), names[1:])
    elif isinstance(value, dict):
        value.pop(names[0], None)


def has(value: Any, path: str) -> bool:
    """Whether something stands at this path."""
    return isinstance(value, dict) and without(value, path) != value


# Running a case


def play(case: Case, flow: Json) -> None:
    """Opens the Flow, does what the case says and compares; raises AssertionError where something else comes out."""
    only = next(one for one in flow["screens"] if one["id"] == "ONLY")
    data = {name: one["__example__"] for name, one in only["data"].items()}
    session = opened(flow, screen="ONLY", data=data, any_screen=True, today=TODAY)
    effects = after(session, *(_event(one) for one in case.do))
    expected = case.expected
    told = as_json(session.view())
    if "effect" in expected:
        assert _covers(expected["effect"], _told(effects)), f"came out: {_told(effects)}"
    else:
        assert not [one for one in effects if isinstance(one, Declined)], f"refused: {effects}"
    if "screen" in expected:
        assert told["screen"] == expected["screen"]
    if "form" in expected:
        assert _covers(expected["form"], session.form), f"came out: {session.form}"
    if "parts" in expected:
        shown = [one for one in told["components"] if one["type"] != "Footer" or case.component == "Footer"]
        assert _covers(expected["parts"], shown), f"came out: {_brief(shown)}"
    if "footer" in expected:
        _compare_footer(expected["footer"], session)
    shown = [one for one in told["components"] if one["type"] == case.component]
    assert bool(shown) != bool(expected.get("gone", case.component in ("Form", "If", "Switch")))
    if "view" in expected:
        assert _covers(expected["view"], shown[0]), f"came out: {_brief(shown[0])}"


def _compare_footer(expected: Any, session: Session) -> None:
    screen = session.view().screen
    assert screen is not None
    assert screen.footer is not None
    if isinstance(expected, bool):
        assert screen.footer.enabled is expected, screen.footer.reason
    else:
        assert screen.footer.reason == expected


def _event(told: Json) -> Event:
    ((name, value),) = told.items()
    match name:
        case "fill":
            return Fill(value)
        case "select":
            ((field, chosen),) = value.items()
            return Select(field, chosen)
        case "leave":
            return Leave(value)
        case "tap":
            return Tap(value)
        case "back":
            return Back()
        case "answer":
            return Answered(value)
        case "choose":
            ((field, files),) = value.items()
            return Upload(field, tuple(picked(**one) for one in files))
        case "arrived":
            file = picked(**value)
            return Uploaded(file.media_id, sent(file))
        case "failed":
            return UploadFailed(picked(**value).media_id)
    raise ValueError(f"there is no event {name}")


def _told(effects: list[Effect]) -> Json:
    last = effects[-1] if effects else None
    match last:
        case Exchange(request):
            return {"exchange": {name: request[name] for name in ("action", "screen", "data")}}
        case OpenUrl(url):
            return {"url": url}
        case Declined(target, reason):
            return {"refused": target, "reason": reason}
    return {type(last).__name__: True} if last else {"none": True}


def _covers(expected: Any, actual: Any) -> bool:
    """Whether `actual` is what is expected; objects may have more members."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            name in actual and _covers(one, actual[name]) for name, one in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(expected) == len(actual)
            and all(_covers(one, other) for one, other in zip(expected, actual, strict=True))
        )
    if expected == "*":  # anything that is there
        return bool(actual)
    return bool(expected == actual and isinstance(expected, bool) is isinstance(actual, bool))


def _brief(value: Any) -> str:
    return re.sub(r"[A-Za-z0-9+/=]{200,}", "…", json.dumps(value, indent=1, ensure_ascii=False))


def change_of(component: str, path: str, since: Version) -> Change:
    """The change a mark stands for."""
    return next(
        one
        for one in changes()
        if (one.component, one.property, one.since) == (component, path, since) and one.kind != PLACE
    )
