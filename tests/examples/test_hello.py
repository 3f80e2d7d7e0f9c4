"""The smallest endpoint: the page and the README show its files, and the page can be followed from an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import headrace
from tests.journey.conftest import free_port, wait_until

ROOT = Path(__file__).parents[2]
HELLO = ROOT / "examples" / "hello"
PAGE = (ROOT / "docs" / "endpoint.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.partition("## What handlers answer")[0], re.DOTALL)


def test_the_pages_show_the_files() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for language, name in (("json", "flow.json"), ("python", "endpoint.py"), ("yaml", "steps.yaml")):
        assert blocks(language) == [(HELLO / name).read_text(encoding="utf-8")]
    assert (HELLO / "endpoint.py").read_text(encoding="utf-8") in readme


def test_the_page_leads_from_an_empty_folder_to_an_answered_flow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for language, name in (("json", "flow.json"), ("python", "endpoint.py"), ("yaml", "steps.yaml")):
        (tmp_path / name).write_text(blocks(language)[0], encoding="utf-8")
    start, use = blocks("sh")
    keys, serve = start.splitlines()
    assert headrace(*keys.split()[1:]).status == 0
    variable, *command = serve.replace("9000", str(port := free_port())).split()
    name, _, value = variable.partition("=")
    environment = {**os.environ, name: value}
    with subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            examine, run = (line.replace("9000", str(port)).split()[1:] for line in use.splitlines())
            wait_until(lambda: headrace(*examine[:2]).status == 0, "the endpoint to answer")
            assert headrace(*examine).status == 0
            done = headrace(*run, "--steps", "steps.yaml")
            assert (done.status, done.output.splitlines()[-1]) == (0, 'Completed  {"flow_token":"unused","name":"Ida"}')
            assert done.output.splitlines()[-1] in PAGE
        finally:
            server.kill()
