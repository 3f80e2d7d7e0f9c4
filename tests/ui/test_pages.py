"""Static files under lasting addresses, and nothing outside their folders."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from headrace.ui.pages import serve_static, static_routes, static_url


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=list(static_routes())))


def test_a_marked_address_may_be_kept_for_good(client: TestClient) -> None:
    answer = client.get(static_url("tokens.css"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


def test_an_old_mark_is_served_but_not_kept(client: TestClient) -> None:
    assert client.get("/static/tokens.css?v=old").headers["cache-control"] == "no-cache"


def test_the_phone_has_its_styles(client: TestClient) -> None:
    assert client.get(static_url("phone/sheet.css")).status_code == 200


def test_rooms_bring_their_own_files(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "room.css").write_text("p { color: red }")
    assert client.get("/static/a-room/room.css").status_code == 404
    serve_static("a-room", tmp_path)
    serve_static("a-room", tmp_path)
    assert client.get(static_url("a-room/room.css")).text == "p { color: red }"
    assert client.get("/static/a-room/..%2ftokens.css").status_code == 404
    with pytest.raises(ValueError, match="a-room"):
        serve_static("a-room", tmp_path.parent)


@pytest.mark.parametrize(
    "path",
    [
        "nothing.css",
        "../pages.py",
        "..%2fpages.py",
        "phone/../../session.py",
        "phone",
        "",
        "/etc/passwd",
        "%00",
        "a" * 5_000,
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_the_front_end_is_built() -> None:
    assert Path(static_url.__globals__["_STATIC"], "build", "app.js").is_file()
