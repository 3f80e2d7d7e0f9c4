"""What a person will see when a message opens a Flow, as far as it can be told before it is sent."""

from datetime import date
from typing import Any

from headrace.phone.engine.events import Open
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.screen.emptiness import emptinesses
from headrace.phone.session import Session


def foreseen(
    flow: str | bytes | dict[str, Any], *, today: date, screen: str | None = None, data: dict[str, Any] | None = None
) -> list[str]:
    """What goes wrong, or shows nothing, when a message says navigate: one sentence each, none when all is well.

    The message opens `screen`, by default the entry screen, with `data`.
    """
    try:
        program = Program.compile(flow)
    except UnusableFlow as error:
        return [str(error)]
    session = Session.start(program, Opening(screen=screen, data=data, today=today))
    session.handle(Open())
    view = session.view()
    if view.failure_detail:
        return [f"The phone will show an error screen: {view.failure_detail}"]
    return emptinesses(view.screen) if view.screen else []
