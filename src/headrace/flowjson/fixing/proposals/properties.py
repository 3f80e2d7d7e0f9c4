"""Values of properties: missing or other types, texts and numbers out of their limits, values that are not listed."""

import json
import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Component
from headrace.flowjson.checks.spelling import bare
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.fixing.fix_context import (
    Choice,
    Exactly,
    FixContext,
    Guess,
    Proposal,
    as_name,
    like,
    loosely_like,
    mends,
    resembling,
    says_something,
    shown,
    unused,
)
from headrace.flowjson.fixing.proposals.guesses import evident
from headrace.flowjson.fixing.proposals.values import Unclear, coerced
from headrace.flowjson.fixing.proposals.versions import version_of_property

_COMPONENTS_MEANT = {
    "text": "TextBody", "paragraph": "TextBody", "heading": "TextHeading", "title": "TextHeading",
    "subheading": "TextSubheading", "caption": "TextCaption", "input": "TextInput", "textfield": "TextInput",
    "textbox": "TextArea", "button": "Footer", "submit": "Footer", "select": "Dropdown", "picker": "Dropdown",
    "checkbox": "CheckboxGroup", "checkboxes": "CheckboxGroup", "radio": "RadioButtonsGroup",
    "radiobuttons": "RadioButtonsGroup", "radiogroup": "RadioButtonsGroup", "date": "DatePicker",
    "link": "EmbeddedLink", "picture": "Image", "img": "Image", "calendar": "CalendarPicker",
    "chips": "ChipsSelector", "carousel": "ImageCarousel", "list": "NavigationList", "markdown": "RichText",
    "condition": "If",
}  # fmt: skip
"""What components are called elsewhere, and what the same is called in Flow JSON."""

_VALUES_MEANT = {
    "tel": "phone", "telephone": "phone", "mobile": "phone", "mail": "email", "e-mail": "email", "int": "number",
    "integer": "number", "numeric": "number", "digits": "number", "pin": "passcode", "otp": "passcode",
    "string": "text", "submit": "complete", "finish": "complete", "close": "complete", "go": "navigate",
    "next": "navigate", "open": "open_url", "url": "open_url", "exchange": "data_exchange", "update": "update_data",
    "small": "regular", "big": "large", "fill": "cover", "fit": "contain", "italics": "italic", "strong": "bold",
    "multiple": "range", "monday": "Mon", "tuesday": "Tue", "wednesday": "Wed", "thursday": "Thu", "friday": "Fri",
    "saturday": "Sat", "sunday": "Sun",
}  # fmt: skip
_COLORS = {
    "red": "#FF0000", "green": "#008000", "blue": "#0000FF", "yellow": "#FFFF00", "orange": "#FFA500",
    "purple": "#800080", "pink": "#FFC0CB", "black": "#000000", "white": "#FFFFFF", "gray": "#808080",
    "grey": "#808080", "brown": "#A52A2A",
}  # fmt: skip
_NEAR_BINDING = re.compile(r"[${\s]*(screen\.\w+\.data|screen\.\w+\.form|data|form)\.([\w.]+)[}\s]*", re.ASCII)


@mends("structure/missing-type")
def add_type(context: FixContext) -> Iterator[Proposal]:
    if any(resembling("type", context.get(path)) for path in context.paths):
        draft = context.draft()
        for path in context.paths:
            alike = resembling("type", context.get(path))
            if len(alike) != 1:
                return
            draft.rename((*path, alike[0]), "type")
        yield "Write 'type'", draft
        return
    for path in context.paths[:1]:
        value = context.get(path)
        kinds = ["SingleColumnLayout"] if path[-1] == "layout" else _kinds_of(value, context)
        plain = len(kinds) == 1 or any(kind.startswith("Text") and kind != "TextInput" for kind in kinds)
        for kind in kinds:
            draft = context.draft()
            for one in context.paths:
                draft.insert((*one, "type"), kind, 0)
            title = f"Add type {kind}"
            yield (title, draft) if plain else Guess(title, draft)


