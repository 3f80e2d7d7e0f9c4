"""Good design of the way through a Flow: short, with an endpoint only where one is needed, a look back at the end."""

from collections.abc import Sequence

from headrace.flowjson.checks.advice.answers import unread_answers
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.routing import Routing

LONG_WAY = advice_rule(
    "design/long-way",
    "The way through the Flow has {screens} screens with {inputs} questions. It should be done within five minutes.",
)
LONG_SIDE_PATH = advice_rule(
    "design/long-side-path",
    "The side path to '{screen}' has {count} screens. Up to three, and then back, and nobody loses the way.",
)
NEEDLESS_EXCHANGE = advice_rule(
    "design/needless-exchange",
    "Screen '{screen}' asks the endpoint only to get to '{target}', which takes no data. 'navigate' needs no network.",
)
NEEDLESS_ENDPOINT = advice_rule(
    "design/needless-endpoint",
    "The Flow has an endpoint, but no screen takes data from it. Without one nothing can be slow or fail.",
)
NO_SUMMARY = advice_rule(
    "design/no-summary",
    "What was asked on {count} screens is not shown before it is sent. Show it on '{screen}'.",
)

MOST_SCREENS = 8
"""At most this many screens should lie between the first and the end."""

MOST_QUESTIONS = 25
"""At most this many questions should be asked on that way."""

LONGEST_SIDE_PATH = 3
"""At most this many screens should lie on a way from a link."""

ASKING_SCREENS = 3
"""From this many screens with questions on, a summary should stand at the end."""


def advise_on_course(flow: Flow, routing: Routing | None, findings: Findings) -> None:
    """The way from the first screen to the last. `routing` is None for a single screen."""
    if flow.has_endpoint:
        _endpoint(flow, findings)
    if routing:
        _length(flow, routing, findings)
        _side_paths(flow, routing, findings)
        _summary(flow, findings)


def _endpoint(flow: Flow, findings: Findings) -> None:
    if not any(screen.data for screen in flow.screens):
        asks = [screen for screen in flow.screens if not screen.is_terminal]
        if asks and not unread_answers(flow):  # an answer that gets lost is perhaps meant for the endpoint
            findings.add(NEEDLESS_ENDPOINT, ("data_api_version",))
        return
    model = flow.value.get("routing_model")
    for screen in flow.screens:
        targets = model.get(screen.id) if isinstance(model, dict) else None
        target = flow.by_id.get(targets[0]) if isinstance(targets, list) and len(targets) == 1 else None
        exchanges = [
            action for action in screen.actions if action.name == "data_exchange" and action.node.kind == "Footer"
        ]
        # What was typed may have to be checked or stored at once.
        if target and not target.data and exchanges and not screen.names and not target.is_terminal:
            findings.add(
                NEEDLESS_EXCHANGE, (*exchanges[0].path, "name"), screen=screen.label, target=target.label
            )  # fmt: skip


def _length(flow: Flow, routing: Routing, findings: Findings) -> None:
    if len(flow.screens) <= MOST_SCREENS and sum(len(screen.questions) for screen in flow.screens) <= MOST_QUESTIONS:
        return
    screens, questions = _longest(flow, routing)
    if screens > MOST_SCREENS or questions > MOST_QUESTIONS:
        findings.add(LONG_WAY, ("screens",), screens=screens, inputs=questions)


def _longest(flow: Flow, routing: Routing) -> tuple[int, int]:
    """The most screens, and the most questions, on a way; steps back do not count."""
    best: dict[str, tuple[int, int]] = {}
    order = [screen.label for screen in flow.screens]
    place = {name: index for index, name in enumerate(order)}
    for name in reversed(order):
        following = [
            best[target] for target in routing.edges.get(name, ()) if place[target] > place[name] and target in best
        ]
        own = len(flow.by_id[name].questions) if name in flow.by_id else 0
        best[name] = (
            1 + max((rest[0] for rest in following), default=0),
            own + max((rest[1] for rest in following), default=0),
        )
    return max(one[0] for one in best.values()), max(one[1] for one in best.values())


def _side_paths(flow: Flow, routing: Routing, findings: Findings) -> None:
    """A side path begins with a link or an opt-in; what the Footer leads to is the main way."""
    for screen in flow.screens:
        links = [action for action in screen.actions if action.target and action.node.kind in ("EmbeddedLink", "OptIn")]
        if not links:
            continue
        footers = [action.target for action in screen.actions if action.target and action.node.kind == "Footer"]
        main = _within(routing, footers, {screen.label})
        for link in links:
            side = _within(routing, [link.target], main | {screen.label}) - main
            if len(side) > LONGEST_SIDE_PATH and main:
                findings.add(LONG_SIDE_PATH, (*link.path, "next", "name"), screen=link.target, count=len(side))


def _within(routing: Routing, start: Sequence[str | None], barred: set[str]) -> set[str]:
    reached: set[str] = set()
    waiting = [one for one in start if one and one not in barred]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(target for target in routing.edges.get(name, ()) if target not in barred)
    return reached


def _summary(flow: Flow, findings: Findings) -> None:
    asking = [screen for screen in flow.screens if screen.questions]
    last = [screen for screen in flow.screens if screen.is_terminal]
    if len(asking) < ASKING_SCREENS or not last:
        return
    # From a list, people pick what they fill in, one thing at a time.
    if flow.has("NavigationList"):
        return
    if not any("${" in str(action.payload) for screen in last for action in screen.actions):
        return
    shown = any(binding.node and binding.property.name == "text" for screen in last for binding in screen.bindings)
    mixed = any("${" in str(node.value.get("text", "")) for screen in last for node in screen.nodes)
    if not shown and not mixed:
        findings.add(NO_SUMMARY, last[0].path, count=len(asking), screen=last[0].label)
