"""`headrace check`: what it prints, in every format, and how it takes what it is given.

Each folder of `tests/corpus/cli_check` is a case: its files are the input, `arguments` what comes behind `headrace
check` (by default `flow.json`), `*.txt` what must come out: 60 and 120 columns wide, and in colour. A new folder is a
new test. `HEADRACE_WRITE_EXPECTED=1 pytest tests/cli/test_check.py` writes what comes out now: read it before it is
committed.
"""

import json
import os
import pty
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.commands import as_nobody, headrace
from tests.flowjson.generating import texts

from headrace.cli.reports import Checked, Format, reporter
from headrace.cli.terminal import cells
from headrace.flowjson.checks import check

CASES = Path(__file__).parent.parent / "corpus" / "cli_check"
WRITE = bool(os.environ.get("HEADRACE_WRITE_EXPECTED"))
TODAY = ("--today", "2026-11-22")
NO_FLOW = {"version": "7.3", "screens": []}


def _arguments(case: Path) -> list[str]:
    file = case / "arguments"
    return shlex.split(file.read_text()) if file.is_file() else ["flow.json"]


def _variants(case: Path) -> list[str]:
    machine = any(word in _arguments(case) for word in ("json", "github", "sarif"))
    return ["at_120"] if machine else ["at_60", "at_120", "colour", "colour_at_60"]


@pytest.mark.parametrize(
    ("case", "variant"),
    [
        pytest.param(case, variant, id=f"{case.name}-{variant}")
        for case in sorted(CASES.iterdir())
        for variant in _variants(case)
    ],
)
def test_cases(case: Path, variant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [file for file in case.iterdir() if file.suffix != ".txt" and file.name != "arguments"]
    for file in inputs:
        (shutil.copytree if file.is_dir() else shutil.copy)(file, tmp_path / file.name)
    monkeypatch.chdir(tmp_path)
    arguments = _arguments(case)
    run = headrace(
        "check",
        *arguments,
        *(() if "--today" in arguments else TODAY),
        stdin=Path("flow.json").read_bytes() if "-" in arguments else b"",
        columns=60 if variant.endswith("at_60") else 120,
        environment={"FORCE_COLOR": "1"} if variant.startswith("colour") else {},
    )
    told = run.output.replace("\x1b", "␛")
    if "--fix" in arguments:
        told += f"--- flow.json afterwards\n{Path('flow.json').read_text()}"
    if run.complaints:
        told += f"--- standard error\n{run.complaints}"
    told += f"--- exit status {run.status}\n"
    expected = case / f"{variant}.txt"
    if WRITE:
        expected.write_text(told)
    assert expected.read_text() == told
    if variant == "at_60":
        assert all(cells(line) <= 60 or len(line.split()) <= 3 for line in run.output.splitlines())


def test_there_are_thirty_cases() -> None:
    assert len(list(CASES.iterdir())) >= 30


def _check_json(*arguments: str, stdin: str | bytes = b"") -> Any:
    run = headrace("check", *arguments, "--format", "json", *TODAY, stdin=stdin)
    return json.loads(run.output)


def test_json_has_the_shape_of_the_graph_api() -> None:
    [entry] = _check_json("-", stdin='{"version": "7.3",\n "screens": [], "odd": 1}')
    assert set(entry) == {"file", "version", "errors", "warnings"}
    assert (entry["file"], entry["version"]) == ("<stdin>", "7.3")
    odd = next(error for error in entry["errors"] if error["error"] == "INVALID_PROPERTY_KEY")
    assert set(odd) == {
        "error", "error_type", "message", "line_start", "line_end", "column_start", "column_end", "pointers",
        "rule", "explanation", "fixes",
    }  # fmt: skip
    assert (odd["line_start"], odd["column_start"], odd["column_end"]) == (2, 17, 22)
    assert [pointer["path"] for pointer in odd["pointers"]] == ["odd"]


def test_each_file_is_checked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("b").mkdir()
    Path("node_modules").mkdir()
    Path(".hidden").mkdir()
    for name in ("a.json", "b/c.json", "node_modules/d.json", ".hidden/e.json"):
        Path(name).write_text(json.dumps(NO_FLOW))
    Path("package.json").write_text('{"name": "x", "version": "1.0"}')
    Path("list.json").write_text('[{"screens": []}]')
    Path("broken.json").write_text('{"screens": [,')
    assert [entry["file"] for entry in _check_json(".", "a.json", "./b")] == ["a.json", "broken.json", "b/c.json"]
    assert [entry["file"] for entry in _check_json()] == ["a.json", "broken.json", "b/c.json"]
    assert [entry["file"] for entry in _check_json("package.json")] == ["package.json"]


def test_sarif_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my flow.json").write_text('{"version": "7.3", "odd": 1, "screens": []}')
    run = headrace("check", "my flow.json", "--format", "sarif", *TODAY)
    log = json.loads(run.output)
    assert run.status == 1
    assert log["version"] == "2.1.0"
    [execution] = log["runs"]
    rules = [rule["id"] for rule in execution["tool"]["driver"]["rules"]]
    for result in execution["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "my%20flow.json"}
    odd = next(one for one in execution["results"] if one["properties"]["code"] == "INVALID_PROPERTY_KEY")
    region = odd["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 1, "startColumn": 20, "endLine": 1, "endColumn": 25}


def test_github_commands_are_escaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a,b:c%.json").write_text('{"version": "7.3", "100%\\n": 1, "screens": []}')
    run = headrace("check", ".", "--format", "github", *TODAY)
    line = next(one for one in run.output.splitlines() if "100" in one)
    assert line.startswith("::error file=a%2Cb%3Ac%25.json,line=1,endLine=1,col=20,endColumn=28,title=")
    assert "100%25%0A" in line
    assert "\r" not in run.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("nowhere.json",), "nowhere.json does not exist."),
        (("empty",), "There is no Flow in empty: no *.json file in it holds an object with screens."),
        (("a\0b",), "a\\x00b cannot be read: the name is none."),
    ],
)
def test_unusable_input(
    arguments: tuple[str, ...], complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    run = headrace("check", *arguments)
    assert run == (2, "", complaint + "\n")


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o755)
    Path("secret.json").write_text('{"version": "7.3", "screens": []}')
    assert headrace("check", "secret.json").status == 1
    Path("secret.json").chmod(0)
    with as_nobody():
        run = headrace("check", "secret.json")
    assert run == (2, "", "secret.json cannot be read: Permission denied.\n")


