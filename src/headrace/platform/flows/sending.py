"""Which version of a Flow goes out with a message, and whether it may be sent in its status (lifecycle of Flows)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.phone.engine.program import UnusableFlow
from headrace.platform.cache import FLOWS, Kept
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.flows.programs import program_of
from headrace.protocol import FlowStatus

Mode = Literal["published", "draft"]
Permission = Literal["yes", "few", "deprecated", "blocked"]

MAY_BE_SENT: Mapping[FlowStatus, Permission] = {
    FlowStatus.DRAFT: "yes",
    FlowStatus.PUBLISHED: "yes",
    FlowStatus.THROTTLED: "few",
    FlowStatus.BLOCKED: "blocked",
    FlowStatus.DEPRECATED: "deprecated",
    FlowStatus.DELETED: "deprecated",
}
"""Whether a Flow may be sent in a status. Of a draft its working copy is sent, or a version published before."""


@dataclass(frozen=True)
class Opening:
    """How a Flow JSON may open: where it begins by itself, where else it may; `problem` when it cannot open at all."""

    entry_screen: str = ""
    screens: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Sendable:
    """One version of a Flow that a message may open; `version_id` is None for the working copy."""

    version_id: str | None
    json_version: str | None
    has_endpoint: bool
    opening: Opening


@dataclass(frozen=True)
class FlowToSend:
    """A Flow as messages see it. `published` is its newest version, None before it was published.

    `is_warned` when its subscribers were told already that its version expires.
    """

    id: str
    name: str
    status: FlowStatus
    endpoint_uri: str | None
    draft: Sendable
    published: Sendable | None
    is_warned: bool = False

    @property
    def permission(self) -> Permission:
        return MAY_BE_SENT[self.status]


@dataclass(frozen=True)
class FlowName:
    """How a message names a Flow of a WABA: by its id or by its name."""

    waba_id: str
    id: str | None
    name: str | None


async def find_flows(session: AsyncSession, kept: Kept, names: Iterable[FlowName]) -> dict[FlowName, FlowToSend]:
    """The Flows that are there, by the names given."""
    flows = kept.of(FLOWS)
    wanted = set(names)
    for name in sorted(wanted - flows.keys(), key=repr):
        flow = await _read(session, name)
        if flow is not None:
            flows[name] = flow
    return {name: flows[name] for name in wanted if name in flows}


async def newest_version(session: AsyncSession, flow_id: str) -> FlowVersion | None:
    return await session.scalar(
        select(FlowVersion).where(FlowVersion.flow_id == flow_id).order_by(FlowVersion.number.desc()).limit(1)
    )


async def _read(session: AsyncSession, name: FlowName) -> FlowToSend | None:
    chosen = Flow.id == name.id if name.id is not None else Flow.name == name.name
    flow = await session.scalar(
        select(Flow).where(chosen, Flow.waba_id == name.waba_id, Flow.status != FlowStatus.DELETED)
    )
    if flow is None:
        return None
    version = await newest_version(session, flow.id)
    return FlowToSend(
        id=flow.id,
        name=flow.name,
        status=FlowStatus(flow.status),
        endpoint_uri=flow.endpoint_uri,
        draft=Sendable(None, flow.json_version, flow.data_api_version is not None, opening_of(flow.json_text)),
        published=None
        if version is None
        else Sendable(
            version.id, version.json_version, version.data_api_version is not None, opening_of(version.json_text)
        ),
        is_warned=flow.expiry_warned_at is not None,
    )


def opening_of(flow_text: str | None) -> Opening:
    """How a Flow JSON may open, right or wrong."""
    try:
        program = program_of(flow_text or "")
    except UnusableFlow as error:
        return Opening(problem=str(error))
    return Opening(program.entry_screen, tuple(name for name in program.screens if program.may_begin_at(name)))
