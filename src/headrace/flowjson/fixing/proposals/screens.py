"""Screens: ids, flags, ends."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue.containers import RESERVED_SCREEN_IDS, SCREEN
from headrace.flowjson.editing.renames import rename_screen_in
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Guess, Proposal, like, mends, resembling
from headrace.flowjson.fixing.proposals.guesses import form_values, payload_for

_LETTERS = "ABCDEFGHIJ"


@mends("structure/screen-id", "screens/reserved-id")
def plain_id(context: FixContext) -> Iterator[Proposal]:
    path = context.path
    key = path[-1] if path[0] == "routing_model" and len(path) == 2 else context.get(path)
    old = str(key)
    new = _plain(old)
    taken = set(context.flow.by_id)
    while new in taken:
        new += "_A"
    draft = context.draft()
    if path[0] != "routing_model":
        rename_screen_in(draft, old, new)
        # A sign that joins no words was hit instead of a letter.
        yield Choice(f"Call it {new}", draft) if re.search(r"[^\w\s.:/-]", old) else (f"Call it {new}", draft)
        return
    meant = like(old, list(taken)) or (new if _plain(old) in taken else None)
    for one in (meant, _plain(old)):
        if one:
            draft = context.draft()
            if len(path) == 2:
                draft.rename(path, one)
            else:
                draft.set(path, one)
            yield f"Write '{one}'", draft
    draft = context.draft()
    draft.remove(path)
    yield "Remove it from the routing model", draft


@mends("screens/duplicate-id")
def another_id(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    taken = set(context.flow.by_id)
    named = [action.target for screen in context.flow.screens for action in screen.actions if action.target]
    model = context.get(("routing_model",))
    named += [target for targets in (model or {}).values() for target in targets] if isinstance(model, dict) else []
    open_names = [name for name in dict.fromkeys(named) if name not in taken]
    is_guessed = False
    for path in context.paths:
        old, new = str(context.get(path)), open_names.pop(0) if open_names else None
        # With no name that leads nowhere, nobody knows which of the two is meant by what leads to their name.
        is_guessed |= new is None and (old in named or f"screen.{old}." in context.document.text)
        if new is None:
            words = _plain(str(context.get((*path[:-1], "title")) or "")).upper()
            new = words if words and words not in taken else f"{old}_B"
        while new in taken:
            new += "_B"
        taken.add(new)
        draft.set(path, new)
        if isinstance(model, dict) and new not in model and new not in named:
            draft.insert(("routing_model", new), [])
    title = f"Call it {draft.get(context.path)}"
    yield Choice(title, draft) if is_guessed else (title, draft)


@mends("screens/no-terminal", "actions/complete-not-terminal")
def make_terminal(context: FixContext) -> Iterator[Proposal]:
    ending = [screen for screen in context.flow.screens if any(action.name == "complete" for action in screen.actions)]
    if context.rule == "screens/no-terminal":
        ending = ending or context.flow.screens[-1:]
        for screen in reversed(context.flow.screens):
            if not any(action.target for action in screen.actions) and screen not in ending:
                ending = [*ending, screen][-1:]
    else:
        paths = {path[:2] for path in context.paths}
        ending = [screen for screen in context.flow.screens if screen.path in paths]
    draft = context.draft()
    for screen in ending:
        if resembling("terminal", screen.value, SCREEN.properties):
            # It is there, misspelt: that is mended at the key.
            return
        draft.set((*screen.path, "terminal"), True)
    yield f"Make {ending[0].label} terminal", draft
    if context.rule == "actions/complete-not-terminal":
        draft = context.draft()
        for path in context.paths:
            here = context.screen(path)
            target = context.next_screen(here)
            if here is None or target is None:
                return
            action = {"name": "navigate", "next": {"type": "screen", "name": target.id}}
            draft.set(path[:-1], {**action, "payload": payload_for(context.flow, here, target)})
        yield Guess("Lead to the next screen", draft)


@mends("structure/success-without-terminal")
def success_of_an_end(context: FixContext) -> Iterator[Proposal]:
    """A screen that completes the Flow is to be terminal; of any other one nothing is a success."""
    screens = [screen for path in context.paths if (screen := context.screen(path))]
    ending = [screen for screen in screens if any(action.name == "complete" for action in screen.actions)]
    draft = context.draft()
    if ending:
        for screen in ending:
            draft.set((*screen.path, "terminal"), True)
        yield f"Make {ending[0].label} terminal", draft
        return
    for path in context.paths:
        draft.remove(path)
    yield "Remove 'success'", draft


@mends("screens/no-footer")
def add_footer(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        screen = context.screen(path)
        if screen is None:
            continue
        action: dict[str, Any] = {"name": "complete", "payload": form_values(screen)}
        footer = {"type": "Footer", "label": "Finish", "on-click-action": action}
        home = screen.forms[0].path if screen.forms else (*screen.path, "layout")
        draft.insert((*home, "children", len(draft.get((*home, "children")))), footer)
    yield "Add a Footer that completes the Flow", draft


@mends("screens/terminal-footer-goes-on")
def go_on_or_end(context: FixContext) -> Iterator[Proposal]:
    screens = [screen for path in context.paths if (screen := context.screen(path))]
    draft = context.draft()
    for screen in screens:
        draft.remove((*screen.path, "terminal"))
        if draft.has((*screen.path, "success")):
            draft.remove((*screen.path, "success"))
    yield "Remove 'terminal'", draft
    draft = context.draft()
    for path, screen in zip(context.paths, screens, strict=True):
        draft.set(path[:-1], {"name": "complete", "payload": form_values(screen)})
    yield Guess("Let the Footer complete the Flow", draft)


@mends("screens/no-success")
def succeed(context: FixContext) -> Iterator[Proposal]:
    """The only end is a success; of several ends nobody knows which one."""
    if len(context.paths) == 1:
        draft = context.draft()
        draft.set(context.path, True)
        yield "Write true", draft


@mends("screens/refresh-without-endpoint")
def no_refresh(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove(path)
    yield "Remove 'refresh_on_back'", draft


def _plain(name: str) -> str:
    """An id with letters instead of digits, and underscores instead of everything else."""
    lettered = re.sub(r"\d", lambda digit: _LETTERS[int(digit.group())], name)
    plain = re.sub(r"[^a-zA-Z]+", "_", lettered).strip("_")
    if plain in RESERVED_SCREEN_IDS or not plain:
        suffix = "_screen" if plain.islower() else "_SCREEN"
        return f"{plain}{suffix}" if plain else "SCREEN"
    return plain
