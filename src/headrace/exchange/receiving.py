"""Fetching what people attached: the business's way from the description in a request to the file itself."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from headrace.exchange.media import Attachment, UnusableFile, open_file
from headrace.exchange.transport import Transport
from headrace.outbound.errors import Forbidden, OutboundError

LARGEST_FILE = 25_600 * 1024
"""What a picker takes at most; what comes sealed is a few bytes longer."""

_SEALING_BYTES = 64
_AT_A_TIME = 4


@dataclass(frozen=True)
class ReceivedFile:
    """A file as the person chose it. `file_name` is theirs: use it for people to read, never as a path."""

    media_id: str
    file_name: str
    content: bytes


async def fetch_file(attachment: Attachment, transport: Transport) -> ReceivedFile:
    """Downloads one file and opens it, checking its two hashes and its seal. Raises UnusableFile."""
    name = attachment.file_name
    try:
        answer = await transport.request("GET", attachment.cdn_url, max_bytes=LARGEST_FILE + _SEALING_BYTES)
    except Forbidden as error:
        words = f"{name} was not fetched: {error} On a box, make the Endpoint with private_networks=True."
        raise UnusableFile(words) from error
    except OutboundError as error:
        raise UnusableFile(f"{name} cannot be fetched: {error}") from error
    if answer.status != 200:
        raise UnusableFile(
            f"{name} cannot be fetched: its address answers {answer.status}. Files are kept for 20 days at most."
        )
    return ReceivedFile(
        attachment.media_id, name, await asyncio.to_thread(open_file, answer.body, attachment.encryption)
    )


async def fetch_files(attachments: Sequence[Attachment], transport: Transport) -> list[ReceivedFile]:
    """All of them, in their order, a few at a time. Raises UnusableFile when one cannot be had."""
    gate = asyncio.Semaphore(_AT_A_TIME)

    async def fetch(attachment: Attachment) -> ReceivedFile:
        async with gate:
            return await fetch_file(attachment, transport)

    outcomes = await asyncio.gather(*(fetch(attachment) for attachment in attachments), return_exceptions=True)
    received: list[ReceivedFile] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        received.append(outcome)
    return received
