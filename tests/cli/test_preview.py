"""`headrace preview`: what it refuses and in which words, how it begins and ends, what it needs."""

import json
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import typer
from tests.app.previewing.commands import Command
from tests.app.previewing.stage import ASKING, STATIC
from typer.testing import CliRunner

from headrace.cli.preview import preview
from headrace.exchange.keys import generate_key_pair

application = typer.Typer()
application.command()(preview)

KEY = generate_key_pair().public_pem


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flow.json").write_text(json.dumps(STATIC))
    (tmp_path / "asking.json").write_text(json.dumps(ASKING))
    (tmp_path / "wide.json").write_bytes("{}".encode("utf-16"))
    (tmp_path / "huge.json").write_bytes(b" " * (10 * 1024 * 1024 + 1))
    (tmp_path / "public.pem").write_text(KEY)
    (tmp_path / "folder").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("none.json", "none.json does not exist."),
        ("folder", "folder is a folder; a Flow JSON file is wanted here."),
        ("wide.json", "wide.json is not UTF-8: the text is UTF-16; it must be UTF-8. Save it as UTF-8."),
        ("huge.json", "huge.json is larger than 10 MB, the most a Flow JSON may have."),
        ("flow.json --screen NOWHERE", 'The Flow has no screen "NOWHERE". It has: NAME, CHECK.'),
        ("flow.json --data {", "--data is not JSON: "),
        ("flow.json --data []", '--data has to be an object, such as {"name": "Ada"}.'),
        ("flow.json --data @none.json", "none.json cannot be read: No such file or directory."),
        ("asking.json --endpoint 127.0.0.1:8000", "127.0.0.1:8000 is not an http address."),
        ("asking.json --endpoint http://127.0.0.1:1", "--endpoint needs --public-key: requests are sealed with it."),
        ("asking.json --endpoint http://127.0.0.1:1 --public-key none.pem", "none.pem cannot be read: "),
        ("asking.json --endpoint http://127.0.0.1:1 --public-key flow.json", "flow.json: This is not a public key"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, arguments: str, words: str) -> None:
    result = CliRunner().invoke(application, [*arguments.split(), "--no-open", "--port", "0"])
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_a_port_that_is_taken_is_said(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(application, ["flow.json", "--no-open", "--port", port])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Port {port} is taken by another program.")


def sheet_of(url: str) -> str:
    """The address of the sheet on a page."""
    with urllib.request.urlopen(url) as answer:
        found = re.search(r'hx-post="/(sheet/\d+)/redraw"', answer.read().decode())
    assert found is not None
    return f"{url}{found[1]}"


def test_it_serves_until_it_is_interrupted(folder: Path) -> None:
    with Command(folder / "flow.json") as running, urllib.request.urlopen(running.url) as answer:
        assert b'data-screen="NAME"' in answer.read()
    assert (running.status, running.complaints) == (0, "")


def test_it_ends_while_a_page_is_open_and_a_phone_waits(folder: Path) -> None:
    key = str(folder / "public.pem")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        options = ["--endpoint", endpoint, "--public-key", key, "--no-timeout"]
        with Command(folder / "asking.json", *options) as running:
            with urllib.request.urlopen(running.url) as answer:
                page = answer.read().decode()
            assert "Time limit off" in page
            stream = urllib.request.urlopen(f"{running.url}events")
            assert stream.readline() == b"event: open\n"
            post = urllib.request.Request(f"{sheet_of(running.url)}/retry", method="POST", data=b"")
            urllib.request.urlopen(post).close()
        stream.close()
    assert (running.status, running.complaints) == (0, "")


def test_an_endpoint_that_cannot_be_reached_is_told_on_the_phone(folder: Path) -> None:
    options = ["--endpoint", "http://127.0.0.1:1/", "--public-key", str(folder / "public.pem")]
    with Command(folder / "asking.json", *options) as running:
        headers = {"accept": "application/json"}
        post = urllib.request.Request(f"{sheet_of(running.url)}/outcome", method="POST", data=b"", headers=headers)
        with urllib.request.urlopen(post) as answer:
            told = json.loads(answer.read())
        assert told["status"] == "error"
        with urllib.request.urlopen(running.url) as answer:
            page = answer.read().decode()
        assert "Something went wrong." in page
        assert "Nothing can be reached at 127.0.0.1:1" in page


WITHOUT_THE_SERVER = """
import sys
for name in ("sqlalchemy", "alembic", "uvloop", "httptools"):
    sys.modules[name] = None
from headrace.cli.preview import preview
import headrace.app.previewing.file, headrace.app.previewing.server, headrace.app.serving
"""


def test_it_needs_nothing_of_the_server() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_THE_SERVER], check=True, capture_output=True)


def test_nothing_heavy_is_imported_before_it_runs() -> None:
    heavy = "('uvicorn', 'starlette', 'jinja2', 'aiohttp')"
    code = f"import sys, headrace.cli.preview; print([name for name in {heavy} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout == "[]\n"


def test_the_page_names_every_option_and_no_other() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "preview.md").read_text()
    helped = CliRunner().invoke(application, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).stdout
    known = set(re.findall(r"(--[a-z-]+)", helped)) - {"--help", "--install-completion", "--show-completion"}
    assert set(re.findall(r"`(--[a-z-]+)", page)) == known
