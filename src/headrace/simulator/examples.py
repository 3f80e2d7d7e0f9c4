"""A screen by itself, with example data: what previews and thumbnails show."""

from dataclasses import replace
from datetime import date
from typing import Any

from headrace.phone.engine.events import Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.screen.view import View
from headrace.phone.session import Session


def example_view(program: Program, screen: str, data: dict[str, Any] | None = None, today: date | None = None) -> View:
    """The screen as it looks when it is opened with its examples, with `data` laid over them.

    It can be looked at only: what it would ask its endpoint on being drawn is left out.
    """
    given = program.screens[screen].model.mock | (data or {})
    session = Session.start(program, Opening(screen=screen, data=given, any_screen=True, today=today))
    session.handle(Open())
    view = session.view()
    return replace(view, status="ready") if view.status == "loading" else view
