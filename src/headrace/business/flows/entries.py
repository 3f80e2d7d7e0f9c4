"""The first screens of Flows: those that no other screen leads to.

They are read from the copies of Flow JSON that are kept, so WhatsApp is asked only for a Flow whose present state was
never read.
"""

import asyncio
from collections.abc import Iterable

import orjson

from headrace.business.context import BusinessContext
from headrace.business.flows.copies import copy_texts, current_copy, newest_copies
from headrace.business.flows.remote import connections_of
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import RemoteFlow
from headrace.flowjson.routing import routing_of

_AT_A_TIME = 8


async def entry_screens(
    context: BusinessContext, caller: Caller, flows: Iterable[RemoteFlow]
) -> dict[str, tuple[str, ...]]:
    """The first screens of each Flow, by its id; of a Flow that has no readable JSON there are none."""
    caller.require(Permission.READ_FLOWS)
    wanted = [flow for flow in flows if flow.json_version]
    async with context.database.reading() as session:
        kept = await newest_copies(session, caller, [flow.id for flow in wanted])
    copies = {flow.id: kept[flow.id].id for flow in wanted if flow.id in kept and kept[flow.id].is_of(flow)}
    connections = await connections_of(context, caller)
    limit = asyncio.Semaphore(_AT_A_TIME)

    async def fetch(flow: RemoteFlow) -> None:
        connection = next((one for one in connections if flow.waba_id in one.access.waba_ids), None)
        if connection is None:
            return
        async with limit:
            copy = await current_copy(context, connection, flow.id, flow)
        if copy is not None:
            copies[flow.id] = copy.id

    await asyncio.gather(*(fetch(flow) for flow in wanted if flow.id not in copies))
    async with context.database.reading() as session:
        texts = await copy_texts(session, caller, copies.values())
    return {flow_id: _entries(texts.get(copy_id, "")) for flow_id, copy_id in copies.items()}


def _entries(text: str) -> tuple[str, ...]:
    try:
        flow = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ()
    return routing_of(flow).entry_screens if isinstance(flow, dict) else ()
