"""What a template message asks for: which template, and what its placeholders and buttons are filled with. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields
from headrace.platform.messaging.media_objects import MediaName, read_media

LARGEST_BYTES = 1024 * 1024
"""What is larger than this is accepted and never arrives (docs/messages.md)."""

_FILES = frozenset({"image", "video", "document"})
_PARTS = ("header", "body", "button", "footer")


@dataclass(frozen=True, slots=True)
class GivenButton:
    """What one button is filled with: its `sub_type` in capitals, and its parameters."""

    sub_type: str
    parameters: list[Fields]


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """The template of a call. `buttons` are by their position; a part that is not there has no parameters."""

    name: str
    language: str
    header: list[Fields] = field(default_factory=list)
    body: list[Fields] = field(default_factory=list)
    buttons: Mapping[int, GivenButton] = field(default_factory=dict)
    size: int = 0
    files: tuple[MediaName, ...] = ()

    @property
    def is_too_large(self) -> bool:
        return self.size > LARGEST_BYTES


def read_template(template: Fields) -> TemplateRequest:
    """Reads the object `template` of a message."""
    language = template.object("language")
    policy = language.optional_text("policy")
    if policy is not None and policy.lower() != "deterministic":
        raise MEMBER_INVALID.detailed(f"`{language.path('policy')}` has to be `deterministic`, or is left out.")
    parts: dict[str, list[Fields]] = {}
    buttons: dict[int, GivenButton] = {}
    for component in template.objects("components"):
        kind = component.choice("type", _PARTS)
        parameters = component.objects("parameters")
        if kind == "button":
            position = _position(component)
            if position in buttons:
                raise MEMBER_INVALID.detailed(f"`{component.path('index')}` names a button twice.")
            buttons[position] = GivenButton(component.text("sub_type").upper(), parameters)
        elif kind in parts:
            raise MEMBER_INVALID.detailed(f"`{component.whole}` is the second component of type `{kind}`. Keep one.")
        else:
            parts[kind] = parameters
    header = parts.get("header", [])
    return TemplateRequest(
        name=template.text("name"),
        language=language.text("code"),
        header=header,
        body=parts.get("body", []),
        buttons=buttons,
        size=len(orjson.dumps(template.value)),
        files=_read_files(header),
    )


def _read_files(header: list[Fields]) -> tuple[MediaName, ...]:
    """The files that the parameters of a header name."""
    kinds = [(parameter, parameter.text("type").lower()) for parameter in header]
    return tuple(read_media(parameter.object(kind), kind) for parameter, kind in kinds if kind in _FILES)


def _position(component: Fields) -> int:
    index: Any = component.optional_text("index")
    if index is None:
        raise MEMBER_MISSING.detailed(f"`{component.path('index')}` is missing. Buttons are counted from 0.")
    if not index.isascii() or not index.isdigit() or len(index) > 2:
        raise MEMBER_INVALID.detailed(f"`{component.path('index')}` is no position of a button, counted from 0.")
    return int(index)
