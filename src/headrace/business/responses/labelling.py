"""Makes an answer readable: every value under the label of its field and the title of its screen, options by title.

A response holds only names and values. Its Flow JSON tells where each value came from: the completing payload binds a
name to a field of a screen, perhaps through the data of screens in between. Where an endpoint made the response, the
field of the same name is taken. Titles of options come from the list in the file, or from the example of the data
that fills it.
"""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from headrace.flowjson.expressions import references

_MOST_PLACES = 200
"""Screens and names that are looked at to find where one answer comes from."""


@dataclass(frozen=True)
class Answer:
    """One value of a response. `text` is what a person reads, `value` what was sent; the screen may be unknown."""

    screen_id: str | None
    screen_title: str | None
    name: str
    label: str
    value: Any
    text: str

    @property
    def files(self) -> list["SentFile"]:
        """The files that the person attached, where this is what a picker sent."""
        entries = self.value if isinstance(self.value, list) else []
        found = [SentFile.read(entry) for entry in entries]
        return [one for one in found if one is not None] if all(found) else []


@dataclass(frozen=True)
class SentFile:
    """A file as a response names it. `id` is its media id, `sha256` its hash in hexadecimal digits or base64."""

    id: str
    file_name: str
    mime_type: str
    sha256: str

    @classmethod
    def read(cls, entry: Any) -> "SentFile | None":
        """None where this describes no file."""
        members = [entry.get(name) for name in ("id", "file_name", "mime_type", "sha256")] if _is_object(entry) else []
        return cls(*members) if members and all(isinstance(one, str) and one for one in members) else None

    def is_hash_of(self, content: bytes) -> bool:
        digest = hashlib.sha256(content)
        return self.sha256 in (digest.hexdigest(), base64.b64encode(digest.digest()).decode())


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


@dataclass(frozen=True)
class _Field:
    position: int
    screen: dict[str, Any]
    component: dict[str, Any]


def label_answers(flow: dict[str, Any] | None, values: dict[str, Any]) -> list[Answer]:
    """The answers of a response in the order of the Flow's screens; what belongs to no field comes last, by name."""
    index = _Index(flow or {})
    found: list[tuple[int, Answer]] = []
    for name, value in values.items():
        if name == "flow_token":
            continue
        field = index.field_of(name)
        if field is None:
            found.append((len(index.fields), Answer(None, None, name, name, value, _plain(value))))
            continue
        label = index.static_text(field.screen, field.component.get("label")) or name
        titles = index.titles(field)
        answer = Answer(
            str(field.screen.get("id", "")),
            index.static_text(field.screen, field.screen.get("title")),
            name,
            label,
            value,
            _readable(value, titles),
        )
        found.append((field.position, answer))
    return [answer for _, answer in sorted(found, key=lambda pair: pair[0])]


