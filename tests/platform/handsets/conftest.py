"""A business that sends to two phones, and their pages."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright
from tests.browsers import chromium
from tests.platform.handsets.scene import Scene, open_box, set_scene
from tests.platform.messaging.stage import Stage, set_stage
from tests.stores import open_store

from headrace.platform.box import Box


@pytest.fixture
async def stage(box: Box) -> Stage:
    return await set_stage(box)


@pytest.fixture(scope="session")
async def browser(anyio_backend: str) -> AsyncIterator[Browser]:
    """One browser for all tests; each opens pages of its own, which share nothing."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="module")
async def scene_of_all(
    store_name: str, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> AsyncIterator[Scene]:
    async with (
        open_store(store_name, tmp_path_factory.mktemp("scene")) as store,
        open_box(store) as box,
        set_scene(box, browser) as scene,
    ):
        yield scene


@pytest.fixture
async def scene(scene_of_all: Scene) -> AsyncIterator[Scene]:
    """One page and one box for the tests of a module; what a test leaves open is put away."""
    yield scene_of_all
    await scene_of_all.close()
