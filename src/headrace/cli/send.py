"""`headrace send`: sends a Flow of the account to a phone."""

import json
import re
import secrets
import time
from typing import Annotated, Any

import typer

from headrace.cli.connection import BoxConnection, CallRefused, connect, needed
from headrace.cli.push import find_flow
from headrace.cli.terminal import complain, emit, stop

_FAILED = 1
_PATIENCE_SECONDS = 5.0


def send(
    flow: Annotated[str, typer.Argument(metavar="FLOW", help="Id or name of the Flow.")],
    to: Annotated[str, typer.Option(help="The phone: a number, or the name of a person of the box.")],
    cta: Annotated[str, typer.Option(help="Words of the button.")] = "Open",
    text: Annotated[str | None, typer.Option(help="Words of the message; the name of the Flow.")] = None,
    screen: Annotated[str | None, typer.Option(help="Screen to begin with; the first.")] = None,
    data: Annotated[str | None, typer.Option(help="Data for that screen, as a JSON object.")] = None,
    token: Annotated[str | None, typer.Option(help="The flow token; a random one.")] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Address of the box.", envvar="HEADRACE_URL", show_envvar=True)
    ] = None,
) -> None:
    """Send a Flow to a phone, published or as the draft it is. Prints the id of the message.

    A Flow with an endpoint asks it for the first screen, unless --screen says where to begin.

    Exit status: 0 it has arrived, 1 it was refused or did not arrive, 2 it cannot be sent like this.

    Examples:

      headrace send 691244242662581 --to Amara

      headrace send "Book an eye test" --to +447700900101 --screen DETAILS --data '{"service": "test"}'
    """
    members = _members(data)
    box = connect(url)
    sender = needed(box.phone_number_id, "phone_number_id")
    try:
        found = find_flow(box, needed(box.waba_id, "waba_id"), flow)
        if found is None:
            stop(f"The account has no Flow {flow}. headrace push makes one of a file.")
        number, phone = _phone(box, to)
        message = _message(found, number, cta, text, screen, members, token)
        wamid = str(box.graph("POST", f"{sender}/messages", **message)["messages"][0]["id"])
    except CallRefused as refusal:
        complain(str(refusal))
        raise typer.Exit(_FAILED) from None
    emit([[(wamid, "place")]])
    if phone is not None:
        _wait(box, phone, wamid, to)


def _members(data: str | None) -> dict[str, Any] | None:
    if data is None:
        return None
    try:
        members = json.loads(data)
    except (ValueError, RecursionError) as error:
        stop(f"--data is not JSON: {error}")
    if not isinstance(members, dict):
        stop("--data is not a JSON object.")
    return members


def _phone(box: BoxConnection, to: str) -> tuple[str, str | None]:
    """The number to send to, and the address of the phone's page where the box has it."""
    try:
        handsets = box.page("GET", "/handsets")["handsets"]
    except CallRefused:  # Meta, or a box that is open to others: there is no telling names
        handsets = []
    digits = re.sub(r"\D", "", to)
    for handset in handsets:
        if to.lower() == str(handset["name"]).lower() or digits == handset["wa_id"]:
            return str(handset["wa_id"]), f"/handsets/{handset['id']}"
    if not re.fullmatch(r"\+?[\d\s().-]{5,}", to):
        known = ", ".join(str(handset["name"]) for handset in handsets)
        stop(f"{to} is no number{f', and the box has phones of {known}' if known else ''}.")
    return digits, None


def _message(
    flow: dict[str, Any],
    number: str,
    cta: str,
    text: str | None,
    screen: str | None,
    data: dict[str, Any] | None,
    token: str | None,
) -> dict[str, Any]:
    asks = bool(flow.get("data_api_version")) and screen is None
    parameters: dict[str, Any] = {
        "flow_message_version": "3",
        "flow_id": flow["id"],
        "flow_cta": cta,
        "flow_token": token or secrets.token_hex(8),
        "mode": "draft" if flow["status"] == "DRAFT" else "published",
        "flow_action": "data_exchange" if asks else "navigate",
    }
    if screen is not None:
        parameters["flow_action_payload"] = {"screen": screen, **({"data": data} if data else {})}
    elif data is not None:
        stop("--data belongs to a --screen: say which one.")
    action = {"name": "flow", "parameters": parameters}
    interactive = {"type": "flow", "body": {"text": text or flow["name"]}, "action": action}
    return {"messaging_product": "whatsapp", "to": number, "type": "interactive", "interactive": interactive}


def _wait(box: BoxConnection, phone: str, wamid: str, to: str) -> None:
    """Says that the message has arrived on a phone of the box, or how to find out why not."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        if any(message["id"] == wamid for message in box.page("GET", phone)["messages"]):
            emit([[(f"It is on the phone: {box.url}{phone}", "faint")]])
            return
        time.sleep(0.05)
    complain(
        f"It did not arrive. Perhaps {to} has not written for 24 hours, so that only templates get through, or another "
        f"chat is open there: {box.url}{phone}"
    )
    raise typer.Exit(_FAILED)
