"""Stands before an HTTP service in any language: opens and seals for it, and hands on plain JSON.

The service gets `POST` with `version`, `action`, `screen`, `data` and `flow_token`, and answers 200 with `screen` and
`data`, or 427 with `error_msg` when the flow token counts no more. Pings, signatures, keys and error notices never
reach it.
"""

import asyncio
import contextlib
import hashlib
import mimetypes
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from headrace.exchange import messages
from headrace.exchange.endpoint import DEFAULT_MAX_BYTES, AnswerCheck, Endpoint
from headrace.exchange.key_files import KeyFolder
from headrace.exchange.media import Attachment, UnusableFile
from headrace.exchange.observations import Observer
from headrace.exchange.receiving import ReceivedFile, fetch_file
from headrace.exchange.replies import Answer, Request, TokenExpired, Unanswerable
from headrace.exchange.transport import Transport
from headrace.outbound import OutboundError, TimedOut
from headrace.protocol import UNUSED_TOKEN

DEFAULT_SECONDS = 8.0
"""How long the service may take: WhatsApp waits 10 s in all."""

_LARGEST_ANSWER = 10 * 1024 * 1024
_KEYS_LOOKED_AT_SECONDS = 2.0
_SAFE_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_WORDS = 1000

Exchanged = Callable[["Access"], None]


@dataclass(frozen=True)
class Access:
    """One line of the access log: what was asked, how it was answered, and what the service took of the time.

    `data` is what was asked, for whoever wants to log it; `flow_token` is a hash of the token.
    """

    action: str
    screen: str
    flow_token: str
    data: dict[str, Any] = field(repr=False)
    service_status: int | None = None
    service_milliseconds: int | None = None
    words: str = ""


class Relay:
    """An ASGI app before the service at `target`.

    `keys` is the folder of the private keys, read again when its files change; `password` opens them. `headers` are
    sent to the service. `files` is a folder into which attached files are opened; without it they are handed on as they
    came. `answers`, `refuse_misfits`, `observers` and `max_bytes` are those of an `Endpoint`. `accessed` hears of every
    exchange with the service. Raises UnusableKey and OSError.
    """

    def __init__(
        self,
        target: str,
        *,
        keys: KeyFolder,
        app_secret: str | Sequence[str] | None,
        transport: Transport,
        password: str | None = None,
        headers: Sequence[tuple[str, str]] = (),
        seconds: float = DEFAULT_SECONDS,
        files: Path | None = None,
        answers: AnswerCheck | None = None,
        refuse_misfits: bool = False,
        observers: Sequence[Observer] = (),
        accessed: Exchanged | None = None,
        media: Transport | None = None,
        max_bytes: int = DEFAULT_MAX_BYTES,
    ) -> None:
        self._target = target
        self._keys = keys
        self._password = password
        self._transport = transport
        self._headers = {"Content-Type": "application/json", "Accept": "application/json", **dict(headers)}
        self._seconds = seconds
        self._files = files
        self._accessed = accessed
        self._stamp = _stamp(keys)
        self._looked_at = time.monotonic()
        self._endpoint = Endpoint(
            private_key=keys.private_keys() or [keys.private],
            password=password,
            app_secret=app_secret,
            answers=answers,
            refuse_misfits=refuse_misfits,
            observers=observers,
            transport=media or transport,
            max_bytes=max_bytes,
        )
        for action in ("INIT", "data_exchange", "BACK"):
            self._endpoint.on(action=action)(self._hand_on)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._renew_keys()
        await self._endpoint(scope, receive, send)

    def _renew_keys(self) -> None:
        """Takes up keys that were replaced. What cannot be read yet is looked at again later."""
        now = time.monotonic()
        if now - self._looked_at < _KEYS_LOOKED_AT_SECONDS:
            return
        self._looked_at = now
        stamp = _stamp(self._keys)
        if stamp == self._stamp:
            return
        with contextlib.suppress(ValueError, OSError):
            self._endpoint.use_keys(self._keys.private_keys(), self._password)
            self._stamp = stamp

    async def _hand_on(self, request: Request) -> Answer:
        access = Access(request.action, request.screen or "", _hashed(request.flow_token), request.data)
        asked = {
            "version": request.version,
            "action": request.action,
            "screen": request.screen or "",
            "data": await self._with_files(request),
            "flow_token": request.flow_token,
        }
        began = time.perf_counter()
        try:
            answer = await self._transport.request(
                "POST",
                self._target,
                headers=self._headers,
                body=messages.to_bytes(asked),
                timeout=self._seconds,
                max_bytes=_LARGEST_ANSWER,
            )
        except OutboundError as error:
            self._tell(access, began, None, str(error))
            raise Unanswerable(
                f"The service gave no answer: {error}", 504 if isinstance(error, TimedOut) else 502
            ) from error
        try:
            reply = _read(answer.status, answer.body)
        except (Unanswerable, TokenExpired) as refusal:
            self._tell(access, began, answer.status, str(refusal))
            raise
        self._tell(access, began, answer.status, "")
        return reply

    def _tell(self, access: Access, began: float, status: int | None, words: str) -> None:
        if self._accessed is None:
            return
        spent = round((time.perf_counter() - began) * 1000)
        self._accessed(
            Access(access.action, access.screen, access.flow_token, access.data, status, spent, words[:_LONGEST_WORDS])
        )

    async def _with_files(self, request: Request) -> dict[str, Any]:
        """The data, with attached files opened into the folder where one is given."""
        if self._files is None:
            return request.data
        data = dict(request.data)
        for name, value in request.data.items():
            if _holds_files(value):
                try:
                    data[name] = [await self._opened(described, request.transport) for described in value]
                except UnusableFile as error:
                    raise Unanswerable(f"A file of {name!r} cannot be had: {error}", 502) from error
        return data

    async def _opened(self, described: Any, transport: Transport) -> dict[str, Any]:
        folder = self._files
        assert folder is not None
        received = await fetch_file(Attachment.from_json(described), transport)
        path = await asyncio.to_thread(_store, folder, received)
        return {
            "media_id": received.media_id,
            "file_name": received.file_name,
            "size": len(received.content),
            "path": str(path),
        }


