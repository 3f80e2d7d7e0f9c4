"""Properties: misspelt, missing, too many, of another type or out of their limits."""

import json
import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, Component
from headrace.flowjson.checks.fixes.broken import (
    Broken,
    Exactly,
    Guess,
    Proposal,
    as_name,
    like,
    loosely_like,
    mends,
    shown,
    unused,
)
from headrace.flowjson.checks.fixes.guesses import evident
from headrace.flowjson.checks.fixes.values import Unclear, coerced
from headrace.flowjson.checks.fixes.versions import version_of_property
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.checks.spelling import bare, opposite_of
from headrace.flowjson.diagnostics import Path

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
_KEYS_MEANT: dict[str, tuple[str, ...]] = {
    "placeholder": ("helper-text",), "hint": ("helper-text",), "description": ("helper-text",),
    "default": ("init-value",), "defaultvalue": ("init-value",), "value": ("init-value",),
    "options": ("data-source",), "items": ("data-source", "list-items"), "choices": ("data-source",),
    "action": ("on-click-action",), "onclick": ("on-click-action",), "onselect": ("on-select-action",),
    "maxlength": ("max-chars",), "minlength": ("min-chars",), "maxchars": ("max-length",),
    "text": ("label",), "content": ("text",), "label": ("text",), "title": ("label",),
    "components": ("children",), "children": ("then",), "source": ("src",), "url": ("src",), "alt": ("alt-text",),
}  # fmt: skip
"""What properties are called elsewhere, and how the same is called here."""
_OPTION_KEYS_MEANT = {
    "label": "title", "text": "title", "name": "title", "value": "id", "key": "id", "subtitle": "description",
    "img": "image", "icon": "image",
}  # fmt: skip
"""The same for the options of a choice."""
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


@mends("structure/unknown-property", "structure/unknown-component-property")
def misspelt(broken: Broken) -> Iterator[Proposal]:
    """What was meant; else, when the property came with a later version, that version; else without it."""
    meant = broken.values.get("meant")
    is_there = any(meant in broken.get(path[:-1]) for path in broken.paths)
    if meant and not is_there:
        draft = broken.draft()
        for path in broken.paths:
            draft.rename(path, meant)
        same = bare(meant) == bare(str(broken.path[-1]))
        title = f"Write '{meant}'"
        yield Exactly(title, draft) if same else (title, draft)
    yield from version_of_property(broken)
    yield from _called_otherwise(broken)
    yield from _option_called_otherwise(broken)
    draft = broken.draft()
    for path in broken.paths:
        draft.remove(path)
    title = f"Remove '{shown(broken.path[-1])}'"
    node = broken.node()
    opposite = opposite_of(str(broken.path[-1]), node.component.properties) if node else None
    yield Guess(title, draft) if (meant and not is_there) or opposite else (title, draft)


def _called_otherwise(broken: Broken) -> Iterator[Proposal]:
    """The same property under the name it has here."""
    node, key = broken.node(), broken.path[-1]
    if node is None or any(path != (*node.path, key) for path in broken.paths):
        return
    if key == "required" and node.kind in PICKERS and node.value[key] is True:
        least = PICKERS[node.kind].replace("max", "min")
        draft = broken.draft()
        draft.remove(broken.path)
        if not node.value.get(least):
            draft.set((*node.path, least), 1)
        yield f"Write '{least}'", draft
    if (
        bare(str(key)) in ("url", "href", "link")
        and node.kind == "EmbeddedLink"
        and "on-click-action" not in node.value
    ):
        draft = broken.draft()
        draft.remove(broken.path)
        draft.insert((*node.path, "on-click-action"), {"name": "open_url", "url": node.value[str(key)]})
        yield "Open it by 'on-click-action'", draft
    for name in _KEYS_MEANT.get(bare(str(key)), ()):
        if name in node.component.properties and name not in node.value:
            draft = broken.draft()
            draft.rename(broken.path, name)
            # What becomes of its value is then seen, instead of its being thrown away.
            yield Exactly(f"Write '{name}'", draft)


def _other_names(key: str, owner: Path) -> tuple[str, ...]:
    """What a key that others use may be called here."""
    if owner[-2:-1] == ("data-source",):
        return (_OPTION_KEYS_MEANT.get(bare(key), ""),)
    return _KEYS_MEANT.get(bare(key), ()) if owner[-2:-1] == ("children",) else ()


def _option_called_otherwise(broken: Broken) -> Iterator[Proposal]:
    """A member of an option under the name it has here."""
    name = _OPTION_KEYS_MEANT.get(bare(str(broken.path[-1])))
    if name is None or any(path[-3:-2] != ("data-source",) or name in broken.get(path[:-1]) for path in broken.paths):
        return
    draft = broken.draft()
    for path in broken.paths:
        draft.rename(path, name)
    yield Exactly(f"Write '{name}'", draft)


