"""`headrace keys`: pairs are made, shown and replaced on the disk; nothing is ever overwritten."""

import stat
from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.exchange.key_files import KeyFolder, fingerprint
from headrace.exchange.keys import load_private_key, load_public_key, public_pem
from headrace.exchange.sealing import open_request, seal_request

WORD = {"HEADRACE_KEY_PASSWORD": "a long password"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_pair_is_made_shown_and_replaced(folder: Path) -> None:
    made = headrace("keys", "new", "--folder", "keys", environment=WORD)
    assert (made.status, "keys register" in made.output) == (0, True)
    private, public = folder / "keys" / "private.pem", (folder / "keys" / "public.pem").read_text()
    assert [stat.S_IMODE(path.stat().st_mode) for path in (private.parent, private)] == [0o700, 0o600]
    assert private.read_text().startswith("-----BEGIN ENCRYPTED PRIVATE KEY-----")
    assert public_pem(load_private_key(private, WORD["HEADRACE_KEY_PASSWORD"]).public_key()) == public

    shown = headrace("keys", "show", "--folder", "keys")
    assert (shown.status, public.strip() in shown.output, fingerprint(public) in shown.output) == (0, True, True)
    assert "PKCS#8 with a password, 2,048 bits" in headrace("keys", "show", "--folder", "keys", environment=WORD).output

    before = private.read_text()
    again = headrace("keys", "new", "--folder", "keys", environment=WORD)
    assert (again.status, "exists already" in again.complaints) == (2, True)
    assert headrace("keys", "rotate", "--folder", "keys", environment=WORD).status == 0
    former = folder / "keys" / "private.former.pem"
    assert (former.read_text(), private.read_text() != before) == (before, True)
    assert (folder / "keys" / "public.former.pem").read_text() == public
    sealed = seal_request(b"{}", load_public_key(public), bytes(16), bytes(16)).body
    assert open_request(sealed, load_private_key(former, WORD["HEADRACE_KEY_PASSWORD"])).body == b"{}"

    twice = headrace("keys", "rotate", "--folder", "keys", environment=WORD)
    assert (twice.status, "not finished" in twice.complaints) == (2, True)
    assert former.read_text() == before
    assert sorted(path.name for path in private.parent.iterdir()) == [
        *("private.former.pem", "private.pem", "public.former.pem", "public.pem")
    ]


def test_halves_that_do_not_belong_together_are_told(folder: Path) -> None:
    for name in ("one", "two"):
        assert headrace("keys", "new", "--folder", name, "--no-password").status == 0
    (folder / "one" / "public.pem").write_text((folder / "two" / "public.pem").read_text())
    shown = headrace("keys", "show", "--folder", "one")
    assert (shown.status, "does not belong" in shown.output) == (1, True)


def test_a_public_key_that_was_lost_comes_from_the_private_one(folder: Path) -> None:
    kept = KeyFolder(folder)
    pair = kept.make(None)
    kept.public.unlink()
    assert kept.public_pem(None) == pair.public_pem
    kept.rotate(None)
    assert not (folder / "public.former.pem").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new",), "HEADRACE_KEY_PASSWORD"),
        (("show",), "private.pem"),
        (("rotate", "--no-password"), "does not exist"),
        (("register", "--phone-number-id", "1"), "private.pem"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], words: str) -> None:
    done = headrace("keys", *arguments)
    assert (done.status, words in done.complaints) == (2, True)


def test_a_token_is_asked_for() -> None:
    assert headrace("keys", "new", "--no-password").status == 0
    done = headrace("keys", "register", "--phone-number-id", "1")
    assert (done.status, "HEADRACE_ACCESS_TOKEN" in done.complaints) == (2, True)
    shown = headrace("keys", "show", "--phone-number-id", "1")
    assert (shown.status, "access token" in shown.output) == (0, True)
    gone = headrace(
        *("keys", "register", "--phone-number-id", "1", "--access-token", "x", "--graph-url", "http://127.0.0.1:1")
    )
    assert (gone.status, "cannot be reached" in gone.complaints) == (1, True)
