"""Files that messages name by links: fetched once the message is accepted, as WhatsApp's servers do.

A message waits until its files are there; what cannot be fetched makes it fail with 131053. What came from a link is
used again for ten minutes. Addresses of private networks are fetched only where the box may call them (`outbound`).
"""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.jobs import Job, NewJob
from headrace.outbound import Answer, OutboundError, TooLarge
from headrace.platform.box import Box
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import MEDIA_UPLOAD_FAILED
from headrace.platform.messaging.delivery import schedule_delivery, shard_of
from headrace.platform.messaging.media_files import BEGINNINGS, check_file, keep
from headrace.platform.messaging.media_kinds import KINDS, unfit_for
from headrace.platform.messaging.models import MediaFile, Message

FETCH = "messages.fetch"
"""The job that fetches the files of a message; its key is the message's id."""

_SECONDS = 20.0
_MOST_REDIRECTS = 3
_USED_AGAIN = timedelta(minutes=10)
_AT_A_TIME = 4
_UNTOLD = "application/octet-stream"


class _Unfetched(Exception):
    """A file that cannot be sent; the words are the details of the failure."""


async def schedule_fetching(session: AsyncSession, box: Box, wamids: Sequence[str]) -> None:
    now = box.clock.now()
    await box.jobs.schedule_many(session, [NewJob(FETCH, wamid, now) for wamid in wamids])


def register_fetching(box: Box) -> None:
    """Gives the worker the job of this module."""
    turns = asyncio.Semaphore(_AT_A_TIME)

    async def fetch(job: Job) -> None:
        async with box.database.reading() as session:
            message = await session.scalar(select(Message).where(Message.wamid == job.key))
        if message is None or not _is_waiting(message):
            return
        kinds = dict(_links_of(message.shown if message.type == "template" else {message.type: message.payload}))
        found: dict[str, str | _File] = {}
        failure: dict[str, Any] | None = None
        try:
            for link in message.fetched or {}:
                async with turns:
                    found[link] = await _find(box, message.phone_number_id, link, kinds.get(link, "document"))
        except _Unfetched as error:
            failure = MEDIA_UPLOAD_FAILED.as_failure(str(error))
        async with box.database.transaction() as session:
            await _store(session, box, job.key, found, failure)

    box.jobs.handle(FETCH, fetch)


class _File:
    """A file that was fetched and is not kept yet."""

    def __init__(self, name: str, mime_type: str, content: bytes) -> None:
        self.name, self.mime_type, self.content = name, mime_type, content


def _is_waiting(message: Message) -> bool:
    return message.status == "accepted" and message.shard is None and bool(message.fetched)


async def _store(
    session: AsyncSession, box: Box, wamid: str, found: dict[str, "str | _File"], failure: dict[str, Any] | None
) -> None:
    message = await session.scalar(select(Message).where(Message.wamid == wamid).with_for_update())
    if message is None or not _is_waiting(message):
        return  # another process was quicker
    kept: dict[str, str | None] = dict.fromkeys(message.fetched or {})
    for link, file in found.items():
        if isinstance(file, str):
            kept[link] = file
            continue
        sender_id = message.phone_number_id
        row = await keep(
            session,
            box,
            sender_id,
            file_name=file.name,
            mime_type=file.mime_type,
            content=file.content,
            source=_source(sender_id, link),
        )
        kept[link] = row.id
    message.fetched, message.error, message.shard = kept, failure, shard_of(message.wa_id)
    await schedule_delivery(session, box, [message.shard])


async def _find(box: Box, phone_number_id: str, link: str, kind: str) -> "str | _File":
    """The id of the file where it was fetched lately, else the file itself. Raises `_Unfetched`."""
    async with box.database.reading() as session:
        known = await session.scalar(
            select(MediaFile).where(
                MediaFile.source == _source(phone_number_id, link),
                MediaFile.created_at > box.clock.now() - _USED_AGAIN,
                MediaFile.expires_at > box.clock.now(),
            )
        )
    if known is not None:
        problem = unfit_for(kind, known.mime_type)
        if problem is None:
            return known.id
        raise _Unfetched(problem)
    answer, address = await _get(box, link, KINDS[kind].largest)
    mime_type = _mime_type(answer)
    if (problem := unfit_for(kind, mime_type)) is not None:
        raise _Unfetched(problem)
    try:
        check_file(mime_type, answer.body)
    except PlatformError as error:
        raise _Unfetched(error.details or error.message) from error
    return _File(unquote(urlsplit(address).path.rsplit("/", 1)[-1]) or kind, mime_type, answer.body)


async def _get(box: Box, link: str, largest: int) -> tuple[Answer, str]:
    address = link
    for _ in range(_MOST_REDIRECTS + 1):
        try:
            answer = await box.outbound.request("GET", address, timeout=_SECONDS, max_bytes=largest)
        except TooLarge as error:
            raise _Unfetched(f"The file behind the weblink has more than {largest:,} bytes.") from error
        except OutboundError as error:
            raise _Unfetched(f"Downloading media from weblink failed: {error}") from error
        onward = answer.headers.get("Location")
        if answer.status == HTTPStatus.OK:
            return answer, address
        if answer.status not in {301, 302, 303, 307, 308} or not onward:
            raise _Unfetched(
                f"Downloading media from weblink failed with http code {answer.status}, status message "
                f"{_phrase(answer.status)}"
            )
        address = urljoin(address, onward)
    raise _Unfetched(f"Downloading media from weblink failed: it leads on more than {_MOST_REDIRECTS} times.")


def _mime_type(answer: Answer) -> str:
    told = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() or _UNTOLD
    if told != _UNTOLD:
        return told
    return next((mime for mime, starts in BEGINNINGS.items() if answer.body.startswith(starts)), told)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown"


def _source(phone_number_id: str, link: str) -> str:
    return hashlib.sha256(f"{phone_number_id} {link}".encode("utf-8", "surrogatepass")).hexdigest()


def _links_of(value: Any) -> list[tuple[str, str]]:
    """Every link of a message with the kind of file that is behind it, wherever in it: under the name of its kind."""
    if isinstance(value, list):
        return [found for entry in value for found in _links_of(entry)]
    if not isinstance(value, dict):
        return []
    found = []
    for name, entry in value.items():
        if name in KINDS and isinstance(entry, dict) and isinstance(entry.get("link"), str):
            found.append((entry["link"], name))
        found += _links_of(entry)
    return found
