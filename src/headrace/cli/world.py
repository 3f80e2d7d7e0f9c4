"""`headrace world`: the control room of a box, from the terminal."""

from typing import Annotated, Any

import typer

from headrace.cli import world_messages
from headrace.cli.connection import CallRefused, connect
from headrace.cli.control_room import Format, Shape, Url, calling, refuse, show
from headrace.cli.phones import phone
from headrace.cli.reports.world import (
    show_business,
    show_clock,
    show_flow,
    show_log,
    show_number,
    show_overview,
    show_snapshots,
    show_webhooks,
)
from headrace.cli.terminal import complain, emit_text, stop

_FAILED = 1

world = typer.Typer(
    no_args_is_help=True,
    help="""Hold the world of a box in hand: its clock, what breaks, who is verified.

Each command speaks to the box of HEADRACE_URL, or to that of make demo. The control room is open on this machine only.

Examples:

  headrace world status

  headrace world clock +1h30m

  headrace world endpoint 691244242662581 --latency 7.5s

  headrace world phone set Amara --offline

  headrace world scenario sick-endpoint""",
)
world.add_typer(phone, name="phone")
world.command()(world_messages.template)
world.command()(world_messages.review)
world.command()(world_messages.limits)
world.command()(world_messages.lost)


@world.command()
def status(url: Url = None, format: Shape = Format.text) -> None:
    """Show the clock, every Flow and how it does, and what is broken.

    Examples:

      headrace world status

      headrace world status --format json
    """
    box = connect(url)
    show(calling(box, "GET"), format, show_overview)


