"""How a Flow begins where nobody sent a message with it: in a terminal, in a test."""

from collections.abc import Mapping
from typing import Any

from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program


def beginning(
    program: Program, screen: str | None, data: Mapping[str, Any] | None, flow_token: str, *, has_endpoint: bool
) -> Opening:
    """A Flow whose endpoint can be asked begins by asking it (INIT), unless a screen is given.

    Every other one begins on `screen` (by default its entry screen), with `data` or the examples of that screen.
    """
    if screen is None and has_endpoint and program.is_endpoint_flow:
        return Opening(action="data_exchange", flow_token=flow_token)
    first = screen or program.entry_screen
    given = program.screens[first].model.example if data is None else dict(data)
    return Opening(screen=first, data=given, flow_token=flow_token, any_screen=screen is not None)
