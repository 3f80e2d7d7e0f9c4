"""Whatever a command is given to read: a sentence, an exit status, no traceback, and no waiting."""

import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.commands import Run, as_nobody, headrace

GOOD = (
    b'{"version":"7.3","screens":[{"id":"A","title":"Bread","terminal":true,"layout":{"type":"SingleColumnLayout",'
    b'"children":[{"type":"Footer","label":"Order the bread","on-click-action":{"name":"complete","payload":{}}}]}}]}'
)
ODD_NUMBERS = GOOD.replace(
    b'"payload":{}', b'"payload":{"a":1e400,"b":-1e400,"c":1e-400,"d":%s,"e":-0}' % (b"9" * 5000)
)

CONTENTS: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \n\t\n ",
    "NUL": GOOD.replace(b"Bread", b"Br\x00ead"),
    "a lone surrogate": GOOD.replace(b"Bread", b"\\ud800"),
    "the bytes of a surrogate": GOOD.replace(b"Bread", b"\xed\xa0\x80"),
    "Latin-1": GOOD.replace(b"Bread", b"Br\xf6tchen"),
    "UTF-16": GOOD.decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "10,000 arrays": b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects": b'{"screens":' * 10_000 + b"1" + b"}" * 10_000,
    "10,000 open brackets": b'{"a":[' * 10_000,
    "a component within 2,000 others": GOOD.replace(
        b'{"type":"Footer"', b'{"type":"If","condition":"true","then":[' * 2_000 + b'{"type":"Footer"'
    ),
    "odd numbers": ODD_NUMBERS,
    "NaN": GOOD.replace(b'"payload":{}', b'"payload":{"a":NaN,"b":Infinity,"c":-Infinity,"d":0x1F,"e":01,"f":+1}'),
    "JavaScript": b"// a Flow\nexport default {version: '7.3', screens: [{id: 'A', title: `T`,}], /* end */};",
    "Python": b"{'version': '7.3', 'screens': [{'id': 'A', 'terminal': True, 'data': None}]}",
    "a number": b"42",
    "null": b"null",
    "a list": b"[1, [2]]",
    "a key twice": b'{"version":"7.3","version":"6.0","screens":[],"screens":[]}',
    "strange screens": b'{"version":"7.3","screens":[1,null,[],{"id":{}},{"layout":[]},{"layout":{"children":{}}}]}',
    "strange everything": b'{"version":[7.3],"data_api_version":{},"routing_model":[[]],"screens":{"a":1}}',
    "control characters": GOOD.replace(b"Bread", b"\x1b[31m\x07\x9b\xe2\x80\xae"),
    "an expression without end": GOOD.replace(b"Bread", b"`" + b"(" * 5_000 + b"`"),
}

COMMANDS: dict[str, tuple[str, ...]] = {
    "check": ("check", "FILE"),
    "check as JSON": ("check", "FILE", "--format", "json"),
    "check for GitHub": ("check", "FILE", "--format", "github"),
    "check as SARIF": ("check", "FILE", "--format", "sarif"),
    "check and mend": ("check", "FILE", "--fix"),
    "format": ("format", "FILE"),
    "upgrade": ("upgrade", "FILE", "--to", "7.3"),
    "diff": ("diff", "FILE", "GOOD"),
    "diff the other way": ("diff", "GOOD", "FILE"),
    "graph": ("graph", "FILE"),
    "graph as Mermaid": ("graph", "FILE", "--format", "mermaid"),
    "run": ("run", "FILE"),
}


def asked(command: str, path: Path) -> Run:
    (path.parent / "good.json").write_bytes(GOOD)
    words = {"FILE": str(path), "GOOD": str(path.parent / "good.json")}
    return headrace(*(words.get(one, one) for one in COMMANDS[command]))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("content", CONTENTS)
