"""Runs the tests that are marked with a section of the specification, and prints what became of each section.

python tools/conformance.py             the marked tests, two at a time; fails for a section without a test
python tools/conformance.py --marks     only which section is marked where
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tests.specification import MARK, PROPERTY, marks, sections  # noqa: E402

_WORST_FIRST = ("failed", "skipped", "passed")


@dataclass(frozen=True)
class Report:
    """The sections with their titles, and for each its tests with their outcomes."""

    sections: Mapping[str, str]
    outcomes: Mapping[str, Mapping[str, str]]

    def result(self, section: str) -> str:
        """The worst outcome of a section's tests; `missing` without any."""
        outcomes = set(self.outcomes.get(section, {}).values())
        return next((outcome for outcome in _WORST_FIRST if outcome in outcomes), "missing")

    def lines(self) -> Iterator[str]:
        """One line a section, with the tests that did not pass below it."""
        for section, title in self.sections.items():
            tests = self.outcomes.get(section, {})
            count = f"{len(tests)} test" if len(tests) == 1 else f"{len(tests)} tests"
            failed = [f"\n    {test}" for test, outcome in tests.items() if outcome != "passed"]
            yield f"{section:<20} {self.result(section):<8} {count:>10}  {title}{''.join(failed)}"

    @property
    def is_good(self) -> bool:
        return all(self.result(section) == "passed" for section in self.sections)


class _Outcomes:
    """Gathers from the reports of the tests, which carry their sections."""

    def __init__(self) -> None:
        self.by_section: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" and report.passed:
            return
        for name, section in report.user_properties:
            if name == PROPERTY:
                tests = self.by_section[str(section)]
                tests[report.nodeid] = "failed" if tests.get(report.nodeid) == "failed" else report.outcome


def main(arguments: list[str]) -> int:
    if arguments == ["--marks"]:
        for path, line, section in sorted(marks(), key=lambda mark: list(sections()).index(mark[2])):
            print(f"{section:<20} {path.relative_to(ROOT)}:{line}")
        return 0
    files = sorted({str(path) for path, _, _ in marks()})
    outcomes = _Outcomes()
    if files:
        pytest.main(["-q", "-n", "2", "--dist", "loadfile", "-m", MARK, *arguments, *files], plugins=[outcomes])
    report = Report(sections(), outcomes.by_section)
    print(*report.lines(), sep="\n")
    missing = [section for section in report.sections if report.result(section) == "missing"]
    if missing:
        print(f"\n{len(missing)} of {len(report.sections)} sections have no test: {', '.join(missing)}")
    return 0 if report.is_good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
