"""`headrace graph`: the screens of a Flow and the ways between them, as a picture."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from headrace.cli.sources import UnusableError, read_source
from headrace.cli.terminal import emit_document, stop


class Format(StrEnum):
    svg = "svg"
    mermaid = "mermaid"
    dot = "dot"


def graph(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The Flow JSON; - for standard input.")],
    format: Annotated[Format, typer.Option(help="A picture, or the notation of another tool.")] = Format.svg,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Draw the graph of a Flow's screens.

    Solid lines are taken by tapping, dashed ones by the answer of the endpoint, dotted red ones lack their route. The
    entry screen has a dot at its left, terminal screens a double border, screens nobody can reach a dashed one. What a
    Flow with mistakes has of screens is drawn, too.

    Exit status: 0 drawn, 2 the input could not be read or has no screens.

    Examples:

      headrace graph flow.json -o flow.svg

      headrace graph flow.json --format mermaid
    """
    try:
        source = read_source(file)
    except UnusableError as error:
        stop(str(error))
    from headrace.flowjson.graphing import graph_of, to_dot, to_mermaid, to_svg

    drawn = graph_of(source.document.value)
    if not drawn.screens:
        problems = source.document.problems
        stop(f"{source.name} has no screens to draw{f': {problems[0].message}' if problems else ''}.")
    text = {
        Format.svg: lambda: to_svg(drawn, source.path.stem if source.path else "Flow"),
        Format.mermaid: lambda: to_mermaid(drawn),
        Format.dot: lambda: to_dot(drawn),
    }[format]()
    if output is None:
        emit_document(text)
        return
    try:
        output.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        stop(f"{output} cannot be written: {error.strerror}.")
