"""Reads an endpoint's answer: which screen to show, how the Flow ends, or why the answer cannot be used."""

from dataclasses import dataclass
from typing import Any

from headrace.flowjson.expressions import resolve
from headrace.phone.engine.payloads import excess
from headrace.phone.engine.program import Program
from headrace.phone.engine.scope import ScreenScope
from headrace.phone.engine.state import Purpose, State
from headrace.protocol import SUCCESS, ErrorType

_NOT_DATA = frozenset({"error_message", "extension_message_response"})
"""Members of an answer's data that are for the phone itself; a field of the data model never gets them."""


@dataclass(frozen=True, slots=True)
class Show:
    """Show `screen` with `data` merged over what it has; `message` goes into the snackbar."""

    screen: str
    data: dict[str, Any]
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Finish:
    """Close the Flow. `response` is sent exactly as it is; None sends none."""

    response: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Unusable:
    """The answer breaks the protocol. `error_type` names how, `detail` says where it went wrong."""

    error_type: str
    detail: str


def read_answer(program: Program, state: State, body: Any, purpose: Purpose) -> Show | Finish | Unusable:
    """Reads an opened answer to the screen that is shown, which is none at INIT.

    The rules are the same for INIT, data_exchange and BACK, and each answer is judged by itself: what the screen
    already has does not count. Bindings in its data are resolved first, as seen from that screen.
    """
    fault = _malformation(body)
    if fault:
        return Unusable(ErrorType.MALFORMED_ANSWER, fault)
    screen, current = body["screen"], state.screen
    too_much = excess(body["data"])
    if too_much:
        return Unusable(ErrorType.PAYLOAD_SCHEMA, f'The data for "{screen}" {too_much}.')
    data = resolve(body["data"], ScreenScope(program, state, current or ""), program.version)
    fault = _malformation({"screen": screen, "data": data})
    if fault:
        return Unusable(ErrorType.MALFORMED_ANSWER, fault)
    if screen == SUCCESS:
        return Finish(data.get("extension_message_response", {}).get("params"))
    fault = _transition_fault(program, screen, purpose, current)
    if fault:
        return Unusable(ErrorType.SCREEN_TRANSITION, fault)
    kept = {name: value for name, value in data.items() if name not in _NOT_DATA}
    fault = program.screens[screen].model.misfit(kept, closed=False)
    if fault:
        return Unusable(ErrorType.PAYLOAD_SCHEMA, f'The data for "{screen}" does not fit: {fault}')
    return Show(screen, kept, data.get("error_message") or None)


def _malformation(body: Any) -> str | None:
    """What keeps the phone from reading an answer at all, in a sentence."""
    if not isinstance(body, dict):
        return "The answer is not a JSON object."
    if "screen" not in body:
        return 'The answer names no "screen".'
    if not isinstance(body["screen"], str):
        return f'The "screen" of the answer is {_kind(body["screen"])}, not a text.'
    if "data" not in body:
        return 'The answer has no "data". Send an empty object, {}, when there is none.'
    data = body["data"]
    if not isinstance(data, dict):
        advice = " PHP writes an empty array so: give it (object) []." if data == [] else ""
        return f'The "data" of the answer is {_kind(data)}, not an object.{advice}'
    if not isinstance(data.get("error_message", ""), str):
        return f'"error_message" is {_kind(data["error_message"])}, not a text. Leave it out when there is none.'
    message = data.get("extension_message_response", {})
    if not isinstance(message, dict):
        return f'"extension_message_response" is {_kind(message)}, not an object.'
    if not isinstance(message.get("params", {}), dict):
        return f'"extension_message_response.params" is {_kind(message["params"])}, not an object.'
    return None


def _kind(value: Any) -> str:
    """A JSON value by its kind, as a sentence names it."""
    if value is None:
        return "null"
    kinds = {bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return kinds.get(type(value), "a number")


def _transition_fault(program: Program, screen: str, purpose: Purpose, current: str | None) -> str | None:
    if screen not in program.screens:
        return f'The Flow has no screen "{screen}".'
    if purpose == "open" and not program.may_begin_at(screen):
        return f'The Flow cannot begin with "{screen}": other screens lead to it.'
    if purpose != "open" and current is not None and not program.routing.allows(current, screen):
        return f'The routing model has no way between "{current}" and "{screen}".'
    return None
