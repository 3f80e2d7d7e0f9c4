"""Whatever stands in a Flow, a trace or a file name: no command lets it steer the terminal or a workflow."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from tests.cli.commands import Run, headrace

from headrace.cli import COMMANDS
from headrace.cli.terminal import json_text, printable, readable

SOURCES = Path(__file__).parents[2] / "src" / "headrace" / "cli"

HOSTILE = (
    "a\x1b[31m\x07\r\n::stop-commands::x\n##[error]y ##vso[task.z]\x9b2J\u202eb\u2066c\u2028d\x7fe \u00a0\u200bf\t"
)
"""Escape, bell, carriage return, line breaks, commands of workflows, C1, directions, separators, what nobody sees."""

SCRIPT = """
import sys
from headrace.cli import main
main()
"""


def hostile_flow(*, broken: bool = False) -> str:
    """Every text of a person's choosing is hostile; with `broken` so are names, values and keys."""
    screen = {
        "id": "A",
        "title": HOSTILE,
        "terminal": True,
        "data": {"d": {"type": "string", "__example__": HOSTILE}},
        "layout": {
            "type": "SingleColumnLayout",
            "children": [
                {"type": "TextBody", "text": HOSTILE},
                {"type": "TextInput", "name": "n", "label": HOSTILE, "helper-text": HOSTILE, "required": True},
                {
                    "type": "Dropdown",
                    "name": "o",
                    "label": "Bread",
                    "data-source": [{"id": HOSTILE, "title": HOSTILE, "description": HOSTILE}],
                },
                {
                    "type": "Footer",
                    "label": HOSTILE,
                    "on-click-action": {"name": "complete", "payload": {"p": HOSTILE}},
                },
            ],
        },
    }
    if broken:
        children = screen["layout"]["children"]  # type: ignore[index]
        children[0][HOSTILE] = HOSTILE
        children[1]["input-type"] = HOSTILE
        children[1]["visible"] = f"`${{data.d}} == {HOSTILE}`"
        children[2]["type"] = HOSTILE
        children[3]["on-click-action"] = {"name": HOSTILE, "payload": {}}
        screen["refresh_on_back"] = f"${{data.{HOSTILE}}}"
    return json.dumps({"version": "7.3", "screens": [screen]}, ensure_ascii=False, indent=1)


PROCESSES = ("serve", "preview", "shots", "world", "doctor", "stub", "listen", "push", "send")
"""Commands that are run as a process of their own; the others run in this one."""


def run(folder: Path, *arguments: str, stdin: bytes = b"") -> Run:
    if arguments[0] not in PROCESSES:
        with contextlib.chdir(folder):
            return headrace(*arguments, stdin=stdin)
    command = [sys.executable, "-c", SCRIPT, *arguments]
    done = subprocess.run(command, cwd=folder, input=stdin, capture_output=True, check=False, timeout=60)
    return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def steering(text: str) -> list[str]:
    return [mark for mark in text if mark != "\n" and unicodedata.category(mark) in ("Cc", "Cf", "Zl", "Zp")]


def is_harmless(text: str, *, commands: bool = False) -> bool:
    ordered = [line for line in text.split("\n") if line.lstrip().startswith("::") and not commands]
    return not steering(text) and not ordered and not re.search(r"##\w*\[", text)


NAME = f"h\x1b[2J\u202e ::error ::{'x'}.json"
"""A file may be called anything but for slashes."""

