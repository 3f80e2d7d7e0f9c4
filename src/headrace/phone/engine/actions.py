"""The actions of a Flow, one function each, and which of them a tap or a choice runs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from headrace.flowjson.expressions import UNDEFINED, resolve
from headrace.phone.engine import messages, navigation
from headrace.phone.engine.effects import Complete, Effect, OpenUrl
from headrace.phone.engine.payloads import excess, misfit
from headrace.phone.engine.program import Node
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.visible import VisibleComponent
from headrace.phone.values import texts
from headrace.phone.values.files import AttachedFile, files_of, for_exchange, for_response, too_much_for_a_response
from headrace.phone.values.inputs import KINDS
from headrace.phone.values.items import items_of
from headrace.phone.values.markdown import DIALECTS, blocks_of, links_in
from headrace.phone.values.options import options_of
from headrace.phone.values.properties import text
from headrace.protocol import ErrorType

Handler = Mapping[str, Any]
ENVELOPE_MEMBERS = frozenset({"screen", "action"})
"""Members of a request that the client writes over those of a payload, and takes out with them."""

FilesAs = Callable[[Any], list[dict[str, Any]]]


def run(runtime: Runtime, handler: Handler, target: str | None = None) -> list[Effect]:
    """Runs one action. `target` is the key of what was pressed, so that its button can show the wait."""
    action = _ACTIONS.get(str(handler.get("name")))
    if action is None or runtime.state.status != "ready":
        return []
    try:
        return action(runtime, handler, target)
    except PayloadTooLarge as fault:
        return messages.fail_locally(runtime, ErrorType.PAYLOAD_SCHEMA, f"The payload of {handler['name']} {fault}.")


class PayloadTooLarge(ValueError):
    """A payload is too large. The text ends a sentence."""


def _resolved(runtime: Runtime, value: Any) -> Any:
    scope = ScreenScope(runtime.program, runtime.state, runtime.screen.id)
    resolved = resolve(value, scope, runtime.program.version)
    return None if resolved is UNDEFINED else resolved


def _payload(
    runtime: Runtime, handler: Handler, files_as: FilesAs = for_exchange
) -> tuple[dict[str, Any], list[AttachedFile]]:
    """The payload of an action, and the files in it. Raises `PayloadTooLarge`."""
    scope = ScreenScope(runtime.program, runtime.state, runtime.screen.id, files_as)
    payload = resolve(handler.get("payload", {}), scope, runtime.program.version)
    too_much = excess(payload)
    if too_much:
        raise PayloadTooLarge(too_much)
    return payload if isinstance(payload, dict) else {}, files_of(scope.files)


def _navigate(runtime: Runtime, handler: Handler, target: str | None) -> list[Effect]:
    following = _resolved(runtime, handler.get("next"))
    screen = following.get("name") if isinstance(following, dict) else None
    current = runtime.screen.id
    if not isinstance(screen, str):
        fault = 'The "next" of navigate names no screen. It looks like {"type": "screen", "name": "…"}.'
        return messages.fail_locally(runtime, ErrorType.SCREEN_TRANSITION, fault)
    if screen not in runtime.program.screens:
        return messages.fail_locally(runtime, ErrorType.SCREEN_TRANSITION, f'The Flow has no screen "{screen}".')
    if not runtime.program.routing.allows(current, screen):
        fault = f'The routing model has no way between "{current}" and "{screen}".'
        return messages.fail_locally(runtime, ErrorType.SCREEN_TRANSITION, fault)
    payload, files = _payload(runtime, handler)
    if files:
        messages.show_snackbar(runtime, texts.FILES_STAY)
        fault = f'The payload for "{screen}" holds files of a picker.'
        return messages.notify(runtime, ErrorType.PAYLOAD_SCHEMA, fault, action="navigate", screen=current)
    model = runtime.program.screens[screen].model
    lack = misfit(payload, handler.get("payload"), model, runtime.program, current, closed=False)
    lack = lack or model.missing(payload, all_fields=runtime.screen.has_navigation_list)
    if lack:
        fault = f'The payload for "{screen}" does not fit: {lack}'
        return messages.fail_locally(runtime, ErrorType.PAYLOAD_SCHEMA, fault)
    navigation.go_to(runtime, screen, payload, answered=False)
    return []


def _data_exchange(runtime: Runtime, handler: Handler, target: str | None) -> list[Effect]:
    """Asks the endpoint. Members of the payload that are called like some of the request itself never get there."""
    payload, _ = _payload(runtime, handler)
    payload = {name: value for name, value in payload.items() if name not in ENVELOPE_MEMBERS}
    return [messages.begin_exchange(runtime, "data_exchange", runtime.screen.id, payload, "action", target)]


def _update_data(runtime: Runtime, handler: Handler, target: str | None) -> list[Effect]:
    payload, _ = _payload(runtime, handler)
    fault = misfit(
        payload, handler.get("payload"), runtime.screen.model, runtime.program, runtime.screen.id, closed=True
    )
    if fault:
        fault = f"The payload of update_data does not fit: {fault}"
        return messages.fail_to_draw(runtime, ErrorType.COMPONENTS_VALIDATION, fault)
    navigation.update(runtime, payload)
    return []


def _complete(runtime: Runtime, handler: Handler, target: str | None) -> list[Effect]:
    payload, files = _payload(runtime, handler, for_response)
    too_much = too_much_for_a_response(files, runtime.program.version)
    if too_much:
        messages.show_snackbar(runtime, too_much)
        return []
    response = payload if runtime.state.omits_flow_token else {**payload, "flow_token": runtime.state.flow_token}
    runtime.state.response = response
    runtime.state.status = "completed"
    return [Complete(response)]


def _open_url(runtime: Runtime, handler: Handler, target: str | None) -> list[Effect]:
    url = address_of(runtime, handler)
    if url:
        return [OpenUrl(url)]
    messages.show_snackbar(runtime, texts.LINK_NOT_OPENED)
    return []


def address_of(runtime: Runtime, handler: Handler) -> str:
    """Where an action leads outside of the Flow: an https address, or nothing."""
    url = _resolved(runtime, handler.get("url")) if handler.get("name") == "open_url" else None
    usable = isinstance(url, str) and url.startswith("https://") and not any(character.isspace() for character in url)
    return str(url) if usable else ""


_ACTIONS: dict[str, Callable[[Runtime, Handler, str | None], list[Effect]]] = {
    "navigate": _navigate,
    "data_exchange": _data_exchange,
    "update_data": _update_data,
    "complete": _complete,
    "open_url": _open_url,
}


# What was tapped, and which actions a choice runs


@dataclass(frozen=True, slots=True)
class Tappable:
    """Something to tap. `words` is what stands on it, `item` the id of a list's row, `url` where a link in a text
    leads."""

    component: VisibleComponent
    handler: Handler
    key: str
    words: str
    name: str
    item: str | None = None
    enabled: bool = True
    url: str = ""


def tappable(visible: list[VisibleComponent]) -> Iterator[Tappable]:
    """Everything with an action of its own, in reading order."""
    for component in visible:
        if component.problem is not None:
            continue
        handler = component.node.handlers.get("on-click-action")
        if component.type == "NavigationList":
            for item in items_of(component.properties):
                own = item.handler or handler
                if own is not None:
                    key = item.key(component.node.key)
                    yield Tappable(component, own, key, item.title, item.id, item.id, item.enabled)
        elif component.type in DIALECTS:
            for link in links_in(blocks_of(component.type, component.properties)):
                yield Tappable(component, {}, "", link.text, "", url=link.url)
        elif handler is not None:
            words = text(component.properties, "text") or text(component.properties, "label")
            yield Tappable(component, handler, component.node.key, words, component.name)


def tapped(visible: list[VisibleComponent], target: str) -> Tappable | None:
    """Finds what a target names: a key first, then a text, label or title, then a component's name or a row's id."""
    candidates = list(tappable(visible)) if target else []
    readings: tuple[Callable[[Tappable], str], ...] = (
        lambda candidate: candidate.key,
        lambda candidate: candidate.words,
        lambda candidate: candidate.name,
    )
    return next((candidate for reading in readings for candidate in candidates if reading(candidate) == target), None)


def acts(node: Node, properties: Mapping[str, Any]) -> bool:
    """Whether a choice in this input runs something."""
    if not KINDS[node.type].is_choice:
        return False
    if any(name in node.handlers for name in ("on-select-action", "on-unselect-action")):
        return True
    return any(option.handlers for option in options_of(properties))


class ChoiceHandlers(NamedTuple):
    """The actions that a change of a choice runs, in order: those of the component, then those of its rows.

    Those of the component run as soon as the value is stored (ChipsSelector: before that), those of the rows after the
    screen was drawn with it.
    """

    component: list[Handler]
    rows: list[Handler]


def on_choice(component: VisibleComponent, before: Any, after: Any) -> ChoiceHandlers:
    """The actions that a change of a choice runs: first what was given up, then what was chosen.

    A row's own action stands in for the component's. Where a component has no unselect action, its select action also
    runs for a choice given up, unless a new one replaces it; rows, OptIn and ChipsSelector never fall back.
    """
    handlers = component.node.handlers
    if component.type == "OptIn":
        name = "on-select-action" if after is True else "on-unselect-action"
        return ChoiceHandlers([handlers[name]] if name in handlers else [], [])
    if component.type in ("DatePicker", "CalendarPicker"):
        return ChoiceHandlers([handlers["on-select-action"]] if "on-select-action" in handlers else [], [])
    old, new = _ids(before), _ids(after)
    changes = [(option_id, "on-unselect-action") for option_id in old if option_id not in new]
    changes += [(option_id, "on-select-action") for option_id in new if option_id not in old]
    falls_back = component.type != "ChipsSelector" and (isinstance(after, list) or not new)
    rows = {option.id: option.handlers for option in options_of(component.properties)}
    chosen = ChoiceHandlers([], [])
    for option_id, name in changes:
        own = rows.get(option_id, {}).get(name)
        if own is not None:
            chosen.rows.append(own)
            continue
        handler = handlers.get(name) or (handlers.get("on-select-action") if falls_back else None)
        if isinstance(handler, dict) and not any(handler is earlier for earlier in chosen.component):
            chosen.component.append(handler)
    return chosen


def _ids(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []
