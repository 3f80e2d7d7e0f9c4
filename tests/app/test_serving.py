"""What stops a server before it begins."""

from pathlib import Path

import pytest
from starlette.applications import Starlette

from headrace.app.serving import ServerStopped, listen, serve
from headrace.ui import pages

pytestmark = pytest.mark.anyio


async def _started() -> None:
    raise AssertionError


async def test_without_its_front_end_nothing_is_served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "_STATIC", tmp_path)
    with listen(0) as listener, pytest.raises(ServerStopped, match="front end is not built"):
        await serve(Starlette(), listener, started=_started, stopping=lambda: None)
