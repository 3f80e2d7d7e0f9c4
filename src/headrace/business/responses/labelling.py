"""Makes an answer readable: every value under the label of its field and the title of its screen, options by title.

Which field a value comes from is a question about the Flow (`flowjson.origins`). Titles of options come from the list
in the file, or from the example of the data that fills it.
"""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from headrace.flowjson.origins import Input, Origins


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
        files = [SentFile.read(entry) for entry in entries]
        return [file for file in files if file is not None] if all(files) else []


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
        return cls(*members) if members and all(isinstance(member, str) and member for member in members) else None

    def is_hash_of(self, content: bytes) -> bool:
        digest = hashlib.sha256(content)
        return self.sha256 in (digest.hexdigest(), base64.b64encode(digest.digest()).decode())


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def label_answers(flow: dict[str, Any] | None, values: dict[str, Any]) -> list[Answer]:
    """The answers of a response in the order of the Flow's screens; what belongs to no field comes last, by name."""
    origins = Origins(flow)
    answers: list[tuple[int, Answer]] = []
    for name, value in values.items():
        if name == "flow_token":
            continue
        origin = origins.input_of(name)
        if origin is None:
            answers.append((len(origins.inputs), Answer(None, None, name, name, value, _plain(value))))
            continue
        answer = Answer(
            str(origin.screen.get("id", "")),
            _static_text(origins, origin, origin.screen.get("title")),
            name,
            _static_text(origins, origin, origin.component.get("label")) or name,
            value,
            _readable(value, _titles(origins, origin)),
        )
        answers.append((origin.position, answer))
    return [answer for _, answer in sorted(answers, key=lambda pair: pair[0])]


def _titles(origins: Origins, origin: Input) -> dict[str, str]:
    """The titles of the options of an input, by their ids."""
    source = origins.example(origin.screen, origin.component.get("data-source"))
    if not isinstance(source, list):
        return {}
    return {
        str(option["id"]): str(option.get("title", option["id"]))
        for option in source
        if isinstance(option, dict) and "id" in option
    }


def _static_text(origins: Origins, origin: Input, value: Any) -> str | None:
    text = origins.example(origin.screen, value)
    return text if isinstance(text, str) and text else None


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
