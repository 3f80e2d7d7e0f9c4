"""The routing model and the targets of navigate actions."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from headrace.flowjson.checks.fixes.broken import Broken, Guess, Proposal, like, loosely_like, mends
from headrace.flowjson.checks.fixes.versions import DATA_API_VERSION
from headrace.flowjson.checks.flow import Screen
from headrace.flowjson.editing.draft import Draft

_MODEL = "routing_model"


def _navigations(broken: Broken) -> dict[str, list[str]]:
    """For every screen those its navigate actions lead to."""
    return {
        screen.id: list(dict.fromkeys(one.target for one in screen.actions if one.target and one.target != screen.id))
        for screen in broken.flow.screens
        if screen.id
    }


@mends("routing/missing-screens")
def add_screens(broken: Broken) -> Iterator[Proposal]:
    """Each is added with the routes its actions and those of others take; without any, behind the screen before it."""
    draft = broken.draft()
    going = _navigations(broken)
    order = [screen.id for screen in broken.flow.screens if screen.id]
    for path in broken.paths:
        screen_id = str(broken.get(path))
        targets = [one for one in going.get(screen_id, []) if one in broken.flow.by_id]
        draft.insert((_MODEL, screen_id), targets)
        sources = [source for source, others in going.items() if screen_id in others]
        if not sources and not targets:
            before = _going_on_before(broken, screen_id)
            sources = [before] if before else []
            if order[0] == screen_id and len(order) > 1:
                draft.set((_MODEL, screen_id), [order[1]])
        for source in sources:
            _add(draft, source, screen_id)
    yield "Add it to the routing model", draft


@mends("routing/unknown-screens")
def known_screens(broken: Broken) -> Iterator[Proposal]:
    model = broken.get((_MODEL,))
    known = list(broken.flow.by_id)
    named = {*model, *(target for targets in model.values() for target in targets)}
    draft, meanings = broken.draft(), dict[str, None]()
    for path in broken.paths:
        name = str(path[-1] if len(path) == 2 else broken.get(path))
        meant = loosely_like(name, [one for one in known if one not in named]) or like(name, known)
        if meant and len(path) == 2 and not draft.has((_MODEL, meant)):
            meanings[f"'{meant}'"] = None
            draft.rename((_MODEL, name), meant)
        elif meant and len(path) == 3:
            meanings[f"'{meant}'"] = None
            source = path[1] if draft.has((_MODEL, path[1])) else like(str(path[1]), known)
            draft.set((_MODEL, str(source), path[2]), meant)
    if meanings:
        yield f"Write {', '.join(meanings)}", draft
    draft = broken.draft()
    for path in sorted(broken.paths, key=lambda one: (len(one), str(one[-1]).zfill(4)), reverse=True):
        draft.remove(path)
    yield "Remove it from the routing model", draft


@mends("routing/loop")
def no_loop(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        draft.remove((*path, broken.get(path).index(path[-1])))
    yield "Remove the route to itself", draft


@mends("routing/backward-route")
def no_way_back(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in sorted(broken.paths, key=str, reverse=True):
        draft.remove(path)
    yield "Remove the route back", draft


@mends("routing/no-entry")
def open_entry(broken: Broken) -> Iterator[Proposal]:
    """Nothing leads to the first screen of the file."""
    first = broken.flow.screens[0].id if broken.flow.screens else None
    draft = broken.draft()
    for source, targets in broken.get((_MODEL,)).items():
        if first in targets:
            draft.remove((_MODEL, source, targets.index(first)))
    yield f"Remove the routes to {first}", draft


@mends("routing/not-connected")
def connect(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    for path in broken.paths:
        screen_id = str(broken.get(path))
        if before := _going_on_before(broken, screen_id):
            _add(draft, before, screen_id)
    yield "Add a route to it", draft


def _going_on_before(broken: Broken, screen_id: str) -> str | None:
    """The last screen before one, in the file, that does not end the Flow."""
    at = broken.flow.by_id[screen_id].index
    before = [one for one in broken.flow.screens if one.id and one.index < at]
    going_on = [one for one in before if not one.is_terminal] or before
    return going_on[-1].id if going_on else None


@mends("routing/missing-route")
def add_route(broken: Broken) -> Iterator[Proposal]:
    draft = broken.draft()
    source, target = str(broken.values["source"]), str(broken.values["target"])
    _add(draft, source, target)
    yield f"Add the route from {source} to {target}", draft


@mends("routing/needs-data-api-version", "routing/needs-routing-model")
def declare_routes(broken: Broken) -> Iterator[Proposal]:
    going = _navigations(broken)
    order = list(going)
    model: dict[str, list[str]] = {source: [one for one in to if one in going] for source, to in going.items()}
    for before, after in pairwise(order):
        reached = {target for targets in model.values() for target in targets}
        if after not in reached and before not in model[after]:
            model[before].append(after)
    draft = broken.draft()
    title = "Add the routing model"
    if broken.rule == "routing/needs-data-api-version":
        draft.insert(("data_api_version",), DATA_API_VERSION)
        title = f"Add data_api_version {DATA_API_VERSION}"
        title += "" if draft.has((_MODEL,)) else " and the routing model"
    if not draft.has((_MODEL,)):
        draft.insert((_MODEL,), model)
    yield title, draft


@mends("actions/navigate-to-unknown-screen")
def known_target(broken: Broken) -> Iterator[Proposal]:
    draft, changed = broken.draft(), False
    for path in broken.paths:
        screen = broken.screen(path)
        others = [one for one in broken.flow.by_id if not screen or one != screen.id]
        if meant := like(str(broken.get(path)), others):
            draft.set(path, meant)
            changed = True
    if changed:
        yield f"Write '{draft.get(broken.path)}'", draft


@mends("actions/navigate-to-same-screen", "actions/navigate-to-unknown-screen")
def following_target(broken: Broken) -> Iterator[Proposal]:
    """The only screen the routing model names, or to which nothing leads as yet; else, as a guess, the one that follows
    in the file."""
    draft = broken.draft()
    declared = True
    for path in broken.paths:
        screen = broken.screen(path)
        routes: Any = broken.get((_MODEL, str(screen.id))) if screen else None
        lonely = _without_way(broken, screen)
        following = broken.next_screen(screen)
        if isinstance(routes, list) and len(routes) == 1:
            [target] = routes
        elif len(lonely) == 1:
            [target] = lonely
        elif following:
            target, declared = following.id, False
        else:
            return
        draft.set(path, target)
    title = f"Lead to {draft.get(broken.path)}"
    yield (title, draft) if declared else Guess(title, draft)


def _without_way(broken: Broken, here: Screen | None) -> list[str]:
    """The screens but for the first one to which no action leads."""
    led_to = {action.target for screen in broken.flow.screens for action in screen.actions}
    return [one.id for one in broken.flow.screens[1:] if one.id and one is not here and one.id not in led_to]


def _add(draft: Draft, source: str, target: str) -> None:
    if not draft.has((_MODEL, source)):
        draft.insert((_MODEL, source), [target])
        return
    targets = draft.get((_MODEL, source))
    back = draft.get((_MODEL, target)) if draft.has((_MODEL, target)) else []
    if target not in targets and source not in back:
        draft.insert((_MODEL, source, len(targets)), target)
