"""Flows: making, changing, publishing and ending them. Each change of status is told to the subscribers.

What needs a call to the endpoint in between is in `publishing`; everything here works within the caller's transaction.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import touch
from headrace.platform.accounts.models import App, Waba
from headrace.platform.box import Box
from headrace.platform.errors import ErrorCode, UnknownObject
from headrace.platform.errors.catalogue import (
    ENDPOINT_STANDS_IN_JSON,
    ENDPOINT_STANDS_IN_NEW_JSON,
    FLOW_EDITED_AFTER_PUBLISHING,
    FLOW_NAME_TAKEN,
    FLOW_PUBLISHED_BEFORE,
)
from headrace.platform.flows.drafts import Draft, has_endpoint_inside
from headrace.platform.flows.lifecycle import Action, target
from headrace.platform.flows.models import Flow, FlowVersion
from headrace.platform.flows.version_calendar import warning
from headrace.platform.webhooks.events import NewEvent
from headrace.platform.webhooks.service import tell
from headrace.protocol import USABLE_VERSIONS, FlowStatus

_PREVIEW_LASTS = timedelta(days=30)


@dataclass(frozen=True)
class Changes:
    """New metadata; what is None stays as it is."""

    name: str | None = None
    categories: list[str] | None = None
    endpoint_uri: str | None = None
    app: App | None = None

    @property
    def is_empty(self) -> bool:
        return self == Changes()


def flows_of(waba_id: str) -> Select[Flow]:
    return select(Flow).where(Flow.waba_id == waba_id, Flow.status != FlowStatus.DELETED)


async def find_flow(session: AsyncSession, business_id: str, flow_id: str, *, locked: bool = False) -> Flow:
    """A Flow of this business. Raises UnknownObject.

    Whoever changes it has it `locked` until the transaction ends: what others changed at the same time is seen first.
    """
    statement = (
        select(Flow)
        .join(Waba, Waba.id == Flow.waba_id)
        .where(Flow.id == flow_id, Waba.business_id == business_id, Flow.status != FlowStatus.DELETED)
    )
    if locked:
        statement = statement.with_for_update(key_share=True, of=Flow).execution_options(populate_existing=True)
    flow = (await session.execute(statement)).scalar_one_or_none()
    if flow is None:
        raise UnknownObject(flow_id)
    return flow


async def find_flow_by_name(session: AsyncSession, waba_id: str, name: str) -> Flow | None:
    return (await session.execute(flows_of(waba_id).where(Flow.name == name))).scalar_one_or_none()


def content_of(flow: Flow) -> bytes | None:
    """The working copy, byte for byte as it was uploaded; None when there is none."""
    if flow.json_bytes is not None:
        return flow.json_bytes
    return None if flow.json_text is None else flow.json_text.encode()


async def published_versions(session: AsyncSession, flow_id: str) -> list[FlowVersion]:
    """The published versions that can still be opened, newest first; the first is the one that is sent."""
    statement = select(FlowVersion).where(FlowVersion.flow_id == flow_id).order_by(FlowVersion.number.desc())
    return list((await session.execute(statement.limit(USABLE_VERSIONS))).scalars())


def new_flow(
    box: Box, waba_id: str, app: App, name: str, categories: list[str], draft: Draft | None, endpoint_uri: str | None
) -> Flow:
    """A draft that is not stored yet."""
    if endpoint_uri is not None and draft is not None and draft.names_its_endpoint:
        raise endpoint_belongs_inside(draft.json_version, ENDPOINT_STANDS_IN_NEW_JSON)
    now = box.clock.now()
    flow = Flow(
        id=box.identifiers.graph_id(),
        waba_id=waba_id,
        app_id=app.id,
        name=name,
        categories=categories,
        status=FlowStatus.DRAFT.value,
        endpoint_uri=endpoint_uri,
        validation_errors=[],
        edition=1,
        preview_token=box.identifiers.uuid(),
        preview_expires_at=now + _PREVIEW_LASTS,
        created_at=now,
        updated_at=now,
    )
    if draft is not None:
        _put(flow, draft)
    return flow


async def create_flow(session: AsyncSession, box: Box, flow: Flow) -> None:
    """Stores a new draft. Raises code 100 when its name is taken in the WABA."""
    await _check_name_is_free(session, flow)
    session.add(flow)
    await _flush(session, flow)
    value = {
        "event": "FLOW_STATUS_CHANGE",
        "message": f"Flow {flow.name} has been created with {flow.status} status",
        "flow_id": flow.id,
        "new_status": flow.status,
    }
    if (words := warning(box, flow.json_version)) is not None:
        value["warning"] = words
    await _tell(session, box, flow, value)


async def update_metadata(session: AsyncSession, box: Box, flow: Flow, changes: Changes) -> None:
    """Changes what is given. A published Flow becomes a draft again, or is refused, by the box's setting.

    Raises code 100 or 139001.
    """
    if changes.is_empty:
        return
    status = target(Action.EDIT, flow.status, box.settings.published_flows)
    if changes.endpoint_uri is not None:
        if has_endpoint_inside(flow.json_version):
            raise endpoint_belongs_inside(flow.json_version, ENDPOINT_STANDS_IN_JSON)
        _set_endpoint(flow, changes.endpoint_uri)
    if changes.name is not None and changes.name != flow.name:
        flow.name = changes.name
        with session.no_autoflush:
            await _check_name_is_free(session, flow)
    if changes.categories is not None:
        flow.categories = changes.categories
    if changes.app is not None:
        flow.app_id = changes.app.id
        _forget_ping(flow)
    await _edited(session, box, flow, status)


async def update_json(session: AsyncSession, box: Box, flow: Flow, draft: Draft) -> None:
    """Takes a new working copy, with or without validation errors.

    A published Flow becomes a draft again, or is refused with 139001, by the box's setting.
    """
    status = target(Action.EDIT, flow.status, box.settings.published_flows)
    _put(flow, draft)
    await _edited(session, box, flow, status)


async def mark_published(session: AsyncSession, box: Box, flow: Flow) -> None:
    """Publishes the working copy as the next version. The checks have been made before."""
    status = target(Action.PUBLISH, flow.status)
    if flow.json_text is None or flow.json_version is None:
        raise AssertionError("a Flow that passed the publishing checks has a Flow JSON with a version")
    latest = select(func.max(FlowVersion.number)).where(FlowVersion.flow_id == flow.id)
    number = (await session.execute(latest)).scalar() or 0
    now = box.clock.now()
    session.add(
        FlowVersion(
            id=box.identifiers.graph_id(),
            flow_id=flow.id,
            number=number + 1,
            json_text=flow.json_text,
            json_version=flow.json_version,
            data_api_version=flow.data_api_version,
            published_at=now,
        )
    )
    flow.expiry_warned_at = None  # the new version may be another one
    await change_status(session, box, flow, status)


async def deprecate(session: AsyncSession, box: Box, flow: Flow) -> None:
    """Ends a published Flow for good. Raises 139003."""
    if flow.status == FlowStatus.DRAFT and await published_versions(session, flow.id):
        raise FLOW_EDITED_AFTER_PUBLISHING.explained(
            f"The Flow is {flow.status}. {FLOW_EDITED_AFTER_PUBLISHING.remedy}"
        )
    await change_status(session, box, flow, target(Action.DEPRECATE, flow.status))


async def delete(session: AsyncSession, box: Box, flow: Flow) -> None:
    """Takes away a draft that was never published. Raises 139004."""
    status = target(Action.DELETE, flow.status)
    if await published_versions(session, flow.id):
        raise FLOW_PUBLISHED_BEFORE.explained(f"The Flow is DRAFT. {FLOW_PUBLISHED_BEFORE.remedy}")
    flow.status = status.value
    flow.edition += 1
    flow.updated_at = box.clock.now()
    await touch(session, "flows")


async def warn_of_version(session: AsyncSession, box: Box, flow_id: str, words: str) -> None:
    """Tells the subscribers, once for a Flow, that a version expires with which it is sent."""
    flow = await session.get(Flow, flow_id, with_for_update={"key_share": True}, populate_existing=True)
    if flow is None or flow.expiry_warned_at is not None:
        return
    flow.expiry_warned_at = box.clock.now()
    await _tell(session, box, flow, {"event": "FLOW_VERSION_EXPIRY_WARNING", "warning": words, "flow_id": flow.id})


async def change_status(session: AsyncSession, box: Box, flow: Flow, status: FlowStatus) -> None:
    """Moves a Flow to a status that the lifecycle allows, and tells the subscribers."""
    before, flow.status = flow.status, status.value
    flow.edition += 1
    flow.updated_at = box.clock.now()
    value = {
        "event": "FLOW_STATUS_CHANGE",
        "message": f"Flow {flow.name} changed status from {before} to {flow.status}",
        "flow_id": flow.id,
        "old_status": before,
        "new_status": flow.status,
    }
    await _tell(session, box, flow, value)


def renew_preview(box: Box, flow: Flow, *, invalidate: bool) -> None:
    """Gives the preview a new link when the caller wants one or the old one has run out."""
    now = box.clock.now()
    if invalidate or flow.preview_expires_at <= now:
        flow.preview_token = box.identifiers.uuid()
        flow.preview_expires_at = now + _PREVIEW_LASTS


def endpoint_belongs_inside(json_version: str | None, error: ErrorCode) -> Exception:
    return error.explained(
        f"A Flow JSON of version {json_version} names its endpoint as data_channel_uri. Write it there, without "
        "endpoint_uri."
    )


async def _tell(session: AsyncSession, box: Box, flow: Flow, value: dict[str, Any]) -> None:
    await tell(session, box, [NewEvent(flow.waba_id, "flows", value, subject=f"flow:{flow.id}")])
    await touch(session, "flows")


async def _edited(session: AsyncSession, box: Box, flow: Flow, status: FlowStatus) -> None:
    if flow.status != status:
        await change_status(session, box, flow, status)
    flow.edition += 1
    flow.updated_at = box.clock.now()
    await _flush(session, flow)
    await touch(session, "flows")


def _put(flow: Flow, draft: Draft) -> None:
    flow.json_text, flow.json_bytes = draft.text, draft.content
    flow.json_version = draft.json_version
    flow.data_api_version = draft.data_api_version
    flow.validation_errors, flow.errors_left_out = draft.validation_errors, draft.errors_left_out
    if draft.names_its_endpoint:
        _set_endpoint(flow, draft.data_channel_uri)


def _set_endpoint(flow: Flow, uri: str | None) -> None:
    if uri != flow.endpoint_uri:
        flow.endpoint_uri = uri
        _forget_ping(flow)


def _forget_ping(flow: Flow) -> None:
    flow.pinged_at, flow.ping_error = None, None


async def _check_name_is_free(session: AsyncSession, flow: Flow) -> None:
    other = await find_flow_by_name(session, flow.waba_id, flow.name)
    if other is not None and other.id != flow.id:
        raise _name_is_taken(flow)


async def _flush(session: AsyncSession, flow: Flow) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        # Another call took the name between our look and our writing.
        raise _name_is_taken(flow) from error


def _name_is_taken(flow: Flow) -> Exception:
    return FLOW_NAME_TAKEN.explained(
        f'The account already has a Flow named "{flow.name}". Names are unique within one account: choose another one.',
    )
