"""The control room's page: its words, and the way back to the console."""

from typing import Any

import pytest

from headrace.platform.box import Box
from headrace.platform.control_room.log import Filters, Page
from headrace.platform.control_room.overview import overview
from headrace.platform.control_room.pages import draw_page

pytestmark = pytest.mark.anyio

FLOW: dict[str, Any] = {
    "id": "1",
    "name": "Survey",
    "waba_name": "Shop",
    "status": "THROTTLED",
    "endpoint_uri": None,
    "fault": None,
}
HEALTH: dict[str, Any] = {
    "p90_milliseconds": None,
    "endpoint_error_rate": None,
    "availability": None,
    "alerts": [],
}


async def page(box: Box, count: int, console: str | None = None) -> str:
    health = {**HEALTH, "requests": count, "pings": count}
    flow = {**FLOW, "messages_left_this_hour": count, "health": health}
    world = {**await overview(box), "flows": [flow]}
    return bytes(draw_page(box, world, Filters(), Page((), None), console=console).body).decode()


async def test_one_is_no_plural(box: Box) -> None:
    one = await page(box, 1)
    assert "1 request, 1 ping<" in one
    assert "1 message left this hour" in one
    assert "2 requests, 2 pings<" in await page(box, 2)


async def test_the_way_back_is_there_where_a_console_is(box: Box) -> None:
    assert '<a class="fact" href="/">Console</a>' in await page(box, 1, console="/")
    alone = await page(box, 1)
    assert 'href="/"' not in alone
    assert 'class="mark" href="/_world"' in alone
