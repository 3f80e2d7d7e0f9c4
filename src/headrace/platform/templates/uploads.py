"""Resumable uploads: how samples for the headers of templates come to WhatsApp. A session takes a file in pieces; once
it is whole it has a handle, which a template names.
"""

import base64

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from headrace.platform.accounts.models import App
from headrace.platform.box import Box
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.templates.models import UploadSession

PREFIX = "upload:"
TYPES = ("application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4")
LARGEST = 100 * 1024 * 1024
_LONGEST_NAME = 255


async def begin(session: AsyncSession, box: Box, app: App, name: str, length: int, file_type: str) -> UploadSession:
    """Begins a session for a file of `length` bytes. Raises code 100."""
    if file_type.lower() not in TYPES:
        raise PARAMETER_INVALID.numbered(
            f'Param file_type must be one of {{{", ".join(TYPES)}}} - got "{file_type[:80]}".'
        )
    if length > LARGEST:
        raise PARAMETER_INVALID.numbered(f"Param file_length must be at most {LARGEST} - got {length}.")
    row = UploadSession(
        id=PREFIX + box.identifiers.token(24),
        app_id=app.id,
        file_name=name[:_LONGEST_NAME],
        file_type=file_type.lower(),
        length=length,
        received=0,
        content=b"",
        created_at=box.clock.now(),
    )
    session.add(row)
    await session.flush()
    return row


async def find(session: AsyncSession, app: App, upload_id: str) -> UploadSession:
    """A session of this app. Raises `UnknownObject`."""
    row = await session.scalar(
        select(UploadSession).where(UploadSession.id == upload_id, UploadSession.app_id == app.id)
    )
    if row is None:
        raise UnknownObject(upload_id)
    return row


async def receive(session: AsyncSession, app: App, upload_id: str, offset: int, content: bytes) -> UploadSession:
    """Takes a piece that begins at `offset`. Raises code 100 for one that does not follow on what is there."""
    row = await session.scalar(
        select(UploadSession)
        .where(UploadSession.id == upload_id, UploadSession.app_id == app.id)
        .options(undefer(UploadSession.content))
        .with_for_update()
    )
    if row is None:
        raise UnknownObject(upload_id)
    if offset != row.received:
        raise PARAMETER_INVALID.numbered(f"The header file_offset is {offset}, but {row.received} bytes are there.")
    if row.received + len(content) > row.length:
        raise PARAMETER_INVALID.numbered(f"The file is longer than its file_length of {row.length} bytes.")
    row.content += content
    row.received += len(content)
    return row


def handle_of(row: UploadSession) -> str | None:
    """What a template names the file by; none before it is whole."""
    if row.received < row.length:
        return None
    parts = (row.file_name, row.file_type, row.id.removeprefix(PREFIX), row.app_id)
    return "4::" + ":".join(base64.b64encode(part.encode()).decode() for part in parts)
