"""The channel to an endpoint, through whatever the control room has broken on the way."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import replace

from headrace.exchange.channel import Channel, FetchPublicKey
from headrace.exchange.transport import Transport
from headrace.outbound import DEFAULT_MAX_BYTES, Answer, ConnectionLost, TimedOut
from headrace.platform.box import Box
from headrace.platform.controls import EndpointFault

_SOUND = EndpointFault()


def open_channel(
    box: Box,
    flow_id: str | None,
    endpoint_uri: str,
    app_secret: str,
    fetch_public_key: FetchPublicKey,
    *,
    probes: bool = True,
) -> Channel:
    """A channel to the endpoint of a Flow, which may be broken by the control room at any moment."""
    transport = _BreakableTransport(box, flow_id)
    return Channel(
        transport,
        endpoint_uri,
        app_secret,
        fetch_public_key,
        box.identifiers,
        timer=transport.seconds,
        probes=probes,
    )


class _BreakableTransport:
    """An `exchange.transport.Transport` that a fault stands before; `seconds` is a timer that counts its latency."""

    def __init__(self, box: Box, flow_id: str | None) -> None:
        self._box = box
        self._flow_id = flow_id
        self._skipped = 0.0

    def seconds(self) -> float:
        return time.perf_counter() + self._skipped

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> Answer:
        fault = self._box.controls.values.endpoint_faults.get(self._flow_id or "", _SOUND)
        if fault.drops:
            raise ConnectionLost("The control room drops every call to this endpoint.")
        latency = fault.latency_milliseconds / 1000
        if latency:
            await self._pass(min(latency, timeout), fault)
        if latency >= timeout:
            raise TimedOut(f"The control room delays every answer by {latency:g} s; the limit is {timeout:g} s.")
        transport: Transport = self._box.outbound
        answer = await transport.request(
            method, url, headers=headers, body=body, timeout=timeout - latency, max_bytes=max_bytes
        )
        return answer if fault.status is None else replace(answer, status=fault.status)

    async def _pass(self, seconds: float, fault: EndpointFault) -> None:
        if fault.waits:
            await asyncio.sleep(seconds)
        else:
            self._skipped += seconds
