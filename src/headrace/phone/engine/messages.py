"""What a session says: to the endpoint in exchanges and notices, and to the person in a snackbar."""

from typing import Any

from headrace.phone.engine.effects import Effect, Exchange, Notify
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import Pending, Purpose, Snackbar
from headrace.phone.values import texts
from headrace.protocol import PASSING_ERRORS, REPORTED_ERRORS


def begin_exchange(
    runtime: Runtime, action: str, screen: str, data: dict[str, Any], purpose: Purpose, target: str | None = None
) -> Exchange:
    """Begins an exchange; the sheet is inert until it is answered."""
    request = _request(runtime, action, screen, data)
    runtime.state.pending = Pending(request, purpose, target)
    runtime.state.status = "loading"
    return Exchange(request)


def notify(runtime: Runtime, error_type: str, detail: str, *, action: str, screen: str) -> list[Effect]:
    """Reports an error to the endpoint, where the phone finds that there is one and the error is of a kind it hears of.

    `action` and `screen` are those of the request whose answer failed.
    """
    if not runtime.program.tells_its_endpoint or error_type not in REPORTED_ERRORS:
        return []
    return [Notify(_request(runtime, action, screen, {"error": str(error_type), "error_message": detail}))]


def _request(runtime: Runtime, action: str, screen: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": runtime.program.data_api_version or "3.0",
        "action": action,
        "screen": screen,
        "data": data,
        "flow_token": runtime.state.flow_token,
    }


def show_snackbar(runtime: Runtime, message: str, error_type: str | None = None, detail: str | None = None) -> None:
    """Shows a snackbar."""
    runtime.state.said += 1
    runtime.state.snackbar = Snackbar(message, runtime.state.said, str(error_type) if error_type else None, detail)


def fail(runtime: Runtime, error_type: str, detail: str, *, action: str, screen: str) -> list[Effect]:
    """Something cannot be done: shortly for the person, in detail for the endpoint.

    What may pass leaves a screen that is shown as it is and says so in a snackbar. Everything else takes over as an
    error screen and forgets what was entered. A preview, where any screen may be opened, stays on its screen.
    """
    notices = notify(runtime, error_type, detail, action=action, screen=screen)
    stays = error_type in PASSING_ERRORS or runtime.state.any_screen
    if runtime.state.history and stays:
        show_snackbar(runtime, texts.failure(error_type), error_type, detail or texts.meaning(error_type) or None)
    else:
        _take_over(runtime, error_type, detail or texts.meaning(error_type))
    return notices


def fail_locally(runtime: Runtime, error_type: str, detail: str) -> list[Effect]:
    """A move that asked nobody cannot be made."""
    return fail(runtime, error_type, detail, action="navigate", screen=runtime.screen.id)


def fail_to_draw(runtime: Runtime, error_type: str, detail: str) -> list[Effect]:
    """A component does not take what it was given; the platform reports these under no screen."""
    return fail(runtime, error_type, detail, action="data_exchange", screen="")


def _take_over(runtime: Runtime, error_type: str, detail: str) -> None:
    state = runtime.state
    state.status = "error"
    state.failure, state.failure_detail = str(error_type), detail
    state.history.clear()
    state.screens.clear()
    state.snackbar, state.edited = None, False
    runtime.drawn.clear()
    runtime.changed()
