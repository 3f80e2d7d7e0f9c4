"""Reads an endpoint's answer: which screen to show, how the Flow ends, or why the answer cannot be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.phone.engine.payloads import excess
from headrace.phone.engine.program import Program
from headrace.phone.engine.state import Purpose
from headrace.protocol import SUCCESS, ErrorType


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
    """The answer breaks the protocol. `error_type` is reported to the endpoint, `detail` says where it went wrong."""

    error_type: str
    detail: str


def read_answer(
    program: Program, body: Any, *, purpose: Purpose, current: str | None, known: Mapping[str, Mapping[str, Any]]
) -> Show | Finish | Unusable:
    """Reads an opened answer. `known` is the data each visited screen already has."""
    if not isinstance(body, dict):
        return Unusable(ErrorType.PAYLOAD_SCHEMA, "The answer is not a JSON object.")
    screen, data = body.get("screen"), body.get("data")
    data = {} if data is None else data
    if not isinstance(screen, str) or not screen:
        return Unusable(ErrorType.SCREEN_TRANSITION, 'The answer names no "screen".')
    if not isinstance(data, dict):
        return Unusable(ErrorType.PAYLOAD_SCHEMA, 'The "data" of the answer is not an object.')
    if screen == SUCCESS:
        return _finish(data)
    fault = _transition_fault(program, screen, purpose, current)
    if fault:
        return Unusable(ErrorType.SCREEN_TRANSITION, fault)
    return _show(program, screen, dict(data), known.get(screen, {}))


def _finish(data: dict[str, Any]) -> Finish | Unusable:
    message = data.get("extension_message_response")
    if message is None:
        return Finish(None)
    params = message.get("params") if isinstance(message, dict) else None
    if not isinstance(params, dict):
        return Unusable(ErrorType.PAYLOAD_SCHEMA, '"extension_message_response.params" is not an object.')
    return Finish(params)


def _transition_fault(program: Program, screen: str, purpose: Purpose, current: str | None) -> str | None:
    if screen not in program.screens:
        return f'The Flow has no screen "{screen}".'
    if purpose == "open" and not program.may_begin_at(screen):
        return f'The Flow cannot begin with "{screen}": other screens lead to it.'
    if purpose == "action" and current is not None and not program.routing.allows(current, screen):
        return f'The routing model has no way between "{current}" and "{screen}".'
    return None


def _show(program: Program, screen: str, data: dict[str, Any], known: Mapping[str, Any]) -> Show | Unusable:
    model = program.screens[screen].model
    too_much = excess(data)
    if too_much:
        return Unusable(ErrorType.PAYLOAD_SCHEMA, f'The data for "{screen}" {too_much}.')
    message = data.get("error_message")
    if message is not None and not isinstance(message, str):
        return Unusable(ErrorType.PAYLOAD_SCHEMA, '"error_message" is not a text.')
    if "error_message" not in model.fields:
        data.pop("error_message", None)
    fault = model.misfit(data, closed=False, complete=False) or model.missing({**known, **data})
    if fault:
        return Unusable(ErrorType.PAYLOAD_SCHEMA, f'The data for "{screen}" does not fit: {fault}')
    return Show(screen, data, message or None)
