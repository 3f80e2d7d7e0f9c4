"""Who may see a page: this machine by its own name, and only from pages of our own."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from headrace.app.guard import PageGuard


async def answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    guard = PageGuard(Starlette(routes=routes), open_paths=r"^/v\d", content_security_policy="default-src 'self'")
    return TestClient(guard, base_url="http://127.0.0.1:8460")


@pytest.mark.parametrize("host", ["127.0.0.1:8460", "localhost:8460", "LOCALHOST", "[::1]:8460"])
def test_this_machine_by_its_own_names(client: TestClient, host: str) -> None:
    assert client.get("/flows", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "192.168.1.4:8460", "", "[::1", "a@b"])
def test_any_other_name_is_refused(client: TestClient, host: str) -> None:
    refused = client.get("/flows", headers={"Host": host})
    assert refused.status_code == 421
    assert "127.0.0.1" in refused.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_foreign_page_cannot_change_anything(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/flows", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://127.0.0.1:8460"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}],
)
def test_our_own_pages_and_scripts_can(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/flows", headers=headers).status_code == 200


def test_the_graph_face_answers_under_any_name(client: TestClient) -> None:
    headers = {"Host": "graph.facebook.com", "Origin": "https://elsewhere.example"}
    assert client.post("/v23.0/1/flows", headers=headers).status_code == 200


def test_pages_carry_the_security_headers(client: TestClient) -> None:
    headers = client.get("/flows").headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
