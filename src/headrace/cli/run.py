"""`headrace run`: opens a Flow on a phone without a screen and does what the steps say."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.flows import check_screens, program_of, read_data, read_script
from headrace.cli.reports.run import InWords
from headrace.cli.sources import UnusableError, read_source
from headrace.cli.terminal import complain, emit_json, emit_text, stop
from headrace.cli.traces import write_trace
from headrace.protocol import UNUSED_TOKEN

if TYPE_CHECKING:
    from headrace.phone.engine.program import Program
    from headrace.phone.session import Opening
    from headrace.simulator.recording import Recording
    from headrace.simulator.sessions import EndpointClient

_INTERRUPTED = 130

UNFINISHED = 3
"""Exit status when the steps ended before the Flow was completed."""


class Format(StrEnum):
    text = "text"
    json = "json"


def run(  # noqa: PLR0917 - each is an option of the command
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The Flow JSON; - reads it from standard input.", allow_dash=True)
    ],
    steps: Annotated[Path | None, typer.Option(help="What to do: a list of steps, JSON or YAML.")] = None,
    screen: Annotated[str | None, typer.Option(help="Open on this screen instead of the entry screen.")] = None,
    data: Annotated[str | None, typer.Option(help="Data of the first screen, as JSON or as @FILE.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="URL of the endpoint to ask.")] = None,
    public_key: Annotated[Path | None, typer.Option(help="PEM file with the endpoint's public key.")] = None,
    app_secret: Annotated[str, typer.Option(help="Secret that signs the requests.")] = "",
    flow_token: Annotated[str, typer.Option(help="The flow token of the message.")] = UNUSED_TOKEN,
    trace: Annotated[Path | None, typer.Option(help="Write what happened to this file, for headrace replay.")] = None,
    format: Annotated[
        Format, typer.Option(help="text for people, json for scripts: one line per event.")
    ] = Format.text,
) -> None:
    """Open a Flow and fill it in, step by step, without a screen. In a terminal without --steps it asks you.

    A step is one of fill, tap, select, upload, back, close, expect. Paths of files are taken from where the steps are.
    A Flow with an endpoint opens by asking it (INIT) when --endpoint is given and --screen is not; otherwise it opens
    with the example data of its first screen, or with --data.

    Exit status: 0 completed; 1 an expectation failed or an input was refused; 2 the input cannot be used; 3 the steps
    ended before the Flow was completed, or you left it with :quit or Ctrl-D; 130 stopped by Ctrl-C.

    Examples:

      headrace run flow.json

      headrace run flow.json --steps steps.yaml

      headrace run flow.json --steps steps.json --endpoint http://127.0.0.1:8000/flow --public-key public.pem
    """
    from headrace.cli.interrupts import run_interruptibly
    from headrace.clock import SystemClock
    from headrace.simulator.openings import opening_without_message
    from headrace.simulator.recording import Recording

    recording = None if trace is None else Recording(SystemClock())
    way = (endpoint, public_key, app_secret)
    converses = steps is None and format is Format.text and str(file) != "-" and _is_terminal()
    try:
        source = read_source(str(file))
        program, listed, given = program_of(source), read_script(steps), read_data(data)
        check_screens(program, [screen] if screen else [])
        opening = opening_without_message(program, screen, given, flow_token, has_endpoint=endpoint is not None)
        if given and opening.action == "data_exchange":
            complain("--data is not used: the endpoint gives its first screen (INIT). Name the screen with --screen.")
        try:
            if converses:
                verdict = _converse(program, opening, way, recording)
            else:
                verdict = run_interruptibly(_play(program, opening, listed, way, format, recording))
                if steps is None and verdict == UNFINISHED:
                    complain("The Flow was only opened: give --steps, or run this in a terminal to be asked.")
        except KeyboardInterrupt:
            emit_text("\nStopped before the Flow was completed.\n", sys.stderr)
            verdict = _INTERRUPTED
        finally:
            if trace is not None and recording is not None:
                write_trace(trace, recording.trace(source.raw.decode("utf-8-sig", "replace"), opening))
    except UnusableError as error:
        stop(str(error))
    raise typer.Exit(verdict)


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _converse(
    program: "Program", opening: "Opening", way: tuple[str | None, Path | None, str], recording: "Recording | None"
) -> int:
    """Asks whoever sits at the terminal."""
    import asyncio

    from headrace.cli.conversation import Conversation
    from headrace.outbound import Outbound
    from headrace.phone.session import Session
    from headrace.simulator.driver import Driver

    outbound = Outbound(private_networks=True)
    with asyncio.Runner() as runner:
        try:
            driver = Driver(Session.start(program, opening), _client(outbound, *way), recording)
            return Conversation(driver, runner, serves_files=way[0] is not None).run().value
        finally:
            runner.run(outbound.close())


async def _play(
    program: "Program",
    opening: "Opening",
    steps: list[Any],
    way: tuple[str | None, Path | None, str],
    format: Format,
    recording: "Recording | None",
) -> int:
    from headrace.outbound import Outbound
    from headrace.phone.session import Session
    from headrace.simulator.driver import Driver
    from headrace.simulator.play import Play

    outbound = Outbound(private_networks=True)
    try:
        driver = Driver(Session.start(program, opening), _client(outbound, *way), recording)
        tell = _tell_json if format is Format.json else InWords()
        if way[0] is None or not any(step.kind == "upload" for step in steps):
            return (await Play(driver, tell).run(steps)).value
        from headrace.simulator.file_server import file_server

        async with file_server() as uploads:
            return (await Play(driver, tell, uploads).run(steps)).value
    finally:
        await outbound.close()


def _client(outbound: Any, endpoint: str | None, public_key: Path | None, app_secret: str) -> "EndpointClient | None":
    from headrace.cli.endpoints import channel_to

    return None if endpoint is None else channel_to(outbound, endpoint, public_key, app_secret)


def _tell_json(line: dict[str, Any]) -> None:
    import orjson

    emit_json(orjson.dumps(line).decode())
