"""The saved states of a Flow's JSON: uploaded to WhatsApp first, then recorded here with author and note.

WhatsApp's copy is the one that counts. A text found there that no version holds was put there elsewhere; it is kept as
a version without an author before it is replaced, so that nothing is lost.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import doubt_copies
from headrace.business.flows.models import FlowVersion
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, InWorkspace, Permission
from headrace.business.team.audit import Act, note
from headrace.business.team.scope import columns_of
from headrace.business.whatsapp import UNKNOWN_OBJECT, RemoteFlow, WhatsAppRefused
from headrace.business.whatsapp.flows import flow_text, upload_json
from headrace.database import wait_for_turn

LONGEST_NOTE = 200
_LARGEST = 10 * 1024 * 1024


@dataclass(frozen=True)
class Version:
    """A saved state without its text; `author` is none for a text that was put at WhatsApp elsewhere."""

    number: int
    sha256: str
    author: str | None
    note: str
    error_count: int
    saved_at: datetime


@dataclass(frozen=True)
class Working:
    """A Flow as it is worked on: what WhatsApp holds now. `saved` is the version with this text, if one has it."""

    connection: Connection
    flow: RemoteFlow
    text: str
    saved: Version | None

    @property
    def sha256(self) -> str:
        return digest(self.text)


class Conflict(Exception):
    """WhatsApp holds another text than the one that was worked on: somebody else saved meanwhile."""

    def __init__(self, working: Working) -> None:
        super().__init__("This Flow was changed since you opened it.")
        self.working = working


class NotSavable(Exception):
    """What was asked for cannot be saved. The words are fit to be shown."""


def digest(text: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


async def open_working(context: BusinessContext, caller: Caller, flow_id: str) -> Working:
    """The Flow with its JSON as WhatsApp holds it; empty where none was uploaded. Raises `WhatsAppRefused`."""
    caller.require(Permission.READ_FLOWS)
    connection, flow = await find_flow(context, caller, flow_id)
    return await _working(context, caller, connection, flow)


async def list_versions(context: BusinessContext, caller: Caller, flow_id: str) -> list[Version]:
    """The saved states of a Flow, the newest first."""
    caller.require(Permission.READ_FLOWS)
    async with context.database.reading() as session:
        return await _versions(session, caller, flow_id)


async def version_text(context: BusinessContext, caller: Caller, flow_id: str, number: int) -> str | None:
    """The text of one saved state; none where there is no such version."""
    caller.require(Permission.READ_FLOWS)
    chosen = columns_of(caller, FlowVersion, FlowVersion.json_text)
    statement = chosen.where(FlowVersion.flow_id == flow_id, FlowVersion.number == number)
    async with context.database.reading() as session:
        text: str | None = (await session.execute(statement)).scalar_one_or_none()
        return text


async def save(
    context: BusinessContext, caller: Caller, flow_id: str, text: str, *, base: str, words: str = ""
) -> Version:
    """Uploads a text, errors and all, and records it as a version.

    `base` is the digest of the text that was worked on. Raises `Conflict` when WhatsApp holds another one by now,
    `NotSavable` and `WhatsAppRefused`; nothing is changed then.
    """
    caller.require(Permission.EDIT_FLOWS)
    _check(text, words)
    connection, flow = await find_flow(context, caller, flow_id)
    before = await _working(context, caller, connection, flow)
    if before.sha256 not in {base, digest(text)}:
        raise Conflict(before)
    error_count = await upload_json(context.whatsapp(connection), flow.id, text)
    now = context.clock.now()
    async with context.database.transaction() as session:
        if before.text and before.saved is None and before.text != text:
            count = flow.validation_error_count
            found = (None, "Found at WhatsApp: it was saved elsewhere.")
            await _record(session, caller, flow.id, before.text, found, count, flow.updated_at or now)
        version = await _record(session, caller, flow.id, text, (caller.user.name, words), error_count, now)
        await note(session, caller, Act.SAVED_FLOW, flow.name, now, f"version {version.number}")
        await doubt_copies(session, caller, [flow.id])
    return version


def _check(text: str, words: str) -> None:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > _LARGEST:
        raise NotSavable(f"The Flow JSON has {size:,} bytes; WhatsApp takes at most 10 MB. Nothing was saved.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotSavable("The Flow JSON holds half a character (a lone surrogate). Nothing was saved.") from None
    if "\0" in text:
        raise NotSavable("The Flow JSON holds a NUL character. Take it out; nothing was saved.")
    if len(words) > LONGEST_NOTE:
        raise NotSavable(f"A note has at most {LONGEST_NOTE} characters. Nothing was saved.")


async def _working(context: BusinessContext, caller: Caller, connection: Connection, flow: RemoteFlow) -> Working:
    try:
        text = await flow_text(context.whatsapp(connection), flow.id)
    except WhatsAppRefused as refusal:
        if refusal.code != UNKNOWN_OBJECT:
            raise
        text = ""
    async with context.database.reading() as session:
        versions = await _versions(session, caller, flow.id)
    sha256 = digest(text)
    return Working(connection, flow, text, next((one for one in versions if one.sha256 == sha256), None))


async def _versions(session: AsyncSession, owner: InWorkspace, flow_id: str) -> list[Version]:
    columns = [getattr(FlowVersion, name) for name in Version.__dataclass_fields__]
    statement = columns_of(owner, FlowVersion, *columns).where(FlowVersion.flow_id == flow_id)
    rows = await session.execute(statement.order_by(FlowVersion.number.desc()))
    return [Version(*row) for row in rows]


async def _record(
    session: AsyncSession,
    owner: InWorkspace,
    flow_id: str,
    text: str,
    by: tuple[str | None, str],
    error_count: int,
    at: datetime,
) -> Version:
    await wait_for_turn(session, f"versions {flow_id}")
    newest = columns_of(owner, FlowVersion, func.max(FlowVersion.number)).where(FlowVersion.flow_id == flow_id)
    number = ((await session.execute(newest)).scalar_one_or_none() or 0) + 1
    version = Version(number, digest(text), by[0], by[1], error_count, at)
    row = {name: getattr(version, name) for name in Version.__dataclass_fields__}
    session.add(FlowVersion(workspace_id=owner.workspace_id, flow_id=flow_id, json_text=text, **row))
    await session.flush()
    return version
