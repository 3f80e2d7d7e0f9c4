"""Copies of Flow JSON: what makes answers readable, read from WhatsApp once for each state of a Flow.

A copy is used without asking WhatsApp as long as its Flow cannot have changed: it was no draft, and no `flows` webhook
has told of it since. Else WhatsApp is asked for the Flow, and for its JSON only when that was changed.
"""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.models import FlowCopy
from headrace.business.statements import insert_into
from headrace.business.team import InWorkspace, topic
from headrace.business.team.scope import change_of, columns_of
from headrace.business.whatsapp import RemoteFlow, WhatsAppRefused
from headrace.business.whatsapp.flows import flow_text, get_flow
from headrace.database import touch
from headrace.protocol import FlowStatus

_log = logging.getLogger(__name__)

TOPIC = "flows"
"""What open pages follow: a Flow was made or changed, here or elsewhere."""

_RESOLUTION = timedelta(seconds=1)
"""WhatsApp tells in whole seconds when a Flow was changed, so a change within the same second would not be seen."""


@dataclass(frozen=True)
class CopyFacts:
    """A copy without its text."""

    id: int
    flow_id: str
    flow_name: str
    fetched_at: datetime
    flow_updated_at: datetime | None
    flow_status: str | None

    @property
    def holds(self) -> bool:
        """Whether the Flow is known to be unchanged without asking WhatsApp."""
        return self.flow_status is not None and self.flow_status != FlowStatus.DRAFT

    def is_of(self, flow: RemoteFlow) -> bool:
        """Whether the copy is of the Flow as WhatsApp shows it now."""
        updated = flow.updated_at
        return updated is not None and updated == self.flow_updated_at and self.fetched_at >= updated + _RESOLUTION


async def newest_copies(session: AsyncSession, owner: InWorkspace, flow_ids: Iterable[str]) -> dict[str, CopyFacts]:
    """The newest copy of each of these Flows that has one."""
    columns = [getattr(FlowCopy, name) for name in CopyFacts.__dataclass_fields__]
    statement = columns_of(owner, FlowCopy, *columns).where(FlowCopy.flow_id.in_(sorted(set(flow_ids))))
    rows = await session.execute(statement.order_by(FlowCopy.checked_at, FlowCopy.id))
    return {row.flow_id: CopyFacts(*row) for row in rows}


async def doubt_copies(session: AsyncSession, owner: InWorkspace, flow_ids: Iterable[str]) -> None:
    """Has the copies of these Flows compared with WhatsApp before they are used again, and tells open pages."""
    statement = change_of(owner, FlowCopy).where(FlowCopy.flow_id.in_(sorted(set(flow_ids))))
    await session.execute(statement.values(flow_status=None))
    await touch(session, topic(owner, TOPIC))


async def copy_texts(session: AsyncSession, owner: InWorkspace, copy_ids: Iterable[int]) -> dict[int, str]:
    """The Flow JSON of these copies, by their ids."""
    chosen = columns_of(owner, FlowCopy, FlowCopy.id, FlowCopy.json_text)
    rows = await session.execute(chosen.where(FlowCopy.id.in_(sorted(set(copy_ids)))))
    return {row[0]: row[1] for row in rows}


async def current_copy(
    context: BusinessContext, connection: Connection, flow_id: str, flow: RemoteFlow | None = None
) -> CopyFacts | None:
    """The copy of a Flow's JSON as it is now; none when WhatsApp refuses. `flow` spares asking what it says.

    No transaction is open while WhatsApp is asked.
    """
    async with context.database.reading() as session:
        kept = (await newest_copies(session, connection, [flow_id])).get(flow_id)
    whatsapp = context.whatsapp(connection)
    try:
        flow = flow or await get_flow(whatsapp, flow_id)
        if kept is not None and kept.is_of(flow):
            await _confirm(context, connection, kept, flow)
            return kept
        text = await flow_text(whatsapp, flow_id)
    except WhatsAppRefused as refusal:
        _log.warning(
            "the JSON of Flow %s cannot be read, its answers show names instead of labels: %s", flow_id, refusal
        )
        return None
    await _keep(context, connection, flow, text)
    async with context.database.reading() as session:
        return (await newest_copies(session, connection, [flow_id])).get(flow_id)


async def _confirm(context: BusinessContext, owner: InWorkspace, copy: CopyFacts, flow: RemoteFlow) -> None:
    if copy.flow_status == flow.status:
        return
    async with context.database.transaction() as session:
        statement = change_of(owner, FlowCopy).where(FlowCopy.id == copy.id)
        await session.execute(statement.values(flow_status=flow.status, checked_at=context.clock.now()))


async def _keep(context: BusinessContext, owner: InWorkspace, flow: RemoteFlow, text: str) -> None:
    now = context.clock.now()
    facts = {
        "flow_name": flow.name,
        "flow_updated_at": flow.updated_at,
        "flow_status": flow.status,
        "checked_at": now,
        "fetched_at": now,
    }
    row = {
        "workspace_id": owner.workspace_id,
        "flow_id": flow.id,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "json_text": text,
    }
    async with context.database.transaction() as session:
        statement = insert_into(session, FlowCopy).values(**row, **facts)
        await session.execute(
            statement.on_conflict_do_update(index_elements=["workspace_id", "flow_id", "sha256"], set_=facts)
        )


async def known_names(session: AsyncSession, owner: InWorkspace) -> dict[str, str]:
    """The names of the Flows of which there is a copy, by their ids, as they were called last."""
    columns = columns_of(owner, FlowCopy, FlowCopy.flow_id, FlowCopy.flow_name)
    return {row.flow_id: row.flow_name for row in await session.execute(columns.order_by(FlowCopy.id))}
