"""Whoever watches a server hears whether its work goes on."""

from functools import partial
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from headrace.app.application import Application
from headrace.app.readiness import PATH, readiness_route
from headrace.clock import ManualClock
from headrace.identifiers import SeededIdentifiers
from headrace.settings import Settings

pytestmark = pytest.mark.anyio


def test_what_stands_still_is_named_without_a_reason() -> None:
    troubles = {"jobs": None, "pages": "the password secret is refused"}
    route = readiness_route([(name, partial(troubles.__getitem__, name)) for name in troubles])
    client = TestClient(Starlette(routes=[route]))
    answer = client.get(PATH)
    assert (answer.status_code, answer.json()) == (503, {"status": "trouble", "standing_still": ["pages"]})
    troubles["pages"] = None
    assert (client.get(PATH).status_code, client.get(PATH).json()) == (200, {"status": "ok"})


async def test_every_server_has_it_under_any_name(tmp_path: Path) -> None:
    application = await Application.open(Settings(data=tmp_path), ManualClock(), SeededIdentifiers(7))
    try:
        answer = TestClient(application.asgi).get(PATH, headers={"Host": "box.example.org"})
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    finally:
        await application.close()
