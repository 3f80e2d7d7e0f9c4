"""`headrace upgrade`."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import Run, headrace
from tests.flowjson.test_upgrading import FORM, PICKER, flow


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_file_is_changed_and_the_report_told() -> None:
    Path("flow.json").write_text(json.dumps(flow("3.1", FORM), indent=2))
    run = headrace("upgrade", "flow.json", "--to", "4.0", columns=70)
    assert run == Run(
        0,
        """flow.json went from 3.1 to 4.0.

Done
  4.0  Screen "ONLY": init-values of "nobody" left out: the Form has
       no such component.
  4.0  Screen "ONLY": error-messages of "agree" left out: OptIn has
       none.
  4.0  Screen "ONLY": Form "form" unwrapped: its components stand on
       the screen itself.
""",
        "",
    )
    assert json.loads(Path("flow.json").read_text())["version"] == "4.0"
    assert headrace("upgrade", "flow.json", "--to", "4.0").output == "flow.json is of version 4.0 already.\n"


def test_dry_run_changes_nothing() -> None:
    text = json.dumps(flow("3.1", FORM))
    Path("flow.json").write_text(text)
    run = headrace("upgrade", "flow.json", "--dry-run", "--keep-forms")
    assert run.output.startswith("flow.json would go from 3.1 to 7.3.")
    assert Path("flow.json").read_text() == text


def test_what_is_left_to_decide_sets_the_status() -> None:
    run = headrace(
        "upgrade", "-", "--time-zone", "Europe/London", stdin=json.dumps(flow("4.0", PICKER | {"max-date": "0"}))
    )
    assert run.status == 1
    assert json.loads(run.output)["screens"][0]["layout"]["children"][0]["min-date"] == "2026-01-01"
    assert "To decide" in run.complaints


def test_a_flow_of_that_version_with_errors_has_something_to_decide() -> None:
    Path("flow.json").write_text(json.dumps({**flow("7.3"), "odd": 1}))
    run = headrace("upgrade", "flow.json")
    assert run.status == 1
    assert run.output.startswith("flow.json is of version 7.3 already.\n\nTo decide\n  7.3  1 error")


def test_the_result_can_go_elsewhere() -> None:
    Path("flow.json").write_bytes(json.dumps(flow("6.0"), indent=1).replace("\n", "\r\n").encode())
    assert headrace("upgrade", "flow.json", "-o", "new.json").status == 0
    assert Path("new.json").read_bytes() == Path("flow.json").read_bytes().replace(b"6.0", b"7.3")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nowhere.json"], "nowhere.json does not exist."),
        (
            ["flow.json", "--to", "6.0"],
            "flow.json:1:13: The Flow is of version 7.0 already; it is not taken back to 6.0.",
        ),
        (
            ["flow.json", "--to", "9.9"],
            "Flow JSON 9.9 is not a public version. Known are 2.1, 3.0, 3.1, 4.0, 5.0, 5.1, 6.0, 6.1, 6.2, 6.3, 7.0,"
            " 7.1, 7.2, 7.3.",
        ),
        (["flow.json", "--to", "new"], "'new' is not a version such as 7.3."),
        (["flow.json", "--time-zone", "Nowhere/Land"], "Nowhere/Land is no time zone; Europe/London is one."),
        (["flow.json", "--time-zone", "../../etc"], "../../etc is no time zone; Europe/London is one."),
        (["broken.json"], "broken.json:1:1: The text must be mended first: '{' is never closed with '}'."),
    ],
)
def test_refusals(arguments: list[str], complaint: str) -> None:
    Path("flow.json").write_text(json.dumps(flow("7.0")))
    Path("broken.json").write_text("{")
    assert headrace("upgrade", *arguments) == Run(2, "", complaint + "\n")
