"""`headrace preview`: a Flow on a phone in the browser, drawn anew whenever its file is saved."""

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.flows import check_screens, read_data
from headrace.cli.sources import UnusableError, display_name
from headrace.cli.terminal import complain, emit_text, log_to_stderr, printable, stop
from headrace.protocol import UNUSED_TOKEN

if TYPE_CHECKING:
    import socket

    from headrace.simulator.cdn import MemoryFileStore
    from headrace.simulator.previewing.preview import Preview
    from headrace.simulator.previewing.session import OpeningWishes

USUAL_PORT = 8461


def preview(  # noqa: PLR0917 - each is an option of the command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The Flow JSON to look at; it is read anew on every save.")
    ],
    screen: Annotated[str | None, typer.Option(help="Open on this screen instead of the entry screen.")] = None,
    data: Annotated[str | None, typer.Option(help="Data of the first screen, as JSON or as @FILE.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="URL of the endpoint to ask; without one you answer.")] = None,
    public_key: Annotated[Path | None, typer.Option(help="PEM file with the endpoint's public key.")] = None,
    app_secret: Annotated[str, typer.Option(help="Secret that signs the requests.")] = "",
    flow_token: Annotated[str, typer.Option(help="The flow token of the message.")] = UNUSED_TOKEN,
    no_timeout: Annotated[
        bool, typer.Option("--no-timeout", help="Wait for the endpoint as long as it takes, as for a debugger.")
    ] = False,
    port: Annotated[
        int | None,
        typer.Option(help=f"Port on 127.0.0.1; 0 takes any free one. Usually {USUAL_PORT}.", min=0, max=65535),
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Only print the address, open no browser.")] = False,
) -> None:
    """Show a Flow on a phone in the browser, and show it anew whenever the file is saved.

    The current screen stays, and what was typed where it still fits. What does not check is shown as far as it goes,
    with each problem at its place. Data come from the examples in the file, or from a real endpoint. Ctrl-C stops it.

    Exit status: 0 stopped, 2 the file or an option cannot be used.

    Examples:

      headrace preview flow.json

      headrace preview flow.json --endpoint http://127.0.0.1:8000/flow --public-key public.pem --no-timeout
    """
    import asyncio

    from headrace.simulator.previewing.session import OpeningWishes

    _log_to_stderr()
    try:
        wishes = OpeningWishes(screen, read_data(data), flow_token, has_endpoint=endpoint is not None)
        asyncio.run(_run(file, wishes, (endpoint, public_key, app_secret), no_timeout, port, not no_open))
    except UnusableError as error:
        stop(str(error))
    except KeyboardInterrupt:
        pass


async def _run(
    file: Path,
    wishes: "OpeningWishes",
    way: tuple[str | None, Path | None, str],
    is_paused: bool,
    port: int | None,
    opens: bool,
) -> None:
    import asyncio

    from headrace.app.previewing.file import follow
    from headrace.app.previewing.server import preview_app
    from headrace.app.serving import ServerStopped, serve
    from headrace.outbound import Outbound

    async with Outbound(private_networks=True) as outbound:
        shown = _preview(file, wishes, way, is_paused, outbound)
        with _listen(port) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            files = _take_files(shown, url)

            async def started() -> None:
                emit_text(
                    f"{printable(display_name(file))} is shown at {url}/\nIt follows every save. Ctrl-C stops it.\n"
                )
                if opens:
                    await asyncio.to_thread(_open, f"{url}/")

            following = asyncio.create_task(follow(file, shown))
            try:
                await serve(preview_app(shown, files), listener, started=started, stopping=shown.stop)
            except ServerStopped as error:
                raise UnusableError(str(error)) from None
            finally:
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)


def _preview(
    file: Path, wishes: "OpeningWishes", way: tuple[str | None, Path | None, str], is_paused: bool, outbound: Any
) -> "Preview":
    import time

    from headrace.app.previewing.file import load
    from headrace.cli.endpoints import channel_to
    from headrace.clock import SystemClock
    from headrace.simulator.previewing.flow_text import UnreadableText
    from headrace.simulator.previewing.preview import Preview
    from headrace.simulator.previewing.time_limit import PausableTransport, Pause

    endpoint, public_key, app_secret = way
    pause = Pause(is_paused)
    client = None
    if endpoint is not None:
        client = channel_to(PausableTransport(outbound, pause), endpoint, public_key, app_secret)
    shown = Preview(
        file.name,
        wishes,
        SystemClock(),
        place=str(file),
        endpoint=endpoint,
        client=client,
        pause=pause,
        number=int(time.time()),  # a page that is still open from before has another sheet, and gets the new one
    )
    try:
        shown.take(load(file, shown.today()))
    except UnreadableText as error:
        raise UnusableError(str(error)) from None
    if shown.texts.latest.program is not None and wishes.screen is not None:
        check_screens(shown.texts.latest.program, [wishes.screen])
    return shown


def _take_files(shown: "Preview", url: str) -> "MemoryFileStore":
    """Files that are attached stay in memory; an endpoint fetches them from the preview itself."""
    from headrace.clock import SystemClock
    from headrace.identifiers import RandomIdentifiers
    from headrace.simulator.cdn import MemoryFileStore
    from headrace.simulator.uploads import Uploads

    identifiers = RandomIdentifiers()
    files = MemoryFileStore(lambda: url, identifiers, SystemClock())
    shown.uploads = Uploads(files, identifiers)
    return files


def _listen(port: int | None) -> "socket.socket":
    """The port that was asked for; else the usual one, so that an open page goes on, or any if that is taken."""
    from headrace.app.serving import PortUnusable, listen

    try:
        return listen(USUAL_PORT if port is None else port)
    except PortUnusable as error:
        if port is not None:
            raise UnusableError(str(error)) from None
        return listen(0)


def _open(url: str) -> None:
    """Opens the page where there is a window to open it in; a browser in the terminal would take that over."""
    import os
    import webbrowser

    has_windows = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if has_windows and not webbrowser.open(url):
        complain("No browser could be opened. Open the address above in one.")


def _log_to_stderr() -> None:
    log_to_stderr(logging.WARNING, "%(levelname)s %(name)s: %(message)s")
