"""`headrace run --trace` and `headrace replay`: the same, different, unusable."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import headrace

ROOT = Path(__file__).parent.parent.parent
FEEDBACK = ROOT / "examples" / "feedback"


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    path = tmp_path / "trace.json"
    run = headrace("run", str(FEEDBACK / "flow.json"), "--steps", str(FEEDBACK / "steps.yaml"), "--trace", str(path))
    assert run.status == 0
    return path


def test_a_run_that_was_written_down_plays_the_same(trace: Path) -> None:
    replayed = headrace("replay", str(trace))
    assert (replayed.status, replayed.output) == (0, "The same: 8 acts.\n")


def test_another_text_of_the_flow_is_compared(trace: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text((FEEDBACK / "flow.json").read_text().replace('"reason": "${data', '"cause": "${data'))
    replayed = headrace("replay", str(trace), "--flow", str(other))
    assert replayed.status == 1
    assert "end response.reason: was " in replayed.output
    told = json.loads(headrace("replay", str(trace), "--flow", str(other), "--format", "json").output)
    assert (told["same"], told["acts"]) == (False, 8)
    assert {"end"} <= {one["kind"] for one in told["differences"]}


def test_the_new_trace_can_be_kept(trace: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.json"
    assert headrace("replay", str(trace), "--trace", str(again), "--flow-token", "other").status == 0
    assert json.loads(again.read_text())["opening"]["flow_token"] == "other"
    assert headrace("replay", str(again)).status == 0


def test_a_run_that_fails_leaves_its_trace(tmp_path: Path) -> None:
    steps, path = tmp_path / "steps.yaml", tmp_path / "trace.json"
    steps.write_text("- tap: Nowhere")
    run = headrace("run", str(FEEDBACK / "flow.json"), "--steps", str(steps), "--trace", str(path))
    assert run.status == 1
    assert [one["kind"] for one in json.loads(path.read_text())["entries"]][-2:] == ["act", "refusal"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read: No such file"),
        ("", "is not JSON, so it is no trace."),
        ("[" * 100_000, "is not JSON, so it is no trace."),
        ("{}", "is no trace. A trace is an object"),
        ('{"format":1,"entries":[{"kind":"dance"}],"flow":"{}","opening":{}}', "Entry 1"),
        ('{"format":1,"entries":[],"flow":"{}","opening":{"action":"navigate"}}', "has no screen to show"),
    ],
)
def test_what_is_no_trace_is_said_in_words(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "trace.json"
    if content is not None:
        path.write_text(content)
    replayed = headrace("replay", str(path))
    assert replayed.status == 2
    assert words in replayed.complaints
    assert "Traceback" not in replayed.complaints


def test_options_that_do_not_fit(trace: Path, tmp_path: Path) -> None:
    assert "--endpoint needs --public-key" in headrace("replay", str(trace), "--endpoint", "http://x").complaints
    assert headrace("replay", str(trace), "--trace", str(tmp_path / "no" / "where.json")).status == 2
