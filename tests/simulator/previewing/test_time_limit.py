"""A time limit that can be stopped."""

import asyncio
import time
from collections.abc import MutableMapping
from typing import Any

import pytest

from headrace.exchange.channel import Channel
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import SeededIdentifiers
from headrace.outbound import TimedOut
from headrace.simulator.previewing.time_limit import PausableTransport, Pause

pytestmark = pytest.mark.anyio

REQUEST = {"version": "3.0", "action": "INIT", "screen": "", "data": {}, "flow_token": "t"}


class Held:
    """An endpoint that answers 418 once it is let go."""

    def __init__(self) -> None:
        self.was_asked = asyncio.Event()
        self.let_go = asyncio.Event()

    async def app(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        self.was_asked.set()
        await self.let_go.wait()
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def ask(self, pause: Pause, limit: float) -> int:
        transport = PausableTransport(AsgiTransport(self.app), pause)
        return (await transport.request("POST", "http://endpoint/", timeout=limit)).status


async def test_the_limit_holds() -> None:
    endpoint = Held()
    with pytest.raises(TimedOut):
        await endpoint.ask(Pause(), 0.05)
    endpoint.let_go.set()
    assert await endpoint.ask(Pause(), 60) == 418


async def test_no_limit_runs_while_the_switch_is_on() -> None:
    endpoint = Held()
    asked = asyncio.create_task(endpoint.ask(Pause(is_on=True), 0.01))
    await asyncio.sleep(0.1)
    endpoint.let_go.set()
    assert await asked == 418


async def test_the_switch_stops_a_limit_that_runs_already() -> None:
    endpoint, pause = Held(), Pause()
    asked = asyncio.create_task(endpoint.ask(pause, 1))
    await endpoint.was_asked.wait()
    pause.set(True)
    await asyncio.sleep(1.1)
    endpoint.let_go.set()
    assert await asked == 418


async def test_set_back_the_whole_limit_runs_anew() -> None:
    endpoint, pause = Held(), Pause(is_on=True)
    asked = asyncio.create_task(endpoint.ask(pause, 0.2))
    await endpoint.was_asked.wait()
    started = time.monotonic()
    pause.set(False)
    with pytest.raises(TimedOut):
        await asked
    assert time.monotonic() - started > 0.15


async def test_a_channel_tells_of_it_as_ever() -> None:
    pem = generate_key_pair().public_pem

    async def fetch() -> str:
        return pem

    transport = PausableTransport(AsgiTransport(Held().app), Pause())
    channel = Channel(transport, "http://endpoint/", "", fetch, SeededIdentifiers(1), timeout=0.05)
    outcome = await channel.exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "timeout_error")
    assert outcome.sealed_request
