"""The addresses under which media can be fetched: each is good for five minutes, and only with a token."""

import contextlib
import re
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from headrace.clock import Clock, unix_seconds
from headrace.platform.accounts import secrets
from headrace.platform.accounts.callers import MESSAGING, Caller, authenticate
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError, UnknownObject
from headrace.platform.messaging import media_files
from headrace.platform.messaging.media import find_media, has_expired, plain_content

PATH = "/whatsapp_business/attachments/"
_LASTS = timedelta(minutes=5)
_BEARER = re.compile(r"(?:Bearer|OAuth)\s+(\S+)\s*", re.IGNORECASE)


async def link(session: AsyncSession, clock: Clock, base_url: str, media_id: str) -> str:
    """Where a file can be fetched for the next five minutes."""
    expires = str(unix_seconds(clock.now() + _LASTS))
    return f"{base_url}{PATH}?mid={media_id}&ext={expires}&hash={await _signature(session, media_id, expires)}"


async def download(box: Box, request: Request) -> Response:
    """The file as the person chose it; 401 without a token of the business, 404 for a link that has run out."""
    query = request.query_params
    media_id, expires, signature = query.get("mid", ""), query.get("ext", ""), query.get("hash", "")
    token = _BEARER.fullmatch(request.headers.get("authorization", ""))
    now = box.clock.now()
    async with box.database.reading() as session:
        try:
            caller = await authenticate(session, token[1] if token else None, now)
            caller.require(MESSAGING)
        except PlatformError as error:
            return PlainTextResponse(f"{error.message}\n", error.http_status)
        if not await secrets.is_signed(session, secrets.DOWNLOADS, f"media {media_id} {expires}", signature):
            return PlainTextResponse("URL signature mismatch\n", 404)
        if int(expires) <= unix_seconds(now):
            return PlainTextResponse("This link has run out. Ask for the media again.\n", 404)
        found = await _content(session, caller, media_id, now)
    if found is None:
        return PlainTextResponse("There is no such media, or not any more.\n", 404)
    content, mime_type = found
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=mime_type, headers=headers)


async def _content(session: AsyncSession, caller: Caller, media_id: str, now: datetime) -> tuple[bytes, str] | None:
    """The bytes and the type of a file that the business may fetch now."""
    with contextlib.suppress(UnknownObject):
        file = await media_files.find(session, caller.business_id, media_id)
        content = None if media_files.has_expired(file, now) else await media_files.content_of(session, file.id)
        return None if content is None else (content, file.mime_type)
    with contextlib.suppress(UnknownObject):
        media = await find_media(session, caller.business_id, media_id)
        content = None if has_expired(media, now) else await plain_content(session, media)
        return None if content is None else (content, media.mime_type)
    return None


async def _signature(session: AsyncSession, media_id: str, expires: str) -> str:
    return await secrets.sign(session, secrets.DOWNLOADS, f"media {media_id} {expires}")
