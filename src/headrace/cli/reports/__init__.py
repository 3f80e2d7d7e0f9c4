"""How findings are reported: to people, to programs, to GitHub, to code scanning."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from headrace.cli.terminal import Line

if TYPE_CHECKING:
    from headrace.flowjson.checks.report import Report
    from headrace.flowjson.diagnostics import Diagnostic, Span
    from headrace.flowjson.fixing import Fix


class Repair(NamedTuple):
    """A fix that was applied: where the mistake stood when it was, and the title of the fix."""

    span: "Span"
    title: str


class Checked(NamedTuple):
    """One file with what was found in it, and what was mended before."""

    name: str
    report: "Report"
    mended: tuple[Repair, ...] = ()

    def fixes(self, diagnostic: "Diagnostic") -> "Sequence[Fix]":
        """The fixes of a diagnostic of this file. What works them out is loaded only when there is something to fix."""
        from headrace.flowjson.fixing import fixes_of

        return fixes_of(self.report, diagnostic)

    def is_mendable(self, diagnostic: "Diagnostic") -> bool:
        """Whether `--fix` does something about a diagnostic."""
        return any(fix.certain for fix in self.fixes(diagnostic)[:1])


class Format(StrEnum):
    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def reporter(form: Format) -> Callable[[Sequence[Checked]], list[Line]]:
    """What turns checked files into lines of output; only the one asked for is loaded."""
    if form is Format.text:
        from headrace.cli.reports.text import lines
    elif form is Format.json:
        from headrace.cli.reports.json import lines
    elif form is Format.github:
        from headrace.cli.reports.github import lines
    else:
        from headrace.cli.reports.sarif import lines
    return lines
