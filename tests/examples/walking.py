"""Walks an example by its steps: the same session and the same exchange as on a phone, without a page around it."""

from pathlib import Path
from typing import Any

import yaml

from headrace.exchange.channel import Channel
from headrace.phone.engine.effects import Complete, Effect, Exchange, Notify
from headrace.phone.engine.events import Answered, Back, Event, ExchangeFailed, Fill, Open, Select, Tap, TokenExpired
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session

EXAMPLES = Path(__file__).parents[2] / "examples"


class Walker:
    """One person with one Flow. `channel` answers what the Flow asks; a static Flow needs none."""

    def __init__(self, flow: Path, channel: Channel | None = None, flow_token: str = "token-1") -> None:
        program = Program.compile(flow.read_bytes())
        action = "data_exchange" if program.is_endpoint_flow else "navigate"
        self.session = Session.start(program, Opening(action=action, flow_token=flow_token))  # type: ignore[arg-type]
        self.effects: list[Effect] = []
        self._channel = channel

    async def walk(self, steps: Path) -> dict[str, Any] | None:
        """Does every step and returns what was sent in the end."""
        await self.do(Open())
        for step in yaml.safe_load(steps.read_text()):
            await self._step(step)
        return self.session.response

    async def do(self, event: Event) -> None:
        waiting = [event]
        while waiting:
            for effect in self.session.handle(waiting.pop(0)):
                self.effects.append(effect)
                assert isinstance(effect, Exchange | Notify | Complete), effect
                if isinstance(effect, Exchange):
                    waiting.append(await self._ask(effect.request))

    async def _ask(self, request: dict[str, Any]) -> Event:
        assert self._channel is not None, f"a static Flow asked for {request}"
        outcome = await self._channel.exchange(request)
        match outcome.kind:
            case "answered":
                return Answered(outcome.body)
            case "token_expired":
                return TokenExpired(outcome.message)
            case _:
                return ExchangeFailed(outcome.error_type or "")

    async def _step(self, step: Any) -> None:
        assert isinstance(step, str) or len(step) == 1, step
        name: str
        value: Any
        name, value = (step, None) if isinstance(step, str) else next(iter(step.items()))
        match name:
            case "fill":
                await self.do(Fill(value))
            case "select":
                for component, choice in value.items():
                    await self.do(Select(component, choice))
            case "tap":
                await self.do(Tap(value))
            case "back":
                await self.do(Back())
            case "expect":
                self._expect(value)
            case _:
                raise AssertionError(f"no such step: {name}")

    def _expect(self, expected: dict[str, Any]) -> None:
        assert expected.keys() <= {"screen", "form", "completed"}, expected
        if "screen" in expected:
            assert (self.session.status, self.session.screen) == ("ready", expected["screen"])
        for name, value in expected.get("form", {}).items():
            assert self.session.form[name] == value, name
        if "completed" in expected:
            assert self.session.status == "completed"
            assert self.session.response is not None
            assert expected["completed"].items() <= self.session.response.items()
