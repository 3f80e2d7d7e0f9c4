"""`headrace serve`: the box and the console, in one process on this machine."""

import contextlib
import logging
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from headrace.cli.terminal import complain, emit_json, emit_text, log_to_stderr

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine

    from headrace.settings import Settings

_UNUSABLE = 2


class Format(StrEnum):
    text = "text"
    json = "json"


def serve(
    data: Annotated[
        Path, typer.Option(help="Folder for the two databases; made when it is missing.", file_okay=False)
    ] = Path(".headrace"),
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes any free one.", min=0, max=65535)] = 8460,
    format: Annotated[
        Format, typer.Option(help="How to print where to connect: text for people, json as one line for scripts.")
    ] = Format.text,
    refuse_frozen: Annotated[
        bool,
        typer.Option(
            "--refuse-frozen",
            help="Refuse to publish Flows of frozen versions, as WhatsApp does; else they can be tried.",
        ),
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every request.")] = False,
) -> None:
    """Start WhatsApp in a box with the console, on this machine only.

    The box holds a verified business with two accounts, three phone numbers, five phones and two apps. It prints the
    address, the access token and the ids once it accepts requests, and runs until Ctrl-C.

    Examples:

      headrace serve

      headrace serve --data ./box --port 9000 --format json
    """
    try:
        import sqlalchemy  # noqa: F401

        from headrace.settings import Settings
    except ImportError:
        _stop('The server is not installed. Install it with: pip install "headrace[serve]"')
    _log_to_stderr(verbose)
    with _listen(port) as listener, _claim(data):
        settings = Settings(data=data.resolve(), port=listener.getsockname()[1], refuse_frozen=refuse_frozen)
        _run(_serve(settings, listener, format))


def _run(work: "Coroutine[Any, Any, None]") -> None:
    """On uvloop where there is one: it takes half of asyncio's own time."""
    try:
        import uvloop
    except ImportError:  # not on Windows
        import asyncio

        asyncio.run(work)
    else:
        uvloop.run(work)


async def _serve(settings: "Settings", listener: "socket.socket", form: Format) -> None:
    from headrace.app.application import Application
    from headrace.app.serving import ServerStopped, serve
    from headrace.business.encryption import KeyUnusable

    try:
        application = await Application.open(settings)
    except KeyUnusable as error:
        _stop(str(error))

    async def introduce() -> None:
        _announce(await application.introduce(), form)

    try:
        async with application.working():
            await serve(application.asgi, listener, started=introduce, stopping=application.end_streams)
    except ServerStopped as error:
        _stop(str(error))
    finally:
        await application.close()


def _announce(credentials: Any, form: Format) -> None:
    import orjson

    if form is Format.json:
        emit_json(orjson.dumps(credentials.as_json()).decode())
    else:
        emit_text(credentials.as_text())


def _listen(port: int) -> "socket.socket":
    from headrace.app.serving import PortUnusable, listen

    try:
        return listen(port)
    except PortUnusable as error:
        _stop(str(error))


@contextlib.contextmanager
def _claim(data: Path) -> Iterator[None]:
    """Two servers on one folder would do every job twice."""
    import fcntl  # not on Windows, where the rest of the toolchain works

    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = (data / "lock").open("w")
    except OSError as error:
        _stop(f"The folder {data} cannot be used: {error.strerror}. Choose another one with --data.")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            _stop(f"The folder {data} is in use by another headrace serve. Stop that one, or choose another --data.")
        yield


def _log_to_stderr(verbose: bool) -> None:
    log_to_stderr(logging.INFO if verbose else logging.WARNING, "%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _stop(sentence: str) -> NoReturn:
    complain(sentence)
    raise typer.Exit(_UNUSABLE)
