"""The routing model and the targets of navigate actions."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from headrace.flowjson.catalogue.containers import ROOT
from headrace.flowjson.checks.flow import Screen
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.fixing.fix_context import FixContext, Guess, Proposal, like, loosely_like, mends, resembling
from headrace.flowjson.fixing.proposals.versions import DATA_API_VERSION

_MODEL = "routing_model"


def _navigations(context: FixContext) -> dict[str, list[str]]:
    """For every screen those its navigate actions lead to."""
    return {
        screen.id: list(
            dict.fromkeys(action.target for action in screen.actions if action.target and action.target != screen.id)
        )
        for screen in context.flow.screens
        if screen.id
    }


@mends("routing/missing-screens")
def add_screens(context: FixContext) -> Iterator[Proposal]:
    """Each is added with the routes its actions and those of others take; without any, behind the screen before it."""
    draft = context.draft()
    going = _navigations(context)
    order = [screen.id for screen in context.flow.screens if screen.id]
    for path in context.paths:
        screen_id = str(context.get(path))
        targets = [target for target in going.get(screen_id, []) if target in context.flow.by_id]
        draft.insert((_MODEL, screen_id), targets)
        sources = [source for source, others in going.items() if screen_id in others]
        if not sources and not targets:
            before = _going_on_before(context, screen_id)
            sources = [before] if before else []
            if order[0] == screen_id and len(order) > 1:
                draft.set((_MODEL, screen_id), [order[1]])
        for source in sources:
            _add(draft, source, screen_id)
    yield "Add it to the routing model", draft


@mends("routing/unknown-screens")
def known_screens(context: FixContext) -> Iterator[Proposal]:
    model = context.get((_MODEL,))
    known = list(context.flow.by_id)
    named = {*model, *(target for targets in model.values() for target in targets)}
    draft, meanings = context.draft(), dict[str, None]()
    for path in context.paths:
        name = str(path[-1] if len(path) == 2 else context.get(path))
        meant = loosely_like(name, [target for target in known if target not in named]) or like(name, known)
        if meant and len(path) == 2 and not draft.has((_MODEL, meant)):
            meanings[f"'{meant}'"] = None
            draft.rename((_MODEL, name), meant)
        elif meant and len(path) == 3:
            meanings[f"'{meant}'"] = None
            source = path[1] if draft.has((_MODEL, path[1])) else like(str(path[1]), known)
            draft.set((_MODEL, str(source), path[2]), meant)
    if meanings:
        yield f"Write {', '.join(meanings)}", draft
    draft = context.draft()
    for path in sorted(context.paths, key=lambda one: (len(one), str(one[-1]).zfill(4)), reverse=True):
        draft.remove(path)
    yield "Remove it from the routing model", draft


@mends("routing/loop")
def no_loop(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.remove((*path, context.get(path).index(path[-1])))
    yield "Remove the route to itself", draft


@mends("routing/backward-route")
def no_way_back(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in sorted(context.paths, key=str, reverse=True):
        draft.remove(path)
    yield "Remove the route back", draft


@mends("routing/no-entry")
def open_entry(context: FixContext) -> Iterator[Proposal]:
    """Nothing leads to the first screen of the file."""
    first = context.flow.screens[0].id if context.flow.screens else None
    draft = context.draft()
    for source, targets in context.get((_MODEL,)).items():
        if first in targets:
            draft.remove((_MODEL, source, targets.index(first)))
    yield f"Remove the routes to {first}", draft


@mends("routing/not-connected")
def connect(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        screen_id = str(context.get(path))
        if before := _going_on_before(context, screen_id):
            _add(draft, before, screen_id)
    yield "Add a route to it", draft


def _going_on_before(context: FixContext, screen_id: str) -> str | None:
    """The last screen before one, in the file, that does not end the Flow."""
    at = context.flow.by_id[screen_id].index
    before = [screen for screen in context.flow.screens if screen.id and screen.index < at]
    going_on = [one for one in before if not one.is_terminal] or before
    return going_on[-1].id if going_on else None


@mends("routing/missing-route")
def add_route(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    source, target = str(context.values["source"]), str(context.values["target"])
    _add(draft, source, target)
    yield f"Add the route from {source} to {target}", draft


@mends("routing/needs-data-api-version", "routing/needs-routing-model")
def declare_routes(context: FixContext) -> Iterator[Proposal]:
    if any(resembling(name, context.get(()), ROOT.properties) for name in (_MODEL, "data_api_version")):
        return
    going = _navigations(context)
    order = list(going)
    model: dict[str, list[str]] = {source: [one for one in to if one in going] for source, to in going.items()}
    for before, after in pairwise(order):
        reached = {target for targets in model.values() for target in targets}
        if after not in reached and before not in model[after]:
            model[before].append(after)
    draft = context.draft()
    title = "Add the routing model"
    if context.rule == "routing/needs-data-api-version":
        draft.insert(("data_api_version",), DATA_API_VERSION)
        title = f"Add data_api_version {DATA_API_VERSION}"
        title += "" if draft.has((_MODEL,)) else " and the routing model"
    if not draft.has((_MODEL,)):
        draft.insert((_MODEL,), model)
    yield title, draft


@mends("actions/navigate-to-unknown-screen")
def known_target(context: FixContext) -> Iterator[Proposal]:
    draft, changed = context.draft(), False
    for path in context.paths:
        screen = context.screen(path)
        others = [screen_id for screen_id in context.flow.by_id if not screen or screen_id != screen.id]
        if meant := like(str(context.get(path)), others):
            draft.set(path, meant)
            changed = True
    if changed:
        yield f"Write '{draft.get(context.path)}'", draft


@mends("actions/navigate-to-same-screen", "actions/navigate-to-unknown-screen")
def following_target(context: FixContext) -> Iterator[Proposal]:
    """The only screen the routing model names, or to which nothing leads as yet; else, as a guess, the one that follows
    in the file."""
    draft = context.draft()
    declared = True
    for path in context.paths:
        screen = context.screen(path)
        routes: Any = context.get((_MODEL, str(screen.id))) if screen else None
        lonely = _without_way(context, screen)
        following = context.next_screen(screen)
        if isinstance(routes, list) and len(routes) == 1:
            [target] = routes
        elif len(lonely) == 1:
            [target] = lonely
        elif following:
            target, declared = following.id, False
        else:
            return
        draft.set(path, target)
    title = f"Lead to {draft.get(context.path)}"
    yield (title, draft) if declared else Guess(title, draft)


@mends("phone/kind-of-way")
def lead_to_a_screen(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    for path in context.paths:
        draft.set(path, "screen")
    yield "Write 'screen'", draft


def _without_way(context: FixContext, here: Screen | None) -> list[str]:
    """The screens but for the first one to which no action leads."""
    led_to = {action.target for screen in context.flow.screens for action in screen.actions}
    return [
        screen.id for screen in context.flow.screens[1:] if screen.id and screen is not here and screen.id not in led_to
    ]


def _add(draft: Draft, source: str, target: str) -> None:
    if not draft.has((_MODEL, source)):
        draft.insert((_MODEL, source), [target])
        return
    targets = draft.get((_MODEL, source))
    back = draft.get((_MODEL, target)) if draft.has((_MODEL, target)) else []
    if target not in targets and source not in back:
        draft.insert((_MODEL, source, len(targets)), target)
