"""`headrace format`: Flow JSON in its canonical form."""

from typing import Annotated

import typer

from headrace.cli.sources import Source, UnusableError, read_sources
from headrace.cli.terminal import UNUSABLE, Line, complain, emit, emit_document, located, printable


def format(  # noqa: A001 - the name of the command
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|DIR|-]...", help="Files, folders, or - for standard input.", show_default="."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; only say what is not in canonical form.")
    ] = False,
) -> None:
    """Put Flow JSON into its canonical form: order of keys, line breaks, indentation.

    The meaning never changes, and texts and numbers stay written as they are. Of standard input, the result goes to
    standard output.

    Exit status: 0 all in order now, 1 with --check when something is not, 2 an input could not be read.

    Examples:

      headrace format flow.json

      headrace format flows/ --check

      headrace format - < draft.json > flow.json
    """
    found, unusable = read_sources(sources or ["."])
    changed: list[Source] = []
    read = 0
    for source in found:
        try:
            if _format(source, check=check):
                changed.append(source)
            read += 1
        except UnusableError as error:
            unusable.append(str(error))
    if all(source.path for source in found):
        emit([*(_done(source, check=check) for source in changed), *_summary(read, len(changed), check=check)])
    for sentence in unusable:
        complain(sentence)
    if unusable:
        raise typer.Exit(UNUSABLE)
    if check and changed:
        raise typer.Exit(1)


def _format(source: Source, *, check: bool) -> bool:
    """Formats one source; true when that changes it."""
    from headrace.flowjson.formatting import formatted
    from headrace.flowjson.refusal import Refused

    try:
        text = formatted(source.document)
    except Refused as refusal:
        raise UnusableError(f"{located(source.name, refusal.span)}: {refusal.message}") from refusal
    changed = text != source.document.text
    if source.path is None and not check:
        emit_document(text)
    elif changed and not check:
        source.store(text)
    return changed


def _done(source: Source, *, check: bool) -> Line:
    return [("not canonical: " if check else "formatted ", "changed"), (printable(source.name), "")]


def _summary(number: int, changed: int, *, check: bool) -> list[Line]:
    if not number:
        return []
    files = "1 file" if number == 1 else f"{number} files"
    if not changed:
        return [[(f"{files} in canonical form.", "")]]
    return [[(f"{changed} of {files} {'to format' if check else 'formatted'}.", "")]]
