"""`headrace push`: a Flow JSON on disk becomes a Flow of the account, or the new JSON of one that is there."""

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from headrace.cli.connection import BoxConnection, CallRefused, connect, needed
from headrace.cli.terminal import Line, complain, emit, stop
from headrace.protocol import LISTED_ERRORS

_LARGEST = 10 * 1024 * 1024
_FAILED = 1
_GENERAL_NAMES = {"flow", "index", "main"}


def push(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The Flow JSON.")],
    name: Annotated[
        str | None, typer.Option(help="Name of the Flow; that of the file, or of its folder for a flow.json.")
    ] = None,
    category: Annotated[str, typer.Option(help="Category of a new Flow.")] = "OTHER",
    endpoint: Annotated[str | None, typer.Option(help="Address of its endpoint.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it, too.")] = False,
    url: Annotated[
        str | None, typer.Option("--url", help="Address of the box.", envvar="HEADRACE_URL", show_envvar=True)
    ] = None,
) -> None:
    """Put a Flow JSON into the account of the box: a new Flow, or the draft that has the name.

    Prints the id of the Flow, by which headrace send sends it to a phone.

    Exit status: 0 it is there, 1 it has mistakes or was refused, 2 it cannot be read or the box cannot be reached.

    Examples:

      headrace push flow.json

      headrace push examples/appointment/flow.json --endpoint https://example.com/flow --publish
    """
    content = _read(file)
    box = connect(url)
    waba_id = needed(box.waba_id, "waba_id")
    chosen = name or _name_of(file)
    try:
        flow_id, is_new = _find_or_make(box, waba_id, chosen, category)
        if endpoint is not None:
            box.graph("POST", flow_id, endpoint_uri=endpoint)
        answer = box.upload(f"{flow_id}/assets", file.name, content, {"name": "flow.json", "asset_type": "FLOW_JSON"})
        errors = answer["validation_errors"]
        words = "made" if is_new else "changed"
        emit([[(flow_id, "place"), (f'  Flow "{chosen}" is {words}, a draft.', "")]])
        if errors:
            emit(line for error in errors for line in _mistake(file, error))
            if len(errors) >= LISTED_ERRORS:
                words = f"WhatsApp lists no more than {LISTED_ERRORS} errors. All of them: headrace check {file}"
                emit([[(words, "help")]])
            raise typer.Exit(_FAILED)
        if publish:
            box.graph("POST", f"{flow_id}/publish")
            emit([[("It is published.", "help")]])
        emit([[(f"Send it: headrace send {flow_id} --to Amara", "faint")]])
    except CallRefused as refusal:
        _refuse(refusal)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
    except OSError as error:
        stop(f"{file} cannot be read: {error.strerror}.")
    if len(content) > _LARGEST:
        stop(f"{file} is larger than 10 MB, more than a Flow JSON may be.")
    return content


def _name_of(file: Path) -> str:
    stem = file.name.split(".")[0]
    folder = file.resolve().parent.name
    return folder if stem.lower() in _GENERAL_NAMES and folder else stem


def _find_or_make(box: BoxConnection, waba_id: str, name: str, category: str) -> tuple[str, bool]:
    """The id of the draft with this name, or of a new one. Ends the command where a Flow with it is no draft."""
    found = find_flow(box, waba_id, name)
    if found is None:
        made = box.graph("POST", f"{waba_id}/flows", name=name, categories=[category])
        return str(made["id"]), True
    if found["status"] != "DRAFT":
        complain(
            f'The Flow "{name}" ({found["id"]}) is {found["status"].lower()}, and such a one is not changed. Push it '
            "under another --name."
        )
        raise typer.Exit(_FAILED)
    return str(found["id"]), False


def find_flow(box: BoxConnection, waba_id: str, name: str) -> dict[str, Any] | None:
    """The Flow of the account with this id or this name."""
    after: dict[str, str] = {}
    while True:
        fields = "id,name,status,data_api_version"
        page = box.graph("GET", f"{waba_id}/flows", fields=fields, limit=100, **after)
        for flow in page["data"]:
            if name in {flow["id"], flow["name"]}:
                return dict(flow)
        cursor = page.get("paging", {}).get("cursors", {}).get("after")
        if not page.get("paging", {}).get("next") or not cursor:
            return None
        after = {"after": cursor}


def _mistake(file: Path, error: dict[str, Any]) -> list[Line]:
    place = f"{file}:{error.get('line_start')}:{error.get('column_start')}"
    return [[(place, "place"), (": ", ""), ("error ", "error"), (str(error.get("message")), "")]]


def _refuse(refusal: CallRefused) -> NoReturn:
    complain(str(refusal))
    raise typer.Exit(_FAILED)
