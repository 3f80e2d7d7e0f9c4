"""`headrace check`: judge Flow JSON before anybody uploads it."""

import sys
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from headrace.cli.reports import Checked, Format, Repair, reporter
from headrace.cli.sources import Source, UnusableError, read_sources
from headrace.cli.terminal import UNUSABLE, complain, emit, emit_document

if TYPE_CHECKING:
    from headrace.flowjson.checks.report import Report
    from headrace.flowjson.document import Document


class Frozen(StrEnum):
    warn = "warn"
    error = "error"


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise typer.BadParameter(f"'{written}' is no day such as 2026-01-31.") from None


def check(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|DIR|-]...", help="Files, folders, or - for standard input.", show_default="."),
    ] = None,
    format: Annotated[Format, typer.Option(help="How to tell what was found.")] = Format.text,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what a machine can mend, and check again.")] = False,
    frozen: Annotated[
        Frozen, typer.Option(help="What a version is that can no longer be published: a warning or an error.")
    ] = Frozen.warn,
    today: Annotated[
        date | None,
        typer.Option(parser=_day, metavar="DATE", help="The day by which versions are judged.", show_default="today"),
    ] = None,
) -> None:
    """Check Flow JSON: every error Meta's validator reports, with its line, before you upload it.

    Exit status: 0 no errors (warnings are allowed), 1 errors, 2 an input could not be read.

    Examples:

      headrace check flow.json

      headrace check flows/ --fix

      curl -s https://example.com/flow.json | headrace check - --format json

      headrace check . --format github
    """
    found, unusable = read_sources(sources or ["."])
    day = today or _today()
    checked: list[Checked] = []
    for source in found:
        try:
            checked.append(_checked(source, day, frozen.value, fix=fix))
        except UnusableError as error:
            unusable.append(str(error))
    # Standard output belongs to the mended text when that was asked for.
    piped = fix and any(source.path is None for source in found)
    emit(reporter(format)(checked), sys.stderr if piped else sys.stdout)
    for sentence in unusable:
        complain(sentence)
    if unusable:
        raise typer.Exit(UNUSABLE)
    if any(file.report.errors for file in checked):
        raise typer.Exit(1)


def _checked(source: Source, day: date, frozen: Literal["warn", "error"], *, fix: bool) -> Checked:
    from headrace.flowjson.checks import check as check_document

    def judge(document: "Document") -> "Report":
        return check_document(document, today=day, frozen=frozen)

    if not fix:
        return Checked(source.name, judge(source.document))
    if source.is_garbled:
        raise UnusableError(f"{source.name} is not UTF-8, so --fix leaves it alone. Save it as UTF-8 first.")
    return _mended(source, judge)


def _mended(source: Source, judge: "Callable[[Document], Report]") -> Checked:
    from headrace.flowjson.fixing import mend

    done = mend(source.document, judge)
    if source.path is None:
        emit_document(done.text)
    elif done.applied:
        source.store(done.text)
    return Checked(source.name, done.report, tuple(Repair(found.span, fix.title) for found, fix in done.applied))


def _today() -> date:
    from headrace.clock import SystemClock

    return SystemClock().now().date()
