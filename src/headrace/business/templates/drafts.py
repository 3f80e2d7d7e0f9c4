"""A template as somebody writes it, and the components that WhatsApp takes. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from headrace.business.whatsapp import RemoteTemplate

POSITIONAL, NAMED = "POSITIONAL", "NAMED"
LONGEST_BODY, LONGEST_LINE, LONGEST_BUTTON, LONGEST_NAME = 1024, 60, 25, 512
NAVIGATE, DATA_EXCHANGE = "navigate", "data_exchange"

_NAME = re.compile(r"[a-z0-9_]{1,512}")
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


class NotWritten(Exception):
    """The template cannot be what was asked for. The words are fit to be shown."""


@dataclass(frozen=True)
class TemplateDraft:
    """What is written in the form. `examples` are values of the placeholders of header and body, by their names.

    Without `flow_id` there is no button. `screen` is the first screen, empty for the Flow's own.
    """

    waba_id: str = ""
    name: str = ""
    language: str = "en_GB"
    category: str = "MARKETING"
    header: str = ""
    body: str = ""
    footer: str = ""
    button: str = ""
    flow_id: str = ""
    action: str = NAVIGATE
    screen: str = ""
    examples: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameter_format(self) -> str:
        names = [*placeholders(self.header), *placeholders(self.body)]
        return POSITIONAL if all(name.isdigit() for name in names) else NAMED

    def components(self) -> list[dict[str, Any]]:
        """The components as WhatsApp takes them. Raises `NotWritten`."""
        self._check()
        parts: list[dict[str, Any]] = []
        if self.header:
            parts.append({"type": "HEADER", "format": "TEXT", "text": self.header, **self._example("header")})
        parts.append({"type": "BODY", "text": self.body, **self._example("body")})
        if self.footer:
            parts.append({"type": "FOOTER", "text": self.footer})
        if self.flow_id:
            button = {"type": "FLOW", "text": self.button, "flow_id": self.flow_id, "flow_action": self.action}
            if self.screen and self.action == NAVIGATE:
                button["navigate_screen"] = self.screen
            parts.append({"type": "BUTTONS", "buttons": [button]})
        return parts

    def _check(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NotWritten("The name has small letters, digits and underscores, like time_for_new_glasses.")
        if not self.body.strip():
            raise NotWritten("Write the text of the message.")
        for what, text, most in (
            ("The text", self.body, LONGEST_BODY),
            ("The header", self.header, LONGEST_LINE),
            ("The footer", self.footer, LONGEST_LINE),
            ("The button", self.button, LONGEST_BUTTON),
        ):
            if len(text) > most:
                raise NotWritten(f"{what} has {len(text)} characters; at most {most} are allowed.")
        if self.flow_id and not self.button.strip():
            raise NotWritten("The button needs a word or two, like Choose a time.")
        missing = [name for name in self.placeholder_names() if not self.examples.get(name, "").strip()]
        if missing:
            raise NotWritten(f"Give an example for {{{{{missing[0][:40]}}}}}: whoever reviews the template sees it.")

    def placeholder_names(self) -> list[str]:
        """Those of the header, then those of the body, each once."""
        return list(dict.fromkeys([*placeholders(self.header), *placeholders(self.body)]))

    def _example(self, part: str) -> dict[str, Any]:
        names = placeholders(self.header if part == "header" else self.body)
        if not names:
            return {}
        values = [self.examples[name] for name in names]
        if self.parameter_format == NAMED:
            named = [{"param_name": name, "example": value} for name, value in zip(names, values, strict=True)]
            return {"example": {f"{part}_text_named_params": named}}
        return {"example": {f"{part}_text": [values] if part == "body" else values}}


def placeholders(text: str) -> list[str]:
    """The placeholders of a text, each once: numbers in order, or names as they come."""
    found = list(dict.fromkeys(_PLACEHOLDER.findall(text)))
    is_numbered = all(name.isascii() and name.isdigit() for name in found)
    return sorted(found, key=int) if is_numbered else found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its placeholders replaced; one without a value stays as it is."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1]) or match[0], text)


def draft_of(template: RemoteTemplate) -> TemplateDraft:
    """A template of WhatsApp's as the form shows it."""
    parts = {str(part.get("type")): part for part in template.components}
    header, body = parts.get("HEADER", {}), parts.get("BODY", {})
    button = _flow_button(template)
    examples = {**_examples(header, "header"), **_examples(body, "body")}
    return TemplateDraft(
        waba_id=template.waba_id,
        name=template.name,
        language=template.language,
        category=template.category,
        header=str(header.get("text", "")),
        body=str(body.get("text", "")),
        footer=str(parts.get("FOOTER", {}).get("text", "")),
        button=str(button.get("text", "")),
        flow_id=template.flow_id or "",
        action=str(button.get("flow_action") or NAVIGATE).lower(),
        screen=str(button.get("navigate_screen") or ""),
        examples=examples,
    )


def other_parts(template: RemoteTemplate) -> list[str]:
    """What the template has that this form cannot write, in words; such a one is shown and sent, not edited here."""
    found = []
    for part in template.components:
        kind = str(part.get("type", ""))
        if kind == "HEADER" and part.get("format", "TEXT") != "TEXT":
            found.append(f"a header with {str(part.get('format', '')).lower()}")
        elif kind == "BUTTONS":
            kinds = [str(button.get("type", "")) for button in part.get("buttons", ())]
            found += [f"a button {kind}" for kind in kinds if kind != "FLOW"]
        elif kind not in {"HEADER", "BODY", "FOOTER"}:
            found.append(kind.lower().replace("_", " "))
    return found


def labels(template: RemoteTemplate) -> list[str]:
    """The words of its buttons, in order."""
    parts = [part for part in template.components if part.get("type") == "BUTTONS"]
    return [str(button.get("text", "")) for part in parts for button in part.get("buttons", ())]


def _flow_button(template: RemoteTemplate) -> Mapping[str, Any]:
    buttons: Sequence[Mapping[str, Any]] = next(
        (part.get("buttons", ()) for part in template.components if part.get("type") == "BUTTONS"), ()
    )
    return next((button for button in buttons if button.get("type") == "FLOW"), {})


def _examples(part: Mapping[str, Any], kind: str) -> dict[str, str]:
    example = part.get("example")
    if not isinstance(example, dict):
        return {}
    named = example.get(f"{kind}_text_named_params")
    if isinstance(named, list):
        return {str(one.get("param_name")): str(one.get("example", "")) for one in named if isinstance(one, dict)}
    values = example.get(f"{kind}_text")
    if kind == "body" and isinstance(values, list) and values and isinstance(values[0], list):
        values = values[0]
    texts = [str(one) for one in values] if isinstance(values, list) else []
    return dict(zip(placeholders(str(part.get("text", ""))), texts, strict=False))
