"""The tests walk the catalogue: what changes what is seen or allowed has a test, and the docs say so."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "tools"))
        return importlib.import_module("components_table")


@pytest.fixture(scope="module")
def marks(table: ModuleType) -> list[Any]:
    """The marks of all tests of the phone, collected by a pytest of its own."""
    told = subprocess.run(
        [sys.executable, "tools/components_table.py", "--marks"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr or told.stdout
    return [table.Mark(**one) for one in json.loads(told.stdout)]


def test_every_property_of_every_version_is_shown_by_a_test(table: ModuleType, marks: list[Any]) -> None:
    assert [str(one) for one in table.unshown(marks)] == []


def test_a_property_without_a_test_is_named(table: ModuleType, marks: list[Any]) -> None:
    rest = [mark for mark in marks if (mark.component, mark.property) != ("TextInput", "pattern")]
    assert [str(one) for one in table.unshown(rest)] == ["TextInput pattern at 6.2 (exists)"]


def test_no_mark_names_what_the_catalogue_does_not_have(table: ModuleType, marks: list[Any]) -> None:
    known = {(one.component, one.property, str(one.since)) for one in table.changes()}
    assert [mark for mark in marks if (mark.component, mark.property, mark.since) not in known] == []


def test_the_page_is_up_to_date(table: ModuleType, marks: list[Any]) -> None:
    assert table.PAGE.read_text("utf-8") == table.page(marks), "run tools/components_table.py"
