"""Rules of single components and containers."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue.media import COMPLETION_FILES, COMPLETION_KB
from headrace.flowjson.checks.fixes.broken import Broken, Proposal, like, mends, shown, unused
from headrace.flowjson.checks.fixes.values import Unclear, coerced
from headrace.flowjson.checks.flow import Node
from headrace.flowjson.checks.media import PICKERS
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.editing.draft import Draft


def _remove(draft: Draft, paths: list[Path]) -> None:
    """Takes out what stands at the paths; of a list, the last ones first."""
    for path in sorted(paths, key=lambda one: [str(step).zfill(6) for step in one], reverse=True):
        draft.remove(path)


@mends("footer/caption-alone")
def centre_caption(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.rename((*path, broken.values["present"]), "center-caption")
    yield "Put the caption in the centre", draft


@mends("footer/captions-together")
def without_centre(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove((*path, "center-caption"))
        for here, there in (("left-caption", "right-caption"), ("right-caption", "left-caption")):
            if draft.has((*path, here)) and not draft.has((*path, there)):
                draft.insert((*path, there), broken.get((*path, "center-caption")))
    yield "Use left and right caption", draft


@mends("text-input/pattern-without-helper-text")
def add_helper_text(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        pattern = str(broken.get((*path, "pattern")))
        digits = re.fullmatch(r"\^?(?:\\d|\[0-9\])\{(\d+)\}\$?", pattern)
        text = f"{digits[1]} digits" if digits else f"Format: {pattern}"[:80]
        draft.insert((*path, "helper-text"), text)
    yield "Add a helper text", draft


@mends("choices/image-and-color")
def one_kind_of_picture(broken: Broken) -> Iterator[Proposal]:
    for kind, other in (("color", "images"), ("image", "colors")):
        draft = broken.draft()
        _remove(draft, [path for path in broken.paths if path[-1] == kind])
        yield f"Keep the {other}", draft


@mends("choices/two-handlers")
def one_handler(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    _remove(draft, broken.paths)
    yield "Keep the action of the whole component", draft


@mends("navigation-list/two-actions")
def one_action(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    draft.remove(broken.paths[0])
    yield "Keep the actions of the items", draft
    draft = broken.draft()
    _remove(draft, broken.paths[1:])
    yield "Keep the action of the whole list", draft


@mends("navigation-list/no-action")
def same_action(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        items = broken.get((*path, "list-items"))
        known = [one["on-click-action"] for one in items if isinstance(one, dict) and "on-click-action" in one]
        if not known:
            raise Unclear
        for index, one in enumerate(items):
            if "on-click-action" not in one:
                draft.insert((*path, "list-items", index, "on-click-action"), known[0])
    yield "Give every item the action of the first", draft


@mends("navigation-list/badges")
def one_badge(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        with_badge = [index for index, one in enumerate(broken.get((*path, "list-items"))) if "badge" in one]
        _remove(draft, [(*path, "list-items", index, "badge") for index in with_badge[1:]])
    yield "Keep the first badge", draft


@mends("navigation-list/end-members")
def fewer_end_members(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        members = list(broken.get(path))
        _remove(draft, [(*path, name) for name in members[2:]] if members else [path])
    yield "Keep two of them" if broken.get(broken.path) else "Remove 'end'", draft


@mends("navigation-list/end-with-large-media")
def regular_media(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.set((*path, "media-size"), "regular")
    yield "Use regular pictures", draft


@mends("navigation-list/on-terminal-screen")
def not_terminal(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove((*path, "terminal"))
        if draft.has((*path, "success")):
            draft.remove((*path, "success"))
    yield "Remove 'terminal'", draft


@mends("forms/duplicate-name")
def another_name(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    screen = broken.screen()
    taken = set(screen.names) if screen else set()
    for path in broken.paths[1:]:
        name = unused(str(broken.get(path)), taken)
        taken.add(name)
        draft.set(path, name)
    yield f"Call the second one '{draft.get(broken.paths[-1])}'", draft


@mends("forms/component-outside", "forms/components-outside", "structure/input-outside-form")
def into_form(broken: Broken) -> Iterator[Proposal]:
    """Into the Form of the screen, before its Footer; where there is none, everything into a new one."""
    draft = broken.draft()
    for index in sorted({int(path[1]) for path in broken.paths}):
        screen = next(one for one in broken.flow.screens if one.index == index)
        children: Path = (*screen.path, "layout", "children")
        outside = [path for path in broken.paths if path[1] == index and path[: len(children)] == children]
        form = next((node for node in screen.forms if node.path[:-1] == children), None)
        if form is None:
            _wrap(draft, children, len(broken.get(children)))
            continue
        kept = len(form.value.get("children", ()))
        if form.children and form.children[-1].kind == "Footer":
            kept -= 1
        at = int(form.path[-1])
        for number, path in enumerate(sorted(outside)):
            before = sum(1 for one in outside if one < path and one < form.path)
            gone = sum(1 for one in outside if one < path and one > form.path)
            position = int(path[len(children)]) - before - gone
            shift = sum(1 for one in outside if one <= path and one < form.path)
            target = (*children, at - shift, "children", kept + number)
            draft.move((*children, position), target)
    yield "Put it into the Form", draft


@mends("payloads/form-from-outside")
def footer_into_form(broken: Broken) -> Iterator[Proposal]:
    node, screen = broken.node(), broken.screen()
    form = screen.forms[0] if screen and screen.forms else None
    if node is None or form is None or node.path < form.path:
        return
    draft = broken.draft()
    draft.move(node.path, (*form.path, "children", len(form.value["children"])))
    yield "Put the Footer into the Form", draft


def _wrap(draft: Draft, children: Path, count: int) -> None:
    draft.insert((*children, count), {"type": "Form", "name": "form", "children": []})
    for number in range(count):
        draft.move((*children, 0), (*children, count - number - 1, "children", number))


@mends("structure/component-not-here")
def out_of_container(broken: Broken) -> Iterator[Proposal]:
    """What may not stand in a Form moves behind it."""
    node = broken.node()
    if node is None or node.parent is None or node.parent.kind != "Form":
        return
    draft = broken.draft()
    parent = node.parent.path
    draft.move(node.path, (*parent[:-1], int(parent[-1]) + 1))
    yield f"Move the {node.kind} out of the Form", draft
    draft = broken.draft()
    draft.remove(node.path)
    yield f"Remove the {node.kind}", draft


@mends("forms/own-value")
def value_of_the_form(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        node = broken.node(path)
        form = next((one for one in node.ancestors() if one.kind == "Form"), None) if node else None
        values: Path = (*form.path, str(broken.values["form"])) if form else ()
        if node is None or node.name is None or not values:
            raise Unclear
        if not draft.has(values):
            draft.insert(values, {})
        elif not isinstance(draft.get(values), dict):
            raise Unclear
        if not draft.has((*values, node.name)):
            draft.insert((*values, node.name), broken.get(path))
        draft.remove(path)
    yield f"Move it to '{broken.values['form']}' of the Form", draft
    draft = broken.draft()
    _remove(draft, broken.paths)
    yield f"Remove '{shown(broken.path[-1])}'", draft


@mends("forms/picker-in-init-values", "forms/unknown-name", "forms/wrong-value")
def init_values(broken: Broken) -> Iterator[Proposal]:
    if broken.rule == "forms/picker-in-init-values":
        draft = broken.draft()
        _remove(draft, broken.paths)
        yield f"Remove '{shown(broken.path[-1])}'", draft
        return
    name = str(broken.values["name"])
    path = (*broken.path, name)
    screen = broken.screen()
    if broken.rule == "forms/unknown-name":
        meant = like(name, [one for one in screen.names if one not in broken.get(broken.path)] if screen else [])
        if meant:
            draft = broken.draft()
            draft.rename(path, meant)
            yield f"Write '{meant}'", draft
    else:
        for kind in str(broken.values["expected"]).split(" or "):
            try:
                draft = broken.draft()
                draft.set(path, coerced(broken.get(path), kind))
                yield f"Write {shown(draft.get(path))}", draft
            except Unclear:
                continue
    draft = broken.draft()
    draft.remove(path)
    yield f"Remove '{shown(name)}'", draft


@mends("branches/footer-without-else", "branches/footer-in-one-branch", "branches/footer-in-some-cases")
def same_footer(broken: Broken) -> Iterator[Proposal]:
    """Every branch gets the Footer that one of them has."""
    draft = broken.draft()
    for path in broken.paths:
        node = broken.node(path)
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
def drop_branching(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    paths = [path[:-1] for path in broken.paths]
    _remove(draft, paths)
    node = broken.node()
    yield f"Remove the empty {node.kind if node else 'component'}", draft


@mends("branches/static-switch")
def bind_switch(broken: Broken) -> Iterator[Proposal]:
    screen = broken.screen()
    text = str(broken.get(broken.path)).strip("{}$ ")
    bare = re.sub(r"^(data|form)\.", "", text)
    candidates = [f"${{data.{one}}}" for one in (screen.data or {}) if screen and one == bare] if screen else []
    candidates += [f"${{form.{one}}}" for one in (screen.names if screen else ()) if one == bare]
    if screen and (meant := like(bare, [*(screen.data or ()), *screen.names])):
        candidates.append(f"${{{'data' if meant in (screen.data or ()) else 'form'}.{meant}}}")
    for reference in candidates:
        draft = broken.draft()
        draft.set(broken.path, reference)
        yield f"Write {reference}", draft
    # A switch over a fixed value always shows the same case.
    cases = broken.get((*broken.path[:-1], "cases", text))
    if isinstance(cases, list) and cases:
        draft = broken.draft()
        owner = broken.path[:-1]
        draft.remove(owner)
        for number, one in enumerate(cases):
            draft.insert((*owner[:-1], int(owner[-1]) + number), one)
        yield f"Keep only the case '{shown(text)}'", draft


@mends("limits/min-above-max")
def swap_limits(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    least, most = broken.values["least"], broken.values["most"]
    for path in broken.paths:
        low, high = broken.get((*path[:-1], least)), broken.get((*path[:-1], most))
        draft.set((*path[:-1], least), high)
        draft.set((*path[:-1], most), low)
    yield f"Swap '{least}' and '{most}'", draft


@mends("media/too-many-files", "media/too-large", "media/one-file")
def fewer_files(broken: Broken) -> Iterator[Proposal]:
    screen = broken.screen()
    pickers = [one for one in (screen.nodes if screen else ()) if one.kind in PICKERS]
    draft = broken.draft()
    if broken.rule == "media/too-large":
        count = sum(_count(one) for one in pickers)
        for one in pickers:
            draft.set((*one.path, "max-file-size-kb"), COMPLETION_KB // max(1, count))
        yield "Lower the size of a file", draft
        return
    each = 1 if broken.rule == "media/one-file" else max(1, COMPLETION_FILES // max(1, len(pickers)))
    each_kb = COMPLETION_KB // COMPLETION_FILES
    for one in pickers:
        least = one.value.get(PICKERS[one.kind].replace("max", "min"))
        if isinstance(least, int) and least > each:
            draft.set((*one.path, PICKERS[one.kind].replace("max", "min")), each)
        draft.set((*one.path, PICKERS[one.kind]), each)
    yield f"Take at most {each}", draft
    for one in pickers:
        draft.set((*one.path, "max-file-size-kb"), each_kb)
    yield f"Take at most {each}, of {each_kb} KB", draft


@mends("media/not-on-top")
def to_the_top(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        at = path.index("payload") + 1
        text = str(broken.get(path))
        name = re.sub(r"\W.*$", "", text.rpartition(".")[2])
        draft.remove(path)
        draft.insert((*path[:at], unused(name, set(draft.get(path[:at])))), text)
    yield "Put it at the top of the payload", draft


def _count(node: Node) -> int:
    value: Any = node.value.get(PICKERS[node.kind], 30)
    return value if isinstance(value, int) else 30


def _below(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield from _with(child)


def _with(node: Node) -> Iterator[Node]:
    yield node
    yield from _below(node)
