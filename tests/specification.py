"""The numbered sections of the specification of the WhatsApp side, and the tests that are marked with them.

A test that shows what a section says is marked `@pytest.mark.spec("graph-api.md §1.3")`; a mark may name several
sections. `make conformance` runs the marked tests and prints what became of each section.
"""

import ast
import csv
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
_SECTIONS = TESTS / "corpus" / "contracts" / "platform_sections.tsv"
MARK = "spec"
PROPERTY = "section"
"""Under this name the report of a test carries each section that it is marked with."""


@cache
def sections() -> dict[str, str]:
    """Every section with its title, in their order."""
    with _SECTIONS.open(encoding="utf-8", newline="") as rows:
        return {row["section"]: row["title"] for row in csv.DictReader(rows, delimiter="\t")}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "spec(section, ...): shows what these sections of the specification say; see make conformance"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers(MARK):
            item.user_properties += [(PROPERTY, section) for section in mark.args]


def marks(folder: Path = TESTS) -> Iterator[tuple[Path, int, str]]:
    """File, line and section of every mark below a folder, read from the sources; nothing is imported."""
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if f".mark.{MARK}(" not in text or path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == f"pytest.mark.{MARK}":
                for argument in node.args:
                    yield path, node.lineno, ast.literal_eval(argument)