@mends("structure/wrong-value")
def other_type(context: FixContext) -> Iterator[Proposal]:
    for path in context.paths[:1]:
        if path[-2:] == ("layout", "type"):
            meant: str | None = "SingleColumnLayout"
        else:
            word = str(context.get(path))
            known = [one for one, declared in COMPONENTS.items() if declared.since <= context.version]
            meant = like(word, known) or _COMPONENTS_MEANT.get(bare(word)) or loosely_like(word, known)
        if meant:
            draft = context.draft()
            for one in context.paths:
                draft.set(one, meant)
            yield f"Write '{meant}'", draft


@mends("structure/wrong-type", "structure/not-a-binding", "structure/not-a-data-binding")
def convert(context: FixContext) -> Iterator[Proposal]:
    wanted = context.values.get("expected")
    for path in context.paths[:1]:
        value = context.get(path)
        if path[-1] == "next" and isinstance(value, str) and value.isidentifier():
            draft = context.draft()
            following = {"type": "screen", "name": value}
            draft.set(path, following)
            yield Exactly(f"Write {json.dumps(following, separators=(',', ':'))}", draft)
            return
        prop = context.property(path)
        for kind in dict.fromkeys((wanted or (prop.types[0] if prop else "string"), *(prop.types if prop else ()))):
            try:
                changed = coerced(value, kind)
            except Unclear:
                continue
            draft = context.draft()
            for one in context.paths:
                draft.set(one, coerced(context.get(one), kind))
            if changed == [value]:
                yield "Put it in a list", draft
                continue
            yield f"Write {shown(changed) if kind != 'string' else json.dumps(changed, ensure_ascii=False)}", draft
        match = _NEAR_BINDING.fullmatch(value) if isinstance(value, str) else None
        if match:
            draft = context.draft()
            draft.set(path, f"${{{match[1]}.{match[2]}}}")
            yield f"Write ${{{match[1]}.{match[2]}}}", draft
    yield from _without(context)


@mends("structure/value-not-in-list")
def listed_value(context: FixContext) -> Iterator[Proposal]:
    known = [one.strip() for one in str(context.values["values"]).split(",")]
    for path in context.paths[:1]:
        word = str(context.get(path))
        other = _VALUES_MEANT.get(word.strip().lower())
        meant = like(word, known) or (other if other in known else None) or (known[0] if len(known) == 1 else None)
        node = context.node(path)
        if meant:
            draft = context.draft()
            for one in context.paths:
                draft.set(one, meant)
            yield f"Write '{meant}'", draft
        if path[-1] == "input-type" and node and "pattern" in node.value:
            draft = context.draft()
            draft.remove((*node.path, "pattern"))
            yield Guess("Remove the pattern", draft)
    yield from version_of_property(context)
    yield from _without(context)


@mends("structure/text-too-short", "structure/blank-text")
def fill_text(context: FixContext) -> Iterator[Proposal]:
    if all(isinstance(path[-1], int) or context.is_optional(path) for path in context.paths):
        # What is filled in beforehand may have been a single character, and that nobody knows.
        is_lost = all(path[-1] == "init-value" for path in context.paths)
        yield from (Choice(*proposal) if is_lost else proposal for proposal in _without(context))
        if any(isinstance(path[-1], int) for path in context.paths):
            yield from _removed(context, context.paths, "Remove the empty line")
        return
    draft = context.draft()
    try:
        for path in context.paths:
            draft.set(path, evident(context, path[:-1], str(path[-1])))
        yield f"Fill in '{context.path[-1]}'", draft
    except Unclear:
        nodes = [node for path in context.paths if (node := context.node(path))]
        if nodes and all(node.path == path[:-1] for node, path in zip(nodes, context.paths, strict=False)):
            yield from _removed(context, [node.path for node in nodes], f"Remove the empty {nodes[0].kind}")
        elif all(isinstance(path[-1], str) and path[-1] not in ("id", "title") for path in context.paths):
            yield from _removed(context, context.paths, f"Remove '{context.path[-1]}'")


@mends("structure/pattern-mismatch")
def match_pattern(context: FixContext) -> Iterator[Proposal]:
    for path in context.paths[:1]:
        draft = context.draft()
        if path[-2:-1] == ("cases",):
            name = as_name(str(path[-1]))
            key = name if name[:1].isalpha() else f"case_{name}".rstrip("_")
            draft.rename(path, unused(key, set(context.get(path[:-1]))))
            # What it stands for comes from elsewhere, and would have to be called so there, too.
            yield Guess(f"Call the case '{key}'", draft)
            continue
        if path[-1] == "color":
            text = str(context.get(path)).strip()
            color = _COLORS.get(text.lower()) or _hexadecimal(text)
            if color:
                for one in context.paths:
                    draft.set(one, color)
                yield f"Write {color}", draft
    yield from _without(context)
    if context.path[-1] == "color":
        yield from _removed(context, context.paths, "Remove 'color'", guess=True)


