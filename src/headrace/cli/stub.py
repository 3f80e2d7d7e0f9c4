"""`headrace stub`: Pydantic models for an endpoint, and a first endpoint, written from a Flow."""

import os
from pathlib import Path
from typing import Annotated

import typer

from headrace.cli.sources import UnusableError, read_source
from headrace.cli.terminal import emit_document, stop


def stub(
    file: Annotated[
        Path, typer.Argument(metavar="FLOW", help="The Flow JSON; - reads it from standard input.", allow_dash=True)
    ],
    endpoint: Annotated[
        bool, typer.Option("--endpoint", help="A whole endpoint with a handler for each screen, not the models alone.")
    ] = False,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Write Pydantic models of what a Flow's screens show and send, for an endpoint in Python.

    With --endpoint it is a whole endpoint that answers with the examples of the Flow, to begin with. A file of models
    is written anew when the Flow has changed; any other file is never overwritten. The models need Pydantic, which
    Headrace brings along when it is installed with its extra, models.

    Exit status: 0 written, 2 the Flow cannot be used, or a file is in the way.

    Examples:

      headrace stub flow.json -o flow_models.py

      headrace stub flow.json --endpoint -o endpoint.py
    """
    from headrace.flowjson.stubbing import MARK, NothingToWrite, write_endpoint, write_models

    try:
        source = read_source(str(file))
        value = source.document.value
        name = "flow.json" if source.path is None else source.path.name
        text = write_endpoint(value, name) if endpoint else write_models(value)
    except (UnusableError, NothingToWrite) as error:
        stop(str(error))
    if output is None:
        emit_document(text)
        return
    try:
        if output.exists() and (endpoint or not output.read_text("utf-8", "replace").startswith(MARK)):
            stop(f"{output} exists already, and is left as it is. Name another file.")
        _store(output, text)
    except OSError as error:
        stop(f"{output} cannot be written: {error.strerror}.")


def _store(output: Path, text: str) -> None:
    """Whole or not at all."""
    draft = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(output)
    finally:
        draft.unlink(missing_ok=True)
