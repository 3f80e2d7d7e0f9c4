"""Migrating Flows: copies of them in another account of the same business.

Nothing moves: the originals stay, the copies have ids of their own. A published Flow becomes a published copy, every
other one a draft. A Flow that cannot be copied is told beside those that were (docs/graph-api.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.integrity import check_integrity
from headrace.platform.accounts.service import business_of, find_waba
from headrace.platform.box import Box
from headrace.platform.errors import ErrorCode, UnknownObject
from headrace.platform.errors.catalogue import (
    MIGRATED_NAME_TAKEN,
    MIGRATED_NAME_UNKNOWN,
    PARAMETER_INVALID,
)
from headrace.platform.flows import service
from headrace.platform.flows.models import Flow
from headrace.protocol import FlowStatus

MOST_NAMES = 100
"""At most this many Flows are named in one call; without names all of them are migrated."""


@dataclass
class Migration:
    """What became of a migration: pairs of an original and its copy, and names with the error that kept them back."""

    migrated: list[tuple[Flow, Flow]] = field(default_factory=list)
    failed: list[tuple[str, ErrorCode]] = field(default_factory=list)


async def migrate(
    session: AsyncSession, box: Box, caller: Caller, waba_id: str, source_waba_id: str, names: Sequence[str] | None
) -> Migration:
    """Copies Flows of `source_waba_id`, those with these names or all, into `waba_id`.

    Raises UnknownObject for the destination, code 100 for a source that is not an account of the same business or for
    too many names, 139000 for a business that may not create Flows.
    """
    await find_waba(session, caller.business_id, waba_id)
    try:
        await find_waba(session, caller.business_id, source_waba_id)
    except UnknownObject as error:
        raise PARAMETER_INVALID.numbered(
            f'Param source_waba_id must be the id of an account of your business - got "{source_waba_id[:40]}".'
        ) from error
    if names is not None and len(names) > MOST_NAMES:
        raise PARAMETER_INVALID.numbered(f"Param source_flow_names must have at most {MOST_NAMES} elements")
    check_integrity(await business_of(session, waba_id))
    statement = service.flows_of(source_waba_id).order_by(Flow.created_at, Flow.id)
    sources = {flow.name: flow for flow in (await session.scalars(statement)).all()}
    taken = set(await session.scalars(select(Flow.name).where(Flow.waba_id == waba_id, _IS_THERE)))
    migration = Migration()
    for name in dict.fromkeys(sources if names is None else names):
        source = sources.get(name)
        if source is None:
            migration.failed.append((name, MIGRATED_NAME_UNKNOWN))
        elif name in taken:
            migration.failed.append((name, MIGRATED_NAME_TAKEN))
        else:
            migration.migrated.append((source, await _copy(session, box, caller, waba_id, source)))
    return migration


_IS_THERE = Flow.status != FlowStatus.DELETED


async def _copy(session: AsyncSession, box: Box, caller: Caller, waba_id: str, source: Flow) -> Flow:
    copy = service.new_flow(box, waba_id, caller.app, source.name, list(source.categories), None, source.endpoint_uri)
    copy.json_text, copy.json_bytes = source.json_text, source.json_bytes
    copy.json_version, copy.data_api_version = source.json_version, source.data_api_version
    copy.validation_errors, copy.errors_left_out = list(source.validation_errors), source.errors_left_out
    await service.create_flow(session, box, copy)
    if source.status == FlowStatus.PUBLISHED:
        await service.mark_published(session, box, copy)
    return copy