def test_the_rest_is_checked_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("flow.json").write_text('{"version": "7.3", "screens": []}')
    run = headrace("check", "nowhere.json", "flow.json")
    assert run.status == 2
    assert "flow.json: 1 error" in run.output
    assert run.complaints == "nowhere.json does not exist.\n"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"\xff\xfe{\0}\0",
        b"{\xc3\x28}",
        b'{"a": "\\ud800"}',
        b"[" * 10_000,
        b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        b"nothing",
        b'"text"',
        b"null",
        b'{"version": "7.3", "screens": "\x1b]0;owned\x07"}',
        b'{"screens": "\xe2\x80\xae"}',
        b" " * 10_500_000,
    ],
    ids=lambda content: repr(content[:12]),
)
@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_hostile_content_is_told_plainly(content: bytes, form: str) -> None:
    run = headrace("check", "-", "--format", form, *TODAY, stdin=content)
    assert run.status == 1
    assert run.output
    assert not run.complaints
    assert not any(mark in run.output for mark in "\x1b\x07\0") or form != "text"
    assert "\u202e" not in run.output or form != "text"
    assert max(map(len, run.output.splitlines())) < 500 or form != "text"


def test_today_and_frozen_decide_about_old_versions() -> None:
    text = '{"version": "5.0", "screens": []}'
    codes = [error["error"] for error in _check_json("-", "--frozen", "error", stdin=text)[0]["errors"]]
    assert "INVALID_FLOW_JSON_VERSION" in codes
    [entry] = json.loads(headrace("check", "-", "--format", "json", "--today", "2025-01-01", stdin=text).output)
    assert "INVALID_FLOW_JSON_VERSION" not in [one["error"] for one in [*entry["errors"], *entry["warnings"]]]
    assert headrace("check", "-", "--today", "yesterday").status == 2


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_for_those_who_want_it(environment: dict[str, str], coloured: bool) -> None:
    run = headrace("check", "-", stdin="{}", environment=environment)
    assert ("\x1b[" in run.output) == coloured


def test_formats_for_programs_have_no_colour() -> None:
    for form in ("json", "github", "sarif"):
        plain = headrace("check", "-", "--format", form, stdin='{"a\\tb": 1}')
        assert headrace("check", "-", "--format", form, stdin='{"a\\tb": 1}', environment={"FORCE_COLOR": "1"}) == plain


@pytest.mark.parametrize(("term", "coloured"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_colour(term: str, coloured: bool, tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text("{}")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": term, "NO_COLOR": "", "FORCE_COLOR": ""}
    command = [sys.executable, "-m", "tests.cli.commands", "check", str(tmp_path / "flow.json")]
    subprocess.run(command, stdout=theirs, env=environment, check=False, timeout=60)
    os.close(theirs)
    told = os.read(ours, 65536)
    os.close(ours)
    assert b"error" in told
    assert (b"\x1b[" in told) == coloured


def test_a_pipe_that_closes_early_is_no_crash(tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text('{"screens": [' + "1, " * 20_000 + "1]}")
    command = f"{sys.executable} -m tests.cli.commands check {tmp_path}/flow.json | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False, timeout=120)
    assert "error" in done.stdout
    assert "Traceback" not in done.stderr


def test_nothing_heavy_is_loaded_without_colour(tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text("{}")
    program = (
        "import sys; from headrace.cli.sources import read_sources; from headrace.cli.reports import *;"
        "from headrace.cli.terminal import emit; from headrace.flowjson.checks import check; from datetime import date;"
        f"found, _ = read_sources([{str(tmp_path / 'flow.json')!r}]);"
        "emit(reporter(Format.text)([Checked('x', check(found[0].document, today=date(2026, 1, 1)))]));"
        "heavy = {'rich', 'sqlalchemy', 'pydantic', 'aiohttp', 'starlette', 'jinja2', 'cryptography'};"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@given(st.text(max_size=80) | texts(), st.integers(40, 120), st.sampled_from(list(Format)))
def test_whatever_is_checked_is_told(text: str, columns: int, form: Format) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        lines = reporter(form)([Checked("flow.json", check(text, today=date(2026, 11, 22)))])
    told = ["".join(part for part, _ in line) for line in lines]
    if form is Format.text:
        assert all(line.isprintable() for line in told)
        excerpts = [line for line in told if " | " in line]
        assert all(cells(line) <= columns for line in excerpts)
