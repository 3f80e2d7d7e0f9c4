"""What the commands of `headrace world` have in common."""

import json
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer

from headrace.cli.connection import BoxConnection, CallRefused
from headrace.cli.terminal import complain, emit, emit_json, stop

_FAILED = 1


class Format(StrEnum):
    text = "text"
    json = "json"


Url = Annotated[
    str | None,
    typer.Option("--url", help="Address of the box.", envvar="HEADRACE_URL", show_envvar=True, show_default=False),
]
Shape = Annotated[Format, typer.Option("--format", help="How to print it: text for people, json for scripts.")]


def calling(box: BoxConnection, method: str, path: str = "", **members: Any) -> dict[str, Any]:
    """What the control room answers; ends the command where it refuses."""
    try:
        return box.world(method, path, **members)
    except CallRefused as refusal:
        if refusal.status == 404 and not path:
            stop(f"{box.url} has no control room: it is open only on the machine that runs the box.")
        refuse(refusal)


def refuse(refusal: CallRefused) -> NoReturn:
    """Ends the command with the words of the refusal."""
    complain(str(refusal))
    raise typer.Exit(_FAILED)


def show(found: dict[str, Any], format: Format, lines: Any) -> None:
    """Prints an answer, as `lines` makes them for people."""
    if format is Format.json:
        emit_json(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        emit(lines(found))
