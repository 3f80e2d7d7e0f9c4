"""`headrace upgrade`: take a Flow to a later version of the language."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli.sources import Source, UnusableError, read_source
from headrace.cli.terminal import Line, emit, emit_document, located, printable, stop, width, wrap

if TYPE_CHECKING:
    from headrace.flowjson.upgrading import Note, Upgrade


def upgrade(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The Flow JSON; - for standard input.")],
    to: Annotated[str | None, typer.Option(metavar="VERSION", help="Upgrade to.", show_default="the newest")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here instead of changing FILE.", dir_okay=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be done.")] = False,
    keep_forms: Annotated[
        bool, typer.Option("--keep-forms", help="Leave components in their Form, where 4.0 does not need it any more.")
    ] = False,
    time_zone: Annotated[
        str, typer.Option(metavar="ZONE", help="Where dates in milliseconds (before 5.0) are read.")
    ] = "UTC",
) -> None:
    """Upgrade a Flow to a later version of Flow JSON, and tell what a person must decide.

    The text keeps its layout; only what has to change does. Of standard input, the result goes to standard output and
    the report to standard error.

    Exit status: 0 done, 1 done and something is left to decide, 2 the Flow cannot be upgraded.

    Examples:

      headrace upgrade flow.json --dry-run

      headrace upgrade flow.json --to 7.3 --time-zone Europe/London
    """
    try:
        source = read_source(file)
        upgraded = _upgraded(source, to, time_zone, keep_forms=keep_forms)
        if not dry_run:
            _write(source, upgraded.text, output)
    except UnusableError as error:
        stop(str(error))
    piped = source.path is None and output is None and not dry_run
    emit(_told(upgraded, source.name, dry_run=dry_run), sys.stderr if piped else sys.stdout)
    if upgraded.decisions:
        raise typer.Exit(1)


def _upgraded(source: Source, to: str | None, time_zone: str, *, keep_forms: bool) -> "Upgrade":
    from zoneinfo import ZoneInfo

    from headrace.clock import SystemClock
    from headrace.flowjson.catalogue import NEWEST, VERSIONS, Version
    from headrace.flowjson.refusal import Refused
    from headrace.flowjson.upgrading import upgrade as upgraded

    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, OSError, ValueError):  # by the shape of the name
        raise UnusableError(f"{time_zone} is no time zone; Europe/London is one.") from None
    try:
        goal = Version.parse(to) if to is not None else NEWEST
        if goal not in VERSIONS:
            raise UnusableError(f"Flow JSON {goal} is not a public version. Known are {', '.join(map(str, VERSIONS))}.")
        today = SystemClock().now().date()
        return upgraded(source.document, goal, today=today, zone=zone, keep_forms=keep_forms)
    except ValueError as error:
        raise UnusableError(f"{error}.") from error
    except Refused as refusal:
        raise UnusableError(f"{located(source.name, refusal.span)}: {refusal.message}") from refusal


def _write(source: Source, text: str, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            raise UnusableError(f"{output} cannot be written: {error.strerror}.") from error
    elif source.path is None:
        emit_document(text)
    elif text != source.document.text:
        source.store(text)


def _told(upgraded: "Upgrade", name: str, *, dry_run: bool) -> list[Line]:
    if upgraded.before == upgraded.after:
        return [[(f"{printable(name)} is of version {upgraded.after} already.", "")], *_notes(upgraded)]
    would = "would go" if dry_run else "went"
    head: Line = [(printable(name), "place"), (f" {would} from {upgraded.before} to {upgraded.after}.", "")]
    return [head, *_notes(upgraded)]


def _notes(upgraded: "Upgrade") -> list[Line]:
    lines: list[Line] = []
    for title, style, notes in (("Done", "help", upgraded.done), ("To decide", "warning", upgraded.decisions)):
        if notes:
            lines += [[], [(title, style)]]
            for note in notes:
                lines += _note(note)
    return lines


def _note(note: "Note") -> list[Line]:
    version = str(note.version)
    indent = " " * (len(version) + 4)
    place = f'Screen "{note.screen}": ' if note.screen else ""
    first, *rest = wrap(printable(place + note.message), width() - len(indent))
    return [[(f"  {version}  ", "faint"), (first, "")], *([(indent + line, "")] for line in rest)]
