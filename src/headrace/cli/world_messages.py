"""`headrace world`: templates and their review, limits of messages, and what was lost."""

from typing import Annotated, Any

import typer

from headrace.cli.connection import BoxConnection, connect
from headrace.cli.control_room import Format, Shape, Url, calling, show
from headrace.cli.reports.world import show_limits, show_lost, show_review, show_template, show_templates
from headrace.cli.terminal import stop


def template(
    name: Annotated[
        str | None, typer.Argument(metavar="TEMPLATE", help="Its name or id; without one all are listed.")
    ] = None,
    action: Annotated[
        str | None,
        typer.Argument(
            metavar="ACTION",
            help="approve, reject, appeal, flag, pause, unpause, disable, reinstate, archive or unarchive.",
        ),
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is rejected, such as PROMOTIONAL.")] = None,
    quality: Annotated[str | None, typer.Option(help="How people receive it: green, yellow, red or unknown.")] = None,
    category: Annotated[str | None, typer.Option(help="marketing, utility or authentication.")] = None,
    language: Annotated[str | None, typer.Option(help="Which one of several with this name, such as en_GB.")] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """List the message templates, or say what becomes of one: it is approved, rejected, paused.

    Examples:

      headrace world template

      headrace world template sale_now approve

      headrace world template sale_now reject --reason PROMOTIONAL

      headrace world template sale_now --quality red
    """
    box = connect(url)
    if name is None:
        show(calling(box, "GET", "/templates"), format, show_templates)
        return
    wishes = {"action": action, "reason": reason, "quality": quality, "category": category}
    members = {wish: value for wish, value in wishes.items() if value is not None}
    found = _chosen(box, name, language)
    if members:
        found = calling(box, "POST", f"/templates/{found['id']}", **members)
    show(found, format, show_template)


def review(
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATTERN=DECISION…", help="By name: approve, reject (or reject:REASON) or hold."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Approve every template again.")] = False,
    delay: Annotated[int, typer.Option(help="Seconds until a decision is made.", min=0)] = 0,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Say how new templates are reviewed: the first rule that fits decides, without one they are approved.

    Examples:

      headrace world review "sale*=reject:PROMOTIONAL" "*=hold"

      headrace world review --clear

      headrace world review
    """
    box = connect(url)
    if rules or clear:
        made = [_rule(rule, delay) for rule in rules or []]
        show(calling(box, "POST", "/templates/review", rules=made), format, show_review)
    else:
        found = calling(box, "GET", "/templates")
        show({"rules": found["rules"]}, format, show_review)


def limits(
    tier: Annotated[str | None, typer.Option(help="TIER_250, TIER_2K, TIER_10K, TIER_100K or TIER_UNLIMITED.")] = None,
    rate: Annotated[int | None, typer.Option(help="So many messages a second (130429); 0 for any.", min=0)] = None,
    pair: Annotated[
        bool | None, typer.Option("--pair/--no-pair", help="One message in six seconds to the same person (131056).")
    ] = None,
    refuse_shut: Annotated[
        bool | None,
        typer.Option("--refuse-shut/--accept-shut", help="Refuse at once what no window is open for (131047)."),
    ] = None,
    url: Url = None,
    format: Shape = Format.text,
) -> None:
    """Hold senders to WhatsApp's limits, which a box leaves out at first; prints those that hold.

    Examples:

      headrace world limits --tier TIER_250

      headrace world limits --rate 80 --pair

      headrace world limits
    """
    wishes = {"tier": tier, "per_second": rate, "pair": pair, "refuses_shut_windows": refuse_shut}
    members = {wish: value for wish, value in wishes.items() if value is not None}
    show(calling(connect(url), "POST", "/messages/limits", **members), format, show_limits)


def lost(url: Url = None, format: Shape = Format.text) -> None:
    """List the messages that were accepted and lost without a word, as WhatsApp loses them, each with the reason.

    Examples:

      headrace world lost
    """
    show(calling(connect(url), "GET", "/messages/lost"), format, show_lost)


def _chosen(box: BoxConnection, name: str, language: str | None) -> dict[str, Any]:
    known: list[dict[str, Any]] = calling(box, "GET", "/templates")["templates"]
    found = [one for one in known if name in (one["id"], one["name"]) and language in (None, one["language"])]
    if not found:
        stop(f"This box has no message template {name}.")
    if len(found) > 1:
        which = ", ".join(f"{one['id']} ({one['language']})" for one in found)
        stop(f"There are several templates {name}. Give the id of one: {which}.")
    return found[0]


def _rule(text: str, delay: int) -> dict[str, Any]:
    pattern, equals, decision = text.rpartition("=")
    if not equals:
        stop(f"{text} is no rule. Write it like sale*=hold.")
    decision, _, reason = decision.partition(":")
    return {"pattern": pattern, "decision": decision, "reason": reason or "NONE", "delay_seconds": delay}
