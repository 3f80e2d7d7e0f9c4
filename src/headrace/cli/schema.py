"""`headrace schema`: a JSON Schema of Flow JSON, for editors."""

from pathlib import Path
from typing import Annotated

import typer

from headrace.cli.terminal import emit_document, stop


def schema(
    version: Annotated[
        str | None, typer.Option(metavar="VERSION", help="Version of Flow JSON.", show_default="the newest")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", dir_okay=False)] = None,
) -> None:
    """Print the JSON Schema (draft 2020-12) of a Flow JSON version.

    With it an editor completes components and properties and explains them. It knows one object at a time; `headrace
    check` knows the whole Flow.

    Exit status: 0 printed, 2 there is no such version.

    Examples:

      headrace schema -o flow.schema.json

      headrace schema --version 6.3
    """
    import json

    from headrace.flowjson.catalogue import NEWEST, Version
    from headrace.flowjson.jsonschema import json_schema

    try:
        wanted = json_schema(Version.parse(version) if version is not None else NEWEST)
    except ValueError as error:
        stop(f"{error}")
    text = json.dumps(wanted, ensure_ascii=False, indent=2) + "\n"
    if output is None:
        emit_document(text)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"{output} cannot be written: {error.strerror}.")
