"""`headrace graph`."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.cli.commands import Run, headrace
from tests.flowjson.test_diffing import ENDPOINT_FLOW


def test_a_picture_goes_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my flow.json").write_text(json.dumps(ENDPOINT_FLOW))
    assert headrace("graph", "my flow.json", "-o", "flow.svg") == Run(0, "", "")
    root = ElementTree.fromstring(Path("flow.svg").read_text())
    assert root.get("aria-label") == "my flow"
    assert headrace("graph", "my flow.json", "-o", "no/such/folder.svg").complaints == (
        "no/such/folder.svg cannot be written: No such file or directory.\n"
    )


def test_notations_go_to_standard_output() -> None:
    text = json.dumps(ENDPOINT_FLOW)
    assert headrace("graph", "-", "--format", "mermaid", stdin=text).output.startswith("flowchart LR\n")
    assert headrace("graph", "-", "--format", "dot", stdin=text).output.startswith("digraph flow {\n")


def test_a_flow_with_mistakes_is_drawn_all_the_same() -> None:
    run = headrace("graph", "-", "--format", "mermaid", stdin=json.dumps(ENDPOINT_FLOW)[:-20])
    assert (run.status, "REVIEW" in run.output) == (0, True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", ": the text is empty"),
        ("{}", ""),
        ("nothing", ": 'nothing' is not JSON; a text stands in double quotes"),
        ('{"screens": []}', ""),
    ],
)
def test_without_screens_there_is_nothing_to_draw(text: str, reason: str) -> None:
    assert headrace("graph", "-", stdin=text) == Run(2, "", f"<stdin> has no screens to draw{reason}.\n")
