"""Files of messages: what the business uploads, good for 30 days, and what people send, good for 7 (docs/messages.md).

What ran out is emptied when the next file is kept.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import MEDIA_UPLOAD_FAILED, PARAMETER_INVALID
from headrace.platform.messaging.media_kinds import MIME_TYPES, kind_of
from headrace.platform.messaging.models import MediaFile

UPLOADS_LAST = timedelta(days=30)
FROM_PEOPLE_LAST = timedelta(days=7)
_LONGEST_NAME = 255

BEGINNINGS = {"image/jpeg": (b"\xff\xd8\xff",), "image/png": (b"\x89PNG\r\n\x1a\n",), "image/webp": (b"RIFF",)}
"""How files of these types begin; all others are taken at their word."""


def check_file(mime_type: str, content: bytes) -> None:
    """Raises code 100 for a type that messages do not carry, 131053 for a file that is too large or of another type."""
    kind = kind_of(mime_type)
    if kind is None:
        known = ", ".join(MIME_TYPES)
        raise PARAMETER_INVALID.numbered(
            f"Param file must be a file with one of the following types: {known}. Received file of type "
            f"'{mime_type[:80]}'."
        )
    if not content:
        raise MEDIA_UPLOAD_FAILED.detailed("The file is empty. Upload one that has content.")
    if len(content) > kind.largest:
        raise MEDIA_UPLOAD_FAILED.detailed(
            f"The file has {len(content):,} bytes; a file of kind {kind.name} has at most {kind.largest:,}."
        )
    beginnings = BEGINNINGS.get(mime_type.partition(";")[0].strip().lower())
    if beginnings is not None and not content.startswith(beginnings):
        raise MEDIA_UPLOAD_FAILED.detailed(f"The file is said to be {mime_type[:80]}, but does not begin like one.")


async def keep(
    session: AsyncSession,
    box: Box,
    phone_number_id: str,
    *,
    file_name: str,
    mime_type: str,
    content: bytes,
    wa_id: str | None = None,
    source: str | None = None,
) -> MediaFile:
    """Keeps a file that was uploaded for a sender, fetched for it from a link that `source` names, or was sent to it by
    the person with the number `wa_id`.
    """
    now = box.clock.now()
    await session.execute(
        update(MediaFile).where(MediaFile.expires_at <= now, MediaFile.content.is_not(None)).values(content=None)
    )
    file = MediaFile(
        id=box.identifiers.graph_id(),
        phone_number_id=phone_number_id,
        wa_id=wa_id,
        source=source,
        file_name=file_name.replace("\0", "")[:_LONGEST_NAME],
        mime_type=mime_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=now,
        expires_at=now + (UPLOADS_LAST if wa_id is None else FROM_PEOPLE_LAST),
    )
    session.add(file)
    await session.flush()
    return file


async def find(session: AsyncSession, business_id: str, media_id: str) -> MediaFile:
    """A file of one of the business's senders; raises `UnknownObject`. It may have expired."""
    file = await session.scalar(
        select(MediaFile)
        .join(PhoneNumber, PhoneNumber.id == MediaFile.phone_number_id)
        .join(Waba, Waba.id == PhoneNumber.waba_id)
        .where(MediaFile.id == media_id, Waba.business_id == business_id)
    )
    if file is None:
        raise UnknownObject(media_id)
    return file


async def find_mime_types(session: AsyncSession, ids: Iterable[str], now: datetime) -> dict[tuple[str, str], str]:
    """The types of the files that can be sent, by their ids and the WABAs whose they are."""
    rows = await session.execute(
        select(MediaFile.id, PhoneNumber.waba_id, MediaFile.mime_type)
        .join(PhoneNumber, PhoneNumber.id == MediaFile.phone_number_id)
        .where(MediaFile.id.in_(list(ids)), MediaFile.expires_at > now)
    )
    return {(media_id, waba_id): mime_type for media_id, waba_id, mime_type in rows}


def has_expired(file: MediaFile, now: datetime) -> bool:
    return file.expires_at <= now


async def content_of(session: AsyncSession, media_id: str) -> bytes | None:
    return await session.scalar(select(MediaFile.content).where(MediaFile.id == media_id))


def delete(file: MediaFile, now: datetime) -> None:
    """Takes a file away before its time."""
    file.expires_at = now
    file.content = None
