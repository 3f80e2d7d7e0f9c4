"""`headrace connect` as people type it."""

import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.commands import headrace

from headrace.exchange.connectors.reader import read_connector

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("flow.json", "csv.yaml", "orders.csv", "steps.yaml"):
        shutil.copy(EXAMPLES / "orders" / name, tmp_path)
    return tmp_path


def test_the_first_connector_is_written_once_and_passes_its_check() -> None:
    assert headrace("connect", "new", "flow.json").output == (
        "Wrote connector.yaml.\nNext: headrace connect check connector.yaml\n"
    )
    done = headrace("connect", "check", "connector.yaml")
    assert (done.status, done.output) == (0, "connector.yaml: no errors.\n")
    again = headrace("connect", "new", "flow.json")
    assert (again.status, "exists already" in again.complaints) == (2, True)


def test_a_mistake_is_shown_with_both_lines(folder: Path) -> None:
    text = (folder / "csv.yaml").read_text()
    (folder / "csv.yaml").write_text(text.replace("          state:", "          stat:"))
    done = headrace("connect", "check", "csv.yaml")
    assert done.status == 1
    line = text.splitlines().index('          state: "${order.state}"') + 1
    flow_line = next(
        number for number, one in enumerate((folder / "flow.json").read_text().splitlines(), 1) if '"state": {' in one
    )
    assert f"csv.yaml:{line}:17: error: The screen STATUS has no field 'stat'." in done.output
    assert f'{line} |           stat: "${{order.state}}"' in done.output
    assert f"= flow: flow.json:{flow_line}" in done.output
    assert "= help: Did you mean 'state'?" in done.output
    assert "csv.yaml: 1 error." in done.output
    served = headrace("connect", "serve", "csv.yaml", "--unsigned", "--port", "0")
    assert (served.status, "1 error" in served.output) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "nothing.json"), "does not exist"),
        (("new", "orders.csv"), "is no Flow JSON"),
        (("check", "nothing.yaml"), "cannot be read"),
        (("check", "steps.yaml"), ""),
        (("serve", "csv.yaml"), "--app-secret"),
        (("serve", "csv.yaml", "--unsigned", "--port", "0"), "headrace keys new"),
        (("serve", "csv.yaml", "--unsigned", "--host", "203.0.113.1", "--port", "1"), "cannot be listened on"),
    ],
)
def test_what_cannot_be_used_is_said(arguments: tuple[str, ...], words: str) -> None:
    done = headrace("connect", *arguments)
    assert done.status in {1, 2}
    assert words in done.complaints + done.output


def test_a_flow_without_endpoint_needs_no_connector(folder: Path) -> None:
    shutil.copy(EXAMPLES / "feedback" / "flow.json", folder / "static.json")
    done = headrace("connect", "new", "static.json")
    assert (done.status, "asks no endpoint" in done.complaints) == (2, True)


PAGE = (Path(__file__).parents[2] / "docs" / "connectors.md").read_text(encoding="utf-8")
REST = """
  STATUS:
    back: [{show: ORDER, data: {hint: Another one?}}]
    exchange: [{finish: {number: "${data.number}"}}]
""".replace("Another one?", "'Another one?'")


def test_the_page_shows_what_the_check_prints(folder: Path) -> None:
    text = re.findall(r"```yaml\n(flow: .*?)```", PAGE, re.DOTALL)[0] + REST
    (folder / "connector.yaml").write_text(text)
    assert headrace("connect", "check", "connector.yaml").output == "connector.yaml: no errors.\n"
    (folder / "connector.yaml").write_text(text.replace("          state:", "          stat:"))
    shown = re.findall(r"```\n\$ headrace connect check connector.yaml\n(.*?)```", PAGE, re.DOTALL)[0]
    assert shown in headrace("connect", "check", "connector.yaml", columns=120).output
    sources = re.findall(r"```yaml\n(secrets:.*?)```", PAGE, re.DOTALL)[0]
    assert read_connector(sources).secrets.keys() == {"database", "key"}


def test_the_page_names_options_that_exist() -> None:
    options = set(re.findall(r"`(--[a-z-]+)", PAGE[PAGE.index("## Serving") : PAGE.index("## Hosted")]))
    assert options
    assert not {
        option for option in options if option not in headrace("connect", "serve", "--help", columns=200).output
    }


def test_it_serves_what_a_person_walks_through() -> None:
    assert headrace("keys", "new", "--no-password").status == 0
    command = [
        sys.executable,
        "-m",
        "headrace",
        "connect",
        "serve",
        "csv.yaml",
        "--port",
        "0",
        "--app-secret",
        "secret",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().split()[1]
        way = ("--public-key", "public.pem", "--app-secret", "secret")
        done = headrace("run", "flow.json", "--steps", "steps.yaml", "--endpoint", address, *way)
        well = headrace("doctor", address, *way)
        process.terminate()
        log = process.stderr.read()
        assert process.wait(10) in {0, -signal.SIGTERM}
    assert (done.status, well.status) == (0, 0), done.output + well.output
    assert "1001" not in log
    assert "Traceback" not in log