def _read(status: int, body: bytes) -> Answer:
    if status == messages.TOKEN_EXPIRED:
        value = _object(body)
        words = value.get("error_msg") if value else None
        raise TokenExpired(words if isinstance(words, str) else "")
    if status != messages.OK:
        raise Unanswerable(f"The service answered with status {status}.", 502)
    value = _object(body)
    if value is None:
        raise Unanswerable("The service answered with something that is not a JSON object.", 502)
    return Answer(value)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        return messages.from_bytes(body)
    except messages.NotAMessage:
        return None


def _holds_files(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and "encryption_metadata" in one and "cdn_url" in one for one in value)
    )


def _store(folder: Path, received: ReceivedFile) -> Path:
    """Writes a file under a name of our own, whole or not at all, readable by its owner only."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = _SAFE_NAME.fullmatch(received.media_id)
    name = received.media_id if known else hashlib.sha256(received.media_id.encode(errors="replace")).hexdigest()
    ending = Path(received.file_name).suffix.lower()
    path = folder / f"{name}{ending if ending in mimetypes.types_map else ''}"
    descriptor, draft = tempfile.mkstemp(dir=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(received.content)
    os.replace(draft, path)
    return path.resolve()


def _hashed(token: str) -> str:
    """The beginning of a hash: enough to find what belongs together, and no use to anybody else."""
    return token if token == UNUSED_TOKEN else hashlib.sha256(token.encode(errors="replace")).hexdigest()[:12]


def _stamp(keys: KeyFolder) -> tuple[tuple[str, int, int], ...]:
    """Which private keys lie there, and since when."""
    found = []
    for path in (keys.private, keys.former_private):
        with contextlib.suppress(OSError):
            status = path.stat()
            found.append((path.name, status.st_mtime_ns, status.st_ino))
    return tuple(found)


def redacted(data: dict[str, Any], sensitive: Callable[[str], bool]) -> str:
    """What was sent, as JSON with every sensitive member masked, and files by their number."""

    def shown(value: Any) -> Any:
        return f"{len(value)} files" if _holds_files(value) else value

    masked = {name: "•••" if sensitive(name) else shown(value) for name, value in data.items()}
    return orjson.dumps(masked, default=str).decode()
