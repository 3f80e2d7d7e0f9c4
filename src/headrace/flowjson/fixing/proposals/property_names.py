"""Properties under names that are not theirs, those that are missing, and those too many."""

from collections.abc import Container, Iterator
from typing import Any

from headrace.flowjson.catalogue.containers import SCREEN
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.checks.spelling import bare, opposite_of
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.fixing.fix_context import (
    Choice,
    Exactly,
    FixContext,
    Guess,
    Proposal,
    mends,
    resembling,
    says_something,
    shown,
)
from headrace.flowjson.fixing.proposals.guesses import evident
from headrace.flowjson.fixing.proposals.versions import version_of_property

_KEYS_MEANT: dict[str, tuple[str, ...]] = {
    "placeholder": ("helper-text",), "hint": ("helper-text",), "description": ("helper-text",),
    "default": ("init-value",), "defaultvalue": ("init-value",), "value": ("init-value",),
    "options": ("data-source",), "items": ("data-source", "list-items"), "choices": ("data-source",),
    "action": ("on-click-action",), "onclick": ("on-click-action",), "onselect": ("on-select-action",),
    "maxlength": ("max-chars",), "minlength": ("min-chars",), "maxchars": ("max-length",),
    "text": ("label",), "content": ("text",), "label": ("text",), "title": ("label",),
    "components": ("children",), "children": ("then",), "source": ("src",), "url": ("src",), "alt": ("alt-text",),
}  # fmt: skip
"""What properties are called elsewhere, and what the same may be called in Flow JSON."""
_OPTION_KEYS_MEANT = {
    "label": "title", "text": "title", "name": "title", "value": "id", "key": "id", "subtitle": "description",
    "img": "image", "icon": "image",
}  # fmt: skip
"""The same for the options of a choice."""


@mends("structure/unknown-property", "structure/unknown-component-property")
def misspelt(context: FixContext) -> Iterator[Proposal]:
    """What was meant; else, when the property came with a later version, that version; else without it."""
    meant = context.values.get("meant")
    is_there = any(meant in context.get(path[:-1]) for path in context.paths)
    if meant and not is_there:
        draft = context.draft()
        for path in context.paths:
            draft.rename(path, meant)
        same = bare(meant) == bare(str(context.path[-1]))
        title = f"Write '{meant}'"
        yield Exactly(title, draft) if same else (title, draft)
    yield from version_of_property(context)
    yield from _called_otherwise(context)
    yield from _option_called_otherwise(context)
    draft = context.draft()
    for path in context.paths:
        draft.remove(path)
    title = f"Remove '{shown(context.path[-1])}'"
    node = context.node()
    opposite = opposite_of(str(context.path[-1]), node.component.properties) if node else None
    is_told_here = any(_lacks_what_it_does(context.get(path[:-1]), path[-2:-1]) for path in context.paths)
    if (meant and not is_there) or opposite or is_told_here:
        yield Guess(title, draft)
    elif any(_is_lost(context, path, meant) for path in context.paths):
        yield Choice(title, draft)
    else:
        yield title, draft


def _is_lost(context: FixContext, path: Path, meant: str | None) -> bool:
    """Whether a value goes with its key: it says something that does not stand beside it as well, under the key that
    was meant or, as an action or the screen where it leads, under its name."""
    value, owner = context.get(path), context.get(path[:-1])
    if not says_something(value) or (meant in owner and owner[meant] == value):
        return False
    following = owner.get("next")
    named = (owner.get("name"), following.get("name") if isinstance(following, dict) else None)
    return not (isinstance(value, str) and value in named)


def _lacks_what_it_does(owner: dict[str, Any], place: Path) -> bool:
    """Whether this is an action that does not say what it does or where it leads: a stray member may say it."""
    if place == ("next",):
        return "name" not in owner
    is_action = place and str(place[0]).startswith("on-")
    return bool(is_action) and ("name" not in owner or (owner["name"] == "navigate" and "next" not in owner))


def _called_otherwise(context: FixContext) -> Iterator[Proposal]:
    """The same property under the name it has here."""
    node, key = context.node(), context.path[-1]
    if node is None or any(path != (*node.path, key) for path in context.paths):
        return
    if key == "required" and node.kind in PICKERS and node.value[key] is True:
        least = PICKERS[node.kind].replace("max", "min")
        draft = context.draft()
        draft.remove(context.path)
        if not node.value.get(least):
            draft.set((*node.path, least), 1)
        yield f"Write '{least}'", draft
    if (
        bare(str(key)) in ("url", "href", "link")
        and node.kind == "EmbeddedLink"
        and "on-click-action" not in node.value
    ):
        draft = context.draft()
        draft.remove(context.path)
        draft.insert((*node.path, "on-click-action"), {"name": "open_url", "url": node.value[str(key)]})
        yield "Open it by 'on-click-action'", draft
    for name in _KEYS_MEANT.get(bare(str(key)), ()):
        if name in node.component.properties and name not in node.value:
            draft = context.draft()
            draft.rename(context.path, name)
            # What becomes of its value is then seen, instead of being dropped silently.
            yield Exactly(f"Write '{name}'", draft)


def _other_names(key: str, owner: Path) -> tuple[str, ...]:
    """What a key that others use may be called here."""
    if owner[-2:-1] == ("data-source",):
        return (_OPTION_KEYS_MEANT.get(bare(key), ""),)
    return _KEYS_MEANT.get(bare(key), ()) if owner[-2:-1] == ("children",) else ()


def _option_called_otherwise(context: FixContext) -> Iterator[Proposal]:
    """A member of an option under the name it has here."""
    name = _OPTION_KEYS_MEANT.get(bare(str(context.path[-1])))
    if name is None or any(path[-3:-2] != ("data-source",) or name in context.get(path[:-1]) for path in context.paths):
        return
    draft = context.draft()
    for path in context.paths:
        draft.rename(path, name)
    yield Exactly(f"Write '{name}'", draft)


@mends("structure/data-channel-uri", "structure/meta")
@mends("actions/member-not-for-action", "data/nested-example")
def remove_member(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove(path)
    title = f"Remove '{shown(context.path[-1])}'"
    is_lost = context.rule != "data/nested-example" and any(says_something(context.get(path)) for path in context.paths)
    yield Choice(title, draft) if is_lost else (title, draft)


@mends("structure/missing-property", "actions/missing-member")
def add_property(context: FixContext) -> Iterator[Proposal]:
    name = context.values["property"]
    draft = context.draft()
    for path in context.paths:
        owner = context.get(path)
        if any(name in _other_names(key, path) for key in owner) or resembling(name, owner, _known_keys(context, path)):
            # It is there, under another name: that is reported, and mended, at the key.
            return
        draft.insert((*path, name), evident(context, path, name))
    yield f"Add '{name}'", draft


def _known_keys(context: FixContext, path: Path) -> Container[str]:
    """The properties that the object at a path may have, where it is a component or a screen."""
    if len(path) == 2 and path[0] == "screens":
        return SCREEN.properties
    node = context.node(path)
    return node.component.properties if node and node.path == path else ()
