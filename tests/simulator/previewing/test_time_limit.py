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


def endpoint(seconds: float) -> AsgiTransport:
    """An endpoint that takes so long, then answers 418."""

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await asyncio.sleep(seconds)
        await send({"type": "http.response.start", "status": 418, "headers": []})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    return AsgiTransport(app)


async def ask(pause: Pause, seconds: float, limit: float) -> int:
    answer = await PausableTransport(endpoint(seconds), pause).request("POST", "http://endpoint/", timeout=limit)
    return answer.status


async def test_the_limit_holds() -> None:
    with pytest.raises(TimedOut):
        await ask(Pause(), 5, 0.05)
    assert await ask(Pause(), 0.01, 5) == 418


async def test_no_limit_runs_while_the_switch_is_on() -> None:
    assert await ask(Pause(is_on=True), 0.2, 0.05) == 418


async def test_the_switch_stops_a_limit_that_runs_already() -> None:
    pause = Pause()
    asked = asyncio.create_task(ask(pause, 0.3, 0.1))
    await asyncio.sleep(0.05)
    pause.set(True)
    assert await asked == 418


async def test_set_back_the_whole_limit_runs_anew() -> None:
    pause = Pause(is_on=True)
    asked = asyncio.create_task(ask(pause, 5, 0.2))
    await asyncio.sleep(0.3)
    pause.set(False)
    started = time.monotonic()
    with pytest.raises(TimedOut):
        await asked
    assert 0.15 < time.monotonic() - started < 2


async def test_a_channel_tells_of_it_as_ever() -> None:
    pem = generate_key_pair().public_pem

    async def fetch() -> str:
        return pem

    transport = PausableTransport(endpoint(5), Pause())
    channel = Channel(transport, "http://endpoint/", "", fetch, SeededIdentifiers(1), timeout=0.05)
    outcome = await channel.exchange(REQUEST)
    assert (outcome.kind, outcome.error_type) == ("failed", "timeout_error")
    assert outcome.sealed_request
