"""`headrace new`: begins a Flow from one of the starter Flows."""

import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli.terminal import Line, emit, printable, stop

if TYPE_CHECKING:
    from headrace.flowjson.gallery import Template

PRIVATE_KEY, PUBLIC_KEY = "private.pem", "public.pem"


def new(
    directory: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Folder to write to, made if needed.", show_default="the template's name"),
    ] = None,
    template: Annotated[
        str | None, typer.Option(metavar="NAME", help="Template to begin with.", show_default="list the templates")
    ] = None,
    endpoint: Annotated[
        bool, typer.Option("--endpoint", help="The Flow that asks an endpoint, with the endpoint and a pair of keys.")
    ] = False,
) -> None:
    """Begin a Flow from a template. Without --template, list the templates.

    Nothing that exists is overwritten. The folder holds the Flow and the steps of one way through it. With --endpoint
    it also holds the endpoint, a Python file that any ASGI server runs, and a new pair of keys for it.

    Exit status: 0 written, 2 there is no such template, or a file is in the way.

    Examples:

      headrace new

      headrace new --template feedback

      headrace new --template appointment --endpoint booking/
    """
    from headrace.flowjson.gallery import UnknownTemplate
    from headrace.flowjson.gallery import template as find

    if template is None:
        if directory is not None or endpoint:
            stop(_without_template(directory))
        emit(_listed())
        return
    try:
        chosen = find(template)
        files = dict(chosen.files(with_endpoint=endpoint))
    except UnknownTemplate as error:
        stop(str(error))
    if endpoint:
        files |= _keys()
    folder = directory or Path(chosen.name)
    _write(folder, files)
    emit(_done(chosen, folder, files, with_endpoint=endpoint))


def _without_template(directory: Path | None) -> str:
    from headrace.flowjson.gallery import UnknownTemplate
    from headrace.flowjson.gallery import template as find

    try:
        meant = find(str(directory)).name
    except UnknownTemplate:
        return "Name a template with --template. `headrace new` alone lists them."
    return f"Name the template with --template: headrace new --template {meant}."


def _listed() -> Iterable[Line]:
    from headrace.flowjson.gallery import TEMPLATES

    longest = max(map(len, TEMPLATES))
    for one in TEMPLATES.values():
        yield [(f"{one.name:<{longest}}  ", "place"), (one.description, ""), (_endpoint_mark(one), "faint")]
    yield []
    yield [("headrace new --template NAME [--endpoint] [DIR]", "help")]


def _endpoint_mark(one: "Template") -> str:
    return "  Also with an endpoint." if one.has_endpoint else ""


def _keys() -> Mapping[str, bytes]:
    """A new pair of keys, and what keeps the private half out of version control."""
    from headrace.exchange.keys import generate_key_pair

    pair = generate_key_pair()
    return {
        PRIVATE_KEY: pair.private_pem.encode(),
        PUBLIC_KEY: pair.public_pem.encode(),
        ".gitignore": f"{PRIVATE_KEY}\n".encode(),
    }


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Writes all files or none."""
    written: list[Path] = []
    try:
        for name in files:
            if (folder / name).exists() or (folder / name).is_symlink():
                stop(f"{folder / name} exists already. Choose another folder, or move it away.")
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(0o600 if name == PRIVATE_KEY else 0o666, exist_ok=False)
            written.append(path)
            path.write_bytes(content)
    except (OSError, ValueError) as error:
        for path in written:
            path.unlink(missing_ok=True)
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        stop(f"{folder} cannot be written: {reason}.")


def _done(one: "Template", folder: Path, files: Mapping[str, bytes], *, with_endpoint: bool) -> Iterable[Line]:
    name = printable(str(folder))
    yield [(f'"{one.title}" is in {name}', "place"), (f": {', '.join(sorted(files))}", "")]
    yield []
    yield [("Look at it", "")]
    flow, steps, key = (shlex.quote(printable(str(folder / file))) for file in ("flow.json", "steps.yaml", PUBLIC_KEY))
    yield [(f"  headrace check {flow}", "help")]
    if not with_endpoint:
        yield [(f"  headrace run {flow} --steps {steps}", "help")]
        yield [(f"  headrace preview {flow}", "help")]
        return
    rehearsal = "REHEARSAL=1 " if one.is_rehearsed else ""
    yield [("Start its endpoint, with the secret of the app the Flow is linked to", "")]
    yield [
        (f"  cd {shlex.quote(name)} && {rehearsal}APP_SECRET=secret uvicorn --factory endpoint:app --port 9000", "help")
    ]
    if rehearsal:
        yield [("  REHEARSAL=1 is for the steps below, endpoint.py says why; leave it out for real people", "")]
    yield [("From another terminal, walk through the Flow by its steps, or open it in the browser", "")]
    way = f"--endpoint http://127.0.0.1:9000/ --public-key {key} --app-secret secret"
    yield [(f"  headrace run {flow} --steps {steps} {way}", "help")]
    yield [(f"  headrace preview {flow} {way}", "help")]
