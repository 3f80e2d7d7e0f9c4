"""`headrace diff`, by hand and as a driver of git."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import Run, headrace
from tests.flowjson.test_diffing import ENDPOINT_FLOW, changed, children, footer, rename_keys


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.json").write_text(json.dumps(ENDPOINT_FLOW))

    def change(flow: dict[str, object]) -> None:
        rename_keys(footer(flow, 0)["payload"], "shop", "branch")
        children(flow, 0)[3]["required"] = True
        flow["version"] = "7.2"

    Path("new.json").write_text(json.dumps(changed(ENDPOINT_FLOW, change)[0]))


def test_text() -> None:
    assert headrace("diff", "old.json", "new.json", columns=70) == Run(
        1,
        """old.json → new.json: 3 changes, 1 breaks something.

Flow
    ~ Flow JSON version 7.3 is now 7.2

Screen "SERVICE"
    ~ TextInput "note": now required
  ! ~ Footer "Choose a time" sends "shop" as "branch" now
      breaks the endpoint: "shop" does not come any more
""",
        "",
    )
    assert headrace("diff", "old.json", "old.json") == Run(0, "old.json → old.json: the same Flow.\n", "")


def test_markdown() -> None:
    run = headrace("diff", "old.json", "new.json", "--format", "markdown")
    assert run.output == (
        "**`old.json` → `new.json`**: 3 changes, 1 breaks something.\n\n"
        "- Flow JSON version 7.3 is now 7.2.\n\n"
        "Screen `SERVICE`\n\n"
        '- TextInput "note": now required.\n'
        '- Footer "Choose a time" sends "shop" as "branch" now. '
        '**Breaks the endpoint**: "shop" does not come any more.\n'
    )


def test_markdown_has_no_double_blank_lines() -> None:
    flow = json.loads(Path("old.json").read_text())
    children(flow, 0)[3]["required"] = True
    Path("new.json").write_text(json.dumps(flow))
    assert "\n\n\n" not in headrace("diff", "old.json", "new.json", "--format", "markdown").output


def test_json() -> None:
    run = headrace("diff", "old.json", "new.json", "--format", "json")
    told = json.loads(run.output)
    assert told["breaks"] == ["endpoint"]
    assert [change["kind"] for change in told["changes"]] == ["changed", "changed", "renamed"]
    assert told["changes"][2]["path"] == "screens[0].layout.children[5].on-click-action.payload.branch"
    assert run.status == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["old.json"], "Two files are compared, 1 given: headrace diff OLD NEW."),
        (["old.json", "nowhere.json"], "nowhere.json does not exist."),
        (["old.json", "."], ". is a folder; a file is wanted here."),
        (["-", "old.json"], "<stdin>: The text must be mended first: the text is empty."),
    ],
)
def test_unusable(arguments: list[str], complaint: str) -> None:
    assert headrace("diff", *arguments) == Run(2, "", complaint + "\n")


def test_hostile_names_do_not_steer_the_terminal() -> None:
    flow = json.loads(Path("old.json").read_text())
    flow["screens"][0]["title"] = "\x1b]0;owned\x07"
    Path("new.json").write_text(json.dumps(flow))
    for form in ("text", "markdown"):
        run = headrace("diff", "old.json", "new.json", "--format", form)
        assert "\x1b" not in run.output
        assert "owned" in run.output


def test_as_a_driver_of_git(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        environment = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PYTHONPATH": str(Path(__file__).parent.parent.parent),
            "NO_COLOR": "1",
        }
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout

    git("init", "-q")
    git("config", "diff.flow.command", f"{sys.executable} -m tests.cli.commands diff")
    Path(".gitattributes").write_text("*.json diff=flow\n")
    new = Path("new.json").read_text()
    Path("new.json").unlink()
    shutil.copy("old.json", "flow.json")
    git("add", ".")
    git("commit", "-q", "-m", "First")
    Path("flow.json").write_text(new)
    told = git("diff")
    assert told.startswith("a/flow.json → b/flow.json: 3 changes, 1 breaks something.")
    Path("flow.json").write_text("{")
    assert git("diff").startswith("The Flows cannot be compared: ")
    shutil.copy("old.json", "more.json")
    git("add", "more.json")
    told = git("diff", "--cached", "more.json")
    assert told.startswith("/dev/null → b/more.json: ")
    assert 'Screen "SERVICE" added' in told
    git("mv", "-f", "more.json", "moved.json")
    assert "changes" in git("diff", "--cached", "-M")
    git("reset", "-q", "--hard")
    git("mv", "flow.json", "moved.json")
    assert git("diff", "--cached", "-M").startswith("a/flow.json → b/moved.json: the same Flow.")


def test_a_reader_who_has_seen_enough_does_not_make_git_complain(tmp_path: Path) -> None:
    arguments = ["flow.json", "old.json", "0", "100644", "new.json", "0", "100644"]
    driver = subprocess.Popen(
        [sys.executable, "-m", "headrace", "diff", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert driver.stdout
    driver.stdout.close()
    assert driver.stderr
    assert (driver.wait(timeout=60), driver.stderr.read()) == (0, b"")
    driver.stderr.close()
