"""Pages are followed from where their reader stands: after `make demo` and `source .demo/env`, in the clone's folder.

What a page gives in a block of `sh` is typed, in order, into one shell; a block behind a sentence that ends with a file
name and a colon is that file. The test knows only the page. What runs until Ctrl-C is left running until the page ends.
Ports are other ones, so that several readers find theirs free.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.journey.conftest import free_port

pytestmark = pytest.mark.box

ROOT = Path(__file__).parent.parent
ELSEWHERE = {
    "databases.md": "needs a PostgreSQL server at a given address; tests/journey/test_several_servers.py does the same",
    "diff.md": "changes the settings of a git repository; tests/cli/test_diff.py does so in one of its own",
    "editors.md": "needs npm and editors",
    "relay.md": "needs Node; tests/cli/test_relay.py runs the relay",
}
BLOCK = re.compile(r"^([^\n]*)\n+```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^[^`]*`([\w-]+\.(?:py|json|yaml))`[^`]*:$|`([\w-]+\.(?:py|json|yaml))`:$")
RUNS_ON = re.compile(
    r"^(?:\w+=\S+ )*(?:headrace (?:serve|preview|listen|connect serve) ?|uvicorn |python endpoint\.py )"
)
PATIENCE_SECONDS = 120

SHELL = """\
set -eo pipefail
curl() { command curl --silent --show-error --fail-with-body "$@"; }
running=""
trap 'kill $running 2> /dev/null || true; wait' EXIT
until_it_answers() {
  for _ in $(seq 600); do
    grep -q "http://" "$1" && return
    kill -0 "$2" 2> /dev/null || break
    sleep 0.1
  done
  cat "$1"
  exit 1
}
source .demo/env
"""


@dataclass
class Demo:
    folder: Path
    credentials: dict[str, Any]

    def flows(self) -> Any:
        """The Flows of the demo, by name, with all that a page could spoil."""
        url = f"{self.credentials['base_url']}/v23.0/{self.credentials['waba_id']}/flows"
        request = urllib.request.Request(f"{url}?fields=name,status,json_version,validation_errors,endpoint_uri")
        request.add_header("Authorization", f"Bearer {self.credentials['access_token']}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return {flow["name"]: flow for flow in json.load(answer)["data"]}


def pages() -> list[Path]:
    found = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("examples/*/README.md"))]
    return [page for page in found if shell_blocks(page) and page.name not in ELSEWHERE]


def blocks(page: Path) -> list[tuple[str, str, str]]:
    """The line before a block, its language, and what stands in it."""
    return [(match[1], match[2], match[3]) for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]


def shell_blocks(page: Path) -> list[str]:
    """What is typed; `make` sets up the clone itself, which was done before."""
    return [text for _, language, text in blocks(page) if language == "sh" and not text.startswith("make ")]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("demo") / "demo"
    environment = {**os.environ, "HEADRACE_DEMO": str(folder), "HEADRACE_DEMO_PERSONS": "0"}
    command = [sys.executable, str(ROOT / "tools" / "demo.py"), "start", "--port", str(free_port())]
    started = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert started.returncode == 0, started.stdout + started.stderr
    yield Demo(folder, json.loads((folder / "credentials.json").read_text()))
    subprocess.run([sys.executable, str(ROOT / "tools" / "stop.py")], env=environment, capture_output=True, check=True)


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_is_followed_to_its_end(page: Path, demo: Demo, tmp_path: Path) -> None:
    before = demo.flows()
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("node_modules"))
    (tmp_path / ".demo").symlink_to(demo.folder)
    ports = {port: str(free_port()) for port in re.findall(r"\b(?:900\d|846[1-9])\b", page.read_text())}

    def moved(text: str) -> str:
        return re.sub(r"\b(?:900\d|846[1-9])\b", lambda match: ports[match[0]], text)

    for sentence, _, text in blocks(page):
        if named := NAMED.search(sentence):
            (tmp_path / (named[1] or named[2])).write_text(moved(text), encoding="utf-8")
    typed = SHELL + "".join(map(_left_running, moved("".join(shell_blocks(page))).splitlines(keepends=True)))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HEADRACE_")}
    done = subprocess.run(
        ["bash", "-c", typed],
        cwd=tmp_path,
        env={**environment, "PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout
    for name in re.findall(r"`([\w-]+)\.py`:$", page.read_text(), re.MULTILINE):
        if name not in typed:
            subprocess.run([sys.executable, f"{name}.py"], cwd=tmp_path, check=True, timeout=PATIENCE_SECONDS)
    assert {name: flow for name, flow in demo.flows().items() if name in before} == before


def _left_running(line: str) -> str:
    if not RUNS_ON.match(line):
        return line
    log = f"running-{abs(hash(line))}.log"
    return f'{line.rstrip()} > {log} 2>&1 &\nrunning="$running $!"\nuntil_it_answers {log} $!\n'


def test_what_is_not_followed_is_there() -> None:
    assert {page.name for page in (ROOT / "docs").glob("*.md")} > ELSEWHERE.keys()


def test_no_page_installs_from_an_index_that_has_no_headrace() -> None:
    told = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *ROOT.glob("examples/**/*.md")]
    told += (ROOT / "src").rglob("*.py")
    wrong = [page for page in told if re.search(r"pip\s+install ['\"]?headrace", page.read_text(encoding="utf-8"))]
    assert wrong == []