@mends("structure/name-not-plain")
def plain_name(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        name = re.sub(r"^.*[.{`]", "", str(context.get(path)).strip("`${}"))
        screen = context.screen(path)
        draft.set(path, unused(as_name(name) or "field", set(screen.names) if screen else set()))
    yield f"Write '{draft.get(context.path)}'", draft


@mends("structure/wrong-format")
def right_format(context: FixContext) -> Iterator[Proposal]:
    for path in context.paths[:1]:
        text = str(context.get(path)).strip()
        if context.values["format"] == "uri":
            fixed = re.sub(r"^(?:https?:)?/*", "https://", text)
            if re.fullmatch(r"https://[\w-]+(\.[\w-]+)+\S*", fixed):
                draft = context.draft()
                draft.set(path, fixed)
                yield f"Write {shown(fixed)}", draft
        else:
            # What else is wrong with a pattern can be meant in many ways.
            for pattern in (text.strip("/"), text + ")", text + "]"):
                draft = context.draft()
                draft.set(path, pattern)
                title = f"Write {shown(pattern)}"
                yield Choice(title, draft) if pattern.startswith(text) else (title, draft)


@mends("structure/too-few-items")
def drop_empty(context: FixContext) -> Iterator[Proposal]:
    yield from _without(context)


@mends("structure/number-too-small", "structure/number-too-large")
def at_limit(context: FixContext) -> Iterator[Proposal]:
    """As strict as is possible; where that lets more pass than was asked for, it is only a guess."""
    limit = context.values["limit"]
    draft = context.draft()
    for path in context.paths:
        draft.set(path, limit)
    looser = {"structure/number-too-small": "max-", "structure/number-too-large": "min-"}[context.rule]
    title = f"Write {limit}"
    yield Guess(title, draft) if str(context.path[-1]).startswith(looser) else Choice(title, draft)


@mends("media/not-base64")
def bare_base64(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.set(path, re.sub(r"^\s*data:[^,]*,", "", str(context.get(path))).strip())
    yield "Leave only the Base64", draft
    yield from _without(context)


def _without(context: FixContext) -> Iterator[Proposal]:
    """Without properties that are not needed, whose values cannot be made out."""
    paths = [path for path in context.paths if context.is_optional(path) or context.get(path) is None]
    if paths and len(paths) == len(context.paths):
        is_lost = any(says_something(context.get(path)) for path in paths)
        yield from _removed(context, paths, f"Remove '{shown(paths[0][-1])}'", guess=is_lost)


def _removed(context: FixContext, paths: list[Path], title: str, *, guess: bool = False) -> Iterator[Proposal]:
    draft = context.draft()
    for path in sorted(paths, key=lambda one: [str(step).zfill(6) for step in one], reverse=True):
        draft.remove(path)
    yield Guess(title, draft) if guess else (title, draft)


def _kinds_of(value: Any, context: FixContext) -> list[str]:
    """The component types that have these keys and need no others."""
    keys = set(value) - {"type"} if isinstance(value, dict) else set()
    fitting = [
        component
        for component in COMPONENTS.values()
        if component.since <= context.version and _fits(component, keys, context)
    ]
    order = ("TextBody", "TextInput", "Footer", "Dropdown", "RadioButtonsGroup", "Image", "If", "Form")
    return sorted((one.name for one in fitting), key=lambda one: order.index(one) if one in order else 99)


def _fits(declared: Component, keys: set[str], context: FixContext) -> bool:
    known = {name for name, prop in declared.properties.items() if prop.exists_in(context.version)}
    needed = {name for name, prop in declared.properties.items() if prop.is_required_in(context.version)}
    return bool(keys) and keys <= known and needed - {"type"} <= keys


def _hexadecimal(text: str) -> str | None:
    digits = text.lstrip("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(letter * 2 for letter in digits)
    return f"#{digits}" if re.fullmatch(r"[0-9a-fA-F]{6}", digits) else None