def test_odd_content_is_told_plainly(content: str, command: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_bytes(CONTENTS[content])
    run = asked(command, path)
    assert run.status in (0, 1, 2, 3)
    assert "Traceback" not in run.output + run.complaints
    assert run.status == 0 or run.output + run.complaints
    assert "\x1b[31m" not in run.output


@pytest.mark.parametrize("command", COMMANDS)
def test_ten_megabytes_in_one_line_are_read_in_time(command: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_bytes(GOOD.replace(b"Bread", b"x" * (10 * 1024 * 1024 - len(GOOD) - 10)))
    assert asked(command, path).status in (0, 1, 3)
    path.write_bytes(GOOD.replace(b"Bread", b"x" * (10 * 1024 * 1024)))
    run = asked(command, path)
    assert run.status in (1, 2)
    assert "10" in run.output + run.complaints


def test_one_bad_file_of_a_folder_does_not_hide_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("a.json")
    os.mkfifo(tmp_path / "b.json")
    (tmp_path / "z.json").write_bytes(GOOD)
    (tmp_path / "around").symlink_to(tmp_path)
    run = headrace("check", str(tmp_path))
    assert run.output.endswith("z.json: no errors.\n")
    assert run.complaints == f"{tmp_path}/a.json cannot be read: Too many levels of symbolic links.\n"
    assert run.status == 2


@pytest.mark.parametrize("command", ["format", "check and mend", "upgrade"])
def test_a_pipe_is_read_but_never_replaced(command: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    os.mkfifo(path)
    content = GOOD.replace(b'"7.3"', b'"7.0"').replace(b'"label"', b'"lable"' if "mend" in command else b'"label"')
    writer = threading.Thread(target=path.write_bytes, args=(content,))
    writer.start()
    run = asked(command, path)
    writer.join()
    assert run.status == 2
    assert "is no ordinary file" in run.complaints
    assert path.is_fifo()


REFUSED: dict[str, Callable[[Path], tuple[str, ...]]] = {
    "no such file": lambda folder: ("check", str(folder / "none.json")),
    "a name too long": lambda folder: ("check", "x" * 5000),
    "a folder to draw": lambda folder: ("graph", str(folder)),
    "a folder to run": lambda folder: ("run", str(folder)),
    "a folder to upgrade": lambda folder: ("upgrade", str(folder), "--to", "7.3"),
    "a folder to compare": lambda folder: ("diff", str(folder), str(folder)),
    "a folder without Flows": lambda folder: ("check", str(folder)),
    "no version": lambda folder: ("schema", "--version", "seven"),
    "a version that never was": lambda folder: ("schema", "--version", "9.9"),
    "a schema into nowhere": lambda folder: ("schema", "-o", str(folder / "none" / "schema.json")),
    "no rule": lambda folder: ("explain", "\x01\ud800"),
    "no template": lambda folder: ("new", "--template", "\x1b[31m"),
    "no day": lambda folder: ("check", "--today", "2026-02-30", str(folder)),
    "a day in another form": lambda folder: ("check", "--today", "30.2.2026", str(folder)),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_used_is_refused_in_words(what: str, tmp_path: Path) -> None:
    run = headrace(*REFUSED[what](tmp_path))
    assert run.status == 2
    assert run.complaints
    assert "Traceback" not in run.complaints
    assert "\x1b" not in run.complaints


NAMES: dict[str, tuple[str, str]] = {
    "": ("check", "An empty name names no file.\n"),
    "away.json": ("check", "away.json is a link to nowhere.json, which does not exist.\n"),
    "latin.json": ("check --fix", "latin.json is not UTF-8, so --fix leaves it alone. Save it as UTF-8 first.\n"),
}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_wrong_with_a_file_is_said(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("away.json").symlink_to("nowhere.json")
    garbled = GOOD.replace(b"Bread", b"Br\xf6tchen").replace(b'"label"', b'"lable"')
    Path("latin.json").write_bytes(garbled)
    command, complaint = NAMES[name]
    assert headrace(*command.split(), name) == Run(2, "", complaint)
    assert Path("latin.json").read_bytes() == garbled


def test_a_file_named_as_a_flow_is_one_whatever_it_holds(tmp_path: Path) -> None:
    (tmp_path / "a.flow.json").write_bytes(GOOD)
    (tmp_path / "flow.json").write_bytes(b"")
    (tmp_path / "other.json").write_bytes(b"")
    run = headrace("check", str(tmp_path))
    assert run.status == 1
    assert run.output.endswith("2 files: 1 error.\n")


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    Path("good.json").write_bytes(GOOD)
    shut = Path("shut")
    shut.mkdir()
    assert headrace("check", ".").status == 0
    shut.chmod(0)
    with as_nobody():
        run = headrace("check", ".")
    shut.chmod(0o700)
    assert run.status == 2
    assert run.complaints == "The folder shut cannot be read: Permission denied.\n"


def _in_a_shell(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    (folder / "flow.json").write_bytes(GOOD.replace(b'"label"', b'"lable"'))
    words = f"{shlex.quote(sys.executable)} -m headrace"
    return subprocess.run(
        ["sh", "-c", command.replace("headrace", words, 1)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("command", ["headrace check flow.json", "headrace schema", "headrace --help"])
def test_a_full_disk_is_told(command: str, tmp_path: Path) -> None:
    done = _in_a_shell(f"{command} > /dev/full", tmp_path)
    assert (done.returncode, done.stderr) == (2, f"The output cannot be written: {os.strerror(28)}.\n")


@pytest.mark.parametrize(
    ("command", "status", "complaint"),
    [
        ("headrace check flow.json >&-", 1, ""),
        ("headrace check - <&-", 2, "Standard input is closed.\n"),
    ],
)
def test_closed_streams(command: str, status: int, complaint: str, tmp_path: Path) -> None:
    done = _in_a_shell(command, tmp_path)
    assert (done.returncode, done.stderr) == (status, complaint)
