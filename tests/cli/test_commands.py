"""The command line as a whole: every command is found, and a command imports only what it needs."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from headrace.cli import COMMANDS
from headrace.flowjson.gallery import template

SCRIPT = """
import json, sys
sys.argv = ["headrace", *sys.argv[1:]]
from headrace.cli import main
try:
    main()
finally:
    print(json.dumps([name for name in sys.modules]), file=sys.stderr)
"""


def loaded(*arguments: str) -> set[str]:
    """The modules a command has loaded when it is done."""
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    return set(json.loads(run.stderr.splitlines()[-1]))


def test_commands_are_in_order_and_exist() -> None:
    assert list(COMMANDS) == sorted(COMMANDS)
    for name in COMMANDS:
        assert callable(getattr(import_module(f"headrace.cli.{name}"), name))


def test_a_command_imports_no_other(tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(template("contact").text())
    modules = loaded("check", str(path))
    assert "headrace.cli.check" in modules
    assert not {f"headrace.cli.{name}" for name in COMMANDS if name != "check"} & modules


@pytest.mark.parametrize(
    "unneeded", ["rich", "pydantic", "sqlalchemy", "aiohttp", "jinja2", "headrace.flowjson.syntax"]
)
def test_a_flow_in_order_is_checked_with_little(unneeded: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    path.write_text(template("contact").text())
    assert unneeded not in loaded("check", str(path))


@pytest.mark.parametrize("arguments", [["chek"], ["--version"], []])
def test_without_a_command_all_are_known(arguments: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "headrace", *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    told = run.stdout + run.stderr
    expected = {"chek": "Did you mean 'check'", "--version": "headrace "}.get(" ".join(arguments), "upgrade")
    assert expected in told
    assert "Traceback" not in told
