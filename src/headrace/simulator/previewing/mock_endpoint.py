"""Answers where there is no endpoint: the person at the preview chooses what it would have said."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from headrace.exchange.channel import Outcome
from headrace.phone.engine.program import Program
from headrace.protocol import SUCCESS, ErrorType


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer. `words` are its button's; `body` is None for no answer at all."""

    words: str
    body: dict[str, Any] | None


def choices(program: Program, history: list[str], request: dict[str, Any]) -> list[Choice]:
    """What an endpoint could answer, the likeliest first.

    The screens that the routing model lets follow come with their example data (for INIT those it begins with); then
    the same screen as it is, with a message for the person, and no answer. `history` are the screens on the way, the
    current one last.
    """
    if request.get("action") == "BACK":
        found = [_show(program, name) for name in history[-2:-1]]
    else:
        current = history[-1] if history else ""
        begins = program.routing.entry_screens or tuple(filter(None, (program.entry_screen,)))
        ahead = [name for name in program.routing.edges.get(current, ()) if name != current] if current else begins
        found = [_show(program, name) for name in ahead]
        if not ahead or (current and program.screens[current].terminal):
            params = {"flow_token": request.get("flow_token", "")}
            body = {"screen": SUCCESS, "data": {"extension_message_response": {"params": params}}}
            found.append(Choice("Finish the Flow", body))
        if current:
            found.append(Choice(f"Stay on {current}", {"screen": current, "data": {}}))
            message = {"error_message": "This is how a message of the endpoint looks."}
            found.append(Choice(f"Stay on {current} with a message", {"screen": current, "data": message}))
    return [*found, Choice("No answer within 10 s", None)]


def _show(program: Program, name: str) -> Choice:
    return Choice(f"Show {name}", {"screen": name, "data": program.screens[name].model.mock})


class MockEndpoint:
    """A `sessions.EndpointClient` that waits for a person. `tell` is called when there is something to choose."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._asked: tuple[dict[str, Any], asyncio.Future[dict[str, Any] | None]] | None = None

    @property
    def request(self) -> dict[str, Any] | None:
        """The request that waits for its answer."""
        return None if self._asked is None else self._asked[0]

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        """Waits for `answer`; without a body nothing is answered."""
        self.give_up()
        waiting: asyncio.Future[dict[str, Any] | None] = asyncio.get_running_loop().create_future()
        self._asked = (request, waiting)
        self._tell()
        try:
            body = await waiting
        finally:
            if self._asked is not None and self._asked[1] is waiting:
                self._asked = None
        if body is None:
            words = "No answer was chosen. This is what an endpoint that is too slow looks like."
            return Outcome(
                kind="failed", request=request, milliseconds=0, error_type=ErrorType.TIMEOUT, explanation=words
            )
        return Outcome(kind="answered", request=request, milliseconds=0, body=body)

    def answer(self, body: dict[str, Any] | None) -> None:
        """Answers the request that waits; does nothing when there is none."""
        if self._asked is not None and not self._asked[1].done():
            self._asked[1].set_result(body)

    def give_up(self) -> None:
        """Ends the request that waits, as if the endpoint had been too slow."""
        self.answer(None)