WAYS: dict[str, tuple[str, ...]] = {
    "check": ("check", NAME, "broken.json", "torn.json"),
    "check --fix": ("check", "torn.json", "broken.json", "--fix"),
    "invite": ("invite", "ben@example.org", "--data", NAME),
    "check as JSON": ("check", NAME, "broken.json", "torn.json", "--format", "json"),
    "check as SARIF": ("check", NAME, "broken.json", "--format", "sarif"),
    "check of nothing": ("check", HOSTILE),
    "connect": ("connect", "check", "hostile.yaml"),
    "connect new": ("connect", "new", NAME),
    "connect serve": ("connect", "serve", HOSTILE, "--unsigned"),
    "diff": ("diff", "good.json", NAME),
    "diff as Markdown": ("diff", "good.json", NAME, "--format", "markdown"),
    "diff as JSON": ("diff", NAME, "good.json", "--format", "json"),
    "diff of torn text": ("diff", NAME, "torn.json"),
    "doctor": ("doctor", HOSTILE),
    "explain": ("explain", HOSTILE),
    "format": ("format", NAME, "torn.json"),
    "graph": ("graph", "torn.json", "-o", f"{HOSTILE}/x"),
    "keys": ("keys", "check", HOSTILE),
    "listen": ("listen", "--url", HOSTILE),
    "load": ("load", NAME, "--endpoint", "http://127.0.0.1:1/", "--public-key", HOSTILE),
    "new": ("new", "--template", "contact", f"{HOSTILE}"),
    "new into a file": ("new", "--template", "contact", NAME),
    "preview": ("preview", HOSTILE),
    "push": ("push", NAME, "--url", "http://127.0.0.1:1"),
    "relay": ("relay", HOSTILE),
    "replay": ("replay", NAME),
    "run": ("run", NAME, "--steps", "steps.json"),
    "run as JSON": ("run", NAME, "--steps", "steps.json", "--format", "json"),
    "run of a step that is none": ("run", NAME, "--steps", "wrong.json"),
    "schema": ("schema", "--version", HOSTILE),
    "send": ("send", HOSTILE, "--to", HOSTILE, "--data", HOSTILE, "--url", "http://127.0.0.1:1"),
    "serve": ("serve", "--data", f"{NAME}/below"),
    "an option that is none": ("check", f"--{HOSTILE}"),
    "a value that is none": ("check", "--format", HOSTILE),
    "a day that is none": ("check", "--today", HOSTILE),
    "a command that is none": (HOSTILE,),
    "a command of a group that is none": ("world", HOSTILE),
    "stub": ("stub", NAME),
    "shots": ("shots", NAME, "--screen", HOSTILE),
    "upgrade": ("upgrade", NAME, "broken.json", "--to", "7.3", "--dry-run"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / NAME).write_text(hostile_flow())
    (folder / "broken.json").write_text(hostile_flow(broken=True))
    (folder / "torn.json").write_text(hostile_flow().replace('"title"', f"'{HOSTILE}' {HOSTILE}", 1))
    (folder / "good.json").write_text(hostile_flow().replace(json.dumps(HOSTILE, ensure_ascii=False), '"good"'))
    written = json.dumps(HOSTILE, ensure_ascii=False)
    connector = {"flow": NAME, "open": [{"show": HOSTILE}], "screens": {HOSTILE: {HOSTILE: 1}}}
    (folder / "hostile.yaml").write_text(json.dumps(connector) + f"\n# {written}")
    steps = [{"fill": {"n": HOSTILE, "o": HOSTILE}}, {"tap": HOSTILE}]
    (folder / "steps.json").write_text(json.dumps(steps))
    (folder / "wrong.json").write_text(json.dumps([{"fill": {HOSTILE: HOSTILE}}]))
    return folder


@pytest.mark.parametrize("way", WAYS)
def test_nothing_steers_the_terminal_or_commands_a_workflow(way: str, folder: Path) -> None:
    done = run(folder, *WAYS[way])
    assert done.output + done.complaints
    assert is_harmless(done.output)
    assert is_harmless(done.complaints)
    assert "Traceback" not in done.complaints
    if "JSON" in way and "run" not in way:
        json.loads(done.output)


def test_every_command_is_walked() -> None:
    assert {arguments[0] for arguments in WAYS.values()} - {HOSTILE} == set(COMMANDS) - {"lsp"}, (
        "an editor's pipe is no terminal"
    )


def test_annotations_are_one_command_each(folder: Path) -> None:
    done = run(folder, "check", NAME, "broken.json", "torn.json", "--format", "github")
    lines = done.output.splitlines()
    assert lines
    assert is_harmless(done.output, commands=True)
    assert all(re.fullmatch(r"::(error|warning) file=[^:,]+(,\w+=[^:,]+)*::.*", line) for line in lines)


def test_documents_are_whole_in_a_pipe_and_harmless_on_a_terminal(folder: Path) -> None:
    text = hostile_flow()
    assert json.loads(run(folder, "format", "-", stdin=text.encode()).output) == json.loads(text)
    leader, follower = pty.openpty()
    arguments = [sys.executable, "-c", SCRIPT, "format", "-"]
    with subprocess.Popen(arguments, cwd=folder, stdout=follower, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(text.encode())
        process.stdin.close()
        os.close(follower)
        drawn = bytearray()
        try:
            while piece := os.read(leader, 65_536):
                drawn += piece
        except OSError:  # the terminal is closed when the command ends
            pass
        os.close(leader)
    assert process.returncode == 0
    shown = drawn.decode().replace("\r\n", "\n")
    assert "\\u202e" in shown
    assert steering(shown) == []


@pytest.mark.parametrize("module", sorted(SOURCES.rglob("*.py")), ids=lambda path: path.stem)
def test_only_one_module_writes(module: Path) -> None:
    """All else goes through it, so that nothing is forgotten."""
    if module.name not in ("terminal.py", "__init__.py"):
        assert not re.findall(
            r"std(?:out|err)\.write|(?<!\.)\bprint\(|typer\.(?:secho|echo)|basicConfig", module.read_text()
        )


def test_what_is_shown_and_what_is_escaped() -> None:
    assert printable("a\x1b\u202e\x9b\U000e0001\u00a0b") == "a\\x1b\\u202e\\x9b\\U000e0001 b"
    assert readable("  ::set-env\nb ::c ##[d] ###e") == "  \\x3a:set-env\nb ::c \\x23#[d] ###e"
    text = json.dumps(["é👍", HOSTILE, "\U000e0001\u3000"], ensure_ascii=False)
    assert json.loads(json_text(text)) == json.loads(text)
    assert is_harmless(json_text(text))
    assert "é👍" in json_text(text)
