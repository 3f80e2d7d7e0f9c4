"""What a session says: to the endpoint in exchanges and notices, and to the person in a snackbar."""

from typing import Any

from headrace.phone.engine.effects import Effect, Exchange, Notify
from headrace.phone.engine.runtime import Runtime
from headrace.phone.engine.state import Pending, Purpose, Snackbar
from headrace.phone.values import texts


def begin_exchange(
    runtime: Runtime, action: str, screen: str, data: dict[str, Any], purpose: Purpose, target: str | None = None
) -> Exchange:
    """Begins an exchange; the sheet is inert until it is answered."""
    request = _request(runtime, action, screen, data)
    runtime.state.pending = Pending(request, purpose, target)
    runtime.state.status = "loading"
    return Exchange(request)


def notify(runtime: Runtime, error_type: str, detail: str, *, action: str = "data_exchange") -> list[Effect]:
    """Reports an error to the endpoint, where there is one."""
    if not runtime.program.is_endpoint_flow:
        return []
    data = {"error": str(error_type), "error_message": detail}
    return [Notify(_request(runtime, action, runtime.state.screen or "", data))]


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


def report_failure(runtime: Runtime, error_type: str, detail: str) -> list[Effect]:
    """Reports that something the Flow asked for cannot be done: shortly to the person, in detail to the endpoint."""
    show_snackbar(runtime, texts.failure(error_type), error_type, detail)
    return notify(runtime, error_type, detail)
