"""The page about Flows in Python, and the example, do what they say."""

import json
import re
import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from headrace.flowjson.authoring import Flow
from headrace.flowjson.checks import check

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "flows-in-python.md"
TODAY = date(2026, 11, 22)


def messages(text: str) -> list[str]:
    report = check(text, today=TODAY)
    return [f"{found.code} {found.message}" for found in report.errors + report.warnings]


def test_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    outputs = []
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        exec(block, names)
        outputs.append(capsys.readouterr().out)
    flow = names["flow"]
    assert isinstance(flow, Flow)
    assert json.loads(outputs[0]) == flow.to_json()
    assert messages(outputs[0]) == []
    again: dict[str, Any] = {}
    exec(outputs[-1], again)
    assert again["flow"].to_text() == flow.to_text()


def test_the_tables_of_the_page_are_true() -> None:
    names: dict[str, Any] = {}
    page = PAGE.read_text(encoding="utf-8")
    for block in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        exec(block.replace("print(", "str("), names)
    exec("from headrace.flowjson.authoring import data, expression, form", names)
    table = page[page.index("| Python | Flow JSON |") :].partition("\n\n")[0]
    rows = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    assert len(rows) == 5
    for python, written in rows:
        for code in re.findall(r"`([^`]+)`", python):
            assert str(eval(code, names)) == re.sub(r"^(`` |`)|( ``|`)$", "", written)


def test_the_example_prints_a_flow_without_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "flows_in_python.py"), run_name="__main__")
    text = capsys.readouterr().out
    assert messages(text) == []
    assert [screen["id"] for screen in json.loads(text)["screens"]] == ["ABOUT_YOU", "FRIDAY", "SATURDAY", "SUMMARY"]
