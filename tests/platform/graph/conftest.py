"""The Graph face over ASGI, called as an ordinary HTTP client would."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from headrace.platform.box import Box
from headrace.platform.graph.routes import graph_routes
from headrace.platform.world import World

HOST = "http://box.test"


@pytest.fixture
def asgi(box: Box) -> Starlette:
    return Starlette(routes=graph_routes(box))


@pytest.fixture
async def anonymous(asgi: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url=HOST) as client:
        yield client


@pytest.fixture
async def graph(asgi: Starlette, world: World) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the token of the developer's app."""
    headers = {"Authorization": f"Bearer {world.developer.token}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url=HOST, headers=headers) as client:
        yield client
