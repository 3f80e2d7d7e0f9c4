"""`headrace serve`: the box and the console, in one process on this machine."""

import contextlib
import gc
import logging
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from headrace.cli.terminal import complain, emit_json, emit_text, log_to_stderr
from headrace.settings import Part, PublishedFlows

if TYPE_CHECKING:
    import socket
    from collections.abc import Coroutine

    from headrace.settings import Settings

_UNUSABLE = 2


class Format(StrEnum):
    text = "text"
    json = "json"


def serve(  # noqa: PLR0917
    data: Annotated[
        Path, typer.Option(help="Folder for the databases and the key; made when it is missing.", file_okay=False)
    ] = Path(".headrace"),
    database: Annotated[
        str | None,
        typer.Option(
            help="Keep everything in a PostgreSQL database, postgresql://user:password@host:5432/name, which any "
            "number of servers and workers may share.",
            envvar="HEADRACE_DATABASE",
            show_envvar=True,
        ),
    ] = None,
    public_url: Annotated[
        str | None,
        typer.Option(
            help="The address others reach this server by, behind a proxy or beside other servers; it goes out in "
            "webhooks, links and credentials.",
            envvar="HEADRACE_PUBLIC_URL",
            show_envvar=True,
        ),
    ] = None,
    only: Annotated[
        Part | None,
        typer.Option(
            help="Do only this: box (WhatsApp), console (the business side), or worker (jobs of both, no pages)."
        ),
    ] = None,
    jobs: Annotated[
        bool, typer.Option("--jobs/--no-jobs", help="Also deliver, retry and work out here, or leave it to workers.")
    ] = True,
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
    published_flows: Annotated[
        PublishedFlows,
        typer.Option(
            help="What may become of a published Flow: locked (it cannot be changed, a new one is made from it) or "
            "editable (a change makes it a draft again, while its last published version goes on serving).",
            envvar="HEADRACE_PUBLISHED_FLOWS",
            show_envvar=True,
        ),
    ] = PublishedFlows.LOCKED,
    require_proof: Annotated[
        bool,
        typer.Option(
            "--require-proof",
            help="Refuse calls of your app without appsecret_proof, as Meta does for apps set so.",
            envvar="HEADRACE_REQUIRE_PROOF",
            show_envvar=True,
        ),
    ] = False,
    keep_days: Annotated[
        int | None,
        typer.Option(
            help="Forget webhooks that the box delivered or gave up, so many days after they happened.",
            show_default="keep them",
            min=8,
            envvar="HEADRACE_KEEP_DAYS",
            show_envvar=True,
        ),
    ] = None,
    private_networks: Annotated[
        bool | None,
        typer.Option(
            "--private-networks/--no-private-networks",
            help="Whether endpoints and callbacks on this machine and its network are called.",
            show_default="yes; no with a --public-url of https",
            envvar="HEADRACE_PRIVATE_NETWORKS",
            show_envvar=True,
        ),
    ] = None,
    playground: Annotated[
        bool | None,
        typer.Option(
            "--playground/--no-playground",
            help="Whether anybody may write and try Flows at /playground without signing in.",
            show_default="yes; no with a --public-url of another machine",
            envvar="HEADRACE_PLAYGROUND",
            show_envvar=True,
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more than warnings.")] = False,
) -> None:
    """Start WhatsApp in a box with the console, on this machine only.

    The box holds a verified business with two accounts, three phone numbers, five phones and two apps. It prints the
    address, the access token and the ids once it accepts requests, and runs until Ctrl-C.

    Examples:

      headrace serve

      headrace serve --data ./box --port 9000 --format json

      headrace serve --database postgresql://headrace:secret@db.example.org/headrace --public-url https://box.example.org

      headrace serve --database postgresql://headrace:secret@db.example.org/headrace --only worker
    """
    try:
        import sqlalchemy  # noqa: F401

        from headrace.settings import Settings
    except ImportError:
        _stop('The server is not installed. Install Headrace with it: pip install "/path/to/headrace[serve]"')
    _log_to_stderr(verbose)
    address, url = _postgresql(database), _public(public_url)
    if address is None and not jobs:
        _stop("--no-jobs leaves the work to workers, which need a --database to share with this server.")
    with contextlib.ExitStack() as stack:
        stack.enter_context(_claim(data, alone=address is None))
        listener = None if only is Part.WORKER else stack.enter_context(_listen(port))
        settings = Settings(
            data=data.resolve(),
            port=port if listener is None else listener.getsockname()[1],
            refuse_frozen=refuse_frozen,
            published_flows=published_flows,
            require_proof=require_proof,
            keep_days=keep_days,
            playground=playground,
            database=address,
            public_url=url,
            only=only,
            does_jobs=jobs or listener is None,
            private_networks=calls_private_networks(url) if private_networks is None else private_networks,
        )
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


async def _serve(settings: "Settings", listener: "socket.socket | None", form: Format) -> None:
    with _settled_heap():
        from headrace.app.application import Application
        from headrace.app.serving import ServerStopped, serve, wait_for_signal
        from headrace.business.encryption import KeyUnusable
        from headrace.database import DatabaseUnusable

    try:
        with _settled_heap():
            application = await Application.open(settings)
    except (DatabaseUnusable, KeyUnusable) as error:
        _stop(str(error))
    except OSError as error:
        _stop(f"The folder {settings.data} cannot be used: {error.strerror}. Choose another one with --data.")

    async def introduce() -> None:
        _announce(settings, await application.introduce(), form)

    try:
        async with application.working():
            if listener is None:
                _announce(settings, None, form)
                await wait_for_signal()
            else:
                await serve(application.asgi, listener, started=introduce, stopping=application.end_streams)
    except (ServerStopped, DatabaseUnusable) as error:
        _stop(str(error))
    finally:
        await application.close()


@contextlib.contextmanager
def _settled_heap() -> Iterator[None]:
    """What is made in the block stays until the end: the collector neither looks for garbage there nor later in it."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _announce(settings: "Settings", credentials: Any, form: Format) -> None:
    import orjson

    part = None if settings.only is None else settings.only.value
    if credentials is not None:
        shown, words = credentials.as_json(), credentials.as_text()
    elif part == Part.WORKER:
        shown, words = {"only": part}, "Headrace does the jobs of both sides.\n\nCtrl-C stops it.\n"
    else:
        shown = {"only": part, "base_url": settings.base_url, "console_url": f"{settings.base_url}/"}
        words = f"The console is running on {settings.base_url}/\n\nCtrl-C stops it.\n"
    if form is Format.json:
        emit_json(orjson.dumps(shown).decode())
    else:
        emit_text(words)


def _postgresql(typed: str | None) -> str | None:
    from headrace.database import DatabaseUnusable, postgresql_url

    try:
        return None if not typed else postgresql_url(typed)
    except DatabaseUnusable as error:
        _stop(str(error))


def _public(typed: str | None) -> str | None:
    from urllib.parse import urlsplit

    if not typed:
        return None
    try:
        parts = urlsplit(typed)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable:
        _stop(f"{typed} is no address to be reached by. --public-url has to look like https://box.example.org.")
    return typed


def calls_private_networks(public_url: str | None) -> bool:
    """What is right where nobody says: a box that others reach over https calls no neighbours on their behalf."""
    return public_url is None or not public_url.casefold().startswith("https://")


def _listen(port: int) -> "socket.socket":
    from headrace.app.serving import PortUnusable, listen

    try:
        return listen(port)
    except PortUnusable as error:
        _stop(str(error))


@contextlib.contextmanager
def _claim(data: Path, *, alone: bool) -> Iterator[None]:
    """Two servers on SQLite files in one folder would wait for each other; on PostgreSQL any number may share one."""
    import fcntl  # not on Windows, where the rest of the toolchain works

    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (data / "lock").open("w")
    except OSError as error:
        _stop(f"The folder {data} cannot be used: {error.strerror}. Choose another one with --data.")
    with lock:
        try:
            if alone:
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
