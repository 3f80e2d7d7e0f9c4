"""Rules of single components and containers."""

import re
from collections.abc import Iterator

from headrace.flowjson.checks.advice.optional import without_optional
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.fixing.fix_context import Choice, FixContext, Guess, Proposal, like, mends, shown, unused
from headrace.flowjson.fixing.proposals.values import Unclear, coerced


def _remove(draft: Draft, paths: list[Path]) -> None:
    """Takes out what stands at the paths; of a list, the last ones first."""
    for path in sorted(paths, key=lambda one: [str(step).zfill(6) for step in one], reverse=True):
        draft.remove(path)


@mends("footer/caption-alone")
def centre_caption(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.rename((*path, context.values["present"]), "center-caption")
    yield "Put the caption in the centre", draft


@mends("footer/captions-together")
def without_centre(context: FixContext) -> Iterator[Proposal]:
    """Two captions stand left and right; of three, somebody has to choose."""
    draft = context.draft()
    for path in context.paths:
        draft.remove((*path, "center-caption"))
        if draft.has((*path, "left-caption")) and draft.has((*path, "right-caption")):
            return
        for here, there in (("left-caption", "right-caption"), ("right-caption", "left-caption")):
            if draft.has((*path, here)) and not draft.has((*path, there)):
                draft.insert((*path, there), context.get((*path, "center-caption")))
    yield "Use left and right caption", draft


@mends("text-input/pattern-without-helper-text")
def add_helper_text(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        pattern = str(context.get((*path, "pattern")))
        digits = re.fullmatch(r"\^?(?:\\d|\[0-9\])(?:\{(\d+)(?:,(\d+))?\}|[+*])\$?", pattern)
        if digits is None:
            # A regular expression means nothing to the people who are to type.
            raise Unclear
        counts = " to ".join(one for one in digits.groups() if one)
        draft.insert((*path, "helper-text"), f"{counts} digits" if counts else "Digits only")
    yield f"Add helper-text '{draft.get((*context.path, 'helper-text'))}'", draft


@mends("choices/image-and-color")
def one_kind_of_picture(context: FixContext) -> Iterator[Proposal]:
    for kind, other in (("color", "images"), ("image", "colors")):
        draft = context.draft()
        _remove(draft, [path for path in context.paths if path[-1] == kind])
        yield f"Keep the {other}", draft


@mends("choices/two-handlers")
def one_handler(context: FixContext) -> Iterator[Proposal]:
    """The action of the component is that of the options which have none of their own."""
    node = context.node()
    slot = str(context.values["slot"])
    options = node.value.get("data-source") if node else None
    if node and isinstance(options, list):
        draft = context.draft()
        added = _spread(draft, node.path, slot, [(*node.path, "data-source", index) for index in range(len(options))])
        yield f"Put '{slot}' on every option" if added else "Keep the actions of the options", draft
    draft = context.draft()
    _remove(draft, context.paths)
    yield Guess("Keep the action of the whole component", draft)


def _spread(draft: Draft, owner: Path, slot: str, items: list[Path]) -> bool:
    """Moves an action to the items that have none; false where all have one."""
    value = draft.get((*owner, slot))
    without = [item for item in items if not draft.has((*item, slot))]
    for item in without:
        draft.insert((*item, slot), value)
    draft.remove((*owner, slot))
    return bool(without)


@mends("navigation-list/two-actions")
def one_action(context: FixContext) -> Iterator[Proposal]:
    """The action of the list is that of the items which have none of their own."""
    node = context.node()
    items = node.value.get("list-items") if node else None
    if node and isinstance(items, list):
        draft = context.draft()
        paths: list[Path] = [(*node.path, "list-items", index) for index in range(len(items))]
        added = _spread(draft, node.path, "on-click-action", paths)
        yield "Put the action on every item" if added else "Keep the actions of the items", draft
    draft = context.draft()
    _remove(draft, context.paths[1:])
    yield Guess("Keep the action of the whole list", draft)


@mends("navigation-list/no-action")
def same_action(context: FixContext) -> Iterator[Proposal]:
    """The one action that there is, when all items have the same."""
    draft = context.draft()
    for path in context.paths:
        items = context.get((*path, "list-items"))
        known = [item["on-click-action"] for item in items if isinstance(item, dict) and "on-click-action" in item]
        if not known or any(action != known[0] for action in known):
            raise Unclear
        for index, one in enumerate(items):
            if "on-click-action" not in one:
                draft.insert((*path, "list-items", index, "on-click-action"), known[0])
    yield "Give every item the same action", draft


@mends("navigation-list/end-members")
def empty_end(context: FixContext) -> Iterator[Proposal]:
    if any(context.get(path) for path in context.paths):
        return
    draft = context.draft()
    _remove(draft, context.paths)
    yield "Remove 'end'", draft


@mends("navigation-list/end-with-large-media")
def regular_media(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.set((*path, "media-size"), "regular")
    yield "Use regular pictures", draft


@mends("navigation-list/on-terminal-screen")
def not_terminal(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove((*path, "terminal"))
        if draft.has((*path, "success")):
            draft.remove((*path, "success"))
    yield "Remove 'terminal'", draft


@mends("forms/duplicate-name")
def another_name(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    screen = context.screen()
    taken = set(screen.names) if screen else set()
    for path in context.paths[1:]:
        name = unused(str(context.get(path)), taken)
        taken.add(name)
        draft.set(path, name)
    yield f"Call the second one '{draft.get(context.paths[-1])}'", draft


@mends("forms/component-outside", "forms/components-outside", "structure/input-outside-form")
def into_form(context: FixContext) -> Iterator[Proposal]:
    """Into the Form of the screen, before its Footer; where there is none, everything into a new one."""
    draft = context.draft()
    title = "Put it into the Form"
    for index in sorted({int(path[1]) for path in context.paths}):
        screen = next(screen for screen in context.flow.screens if screen.index == index)
        children: Path = (*screen.path, "layout", "children")
        outside = [path for path in context.paths if path[1] == index and path[: len(children)] == children]
        form = next((node for node in screen.forms if node.path[:-1] == children), None)
        if form is None:
            _wrap(draft, children, len(context.get(children)))
            title = "Put everything into a Form"
            continue
        end = len(form.value.get("children", ()))
        if form.children and form.children[-1].kind == "Footer":
            end -= 1
        at, first = int(form.path[-1]), 0
        for moved, path in enumerate(sorted(outside)):
            # What stands before the Form goes to its beginning, what stands behind it to its end.
            ahead = path < form.path
            at, place, first, end = (at - 1, first, first + 1, end + 1) if ahead else (at, end, first, end + 1)
            draft.move((*children, int(path[len(children)]) - moved), (*children, at, "children", place))
    yield title, draft


@mends("payloads/form-from-outside")
def footer_into_form(context: FixContext) -> Iterator[Proposal]:
    node, screen = context.node(), context.screen()
    form = screen.forms[0] if screen and screen.forms else None
    if node is None or form is None or node.path < form.path:
        return
    draft = context.draft()
    draft.move(node.path, (*form.path, "children", len(form.value["children"])))
    yield "Put the Footer into the Form", draft


def _wrap(draft: Draft, children: Path, count: int) -> None:
    draft.insert((*children, count), {"type": "Form", "name": "form", "children": []})
    for number in range(count):
        draft.move((*children, 0), (*children, count - number - 1, "children", number))


@mends("design/optional-twice")
def without_mark(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        label = without_optional(str(context.get(path)))
        if label is None:
            raise Unclear
        draft.set(path, label)
    yield f"Write '{shown(draft.get(context.path))}'", draft


@mends("structure/component-not-here")
def out_of_container(context: FixContext) -> Iterator[Proposal]:
    """What may not stand in a Form moves behind it."""
    node = context.node()
    if node is None or node.parent is None or node.parent.kind != "Form":
        return
    draft = context.draft()
    parent = node.parent.path
    draft.move(node.path, (*parent[:-1], int(parent[-1]) + 1))
    yield f"Move the {node.kind} out of the Form", draft
    draft = context.draft()
    draft.remove(node.path)
    yield Guess(f"Remove the {node.kind}", draft)


@mends("forms/own-value")
def value_of_the_form(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        node = context.node(path)
        form = next((ancestor for ancestor in node.ancestors() if ancestor.kind == "Form"), None) if node else None
        values: Path = (*form.path, str(context.values["form"])) if form else ()
        if node is None or node.name is None or not values:
            raise Unclear
        if not draft.has(values):
            draft.insert(values, {})
        elif not isinstance(draft.get(values), dict):
            raise Unclear
        if not draft.has((*values, node.name)):
            draft.insert((*values, node.name), context.get(path))
        draft.remove(path)
    yield f"Move it to '{context.values['form']}' of the Form", draft
    draft = context.draft()
    _remove(draft, context.paths)
    yield Guess(f"Remove '{shown(context.path[-1])}'", draft)


@mends("forms/picker-in-init-values", "forms/unknown-name", "forms/wrong-value")
def init_values(context: FixContext) -> Iterator[Proposal]:
    if context.rule == "forms/picker-in-init-values":
        draft = context.draft()
        _remove(draft, context.paths)
        yield f"Remove '{shown(context.path[-1])}'", draft
        return
    name = str(context.values["name"])
    path = (*context.path, name)
    screen = context.screen()
    if context.rule == "forms/unknown-name":
        meant = like(name, [name for name in screen.names if name not in context.get(context.path)] if screen else [])
        if meant:
            draft = context.draft()
            draft.rename(path, meant)
            yield f"Write '{meant}'", draft
    else:
        for kind in str(context.values["expected"]).split(" or "):
            try:
                draft = context.draft()
                draft.set(path, coerced(context.get(path), kind))
                yield f"Write {shown(draft.get(path))}", draft
            except Unclear:
                continue
    draft = context.draft()
    draft.remove(path)
    yield Guess(f"Remove '{shown(name)}'", draft)


@mends("branches/footer-without-else", "branches/footer-in-one-branch", "branches/footer-in-some-cases")
def same_footer(context: FixContext) -> Iterator[Proposal]:
    """Every branch gets the Footer that one of them has."""
    draft = context.draft()
    for path in context.paths:
        node = context.node(path)
        footer = next((one for one in _below(node) if one.kind == "Footer"), None) if node else None
        if node is None or footer is None:
            return
        names = list(node.value["cases"]) if node.kind == "Switch" else ["then", "else"]
        for name in names:
            branch: Path = (*path, "cases", name) if node.kind == "Switch" else (*path, name)
            if not draft.has(branch):
                draft.insert(branch, [dict(footer.value)])
            elif not any(
                child.branch == name and any(one.kind == "Footer" for one in _with(child)) for child in node.children
            ):
                draft.insert((*branch, len(draft.get(branch))), dict(footer.value))
    yield "Give every branch the Footer", draft


@mends("branches/no-cases", "branches/empty-then")
def drop_branching(context: FixContext) -> Iterator[Proposal]:
    """What shows nothing can go; an If that shows something only else gets the opposite condition."""
    draft = context.draft()
    owners = [path[:-1] for path in context.paths]
    if any(context.get((*owner, "else")) for owner in owners):
        for owner in owners:
            draft.set((*owner, "condition"), _opposite(str(context.get((*owner, "condition")))))
            draft.set((*owner, "then"), context.get((*owner, "else")) or [])
            draft.remove((*owner, "else"))
        yield "Turn the condition round", draft
        return
    _remove(draft, owners)
    node = context.node()
    yield f"Remove the empty {node.kind if node else 'component'}", draft


def _opposite(condition: str) -> str:
    if condition.startswith("`"):
        return f"`!({condition.strip('`')})`"
    return f"!{condition}" if re.fullmatch(r"\$\{[^{}]*\}", condition) else f"!({condition})"


@mends("branches/static-switch")
def bind_switch(context: FixContext) -> Iterator[Proposal]:
    screen = context.screen()
    text = str(context.get(context.path)).strip("{}$ ")
    bare = re.sub(r"^(data|form)\.", "", text)
    candidates = [f"${{data.{name}}}" for name in (screen.data or {}) if screen and name == bare] if screen else []
    candidates += [f"${{form.{name}}}" for name in (screen.names if screen else ()) if name == bare]
    if screen and (meant := like(bare, [*(screen.data or ()), *screen.names])):
        candidates.append(f"${{{'data' if meant in (screen.data or ()) else 'form'}.{meant}}}")
    for reference in candidates:
        draft = context.draft()
        draft.set(context.path, reference)
        yield f"Write {reference}", draft
    # A switch over a fixed value always shows the same case.
    cases = context.get((*context.path[:-1], "cases", text))
    if isinstance(cases, list) and cases:
        draft = context.draft()
        owner = context.path[:-1]
        draft.remove(owner)
        for number, one in enumerate(cases):
            draft.insert((*owner[:-1], int(owner[-1]) + number), one)
        yield f"Keep only the case '{shown(text)}'", draft


@mends("limits/min-above-max")
def swap_limits(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    least, most = context.values["least"], context.values["most"]
    for path in context.paths:
        low, high = context.get((*path[:-1], least)), context.get((*path[:-1], most))
        draft.set((*path[:-1], least), high)
        draft.set((*path[:-1], most), low)
    yield Choice(f"Swap '{least}' and '{most}'", draft)


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield from _with(child)


def _with(node: Node) -> Iterator[Node]:
    yield node
    yield from _below(node)
