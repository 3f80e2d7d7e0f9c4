"""What the pages about the authoring tools show is what the commands print."""

import copy
import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli.commands import headrace
from tests.flowjson.test_diffing import ENDPOINT_FLOW, children, footer, rename_keys
from tests.flowjson.test_upgrading import flow

ROOT = Path(__file__).parent.parent.parent
COMMANDS = ("check", "diff", "explain", "format", "graph", "new", "replay", "schema", "upgrade")
PAGES = [ROOT / "docs" / f"{name}.md" for name in COMMANDS]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The files the pages speak of."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", "examples")
    Path("rough.json").write_text('{"screens":[],"version":"7.3"}')
    Path("flow.json").write_text(json.dumps(ENDPOINT_FLOW))
    Path("old.json").write_text(json.dumps(ENDPOINT_FLOW | {"version": "7.2"}))
    Path("new.json").write_text(json.dumps(_changed()))
    Path("visit.json").write_text(json.dumps(_visit(), indent=2))
    feedback = Path("examples/feedback")
    headrace("run", f"{feedback}/flow.json", "--steps", f"{feedback}/steps.yaml", "--trace", "trace.json")
    Path("changed.json").write_text((feedback / "flow.json").read_text().replace('"liked"', '"enjoyed"'))
    return tmp_path


def _changed() -> dict[str, Any]:
    after = copy.deepcopy(ENDPOINT_FLOW)
    rename_keys(footer(after, 0)["payload"], "shop", "branch")
    children(after, 0)[3]["required"] = True
    after["screens"][1]["data"]["shop"] = {"type": "string", "__example__": "Canal Street"}
    return after


def _visit() -> dict[str, Any]:
    shops = [{"id": "canal", "title": "Canal Street"}, {"id": "mill", "title": "Mill Lane"}]
    form = {
        "type": "Form",
        "name": "form",
        "children": [
            {"type": "TextBody", "text": "Which shop?"},
            {"type": "RadioButtonsGroup", "name": "shop", "data-source": shops},
            {"type": "DatePicker", "name": "day", "label": "Day", "min-date": "1767225600000"},
        ],
    }
    return flow("3.1", form, id="VISIT")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_show_what_the_commands_print(page: Path, folder: Path) -> None:
    blocks = list(re.findall(r"```\n(\$ .*?)```", page.read_text(), re.DOTALL))
    assert blocks
    for block in blocks:
        for command, shown in re.findall(r"^\$ headrace (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            run = headrace(*shlex.split(command), columns=120)
            assert run.output + run.complaints == shown


def test_the_page_about_run_shows_a_run(folder: Path) -> None:
    command, shown = re.findall(r"```\n\$ headrace (.*)\n([^`]*)```", (ROOT / "docs" / "run.md").read_text())[0]
    assert headrace(*shlex.split(command)).output == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_pages_name_options_that_exist(page: Path) -> None:
    helped = re.sub(r"\s+", " ", headrace(page.stem, "--help", columns=200).output)
    options = set(re.findall(r"`(--[a-z-]+)", page.read_text()))
    assert not {option for option in options if option not in helped}


def test_hooks_run_commands_that_exist_on_flows() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert [hook["entry"] for hook in hooks] == ["headrace check", "headrace format"]
    for hook in hooks:
        assert headrace(hook["entry"].split()[1], "--help").status == 0
        matching = [name for name in ("flow.json", "a/b.flow.json", "a/flow.json") if re.search(hook["files"], name)]
        assert len(matching) == 3
        assert not re.search(hook["files"], "package.json")
        assert not re.search(hook["files"], "overflow.json")
