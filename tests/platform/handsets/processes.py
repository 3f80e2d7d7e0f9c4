"""Processes over the database of one box, each with its own connections, jobs and topics, as servers have them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, cast

from tests.platform.messaging.stage import keep_webhooks

from headrace.database import Database, Revisions
from headrace.exchange.transport import Transport
from headrace.jobs import open_jobs
from headrace.outbound import Outbound
from headrace.platform.box import Box
from headrace.platform.handsets.exchanges import register_exchanges
from headrace.platform.messaging.delivery import register_delivery
from headrace.platform.messaging.fetching import register_fetching
from headrace.platform.messaging.reachability import register_reachability
from headrace.platform.messaging.receipts import register_reading
from headrace.platform.tables import Job, Revision


@asynccontextmanager
async def process_of(box: Box, transport: Transport | None = None, *, works: bool = True) -> AsyncIterator[Box]:
    """A process over the database of a box; what it calls out to is reached by `transport`. One that does not work only
    answers requests, and leaves jobs to others.
    """
    database = Database(box.database.url)
    more: dict[str, Any] = {} if transport is None else {"outbound": cast("Outbound", transport)}
    process = replace(
        box,
        database=database,
        jobs=open_jobs(database, Job, box.clock),
        revisions=Revisions(database, Revision),
        **more,
    )
    register_delivery(process)
    register_fetching(process)
    register_reading(process)
    register_reachability(process)
    register_exchanges(process)
    keep_webhooks(process)
    tasks = [asyncio.create_task(process.revisions.run())]
    if works:
        tasks.append(asyncio.create_task(process.jobs.run()))
    try:
        yield process
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()
