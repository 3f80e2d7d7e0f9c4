"""Files that people attach in Flows: kept sealed for the media servers, and, once a response names them, as media of
the Cloud API.

The media servers keep a file for 20 days (docs/uploads.md), an id that came in a webhook is good for 7
(docs/messages.md). What ran out is emptied when the next file is kept.
"""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from headrace.clock import Clock
from headrace.exchange.media import Encryption, open_file
from headrace.platform.accounts.models import PhoneNumber, Waba
from headrace.platform.box import Box
from headrace.platform.errors import UnknownObject
from headrace.platform.messaging.models import Media
from headrace.simulator.uploads import LASTS, SealedFile

IDS_LAST = timedelta(days=7)


async def keep_file(session: AsyncSession, box: Box, session_id: str, file: SealedFile) -> Media:
    """Keeps a sealed file that was attached in a session of a phone."""
    now = box.clock.now()
    await session.execute(
        update(Media).where(Media.created_at <= now - LASTS, Media.content.is_not(None)).values(content=None)
    )
    media = Media(
        id=file.id,
        upload_id=file.media_id,
        cdn_key=box.identifiers.token(),
        session_id=session_id,
        file_name=file.file_name,
        mime_type=file.mime_type,
        size=file.size,
        sha256=file.sha256,
        encryption=file.encryption.to_json(),
        content=file.content,
        created_at=now,
    )
    session.add(media)
    return media


async def find_file(session: AsyncSession, clock: Clock, session_id: str, upload_id: str) -> SealedFile | None:
    """A file of one session of a phone, while the media servers keep it."""
    media = await session.scalar(
        select(Media)
        .where(Media.upload_id == upload_id, Media.session_id == session_id, Media.created_at > clock.now() - LASTS)
        .options(undefer(Media.content))
    )
    if media is None or media.content is None:
        return None
    return SealedFile(
        media_id=media.upload_id,
        id=media.id,
        file_name=media.file_name,
        mime_type=media.mime_type,
        size=media.size,
        sha256=media.sha256,
        content=media.content,
        encryption=Encryption.from_json(media.encryption),
    )


async def sealed_content(session: AsyncSession, clock: Clock, cdn_key: str) -> bytes | None:
    """What lies at an address of the media servers."""
    return await session.scalar(
        select(Media.content).where(Media.cdn_key == cdn_key, Media.created_at > clock.now() - LASTS)
    )


async def send_files(
    session: AsyncSession, clock: Clock, session_id: str, phone_number_id: str, response: Mapping[str, Any]
) -> None:
    """The files that a response names become media of the sender it goes to."""
    await session.execute(
        update(Media)
        .where(Media.session_id == session_id, Media.id.in_(list(_ids_in(response))))
        .values(phone_number_id=phone_number_id, sent_at=clock.now())
    )


def _ids_in(response: Mapping[str, Any]) -> Iterator[str]:
    for value in response.values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, dict) and isinstance(one.get("id"), str) and "sha256" in one:
                yield one["id"]


async def find_media(session: AsyncSession, business_id: str, media_id: str) -> Media:
    """Media that went to a sender of the business; raises `UnknownObject`. It may have expired."""
    media = await session.scalar(
        select(Media)
        .join(PhoneNumber, PhoneNumber.id == Media.phone_number_id)
        .join(Waba, Waba.id == PhoneNumber.waba_id)
        .where(Media.id == media_id, Waba.business_id == business_id)
    )
    if media is None:
        raise UnknownObject(media_id)
    return media


def has_expired(media: Media, now: datetime) -> bool:
    return media.sent_at is None or media.sent_at + IDS_LAST <= now


async def plain_content(session: AsyncSession, media: Media) -> bytes | None:
    """The file as the person chose it; None when its bytes are gone."""
    content = await session.scalar(select(Media.content).where(Media.id == media.id))
    if content is None:
        return None
    return await asyncio.to_thread(open_file, content, Encryption.from_json(media.encryption))


async def delete_media(session: AsyncSession, media: Media) -> None:
    """Takes a file out of the Cloud API. What an endpoint was told of it stays fetchable from the media servers."""
    await session.execute(update(Media).where(Media.id == media.id).values(phone_number_id=None, sent_at=None))
