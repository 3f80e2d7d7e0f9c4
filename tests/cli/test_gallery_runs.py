"""Every template is filled in by `headrace run` to the end, as its own steps say; with an endpoint by typing what
`headrace new` says to type.
"""

import json
import os
import re
import subprocess
import sys
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


def test_with_an_endpoint_what_new_says_to_type_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    told = headrace("new", "--template", "appointment", "--endpoint", "a visit").output.splitlines()
    start, run = (next(line for line in told if word in line) for word in ("uvicorn", "headrace run"))
    serving = subprocess.Popen(
        ["sh", "-c", start.replace("--port 9000", "--port 0").replace(" uvicorn", " exec uvicorn")],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stderr
        url = next(found[0] for line in serving.stderr if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
        done = subprocess.run(
            ["sh", "-c", run.replace("http://127.0.0.1:9000", url)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        serving.terminate()
        serving.communicate()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("Completed  ")
