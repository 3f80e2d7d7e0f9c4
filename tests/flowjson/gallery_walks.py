"""A phone that speaks to a template's endpoint through the real seal, and watches that the answers fit the Flow."""

import importlib.util
import json
import sys
from functools import cache
from typing import Any

from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.keys import KeyPair
from headrace.exchange.transport import AsgiTransport
from headrace.flowjson.checks.example_values import mismatch
from headrace.flowjson.gallery import template
from headrace.flowjson.routing import routing_of
from headrace.identifiers import RandomIdentifiers
from headrace.phone.engine.program import Program
from headrace.phone.session import Opening, Session
from headrace.simulator.driver import Driver
from headrace.simulator.play import Line, Play, Verdict
from headrace.simulator.steps import read_steps

SECRET = "secret"


@cache
def endpoint_module(name: str) -> Any:
    """The Python file of a template's endpoint, as its users would import it."""
    path = template(name).endpoint_path
    assert path
    module_name = f"gallery_{name.replace('-', '_')}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[module_name] = module
    spec.loader.exec_module(module)
    return module


class FakeMail:
    """Keeps the codes it is asked to send."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}
        self.sent = 0

    async def send(self, email: str, code: str) -> None:
        assert len(code) == 6
        assert code.isdigit()
        self.codes[email] = code
        self.sent += 1


def channel_to(endpoint: Endpoint, pair: KeyPair) -> Channel:
    """A channel that seals and signs as WhatsApp does, to an endpoint in this process."""

    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    return Channel(AsgiTransport(endpoint), "https://e/", SECRET, fetch, RandomIdentifiers(), sleep=at_once)


async def walk(flow: str, steps: bytes, channel: Channel | None = None, token: str = "token") -> None:
    """Does the steps on a phone, to the end."""
    opening = Opening(action="data_exchange", flow_token=token) if channel else Opening()
    driver = Driver(Session.start(Program.compile(flow), opening), channel)
    told: list[Line] = []
    verdict = await Play(driver, told.append).run(read_steps(steps))
    assert verdict is Verdict.COMPLETED, told[-1]


class Phone:
    """One person with one message."""

    def __init__(self, name: str, endpoint: Endpoint, pair: KeyPair, token: str = "token") -> None:
        flow = json.loads(template(name).text(with_endpoint=True))
        self._routing = routing_of(flow)
        self._data = {screen["id"]: screen.get("data", {}) for screen in flow["screens"]}
        self._token = token
        self._channel = channel_to(endpoint, pair)

    async def open(self) -> dict[str, Any]:
        """INIT; the data of the first screen."""
        outcome = await self._exchange("INIT", "", {})
        assert outcome.body
        assert (outcome.body["screen"],) == self._routing.entry_screens
        return self._fitting(outcome.body["screen"], outcome.body["data"], whole=True)

    async def ask(self, screen: str, expected: str, token: str | None = None, **data: Any) -> dict[str, Any]:
        """A data exchange that has to lead to the expected screen; its data."""
        outcome = await self._exchange("data_exchange", screen, data, token)
        assert outcome.body, outcome
        assert outcome.body["screen"] == expected, outcome.body
        assert self._routing.allows(screen, expected)
        return self._fitting(expected, outcome.body["data"], whole=screen != expected)

    async def finish(self, screen: str, **data: Any) -> dict[str, Any]:
        """A data exchange that has to end the Flow; what the business gets."""
        outcome = await self._exchange("data_exchange", screen, data)
        assert outcome.body, outcome
        assert outcome.body["screen"] == "SUCCESS", outcome.body
        params = outcome.body["data"]["extension_message_response"]["params"]
        assert isinstance(params, dict)
        return params

    async def expired(self, screen: str, **data: Any) -> str:
        """A data exchange that has to be answered with 427; its words."""
        outcome = await self._exchange("data_exchange", screen, data)
        assert (outcome.kind, outcome.http_status) == ("token_expired", 427), outcome
        return outcome.message or ""

    def go(self, screen: str, target: str, data: dict[str, Any]) -> None:
        """A navigation that asks nobody: the way exists, and the data fits."""
        assert target in self._routing.edges[screen]
        self._fitting(target, data, whole=True)

    async def _exchange(self, action: str, screen: str, data: dict[str, Any], token: str | None = None) -> Outcome:
        body = {"version": "3.0", "action": action, "screen": screen, "data": data, "flow_token": token or self._token}
        return await self._channel.exchange(body)

    def _fitting(self, screen: str, data: dict[str, Any], *, whole: bool) -> dict[str, Any]:
        declared = self._data[screen]
        assert data.keys() <= declared.keys() | {"error_message"}, data.keys() - declared.keys()
        assert not whole or declared.keys() <= data.keys(), declared.keys() - data.keys()
        for name, value in data.items():
            if name != "error_message":
                assert mismatch(value, declared[name]) is None, (name, value)
        return data
