"""Every template is filled in by `headrace run` to the end, as its own steps say."""

import json
from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.flowjson.gallery import TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_completes(name: str, tmp_path: Path) -> None:
    for file, content in TEMPLATES[name].files().items():
        (tmp_path / file).write_bytes(content)
    run = headrace("run", str(tmp_path / "flow.json"), "--steps", str(tmp_path / "steps.yaml"), "--format", "json")
    lines = [json.loads(line) for line in run.output.splitlines()]
    assert (run.status, [line for line in lines if "error" in line]) == (0, [])
    assert "complete" in lines[-1]
