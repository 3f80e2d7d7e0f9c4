"""`headrace load`: many phones fill in a Flow against its endpoint, and what WhatsApp would make of it."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli.flows import program_of, read_script
from headrace.cli.sources import UnusableError, read_source
from headrace.cli.terminal import complain, emit_json, emit_text, stop

if TYPE_CHECKING:
    from headrace.phone.engine.program import Program
    from headrace.simulator.load import Load, Measured
    from headrace.simulator.steps import Step

_UNWELL = 1
_INTERRUPTED = 130
_MOST_PHONES = 1_000_000
_MOST_CONNECTIONS = 1_000


class Format(StrEnum):
    text = "text"
    json = "json"


def load(  # noqa: PLR0917 - each is an option of the command
    file: Annotated[str, typer.Argument(metavar="FILE", help="The Flow JSON; - reads it from standard input.")],
    endpoint: Annotated[str, typer.Option(help="URL of the endpoint to ask.")],
    public_key: Annotated[Path, typer.Option(help="PEM file with the endpoint's public key.")],
    app_secret: Annotated[str, typer.Option(help="Secret that signs the requests.")] = "",
    steps: Annotated[Path | None, typer.Option(help="What each phone does; without steps it only opens.")] = None,
    phones: Annotated[int, typer.Option(help="How many phones.", min=1, max=_MOST_PHONES)] = 100,
    rate: Annotated[float, typer.Option(help="How many of them open the Flow each second.", min=0.01, max=10_000)] = 10,
    flow_token: Annotated[
        str | None, typer.Option(help="Start of each phone's flow token.", show_default="a new one each time")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", "--out", help="Also write the results to this file, as JSON.")
    ] = None,
    format: Annotated[Format, typer.Option(help="text for people, json for scripts.")] = Format.text,
) -> None:
    """Let many phones fill in a Flow at once, and see how its endpoint holds.

    Requests are sealed and signed as on a phone. Phones are opened by the clock, however slow the endpoint is; each
    does the steps, as headrace run does them, as fast as it is answered. At the end: times, errors, and whether
    WhatsApp would throttle or block the Flow. Ctrl-C ends it and shows what was measured.

    Exit status: 0 every phone completed and the Flow would stay published; 1 not so; 2 the input cannot be used; 130 it
    was interrupted.

    Examples:

      headrace load flow.json --endpoint http://127.0.0.1:8000/ --public-key public.pem --steps steps.yaml

      headrace load flow.json --endpoint … --public-key … --steps steps.yaml --phones 2000 --rate 50 -o results.json
    """
    import asyncio

    import orjson

    from headrace.cli.reports.load import draw, summarise

    try:
        program, listed = _program(file), read_script(steps)
        measured, is_whole = asyncio.run(
            _run(program, flow_token or _new_token(), listed, (endpoint, public_key, app_secret), phones, rate)
        )
    except UnusableError as error:
        stop(str(error))
    results = summarise(measured, phones=phones, rate=rate, has_steps=steps is not None)
    if out is not None:
        try:
            out.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        except OSError as error:
            complain(f"{out} cannot be written: {error.strerror or error}.")
    if format is Format.json:
        emit_json(orjson.dumps(results, option=orjson.OPT_INDENT_2).decode())
    else:
        emit_text(draw(results))
    if not is_whole:
        raise typer.Exit(_INTERRUPTED)
    is_well = results["health"]["verdict"] in ("published", "unknown") and not results["phones"]["failed"]
    is_complete = steps is None or results["phones"]["completed"] == phones
    raise typer.Exit(0 if is_well and is_complete else _UNWELL)


def _new_token() -> str:
    """An endpoint that takes each token once must not know it from the last time."""
    from secrets import token_hex

    return f"load-{token_hex(4)}"


def _program(file: str) -> "Program":
    source = read_source(file)
    program = program_of(source)
    if not program.is_endpoint_flow:
        raise UnusableError(f"{source.name} has no endpoint: it declares no data_api_version, so nothing is asked.")
    return program


async def _run(
    program: "Program",
    flow_token: str,
    steps: "list[Step]",
    way: tuple[str, Path, str],
    phones: int,
    rate: float,
) -> "tuple[Measured, bool]":
    import asyncio

    from headrace.cli.endpoints import channel_to
    from headrace.outbound import Outbound
    from headrace.phone.engine.opening import Opening
    from headrace.simulator.load import Load

    async with Outbound(private_networks=True, connections=min(phones, _MOST_CONNECTIONS)) as outbound:
        channel = channel_to(outbound, *way)
        running = Load(
            program,
            lambda number: Opening(action="data_exchange", flow_token=f"{flow_token}-{number + 1}"),
            steps,
            channel,
            phones=phones,
            rate=rate,
        )
        showing = asyncio.create_task(_show(running, phones)) if sys.stderr.isatty() else None
        try:
            measured = await running.run()
        finally:
            if showing is not None:
                showing.cancel()
                await asyncio.gather(showing, return_exceptions=True)
        return measured, measured.ended == phones


async def _show(running: "Load", phones: int) -> None:
    """A line on standard error that follows what happens."""
    import asyncio

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("phones"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[told]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("phones", total=phones, told="")
        while True:
            measured = running.measured
            errors = sum(1 for one in measured.exchanges if one.kind == "failed")
            told = f"{measured.opened - measured.ended} open · {len(measured.exchanges)} exchanges · {errors} failed"
            progress.update(task, completed=measured.ended, told=told)
            await asyncio.sleep(0.2)
