"""Marks name sections that exist, and `make conformance` finds what they stand at."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest
from tests.specification import TESTS, marks, sections


@pytest.fixture
def conformance(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(TESTS.parent / "tools"))
    return importlib.import_module("conformance")


def test_every_mark_names_a_section_that_exists() -> None:
    unknown = [f"{path.relative_to(TESTS)}:{line}: {name}" for path, line, name in marks() if name not in sections()]
    assert unknown == []


def test_every_section_is_shown_by_a_test() -> None:
    assert sections().keys() - {name for _, _, name in marks()} == set()


def test_the_sections_are_numbered_within_their_page() -> None:
    pages: dict[str, list[str]] = {}
    for section in sections():
        page, number = section.split(" §")
        pages.setdefault(page, []).append(number)
    assert pages.keys() == {"graph-api.md", "lifecycle.md", "messages.md", "metrics.md", "webhooks.md"}
    for numbers in pages.values():
        chapter = numbers[0].partition(".")[0]
        assert numbers == [f"{chapter}.{position}" for position in range(1, len(numbers) + 1)]


def test_marks_are_found_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import pytest\n"
        'pytestmark = [pytest.mark.anyio, pytest.mark.spec("a.md §1.1")]\n'
        '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.spec("a.md §1.2"))])\n'
        '@pytest.mark.spec("a.md §1.3", "b.md §2.1")\n'
        "def test_it(x): ...\n"
    )
    assert sorted((line, section) for _, line, section in marks(tmp_path)) == [
        (2, "a.md §1.1"),
        (3, "a.md §1.2"),
        (4, "a.md §1.3"),
        (4, "b.md §2.1"),
    ]


def test_the_report_names_what_has_no_test_and_what_fails(conformance: ModuleType) -> None:
    names = {"a.md §1.1": "One", "a.md §1.2": "Two", "a.md §1.3": "Three"}
    outcomes = {"a.md §1.1": {"test_a": "passed", "test_b": "passed"}, "a.md §1.2": {"test_c": "failed"}}
    report = conformance.Report(names, outcomes)
    assert [line.split() for line in report.lines()] == [
        ["a.md", "§1.1", "passed", "2", "tests", "One"],
        ["a.md", "§1.2", "failed", "1", "test", "Two", "test_c"],
        ["a.md", "§1.3", "missing", "0", "tests", "Three"],
    ]
    assert not report.is_good
    assert conformance.Report({"a.md §1.1": "One"}, outcomes).is_good
