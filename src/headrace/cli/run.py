"""`headrace run`: opens a Flow on a phone without a screen and does what the steps say."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from headrace.cli.sources import UnusableError

if TYPE_CHECKING:
    from headrace.phone.program import Program
    from headrace.phone.session import Opening
    from headrace.simulator.driver import Wire
    from headrace.simulator.recording import Recording

_UNUSABLE = 2
_INTERRUPTED = 130
_LARGEST_FLOW = 10 * 1024 * 1024


class Format(StrEnum):
    text = "text"
    json = "json"


def run(  # noqa: PLR0917 - each is an option of the command
    file: Annotated[Path, typer.Argument(help="The Flow JSON; - reads it from standard input.", allow_dash=True)],
    steps: Annotated[Path | None, typer.Option(help="What to do: a list of steps, JSON or YAML.")] = None,
    screen: Annotated[str | None, typer.Option(help="Open on this screen instead of the entry screen.")] = None,
    data: Annotated[str | None, typer.Option(help="Data of the first screen, as JSON or as @FILE.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="URL of the endpoint to ask.")] = None,
    public_key: Annotated[Path | None, typer.Option(help="PEM file with the endpoint's public key.")] = None,
    app_secret: Annotated[str, typer.Option(help="Secret that signs the requests.")] = "",
    flow_token: Annotated[str, typer.Option(help="The flow token of the message.")] = "unused",  # noqa: S107 - the protocol's word for none
    trace: Annotated[Path | None, typer.Option(help="Write what happened to this file, for headrace replay.")] = None,
    format: Annotated[
        Format, typer.Option(help="text for people, json for scripts: one line per event.")
    ] = Format.text,
) -> None:
    """Open a Flow and fill it in, step by step, without a screen. In a terminal without --steps it asks you.

    A step is one of fill, tap, select, upload, back, close, expect. Paths of files are taken from where the steps are.
    A Flow with an endpoint opens by asking it (INIT) when --endpoint is given and --screen is not; otherwise it opens
    with the example data of its first screen.

    Exit status: 0 completed; 1 an expectation failed or an input was refused; 2 the input cannot be used; 3 the steps
    ended before the Flow was completed, or you left it with :quit or Ctrl-D; 130 stopped by Ctrl-C.

    Examples:

      headrace run flow.json

      headrace run flow.json --steps steps.yaml

      headrace run flow.json --steps steps.json --endpoint http://127.0.0.1:8000/flow --public-key public.pem
    """
    import asyncio

    from headrace.phone.program import Program, UnusableFlow
    from headrace.simulator.recording import Recording
    from headrace.simulator.steps import UnusableSteps, read_steps

    text = _read(file, _LARGEST_FLOW)
    try:
        program = Program.compile(text)
    except UnusableFlow as error:
        _stop(f"{file}{_place_of_mistake(text) or f': {error}'}")
    try:
        listed = read_steps(_read(steps, _LARGEST_FLOW), steps.parent) if steps is not None else []
    except UnusableSteps as error:
        _stop(f"{steps}: {error}")
    opening = _opening(program, screen, _data(data), flow_token, asks=endpoint is not None)
    recording = None if trace is None else Recording()
    way = (endpoint, public_key, app_secret)
    try:
        if steps is None and format is Format.text and str(file) != "-" and sys.stdin.isatty() and sys.stdout.isatty():
            verdict = _converse(program, opening, way, recording)
        else:
            verdict = asyncio.run(_play(program, opening, listed, way, format, recording))
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped before the Flow was completed.\n")
        verdict = _INTERRUPTED
    finally:
        if trace is not None and recording is not None:
            _write_trace(trace, recording, text, opening)
    raise typer.Exit(verdict)


def _write_trace(path: Path, recording: "Recording", text: bytes, opening: "Opening") -> None:
    import json

    written = recording.trace(text.decode("utf-8-sig", "replace"), opening).to_json()
    try:
        path.write_text(json.dumps(written, indent=1))
    except OSError as error:
        _stop(f"{path} cannot be written: {error.strerror or error}.")


def _place_of_mistake(text: bytes) -> str | None:
    """Where the text stops being JSON, and why; None when it is JSON."""
    from headrace.flowjson.document import parse

    document = parse(text)
    problem = next(iter(document.problems), None)
    if problem is None:
        return None
    span = document.span_of(problem.start, problem.end)
    return f":{span.line_start}:{span.column_start}: {problem.message}"


def _opening(program: "Program", screen: str | None, data: Any, flow_token: str, *, asks: bool) -> "Opening":
    from headrace.phone.session import Opening

    if screen is None and asks and program.is_endpoint_flow:
        return Opening(action="data_exchange", flow_token=flow_token)
    first = screen or program.entry_screen
    if first not in program.screens:
        _stop(f'The Flow has no screen "{first}". It has: {", ".join(program.screens)}.')
    example = program.screens[first].model.example if data is None else data
    return Opening(screen=first, data=example, flow_token=flow_token, any_screen=screen is not None)


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
            driver = Driver(Session.start(program, opening), _wire(outbound, *way), recording)
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
    from headrace.simulator.playing import Play

    outbound = Outbound(private_networks=True)
    try:
        driver = Driver(Session.start(program, opening), _wire(outbound, *way), recording)
        tell = _tell_json if format is Format.json else _tell_text
        if way[0] is None or not any(step.kind == "upload" for step in steps):
            return (await Play(driver, tell).run(steps)).value
        from headrace.simulator.serving import serving

        async with serving() as uploads:
            return (await Play(driver, tell, uploads).run(steps)).value
    finally:
        await outbound.close()


def _wire(outbound: Any, endpoint: str | None, public_key: Path | None, app_secret: str) -> "Wire | None":
    from headrace.cli.endpoints import channel_to

    if endpoint is None:
        return None
    try:
        return channel_to(outbound, endpoint, public_key, app_secret)
    except UnusableError as error:
        _stop(str(error))


def _data(given: str | None) -> Any:
    import orjson

    if given is None:
        return None
    text = _read(Path(given[1:]), _LARGEST_FLOW) if given.startswith("@") else given.encode("utf-8", "surrogateescape")
    try:
        data = orjson.loads(text)
        orjson.dumps(data)  # stops at 254 levels
    except orjson.JSONDecodeError as error:
        _stop(f"--data is not JSON: {error}")
    except TypeError:
        _stop("--data is nested too deep.")
    if not isinstance(data, dict):
        _stop('--data has to be an object, such as {"name": "Ada"}.')
    return data


def _read(path: Path, largest: int) -> bytes:
    try:
        if str(path) == "-":
            content = sys.stdin.buffer.read(largest + 1)
        else:
            with path.open("rb") as file:
                content = file.read(largest + 1)
    except OSError as error:
        _stop(f"{path} cannot be read: {error.strerror or error}.")
    if len(content) > largest:
        _stop(f"{path} is larger than {largest // 1024} KB.")
    return content


def _stop(words: str) -> NoReturn:
    sys.stderr.write(f"headrace run: {words}\n")
    raise typer.Exit(_UNUSABLE)


def _tell_json(line: dict[str, Any]) -> None:
    import orjson

    _write(orjson.dumps(line).decode())


def _tell_text(line: dict[str, Any]) -> None:
    import orjson

    def brief(value: Any) -> str:
        text = orjson.dumps(value).decode()
        return text if len(text) <= 400 else text[:400] + "…"

    for kind, content in line.items():
        if kind == "screen":
            _write(f"Screen {content}  {brief(line['data'])}")
        elif kind == "exchange":
            asked = content["request"]
            _write(f"  → {asked['action']} {asked['screen']}  {brief(asked['data'])}")
            if content.get("error_type"):
                _write(f"  ← {content['error_type']}: {content['explanation'] or ''}")
            elif content["status"] is not None:
                _write(f"  ← {content['status']} in {content['ms']} ms  {brief(content['response'])}")
        elif kind == "error":
            where = f"step {content['step']} ({content['kind']}): " if "step" in content else ""
            _write(f"  ! {where}{content['message']}")
        elif kind == "complete":
            _write(f"Completed  {orjson.dumps(content).decode()}")
        elif kind != "data":
            _write(f"  {kind}: {content}")


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
