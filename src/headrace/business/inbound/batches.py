"""Working out webhooks: everything that waits for one connection, up to a batch, in a few statements.

A webhook that cannot be worked out is set aside with the reason and holds back no other. What fails for a reason of the
moment (the database cannot be reached) fails the whole job, which is then tried again.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import CopyFacts, current_copy, doubt_copies, newest_copies
from headrace.business.flows.messages import (
    KnownMessages,
    attach_copies,
    find_messages,
    is_telling,
    move_statuses,
    note_echoes,
)
from headrace.business.inbound.changes import Changes, Waiting, read_webhooks
from headrace.business.inbound.directory import Directory
from headrace.business.inbound.template_flows import TemplateFlows
from headrace.business.people.service import note_people
from headrace.business.responses.service import store_replies
from headrace.business.statements import core
from headrace.business.team import topic
from headrace.business.templates.service import TOPIC as TEMPLATES_CHANGED
from headrace.business.webhooks.models import ReceivedWebhook
from headrace.database import is_passing, touch
from headrace.jobs import Again, Job

_log = logging.getLogger(__name__)

COMMAND = "inbound.work_out"
"""The job's key is the id of a connection."""

_LARGEST_BATCH = 200
_LONGEST_REASON = 500
_PATIENCE = timedelta(minutes=1)
"""So long WhatsApp is not asked again for a Flow that it refused."""

_webhooks = core(ReceivedWebhook)
_WAITING = (
    select(_webhooks.c.id, _webhooks.c.received_at, _webhooks.c.body)
    .where(_webhooks.c.connection_id == bindparam("of_connection"), _webhooks.c.processed_at.is_(None))
    .order_by(_webhooks.c.id)
    .limit(_LARGEST_BATCH)
)
_DONE = (
    update(_webhooks)
    .where(_webhooks.c.id == bindparam("of_webhook"))
    .values(processed_at=bindparam("processed_at"), failure=bindparam("failure"))
)


def register_batches(context: BusinessContext) -> None:
    """Says who works out webhooks."""
    context.jobs.handle(COMMAND, _Batches(context).work_out)


class _Batches:
    """Works out the webhooks of every connection, one batch of each at a time."""

    def __init__(self, context: BusinessContext) -> None:
        self._context = context
        self._directory = Directory(context)
        self._templates = TemplateFlows(context)
        self._refused: dict[str, datetime] = {}

    async def work_out(self, job: Job) -> Again | None:
        """Everything that waits for the connection whose id is the job's key, up to a batch."""
        connection = await self._directory.of_id(int(job.key))
        async with self._context.database.reading() as session:
            rows = await session.execute(_WAITING, {"of_connection": int(job.key)})
            webhooks = [Waiting(*row) for row in rows]
        if connection is None or not webhooks:
            return None
        await self._work_out(connection, webhooks)
        return Again(self._context.clock.now()) if len(webhooks) == _LARGEST_BATCH else None

    async def _work_out(self, connection: Connection, webhooks: list[Waiting]) -> None:
        try:
            await self._apply(connection, webhooks)
        except Exception as error:
            if is_passing(error):
                raise
            if len(webhooks) == 1:
                await self._set_aside(webhooks[0], error)
                return
            for webhook in webhooks:
                await self._work_out(connection, [webhook])

    async def _apply(self, connection: Connection, webhooks: list[Waiting]) -> None:
        changes = read_webhooks(webhooks)
        changes.echoes = await self._templates.with_flows(connection, changes.echoes)
        copies = await self._copies(connection, changes)
        async with self._context.database.transaction() as session:
            await note_echoes(session, connection, changes.echoes, copies)
            await move_statuses(session, connection, changes.statuses)
            people = await note_people(session, connection, changes.writers)
            known = await _answered(session, connection, changes)
            await store_replies(session, connection, changes.replies, people=people, known=known, copies=copies)
            await attach_copies(session, connection, _missing(known, copies))
            if changes.has_templates:
                await touch(session, topic(connection, TEMPLATES_CHANGED))
            await self._mark(session, webhooks, failure=None)

    async def _copies(self, connection: Connection, changes: Changes) -> dict[str, CopyFacts]:
        """The copies of every Flow that the changes speak of. WhatsApp is asked for those that do not hold any more."""
        if not (changes.changed_flows or changes.echoes or changes.replies):
            return {}
        if changes.changed_flows:
            async with self._context.database.transaction() as session:
                await doubt_copies(session, connection, changes.changed_flows)
        async with self._context.database.reading() as session:
            known = await _answered(session, connection, changes)
            without = [message for message in known.all if message.flow_copy_id is None]
            named = [echo.flow_id for echo in changes.echoes] + [message.flow_id for message in without]
            flow_ids = {flow_id for flow_id in named if flow_id}
            copies = await newest_copies(session, connection, flow_ids) if flow_ids else {}
        usable = {flow_id: copy for flow_id, copy in copies.items() if copy.holds}
        for flow_id in sorted(flow_ids - usable.keys()):
            copy = await self._ask(connection, flow_id)
            if copy is not None:
                usable[flow_id] = copy
        return usable

    async def _ask(self, connection: Connection, flow_id: str) -> CopyFacts | None:
        """The copy as WhatsApp has it now. One it refused is left alone for a while, so that nobody waits for it."""
        name, now = f"{connection.id}:{flow_id}", self._context.clock.now()
        self._refused = {name: at for name, at in self._refused.items() if timedelta() <= now - at < _PATIENCE}
        if name in self._refused:
            return None
        copy = await current_copy(self._context, connection, flow_id)
        if copy is None:
            self._refused[name] = now
        return copy

    async def _mark(self, session: AsyncSession, webhooks: Sequence[Waiting], failure: str | None) -> None:
        now = self._context.clock.now()
        done = [{"of_webhook": webhook.id, "processed_at": now, "failure": failure} for webhook in webhooks]
        await session.execute(_DONE, done)

    async def _set_aside(self, webhook: Waiting, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON].replace("\0", "")
        _log.error("webhook %d was set aside, it cannot be worked out: %s", webhook.id, reason)
        async with self._context.database.transaction() as session:
            await self._mark(session, [webhook], reason)


async def _answered(session: AsyncSession, connection: Connection, changes: Changes) -> KnownMessages:
    """The messages that the replies may belong to."""
    wamids = {reply.message_wamid for reply in changes.replies if reply.message_wamid}
    tokens = {reply.flow_token for reply in changes.replies if reply.flow_token and is_telling(reply.flow_token)}
    return await find_messages(session, connection, wamids, tokens)


def _missing(known: KnownMessages, copies: dict[str, CopyFacts]) -> dict[int, CopyFacts]:
    without = [message for message in known.all if message.flow_copy_id is None]
    return {message.id: copies[message.flow_id] for message in without if message.flow_id in copies}
