"""`headrace replay`: does again what a trace says was done, and tells what is different."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli.sources import UnusableError, read_bytes
from headrace.cli.terminal import emit_json, emit_text, printable, stop
from headrace.cli.traces import read_trace, write_trace

if TYPE_CHECKING:
    from headrace.simulator.differences import Difference
    from headrace.simulator.replay import Replay
    from headrace.simulator.trace import Trace

_LARGEST_FLOW = 10 * 1024 * 1024


class Format(StrEnum):
    text = "text"
    json = "json"


def replay(
    trace: Annotated[
        Path, typer.Argument(metavar="TRACE", help="A trace: from headrace run --trace, or downloaded from a phone.")
    ],
    flow: Annotated[Path | None, typer.Option(help="Another text of the Flow JSON than the trace has.")] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="URL of the endpoint to ask; without one the trace answers.")
    ] = None,
    public_key: Annotated[Path | None, typer.Option(help="PEM file with the endpoint's public key.")] = None,
    app_secret: Annotated[str, typer.Option(help="Secret that signs the requests.")] = "",
    flow_token: Annotated[str | None, typer.Option(help="Another flow token than the trace has.")] = None,
    write: Annotated[Path | None, typer.Option("--trace", help="Write what happens this time to this file.")] = None,
    format: Annotated[Format, typer.Option(help="text for people, json for scripts: one object.")] = Format.text,
) -> None:
    """Do again what a trace says was done on a phone, and tell what is different.

    Compared are screens, their data, requests, answers, errors and the order of exchanges; not times, nor flow tokens.
    Without --endpoint the recorded answers come back, which shows what another text of the Flow does with them.

    Exit status: 0 the same, 1 different, 2 the trace or an option cannot be used.

    Examples:

      headrace replay trace.json --endpoint http://127.0.0.1:8000/flow --public-key public.pem

      headrace replay trace.json --flow flow.json
    """
    import asyncio

    from headrace.phone.engine.program import UnusableFlow
    from headrace.simulator.trace import UnusableTrace

    try:
        recorded = read_trace(trace)
        text = None if flow is None else read_bytes(flow, _LARGEST_FLOW).decode("utf-8-sig", "replace")
        played = asyncio.run(_play(recorded, text, flow_token, (endpoint, public_key, app_secret)))
        if write is not None:
            write_trace(write, played.trace)
    except UnusableError as error:
        stop(str(error))
    except (UnusableFlow, UnusableTrace) as error:
        stop(f"{printable(str(flow or trace))}: {error}")
    if format is Format.json:
        _tell_json(recorded, played)
    else:
        _tell_text(recorded, played)
    raise typer.Exit(0 if played.is_same else 1)


async def _play(
    recorded: "Trace", flow: str | None, flow_token: str | None, way: tuple[str | None, Path | None, str]
) -> "Replay":
    from headrace.cli.endpoints import channel_to
    from headrace.clock import SystemClock
    from headrace.outbound import Outbound
    from headrace.simulator.replay import replay as play

    endpoint, public_key, app_secret = way
    async with Outbound(private_networks=True) as outbound:
        client = None if endpoint is None else channel_to(outbound, endpoint, public_key, app_secret)
        return await play(recorded, client, flow=flow, flow_token=flow_token, clock=SystemClock())


def _tell_json(recorded: "Trace", played: "Replay") -> None:
    told: dict[str, Any] = {
        "same": played.is_same,
        "acts": _acts(recorded),
        "differences": [one.to_json() for one in played.differences],
    }
    emit_json(json.dumps(told))


def _tell_text(recorded: "Trace", played: "Replay") -> None:
    acts = _acts(recorded)
    what = f"{acts} {'act' if acts == 1 else 'acts'}"
    if played.is_same:
        emit_text(f"The same: {what}.\n")
        return
    count = len(played.differences)
    emit_text(f"{count} {'difference' if count == 1 else 'differences'} in {what}.\n")
    last: tuple[int, str] | None = None
    for one in played.differences:
        last = _tell(one, last)


def _tell(difference: "Difference", last: tuple[int, str] | None) -> tuple[int, str]:
    here = difference.step, difference.act
    if here != last:
        emit_text(printable(f"After act {difference.step}, {difference.act}:") + "\n")
    emit_text(printable(f"  {difference}") + "\n")
    return here


def _acts(recorded: "Trace") -> int:
    from headrace.simulator.trace import Act, Changed, Jumped

    return sum(isinstance(moment.entry, Act | Jumped | Changed) for moment in recorded.moments)