@mends("structure/data-channel-uri", "structure/meta")
@mends("actions/member-not-for-action", "data/nested-example")
def remove_member(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove(path)
    yield f"Remove '{shown(broken.path[-1])}'", draft


@mends("structure/missing-property", "actions/missing-member")
def add_property(broken: Broken) -> Iterator[Proposal]:
    name = broken.values["property"]
    draft = broken.draft()
    for path in broken.paths:
        if any(name in _other_names(key, path) for key in broken.get(path)):
            # It is there, under another name: that is told, and mended, at the key.
            return
        draft.insert((*path, name), evident(broken, path, name))
    yield f"Add '{name}'", draft


@mends("structure/missing-type")
def add_type(broken: Broken) -> Iterator[Proposal]:
    for path in broken.paths[:1]:
        value = broken.get(path)
        kinds = ["SingleColumnLayout"] if path[-1] == "layout" else _kinds_of(value, broken)
        plain = len(kinds) == 1 or any(kind.startswith("Text") and kind != "TextInput" for kind in kinds)
        for kind in kinds:
            draft = broken.draft()
            for one in broken.paths:
                draft.insert((*one, "type"), kind, 0)
            title = f"Add type {kind}"
            yield (title, draft) if plain else Guess(title, draft)


@mends("structure/wrong-value")
def other_type(broken: Broken) -> Iterator[Proposal]:
    for path in broken.paths[:1]:
        if path[-2:] == ("layout", "type"):
            meant: str | None = "SingleColumnLayout"
        else:
            word = str(broken.get(path))
            known = [one for one, declared in COMPONENTS.items() if declared.since <= broken.version]
            meant = like(word, known) or _COMPONENTS_MEANT.get(bare(word)) or loosely_like(word, known)
        if meant:
            draft = broken.draft()
            for one in broken.paths:
                draft.set(one, meant)
            yield f"Write '{meant}'", draft


@mends("structure/wrong-type", "structure/not-a-binding", "structure/not-a-data-binding")
def convert(broken: Broken) -> Iterator[Proposal]:
    wanted = broken.values.get("expected")
    for path in broken.paths[:1]:
        value = broken.get(path)
        prop = broken.property(path)
        for kind in dict.fromkeys((wanted or (prop.types[0] if prop else "string"), *(prop.types if prop else ()))):
            try:
                changed = coerced(value, kind)
            except Unclear:
                continue
            draft = broken.draft()
            for one in broken.paths:
                draft.set(one, coerced(broken.get(one), kind))
            if changed == [value]:
                yield "Put it in a list", draft
                continue
            yield f"Write {shown(changed) if kind != 'string' else json.dumps(changed, ensure_ascii=False)}", draft
        match = _NEAR_BINDING.fullmatch(value) if isinstance(value, str) else None
        if match:
            draft = broken.draft()
            draft.set(path, f"${{{match[1]}.{match[2]}}}")
            yield f"Write ${{{match[1]}.{match[2]}}}", draft
    yield from _without(broken)


@mends("structure/value-not-in-list")
def listed_value(broken: Broken) -> Iterator[Proposal]:
    known = [one.strip() for one in str(broken.values["values"]).split(",")]
    for path in broken.paths[:1]:
        word = str(broken.get(path))
        other = _VALUES_MEANT.get(word.strip().lower())
        meant = like(word, known) or (other if other in known else None) or (known[0] if len(known) == 1 else None)
        node = broken.node(path)
        if meant:
            draft = broken.draft()
            for one in broken.paths:
                draft.set(one, meant)
            yield f"Write '{meant}'", draft
        if path[-1] == "input-type" and node and "pattern" in node.value:
            draft = broken.draft()
            draft.remove((*node.path, "pattern"))
            yield Guess("Remove the pattern", draft)
    yield from version_of_property(broken)
    yield from _without(broken)


@mends("structure/text-too-short", "structure/blank-text")
def fill_text(broken: Broken) -> Iterator[Proposal]:
    if all(isinstance(path[-1], int) or broken.is_optional(path) for path in broken.paths):
        yield from _without(broken)
        if any(isinstance(path[-1], int) for path in broken.paths):
            yield from _removed(broken, broken.paths, "Remove the empty line")
        return
    draft = broken.draft()
    try:
        for path in broken.paths:
            draft.set(path, evident(broken, path[:-1], str(path[-1])))
        yield f"Fill in '{broken.path[-1]}'", draft
    except Unclear:
        nodes = [node for path in broken.paths if (node := broken.node(path))]
        if nodes and all(node.path == path[:-1] for node, path in zip(nodes, broken.paths, strict=False)):
            yield from _removed(broken, [node.path for node in nodes], f"Remove the empty {nodes[0].kind}")
        elif all(isinstance(path[-1], str) and path[-1] not in ("id", "title") for path in broken.paths):
            yield from _removed(broken, broken.paths, f"Remove '{broken.path[-1]}'")


@mends("structure/pattern-mismatch")
def match_pattern(broken: Broken) -> Iterator[Proposal]:
    for path in broken.paths[:1]:
        draft = broken.draft()
        if path[-2:-1] == ("cases",):
            name = as_name(str(path[-1]))
            key = name if name[:1].isalpha() else f"case_{name}".rstrip("_")
            draft.rename(path, unused(key, set(broken.get(path[:-1]))))
            # What it stands for comes from elsewhere, and would have to be called so there, too.
            yield Guess(f"Call the case '{key}'", draft)
            continue
        if path[-1] == "color":
            text = str(broken.get(path)).strip()
            color = _COLORS.get(text.lower()) or _hexadecimal(text)
            if color:
                for one in broken.paths:
                    draft.set(one, color)
                yield f"Write {color}", draft
    yield from _without(broken)
    if broken.path[-1] == "color":
        yield from _removed(broken, broken.paths, "Remove 'color'", guess=True)


@mends("structure/name-not-plain")
def plain_name(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        name = re.sub(r"^.*[.{`]", "", str(broken.get(path)).strip("`${}"))
        screen = broken.screen(path)
        draft.set(path, unused(as_name(name) or "field", set(screen.names) if screen else set()))
    yield f"Write '{draft.get(broken.path)}'", draft


@mends("structure/wrong-format")
def right_format(broken: Broken) -> Iterator[Proposal]:
    for path in broken.paths[:1]:
        text = str(broken.get(path)).strip()
        if broken.values["format"] == "uri":
            fixed = re.sub(r"^(?:https?:)?/*", "https://", text)
            if re.fullmatch(r"https://[\w-]+(\.[\w-]+)+\S*", fixed):
                draft = broken.draft()
                draft.set(path, fixed)
                yield f"Write {shown(fixed)}", draft
        else:
            # What else is wrong with a pattern can be meant in many ways.
            for pattern in (text.strip("/"), text + ")", text + "]"):
                draft = broken.draft()
                draft.set(path, pattern)
                yield f"Write {shown(pattern)}", draft


@mends("structure/too-few-items")
def drop_empty(broken: Broken) -> Iterator[Proposal]:
    yield from _without(broken)


@mends("structure/number-too-small", "structure/number-too-large")
def at_limit(broken: Broken) -> Iterator[Proposal]:
    """As strict as is possible; where that lets more pass than was asked for, it is only a guess."""
    limit = broken.values["limit"]
    draft = broken.draft()
    for path in broken.paths:
        draft.set(path, limit)
    looser = {"structure/number-too-small": "max-", "structure/number-too-large": "min-"}[broken.rule]
    title = f"Write {limit}"
    yield Guess(title, draft) if str(broken.path[-1]).startswith(looser) else (title, draft)


@mends("media/not-base64")
def bare_base64(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.set(path, re.sub(r"^\s*data:[^,]*,", "", str(broken.get(path))).strip())
    yield "Leave only the Base64", draft
    yield from _without(broken)


def _without(broken: Broken) -> Iterator[Proposal]:
    """Without properties that are not needed, whose values cannot be made out."""
    paths = [path for path in broken.paths if broken.is_optional(path) or broken.get(path) is None]
    if paths and len(paths) == len(broken.paths):
        says_something = any(not _is_empty(broken.get(path)) for path in paths)
        yield from _removed(broken, paths, f"Remove '{shown(paths[0][-1])}'", guess=says_something)


def _is_empty(value: Any) -> bool:
    return value in (None, [], {}) or (isinstance(value, str) and not value.strip())


def _removed(broken: Broken, paths: list[Path], title: str, *, guess: bool = False) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in sorted(paths, key=lambda one: [str(step).zfill(6) for step in one], reverse=True):
        draft.remove(path)
    yield Guess(title, draft) if guess else (title, draft)


def _kinds_of(value: Any, broken: Broken) -> list[str]:
    """The component types that have these keys and need no others."""
    keys = set(value) - {"type"} if isinstance(value, dict) else set()
    fitting = [one for one in COMPONENTS.values() if one.since <= broken.version and _fits(one, keys, broken)]
    order = ("TextBody", "TextInput", "Footer", "Dropdown", "RadioButtonsGroup", "Image", "If", "Form")
    return sorted((one.name for one in fitting), key=lambda one: order.index(one) if one in order else 99)


def _fits(declared: Component, keys: set[str], broken: Broken) -> bool:
    known = {name for name, prop in declared.properties.items() if prop.exists_in(broken.version)}
    needed = {name for name, prop in declared.properties.items() if prop.is_required_in(broken.version)}
    return bool(keys) and keys <= known and needed - {"type"} <= keys


def _hexadecimal(text: str) -> str | None:
    digits = text.lstrip("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(one * 2 for one in digits)
    return f"#{digits.upper()}" if re.fullmatch(r"[0-9a-fA-F]{6}", digits) else None
