"""A preview within another page: mounted below any address, fed by texts that are posted."""

import json
import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient
from tests.app.previewing.stage import ASKING, CLOCK, STATIC

from headrace.simulator.previewing.pages import preview_routes
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes

HERE = "/previews/p1"


@pytest.fixture
def client() -> Iterator[TestClient]:
    preview = Preview("Bookings", OpeningWishes(), CLOCK)
    app = Starlette(routes=[Mount(HERE, routes=preview_routes(preview, takes_text=True))])
    with TestClient(app) as opened:
        yield opened


def test_a_posted_text_is_shown(client: TestClient) -> None:
    assert "No screen to show yet" in client.get(f"{HERE}/").text
    assert client.post(f"{HERE}/text", content=json.dumps(STATIC)).status_code == 204
    page = client.get(f"{HERE}/").text
    assert "<title>Bookings – preview</title>" in page
    assert 'data-screen="NAME"' in page


def test_every_address_on_the_page_lies_below_its_own(client: TestClient) -> None:
    client.post(f"{HERE}/text", content=json.dumps(ASKING))
    page = client.get(f"{HERE}/").text
    session_id = re.findall(r'name="shown" value="(\d+)"', page)[0]
    tapped = client.post(f"{HERE}/sheet/{session_id}/tap", json={"target": "Continue"})
    page += tapped.text + client.get(f"{HERE}/").text
    addresses = re.findall(r'(?:hx-(?:post|get|sse:connect)|data-url)="([^"]*)"', page)
    assert len(addresses) > 10
    assert [address for address in addresses if not address.startswith(f"{HERE}/")] == []
    miniature = next(address for address in addresses if "/screens?" in address)
    assert 'data-screen="NAME"' in client.get(miniature.replace("&amp;", "&")).text


def test_a_text_that_cannot_be_read_is_told_and_leaves_the_phone_as_it_was(client: TestClient) -> None:
    client.post(f"{HERE}/text", content=json.dumps(STATIC))
    answer = client.post(f"{HERE}/text", content=b"\xff\xfe{}")
    assert answer.status_code == 422
    assert "Bookings is not UTF-8" in answer.text
    page = client.get(f"{HERE}/").text
    assert "Bookings is not UTF-8" in page
    assert 'data-screen="NAME"' in page


def test_a_text_that_is_too_large_is_refused(client: TestClient) -> None:
    answer = client.post(f"{HERE}/text", content=b" " * (10 * 1024 * 1024 + 1))
    assert (answer.status_code, "larger than 10 MB" in answer.text) == (422, True)
