"""Making Flows and leading them through their life: each act goes to WhatsApp, then into the log of changes.

WhatsApp decides what a status allows; its refusal is what people are told.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import doubt_copies
from headrace.business.flows.remote import connections_of, find_flow
from headrace.business.team import Caller, Permission
from headrace.business.team.audit import Act, note
from headrace.business.whatsapp import RemoteFlow, WhatsApp
from headrace.business.whatsapp import flows as graph
from headrace.protocol import CATEGORIES

LONGEST_NAME = 200


class NotMakeable(Exception):
    """What was asked for cannot be made. The words are fit to be shown."""


@dataclass(frozen=True)
class Wanted:
    """A Flow that somebody wants: in which account, called what, for which purposes; from a text or from another Flow.

    `endpoint_uri` is the address of its endpoint, where it has one.
    """

    waba_id: str
    name: str
    categories: tuple[str, ...]
    text: str | None = None
    clone_of: str | None = None
    endpoint_uri: str = ""


async def create(context: BusinessContext, caller: Caller, wanted: Wanted) -> str:
    """Makes a draft and returns its id. Raises `NotMakeable` and `WhatsAppRefused`."""
    caller.require(Permission.EDIT_FLOWS)
    check_name(wanted.name)
    check_categories(wanted.categories)
    if wanted.endpoint_uri:
        check_address(wanted.endpoint_uri)
    connection = await _connection_with(context, caller, wanted.waba_id)
    more = {"flow_json": wanted.text, "clone_flow_id": wanted.clone_of, "endpoint_uri": wanted.endpoint_uri}
    given = {name: value for name, value in more.items() if value}
    name = wanted.name.strip()
    whatsapp = context.whatsapp(connection)
    flow_id = await graph.create_flow(whatsapp, wanted.waba_id, name, list(wanted.categories), **given)
    await _write_down(context, caller, Act.CREATED_FLOW, name, flow_id)
    return flow_id


async def change(context: BusinessContext, caller: Caller, flow_id: str, **facts: Any) -> None:
    """Changes `name`, `categories` or `endpoint_uri` of a Flow. Raises `NotMakeable` and `WhatsAppRefused`."""
    caller.require(Permission.EDIT_FLOWS)
    if "name" in facts:
        check_name(facts["name"])
    if "categories" in facts:
        check_categories(facts["categories"])
    if "endpoint_uri" in facts:
        check_address(facts["endpoint_uri"])
    connection, flow = await find_flow(context, caller, flow_id)
    await graph.change_flow(context.whatsapp(connection), flow.id, **facts)
    await _write_down(context, caller, Act.CHANGED_FLOW, flow.name, flow.id, ", ".join(facts))


async def publish(context: BusinessContext, caller: Caller, flow_id: str, *, is_reminded: bool) -> RemoteFlow:
    """Publishes a draft; `is_reminded` says that the caller ticked the reminder of WhatsApp's terms."""
    caller.require(Permission.PUBLISH_FLOWS)
    if not is_reminded:
        raise NotMakeable("Tick that you have read the reminder; then the Flow can be published.")
    details = "WhatsApp's terms and messaging policy were confirmed"
    return await _act(context, caller, flow_id, graph.publish_flow, Act.PUBLISHED_FLOW, details)


async def deprecate(context: BusinessContext, caller: Caller, flow_id: str) -> RemoteFlow:
    caller.require(Permission.PUBLISH_FLOWS)
    return await _act(context, caller, flow_id, graph.deprecate_flow, Act.DEPRECATED_FLOW)


async def delete(context: BusinessContext, caller: Caller, flow_id: str) -> RemoteFlow:
    caller.require(Permission.PUBLISH_FLOWS)
    return await _act(context, caller, flow_id, graph.delete_flow, Act.DELETED_FLOW)


def check_name(name: str) -> None:
    """Raises `NotMakeable` for a name that no Flow can have."""
    if not 1 <= len(name.strip()) <= LONGEST_NAME:
        raise NotMakeable(f"A Flow needs a name of 1 to {LONGEST_NAME} characters.")


def check_categories(categories: Collection[str]) -> None:
    """Raises `NotMakeable` for none, or for one that WhatsApp does not know."""
    if not categories:
        raise NotMakeable("Choose at least one category: it says what the Flow is for.")
    unknown = [one for one in categories if one not in CATEGORIES]
    if unknown:
        raise NotMakeable(f'WhatsApp has no category "{unknown[0][:40]}".')


def check_address(address: str) -> None:
    """Raises `NotMakeable` for what is no address of an endpoint."""
    try:
        parts = urlsplit(address)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise NotMakeable("The endpoint's address begins with https:// and names a host.")


async def _connection_with(context: BusinessContext, caller: Caller, waba_id: str) -> Connection:
    for connection in await connections_of(context, caller):
        if waba_id in connection.access.waba_ids:
            return connection
    raise NotMakeable("Choose one of this workspace's WhatsApp Business Accounts.")


async def _act(
    context: BusinessContext,
    caller: Caller,
    flow_id: str,
    do: Callable[[WhatsApp, str], Awaitable[None]],
    act: Act,
    details: str = "",
) -> RemoteFlow:
    connection, flow = await find_flow(context, caller, flow_id)
    await do(context.whatsapp(connection), flow.id)
    await _write_down(context, caller, act, flow.name, flow.id, details)
    return flow


async def _write_down(
    context: BusinessContext, caller: Caller, act: Act, name: str, flow_id: str, details: str = ""
) -> None:
    async with context.database.transaction() as session:
        await note(session, caller, act, name, context.clock.now(), details)
        await doubt_copies(session, caller, [flow_id])
