"""Who may see a page: this machine by its own name, and only from pages of our own."""

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from headrace.app.guard import LOCAL_NAMES, FindCaller, PageGuard, is_forwarded


async def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("known" if getattr(request.state, "caller", None) is CALLER else "unknown")


CALLER = object()


async def somebody(_headers: Headers) -> object:
    return CALLER


async def nobody(_headers: Headers) -> None:
    return None


def guarded(find_caller: FindCaller | None = somebody, names: frozenset[str] = LOCAL_NAMES) -> TestClient:
    """A page behind the guard, and beside it an address that carries its own proof."""
    app = Starlette(routes=[Route("/v23.0/{path:path}", answer, methods=["GET", "POST"])])
    app.router.default = PageGuard(
        Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])]),
        names=names,
        find_caller=find_caller,
        content_security_policy="default-src 'self'",
    )
    return TestClient(app, base_url="http://127.0.0.1:8460")


@pytest.fixture
def client() -> TestClient:
    return guarded()


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


def test_what_carries_its_own_proof_answers_under_any_name(client: TestClient) -> None:
    headers = {"Host": "graph.facebook.com", "Origin": "https://elsewhere.example"}
    assert client.post("/v23.0/1/flows", headers=headers).status_code == 200


def test_pages_carry_the_security_headers(client: TestClient) -> None:
    headers = client.get("/flows").headers
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_pages_know_who_calls(client: TestClient) -> None:
    assert client.get("/flows").text == "known"
    assert client.get("/v23.0/me").text == "unknown"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_sees_no_page(method: str) -> None:
    refused = guarded(nobody).request(method, "/flows")
    assert refused.status_code == 401
    assert refused.text.startswith("Nobody can sign in here yet.")


def test_where_nobody_is_asked_who_calls_everybody_may_see_the_pages() -> None:
    assert guarded(None).get("/flows").text == "unknown"


def test_it_answers_under_the_names_it_is_given() -> None:
    client = guarded(names=LOCAL_NAMES | {"flows.example"})
    assert client.get("/flows", headers={"Host": "flows.example"}).status_code == 200
    refused = client.get("/flows", headers={"Host": "evil.example"})
    assert "flows.example" in refused.text


@pytest.mark.parametrize(
    "name", ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP"]
)
def test_a_proxy_is_noticed(name: str) -> None:
    assert is_forwarded(Headers({name: "203.0.113.9"}))
    assert not is_forwarded(Headers({"Accept": "*/*"}))
