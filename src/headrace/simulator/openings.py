"""How a Flow opens where nobody sent a message with it: in a terminal, in a test, in the picture of one screen."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from headrace.phone.engine.events import Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import View
from headrace.phone.session import Session


def opening_without_message(
    program: Program, screen: str | None, data: Mapping[str, Any] | None, flow_token: str, *, has_endpoint: bool
) -> Opening:
    """A Flow whose endpoint can be asked opens by asking it (INIT), unless a screen is given.

    Every other one opens on `screen` (by default its entry screen), with `data` or the examples of that screen.
    """
    if screen is None and has_endpoint and program.is_endpoint_flow:
        return Opening(action="data_exchange", flow_token=flow_token)
    first = screen or program.entry_screen
    given = program.screens[first].model.example if data is None else dict(data)
    return Opening(screen=first, data=given, flow_token=flow_token, any_screen=screen is not None)


def example_view(program: Program, screen: str, data: dict[str, Any] | None = None, today: date | None = None) -> View:
    """The screen as it looks when it is opened with its examples, with `data` laid over them.

    It can be looked at only: what it would ask its endpoint on being drawn is left out. A screen that others lead to
    has the arrow back, as when a person comes to it.
    """
    given = program.screens[screen].model.mock | (data or {})
    session = Session.start(program, Opening(screen=screen, data=given, any_screen=True, today=today))
    session.handle(Open())
    view = session.view()
    entries = program.routing.entry_screens
    is_reached = bool(entries) and screen not in entries
    return replace(view, status="ready" if view.status == "loading" else view.status, can_go_back=is_reached)