@world.command()
def clock(
    to: Annotated[
        str,
        typer.Argument(
            metavar="MOVE", help="+1h30m moves it on, 2026-12-24T18:00 moves it there (UTC), now resets it."
        ),
    ],
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Move the clock of the box. What is due by then is done when this ends.

    Examples:

      headrace world clock +1h30m

      headrace world clock 2026-12-24T18:00

      headrace world clock now
    """
    if to == "now":
        members: dict[str, Any] = {"reset": True}
    elif to.startswith("+"):
        members = {"by": to[1:]}
    else:
        members = {"to": to}
    show(calling(connect(url), "POST", "/clock", **members), format, show_clock)


@world.command()
def endpoint(
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="Id of the Flow whose endpoint it is.")],
    latency: Annotated[
        str | None, typer.Option(help="Answers come so much later, such as 7.5s or 400ms; the time is only counted.")
    ] = None,
    waits: Annotated[bool, typer.Option("--wait", help="Wait for that time in earnest.")] = False,
    status: Annotated[int | None, typer.Option(help="Answers have this HTTP status instead.", min=200, max=599)] = None,
    drop: Annotated[bool, typer.Option("--drop", help="No answer comes at all.")] = False,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Break the endpoint of a Flow; without options it is sound again.

    Examples:

      headrace world endpoint 691244242662581 --latency 7.5s

      headrace world endpoint 691244242662581 --status 503

      headrace world endpoint 691244242662581
    """
    members: dict[str, Any] = {"drops": drop, "waits": waits}
    if latency is not None:
        members["latency_milliseconds"] = _milliseconds(latency)
    if status is not None:
        members["status"] = status
    found = calling(connect(url), "POST", f"/flows/{flow}/endpoint", **members)
    show(found, format, show_flow)


@world.command()
def webhooks(
    drop: Annotated[bool, typer.Option("--drop", help="Lose every webhook on its way.")] = False,
    delay: Annotated[str | None, typer.Option(help="Deliver webhooks so much later, such as 30s.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Lose or delay webhooks; without options they go out as they should.

    Examples:

      headrace world webhooks --drop

      headrace world webhooks --delay 5m

      headrace world webhooks
    """
    members: dict[str, Any] = {"drops": drop, **({} if delay is None else {"delay": delay})}
    show(calling(connect(url), "POST", "/webhooks", **members), format, show_webhooks)


@world.command()
def business(
    verified: Annotated[bool | None, typer.Option("--verified/--unverified", help="Whether it is verified.")] = None,
    flagged: Annotated[bool | None, typer.Option("--flag/--unflag", help="Whether WhatsApp objects to it.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Id of the business; the first one of the box.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Verify or flag the business. An unverified or flagged one cannot publish or send Flows (139000).

    Examples:

      headrace world business --unverified

      headrace world business --verified --unflag
    """
    box = connect(url)
    chosen = id or _first(calling(box, "GET"), "businesses")
    wishes = {"verified": verified, "flagged": flagged}
    members = {name: value for name, value in wishes.items() if value is not None}
    show(calling(box, "POST", f"/businesses/{chosen}", **members), format, show_business)


@world.command()
def number(
    ban: Annotated[bool | None, typer.Option("--ban/--unban", help="Whether it is banned.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="Id of the phone number; the first one of the box.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Ban a phone number, from which nothing is sent then (131031), or give it back.

    Examples:

      headrace world number --ban

      headrace world number --unban
    """
    box = connect(url)
    chosen = id or _first(calling(box, "GET"), "numbers")
    members = {} if ban is None else {"banned": ban}
    show(calling(box, "POST", f"/numbers/{chosen}", **members), format, show_number)


@world.command()
def rules(
    changes: Annotated[
        list[str] | None, typer.Argument(metavar="NAME=VALUE…", help="Rules of health and their new values.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Begin with the usual rules.")] = False,
    url: Url = None,
) -> None:
    """Change the rules by which endpoints are judged; prints those that differ from the usual ones.

    Examples:

      headrace world rules hold_seconds=60 fewest_requests=3

      headrace world rules latencies_milliseconds=500,1000

      headrace world rules --reset
    """
    members: dict[str, Any] = {"reset": reset}
    for change in changes or []:
        name, equals, value = change.partition("=")
        if not equals:
            stop(f"{change} is no change of a rule. Write it like hold_seconds=60.")
        members[name] = value
    found = calling(connect(url), "POST", "/rules", **members)
    show(found, Format.json, lambda _found: [])


@world.command()
def version(
    version: Annotated[str, typer.Argument(metavar="VERSION", help="A version of Flow JSON, such as 6.3.")],
    frozen: Annotated[str | None, typer.Option(help="From this day no new Flow has it, such as 2027-01-31.")] = None,
    expires: Annotated[str | None, typer.Option(help="From this day no Flow of it is sent.")] = None,
    url: Url = None,
) -> None:
    """Freeze a version of Flow JSON, or let it expire; without options it is as published. Prints all that are set.

    Examples:

      headrace world version 6.3 --frozen 2027-01-31

      headrace world version 6.3
    """
    wishes = {"frozen": frozen, "expires": expires}
    members = {name: value for name, value in wishes.items() if value is not None}
    show(calling(connect(url), "POST", f"/versions/{version}", **members), Format.json, lambda _found: [])


@world.command()
def metrics(
    threshold: Annotated[int | None, typer.Option(help="So many requests before metrics are told.", min=0)] = None,
    zone: Annotated[
        str | None, typer.Option(help="Days are counted by it: Europe/London, or account for that of the account.")
    ] = None,
    url: Url = None,
) -> None:
    """Set from how many requests on metrics are told (usually 250), and by whose days; prints what holds.

    Examples:

      headrace world metrics --threshold 10

      headrace world metrics --zone Europe/London
    """
    wishes = {"threshold": threshold, "zone": zone}
    members = {name: value for name, value in wishes.items() if value is not None}
    show(calling(connect(url), "POST", "/metrics", **members), Format.json, lambda _found: [])


@world.command()
def reset(
    seed: Annotated[int | None, typer.Option(help="Give everything made from then on the same ids each time.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Put the box back to how it began. Accounts, tokens and phones stay; all else is gone.

    Examples:

      headrace world reset

      headrace world reset --seed 7
    """
    members = {} if seed is None else {"seed": seed}
    show(calling(connect(url), "POST", "/reset", **members), format, show_overview)


@world.command()
def snapshot(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Its name; without one all are listed.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Keep the world as it is, to be put back later.

    Examples:

      headrace world snapshot before-lunch

      headrace world snapshot
    """
    box = connect(url)
    if name is not None:
        calling(box, "POST", "/snapshots", name=name)
    show(calling(box, "GET", "/snapshots"), format, show_snapshots)


@world.command()
def restore(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The snapshot.")],
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Put the world back to a snapshot, its clock included.

    Examples:

      headrace world restore before-lunch
    """
    show(calling(connect(url), "POST", f"/snapshots/{name}/restore"), format, show_overview)


@world.command()
def log(
    kind: Annotated[str | None, typer.Option(help="Only call, exchange, ping or webhook.")] = None,
    flow: Annotated[str | None, typer.Option(help="Only what is about this Flow, by its id.")] = None,
    person: Annotated[str | None, typer.Option(help="Only what is about this number, in digits.")] = None,
    outcome: Annotated[str | None, typer.Option(help="Only ok, failed or waiting.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """List what happened last: calls to the Graph API, exchanges with endpoints, webhooks.

    Examples:

      headrace world log

      headrace world log --kind exchange --outcome failed
    """
    wishes = {"kind": kind, "flow": flow, "person": person, "outcome": outcome}
    members = {name: value for name, value in wishes.items() if value is not None}
    show(calling(connect(url), "GET", "/log", **members), format, show_log)


@world.command()
def scenario(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="A scenario, or a YAML file with one.")] = None,
    url: Url = None,
) -> None:
    """Play a scenario on the box and tell what happens; without NAME those are listed that come with it.

    Exit status: 0 it went as the scenario says, 1 it did not, 2 it cannot be played.

    Examples:

      headrace world scenario sick-endpoint

      headrace world scenario ./mine.yaml
    """
    from headrace.cli.scenarios.script import UnusableScenario, names, read_script

    if name is None:
        emit_text("\n".join(names()) + "\n")
        return
    try:
        script = read_script(name)
    except UnusableScenario as error:
        stop(str(error))
    from headrace.cli.scenarios.playing import Player, TookAnotherTurn

    try:
        Player(connect(url), script, lambda line: emit_text(line + "\n")).play()
    except CallRefused as refusal:
        refuse(refusal)
    except TookAnotherTurn as turn:
        complain(str(turn))
        raise typer.Exit(_FAILED) from None


def _first(found: dict[str, Any], kind: str) -> str:
    listed = found[kind]
    if not listed:
        stop(f"This box has no {kind}.")
    return str(listed[0]["id"])


def _milliseconds(text: str) -> int:
    import re

    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s)?", text.strip().lower(), re.ASCII)
    if match is None:
        stop(f"{text} is no latency. Write it like 7.5s or 400ms.")
    return round(float(match[1]) * (1 if match[2] == "ms" else 1000))
