"""`headrace doctor`: what is found is told in words, in lines of code and by the exit status."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.commands import headrace
from tests.exchange.broken import PADDINGS, BrokenEndpoint
from tests.serving import serving

from headrace.exchange.endpoint import Endpoint
from headrace.exchange.keys import generate_key_pair
from headrace.exchange.sealing import load_public_key, seal_request, sign

PAIR, OTHER = generate_key_pair(), generate_key_pair("word")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, pair in (("", PAIR), ("other-", OTHER)):
        (tmp_path / f"{name}private.pem").write_text(pair.private_pem)
        (tmp_path / f"{name}public.pem").write_text(pair.public_pem)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def well() -> Iterator[str]:
    with serving(Endpoint(private_key=PAIR.private_pem, app_secret="secret")) as address:
        yield address


def test_a_good_endpoint_passes(folder: Path, well: str) -> None:
    done = headrace("doctor", well, "--public-key", "public.pem", "--app-secret", "secret")
    assert (done.status, done.complaints) == (0, "")
    assert "wrong" not in done.output.replace("Refuses a wrong signature", "")
    assert headrace("doctor", well).status == 0


def test_the_line_to_change_is_shown_for_each_language_or_one(folder: Path) -> None:
    with serving(BrokenEndpoint(PAIR.private_pem, padding=PADDINGS["mgf1-sha1"])) as address:
        done = headrace("doctor", address, "--public-key", "public.pem")
        java = headrace("doctor", address, "--public-key", "public.pem", "--language", "java")
        lines = headrace("doctor", address, "--public-key", "public.pem", "--format", "json").output.splitlines()
    assert (done.status, java.status) == (1, 1)
    assert "MGF1 uses SHA-1" in " ".join(done.output.split())
    assert all(f"         {name}" in done.output for name in ("Python", "Node", "PHP", "Java", "C#", "Go"))
    assert "MGF1ParameterSpec.SHA256" in java.output
    assert "oaepHash" not in java.output
    assert [json.loads(line)["fault"] for line in lines][-1] == "mgf1-sha1"


def test_keys_alone_are_examined(folder: Path) -> None:
    done = headrace("doctor", "--private-key", "private.pem", "--public-key", "public.pem")
    assert done.status == 0
    assert "belongs to the private key" in done.output
    done = headrace("doctor", "--private-key", "private.pem", "--public-key", "other-public.pem")
    assert (done.status, "does not belong" in done.output) == (1, True)
    assert headrace("doctor", "--private-key", "other-private.pem").status == 1
    assert headrace("doctor", "--private-key", "other-private.pem", "--password", "word").status == 0


def test_a_recorded_request_is_opened(folder: Path) -> None:
    body = seal_request(b'{"action":"INIT"}', load_public_key(PAIR.public_pem), bytes(16), bytes(16)).body
    Path("request.json").write_bytes(body)
    done = headrace("doctor", "--capture", "request.json", "--private-key", "private.pem")
    assert (done.status, "INIT" in done.output) == (0, True)
    done = headrace(
        *("doctor", "--capture", "request.json", "--private-key", "other-private.pem", "--password", "word")
    )
    assert (done.status, "another pair" in done.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to examine"),
        (("--capture", "public.pem"), "no recorded request"),
        (("--capture", "none.json"), "cannot be read"),
        (("http://127.0.0.1:1/", "--public-key", "none.pem"), "cannot be read"),
    ],
)
def test_what_cannot_be_used_is_said(folder: Path, arguments: tuple[str, ...], words: str) -> None:
    done = headrace("doctor", *arguments)
    assert (done.status, words in done.complaints) == (2, True)


def test_the_page_shows_what_the_command_prints(folder: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "doctor.md").read_text(encoding="utf-8")
    blocks = [block.split("\n", 1) for block in re.findall(r"```\n\$ (headrace .*?)```", page, re.DOTALL)]
    clear = b'{"action":"data_exchange","screen":"SLOTS","flow_token":"a token of some length"}'
    body = seal_request(clear, load_public_key(PAIR.public_pem), bytes(16), bytes(16)).body
    recorded = {"headers": {"x-hub-signature-256": sign("secret", body)}, "body": body.decode()}
    Path("request.json").write_text(json.dumps(recorded))
    with serving(BrokenEndpoint(PAIR.private_pem, padding=PADDINGS["mgf1-sha1"])) as address:
        for command, printed in blocks:
            words = command.replace("http://127.0.0.1:8080/flow", address).split()[1:]
            assert headrace(*words).output == printed
    assert len(blocks) == 3


def test_a_run_that_fails_points_here_with_the_same_cause(folder: Path) -> None:
    hello = Path(__file__).parents[2] / "examples" / "hello"
    with serving(BrokenEndpoint(PAIR.private_pem, padding=PADDINGS["oaep-sha1"])) as address:
        way = ("run", str(hello / "flow.json"), "--steps", str(hello / "steps.yaml"), "--endpoint", address)
        done = headrace(*way, "--public-key", "public.pem")
        lines = headrace(*way, "--public-key", "public.pem", "--format", "json").output.splitlines()
    assert "RSA-OAEP with SHA-1" in done.output
    assert "headrace doctor shows the line to change" in done.output
    (told,) = (one for one in map(json.loads, lines) if "exchange" in one)
    assert (told["exchange"]["fault"], "Go" in told["exchange"]["right_lines"]) == ("oaep-sha1", True)
