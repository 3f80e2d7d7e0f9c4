"""The Flows of a workspace as its connections to WhatsApp show them."""

import contextlib
from dataclasses import dataclass

from headrace.business.connections.service import Connection, list_connections
from headrace.business.context import BusinessContext
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import UNKNOWN_OBJECT, RemoteFlow, Sender, WhatsAppRefused
from headrace.business.whatsapp.accounts import Account
from headrace.business.whatsapp.accounts import list_accounts as list_accounts_of
from headrace.business.whatsapp.flows import get_flow
from headrace.business.whatsapp.flows import list_flows as list_flows_of
from headrace.business.whatsapp.messages import list_senders as list_senders_of


@dataclass(frozen=True)
class FlowListing:
    """The Flows of every connection that answered, and what those said that did not.

    A workspace that `is_connected` has a connection at all.
    """

    flows: list[RemoteFlow]
    refusals: list[WhatsAppRefused]
    is_connected: bool


async def list_flows(context: BusinessContext, caller: Caller, *, with_health: bool = False) -> FlowListing:
    """Every Flow of every WABA of every connection; `with_health` asks what keeps each from being sent, too."""
    caller.require(Permission.READ_FLOWS)
    connections = await connections_of(context, caller)
    listing = FlowListing([], [], is_connected=bool(connections))
    for connection in connections:
        try:
            listing.flows.extend(await list_flows_of(context.whatsapp(connection), with_health=with_health))
        except WhatsAppRefused as refusal:
            listing.refusals.append(refusal)
    return listing


async def list_accounts(context: BusinessContext, caller: Caller) -> list[Account]:
    """Every WABA of every connection that answers."""
    caller.require(Permission.READ_FLOWS)
    found: list[Account] = []
    for connection in await connections_of(context, caller):
        with contextlib.suppress(WhatsAppRefused):
            found += await list_accounts_of(context.whatsapp(connection))
    return found


async def list_senders(context: BusinessContext, caller: Caller) -> tuple[list[Sender], list[WhatsAppRefused]]:
    """The senders of every connection that answered, and what those said that did not."""
    caller.require(Permission.READ_FLOWS)
    found: list[Sender] = []
    refusals: list[WhatsAppRefused] = []
    for connection in await connections_of(context, caller):
        try:
            found += await list_senders_of(context.whatsapp(connection))
        except WhatsAppRefused as refusal:
            refusals.append(refusal)
    return found, refusals


async def find_flow(context: BusinessContext, caller: Caller, flow_id: str) -> tuple[Connection, RemoteFlow]:
    """The Flow, with the connection that shows it. Raises `WhatsAppRefused` when none does.

    A Flow of an account that is none of the connection's is unknown, in the same words: a token may see more than a
    workspace's own.
    """
    caller.require(Permission.READ_FLOWS)
    refused = WhatsAppRefused(UNKNOWN_OBJECT, f"This workspace has no Flow with the id {flow_id[:40]}.")
    for connection in await connections_of(context, caller):
        try:
            flow = await get_flow(context.whatsapp(connection), flow_id)
        except WhatsAppRefused as refusal:
            refused = refused if refusal.code == UNKNOWN_OBJECT else refusal
            continue
        if flow.waba_id in connection.access.waba_ids:
            return connection, flow
    raise refused


async def connections_of(context: BusinessContext, caller: Caller) -> list[Connection]:
    """The connections of the caller's workspace, the oldest first."""
    async with context.database.reading() as session:
        return await list_connections(session, context.vault, caller)
