"""`headrace schema`."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.flowjson.catalogue import NEWEST


def test_newest_version_is_the_default() -> None:
    run = headrace("schema")
    assert run.status == 0
    assert json.loads(run.output)["title"] == f"Flow JSON {NEWEST}"
    assert run.output == headrace("schema", "--version", str(NEWEST)).output


def test_a_file_is_written(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    assert headrace("schema", "--version", "2.1", "-o", str(file)) == (0, "", "")
    assert json.loads(file.read_text())["$id"] == "urn:headrace:flow-json:2.1"


@pytest.mark.parametrize(
    ("version", "complaint"),
    [("9.9", "Flow JSON 9.9 is not a public version. Known are 2.1,"), ("new", "'new' is not a version such as 7.3")],
)
def test_other_versions_are_named(version: str, complaint: str) -> None:
    run = headrace("schema", "--version", version)
    assert (run.status, run.output) == (2, "")
    assert run.complaints.startswith(complaint)
