"""Writes docs/components.md: what the phone shows for every property of every component, from the marks of the tests.

python tools/components_table.py          writes the page
python tools/components_table.py --check  only says what is not shown by any test, and whether the page is up to date
python tools/components_table.py --marks  prints the marks as JSON
"""

import contextlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "components.md"
sys.path.insert(0, str(ROOT))

from tests.phone.catalogue_changes import Change, changes  # noqa: E402

INTRODUCTION = """\
# Components, property by property

What the phone shows and allows, for every property of every component and every version that changes one. The table is
made from the tests that prove it (`python tools/components_table.py`); a property that no test proves fails the build.
What the whole phone does is told in [phone.md](phone.md). The browser test of every component
(tests/simulator/test_every_component_in_the_browser.py) takes pictures where HEADRACE_PICTURES names a folder:

<img src="pictures/components-android-light.png" width="300" alt="Choices as on Android, light">
<img src="pictures/components-ios-dark.png" width="300" alt="Choices as on an iPhone, dark">
"""


class Mark(NamedTuple):
    """What one test shows: a property as it is `since` a version, in words, and the file below tests/ that holds it."""

    component: str
    property: str
    since: str
    says: str
    file: str


class _Collector:
    def __init__(self) -> None:
        self.marks: list[Mark] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("shows"):
                component, name = mark.args
                file = mark.kwargs.get("file") or str(item.path.relative_to(ROOT / "tests"))
                self.marks.append(Mark(component, name, mark.kwargs["since"], mark.kwargs["says"], file))


def collected() -> list[Mark]:
    """Every mark of the tests, in their order. Runs none of them."""
    collector, output = _Collector(), StringIO()
    marked = [
        str(path)
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if "pytest.mark.shows(" in path.read_text("utf-8")
    ]
    with contextlib.redirect_stdout(output):
        status = pytest.main(
            [
                *("--collect-only", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
                *(f"--rootdir={ROOT}", *marked),
            ],
            plugins=[collector],
        )
    if status != pytest.ExitCode.OK:
        raise SystemExit(output.getvalue())
    return list(dict.fromkeys(collector.marks))


def unshown(marks: list[Mark]) -> list[Change]:
    """What no test shows."""
    shown = {(mark.component, mark.property, mark.since) for mark in marks}
    return [one for one in changes() if (one.component, one.property, str(one.since)) not in shown]


def page(marks: list[Mark]) -> str:
    """The whole page, as Markdown."""
    by_change: dict[tuple[str, str, str], list[Mark]] = defaultdict(list)
    for mark in marks:
        by_change[mark.component, mark.property, mark.since].append(mark)
    lines, component = [INTRODUCTION], ""
    for change in changes():
        if change.component != component:
            component = change.component
            lines += [f"\n## {component}\n", "| property | from | | the phone | test |", "|---|---|---|---|---|"]
        lines.append(_row(change, by_change[change.component, change.property, str(change.since)]))
    return "\n".join(lines) + "\n"


def _row(change: Change, marks: list[Mark]) -> str:
    told = "; ".join(dict.fromkeys(mark.says for mark in marks))
    tests = ", ".join(f"[{Path(file).stem}](../tests/{file})" for file in dict.fromkeys(mark.file for mark in marks))
    what = change.kind + (f": {change.facts}" if change.facts else "")
    return f"| `{change.property}` | {change.since} | {what} | {told} | {tests} |"


def _problems(marks: list[Mark]) -> Iterator[str]:
    for one in unshown(marks):
        yield f"no test shows {one}"
    if not PAGE.is_file() or PAGE.read_text("utf-8") != page(marks):
        yield "docs/components.md is not up to date: run tools/components_table.py"


def main(arguments: list[str]) -> int:
    marks = collected()
    if "--marks" in arguments:
        told: list[dict[str, Any]] = [mark._asdict() for mark in marks]
        print(json.dumps(told))
        return 0
    if "--check" in arguments:
        problems = list(_problems(marks))
        print("\n".join(problems))
        return 1 if problems else 0
    PAGE.write_text(page(marks), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
