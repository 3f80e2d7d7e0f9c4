"""Brings the files a person chose to where the business can fetch them, as WhatsApp's own media servers do.

Every file is sealed with keys of its own and lies in a file store, from which anybody who knows its address may fetch
the sealed bytes; what opens them travels to the endpoint only.
"""

import asyncio
import base64
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from headrace.exchange.media import (
    FILE_KEY_BYTES,
    FILE_VECTOR_BYTES,
    MAC_KEY_BYTES,
    Encryption,
    UnusableFile,
    open_file,
    seal_file,
)
from headrace.identifiers import Identifiers
from headrace.phone.engine.events import Uploaded, UploadFailed
from headrace.phone.values.files import PickedFile, SentFile, clean_name
from headrace.phone.values.filetypes import SNIFFED_BYTES, picture_type, type_of

LASTS = timedelta(days=20)
"""How long the real servers keep a file (docs/uploads.md)."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SealedFile:
    """A file as it lies in a file store. `content` are the sealed bytes, `size` and `sha256` (in hexadecimal digits)
    are those of the plain file; `id` is the name it will have in the Cloud API.
    """

    media_id: str
    id: str
    file_name: str
    mime_type: str
    size: int
    sha256: str
    content: bytes
    encryption: Encryption


class FileStore(Protocol):
    """Where sealed files lie.

    `put` keeps a file for `LASTS` and gives the address at which it can be fetched, without proof, by whoever has the
    address; that address must not be guessable. `get` finds a file by its media id while it is there.
    """

    async def put(self, file: SealedFile) -> str: ...

    async def get(self, media_id: str) -> SealedFile | None: ...


@dataclass(frozen=True)
class Picked:
    """A file that was chosen; `read` gives its bytes, at most once and only if it is taken."""

    file: PickedFile
    read: Callable[[], bytes]


class Uploads:
    """Sends files to one file store. Keys and ids come from `identifiers`."""

    def __init__(self, file_store: FileStore, identifiers: Identifiers) -> None:
        self._file_store = file_store
        self._identifiers = identifiers

    def pick(self, name: str, declared_type: str, size: int, first_bytes: bytes, read: Callable[[], bytes]) -> Picked:
        """Describes a chosen file as the phone sees it. Whatever the name says, a picture has to begin like one."""
        file_name = clean_name(name)
        mime_type = type_of(file_name, declared_type)
        if mime_type.startswith("image/"):
            mime_type = picture_type(first_bytes, mime_type)
        return Picked(PickedFile(self._identifiers.uuid(), file_name, mime_type, size), read)

    def pick_file(self, path: Path) -> Picked:
        """Describes a file on this machine's disk. Raises OSError."""
        with path.open("rb") as file:
            first_bytes = file.read(SNIFFED_BYTES)
        return self.pick(path.name, "", path.stat().st_size, first_bytes, path.read_bytes)

    async def send(self, picked: Picked) -> Uploaded | UploadFailed:
        """Seals a file and puts it into the file store; whatever breaks, the phone hears of it."""
        try:
            sealed = await asyncio.to_thread(self._seal, picked)
            address = await self._file_store.put(sealed)
        except Exception:  # the phone has to go on whatever broke here
            _log.exception("a file could not be uploaded")
            return UploadFailed(picked.file.media_id)
        return Uploaded(
            picked.file.media_id,
            SentFile(sealed.id, _in_base64(sealed.sha256), address, sealed.encryption.to_json()),
        )

    async def open(self, media_id: str) -> bytes | None:
        """The plain bytes of a file that was sent; None when it is not there any more."""
        sealed = await self._file_store.get(media_id)
        if sealed is None:
            return None
        try:
            return await asyncio.to_thread(open_file, sealed.content, sealed.encryption)
        except UnusableFile:
            _log.exception("the file %s cannot be opened", media_id)
            return None

    def _seal(self, picked: Picked) -> SealedFile:
        content = picked.read()
        if len(content) != picked.file.size:
            raise ValueError(f"{len(content)} of {picked.file.size} bytes are there")
        key, hmac_key, iv = (
            self._identifiers.random_bytes(count) for count in (FILE_KEY_BYTES, MAC_KEY_BYTES, FILE_VECTOR_BYTES)
        )
        sealed, encryption = seal_file(content, key, hmac_key, iv)
        return SealedFile(
            media_id=picked.file.media_id,
            id=self._identifiers.graph_id(),
            file_name=picked.file.file_name,
            mime_type=picked.file.mime_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            content=sealed,
            encryption=encryption,
        )


def _in_base64(digits: str) -> str:
    """A hash as response messages write it, from hexadecimal digits."""
    return base64.b64encode(bytes.fromhex(digits)).decode("ascii")