class _Index:
    """Where values come from in one Flow JSON."""

    def __init__(self, flow: dict[str, Any]) -> None:
        screens = flow.get("screens")
        self._screens = [screen for screen in screens if isinstance(screen, dict)] if isinstance(screens, list) else []
        self.fields: dict[tuple[str, str], _Field] = {}
        self._actions: list[tuple[dict[str, Any], dict[str, Any]]] = []
        for screen in self._screens:
            for component in _components(screen.get("layout")):
                name = component.get("name")
                if isinstance(name, str) and component.get("type") != "Form":
                    self.fields.setdefault((_id(screen), name), _Field(len(self.fields), screen, component))
                self._actions.extend((screen, action) for action in _actions(component))

    def field_of(self, name: str) -> _Field | None:
        """The field that a member of the response was filled in with."""
        visited: set[tuple[str, str]] = set()
        for kind in ("complete", "data_exchange"):
            for screen, action in self._actions:
                if action.get("name") == kind and name in _payload(action):
                    field = self._origin(screen, _payload(action)[name], visited)
                    if field is not None:
                        return field
        return self._named(name)

    def _origin(self, screen: dict[str, Any], value: Any, visited: set[tuple[str, str]]) -> _Field | None:
        for reference in references(value):
            path = reference.path
            owner = _id(screen)
            if path[0] == "screen" and len(path) > 3:
                owner, path = path[1], path[2:]
            if path[0] == "form" and len(path) > 1:
                return self.fields.get((owner, path[1]))
            if path[0] == "data" and len(path) > 1:
                return self._passed_on(owner, path[1], visited)
        return None

    def _passed_on(self, screen_id: str, name: str, visited: set[tuple[str, str]]) -> _Field | None:
        """The field whose value a screen received as data: by a navigate payload, or through the endpoint.

        `visited` are the screens with the names that were looked at: there may be very many ways to each of them.
        """
        if (screen_id, name) in visited or len(visited) == _MOST_PLACES:
            return None
        visited.add((screen_id, name))
        for screen, action in self._actions:
            following = action.get("next")
            leads_here = isinstance(following, dict) and following.get("name") == screen_id
            if action.get("name") == "navigate" and leads_here and name in _payload(action):
                return self._origin(screen, _payload(action)[name], visited)
        for screen, action in self._actions:
            if action.get("name") == "data_exchange" and name in _payload(action):
                field = self._origin(screen, _payload(action)[name], visited)
                if field is not None:
                    return field
        return self._named(name)

    def _named(self, name: str) -> _Field | None:
        return next((field for (_, own), field in self.fields.items() if own == name), None)

    def titles(self, field: _Field) -> dict[str, str]:
        source = self._static(field.screen, field.component.get("data-source"))
        if not isinstance(source, list):
            return {}
        return {
            str(option["id"]): str(option.get("title", option["id"]))
            for option in source
            if isinstance(option, dict) and "id" in option
        }

    def static_text(self, screen: dict[str, Any], value: Any) -> str | None:
        found = self._static(screen, value)
        return found if isinstance(found, str) and found else None

    def _static(self, screen: dict[str, Any], value: Any) -> Any:
        """The value itself, or for a binding to data its example."""
        if not isinstance(value, str):
            return value
        found = list(references(value))
        if not found:
            return value
        path = found[0].path
        owner: dict[str, Any] | None = screen
        if path[0] == "screen" and len(path) > 3:
            owner = next((entry for entry in self._screens if _id(entry) == path[1]), None)
            path = path[2:]
        data = owner.get("data") if owner else None
        if path[0] != "data" or len(path) < 2 or not isinstance(data, dict):
            return None
        declared = data.get(path[1])
        example = declared.get("__example__") if isinstance(declared, dict) else None
        for part in path[2:]:
            example = example.get(part) if isinstance(example, dict) else None
        return example


def _components(layout: Any) -> Iterator[dict[str, Any]]:
    """Every component below a layout, in the order of the file, containers included."""
    if isinstance(layout, list):
        for entry in layout:
            yield from _components(entry)
    elif isinstance(layout, dict):
        if isinstance(layout.get("type"), str):
            yield layout
        for member in ("children", "then", "else"):
            yield from _components(layout.get(member))
        cases = layout.get("cases")
        for case in cases.values() if isinstance(cases, dict) else ():
            yield from _components(case)


def _actions(component: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for member in ("on-click-action", "on-select-action", "on-unselect-action"):
        action = component.get(member)
        if isinstance(action, dict):
            yield action


def _payload(action: dict[str, Any]) -> dict[str, Any]:
    payload = action.get("payload")
    return payload if isinstance(payload, dict) else {}


def _id(screen: dict[str, Any]) -> str:
    return str(screen.get("id", ""))


def _readable(value: Any, titles: dict[str, str]) -> str:
    if isinstance(value, list) and not any(isinstance(entry, dict | list) for entry in value):
        return ", ".join(titles.get(str(entry), _plain(entry)) for entry in value) or "–"
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value) in titles:
        return titles[str(value)]
    return _plain(value)


def _plain(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "–"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return ", ".join(_plain(entry) for entry in value)
    if isinstance(value, dict):
        if "file_name" in value:
            return str(value["file_name"])
        if {"start-date", "end-date"} <= value.keys():
            return f"{_plain(value['start-date'])} to {_plain(value['end-date'])}"
        return ", ".join(f"{name}: {_plain(entry)}" for name, entry in value.items())
    return str(value)
