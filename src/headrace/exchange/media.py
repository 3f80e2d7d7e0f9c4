"""Files that a person attaches: encrypted on the phone, fetched and opened by the business.

The file is encrypted with AES-256 in CBC mode with PKCS#7 padding; the first ten bytes of an HMAC-SHA256 over vector
and ciphertext stand behind it. Two hashes, of the whole and of the plain file, say whether what arrives is what was
sent.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

FILE_KEY_BYTES = 32
MAC_KEY_BYTES = 32
FILE_VECTOR_BYTES = 16
_MAC_BYTES = 10
_BLOCK_BITS = 128


class UnusableFile(ValueError):
    """An attached file cannot be opened, or is not what was sent; the text names the step that failed."""


@dataclass(frozen=True)
class Encryption:
    """What opens one file. All five are standard base64 on the wire: hashes and keys of 32 bytes, a vector of 16."""

    encrypted_hash: bytes
    iv: bytes
    encryption_key: bytes
    hmac_key: bytes
    plaintext_hash: bytes

    def to_json(self) -> dict[str, str]:
        """The object `encryption_metadata` as it travels."""
        return {name: base64.b64encode(value).decode() for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Encryption":
        """Reads `encryption_metadata`. Raises UnusableFile."""
        return cls(**{name: _read(value, name) for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Attachment:
    """One file as a picker's value in `data` describes it."""

    media_id: str
    cdn_url: str
    file_name: str
    encryption: Encryption

    def to_json(self) -> dict[str, Any]:
        return {
            "media_id": self.media_id,
            "cdn_url": self.cdn_url,
            "file_name": self.file_name,
            "encryption_metadata": self.encryption.to_json(),
        }

    @classmethod
    def from_json(cls, value: Any) -> "Attachment":
        """Reads one entry of a picker's value. Raises UnusableFile."""
        if not isinstance(value, dict):
            raise UnusableFile("An attached file is described by a JSON object.")
        texts = {}
        for name in ("media_id", "cdn_url", "file_name"):
            if not isinstance(value.get(name), str):
                raise UnusableFile(f"The description of the file lacks {name}, a text.")
            texts[name] = value[name]
        metadata = value.get("encryption_metadata")
        if not isinstance(metadata, dict):
            raise UnusableFile("The description of the file lacks encryption_metadata.")
        return cls(**texts, encryption=Encryption.from_json(metadata))


def seal_file(content: bytes, key: bytes, hmac_key: bytes, iv: bytes) -> tuple[bytes, Encryption]:
    """Encrypts a file for the CDN. Keys are 32 random bytes each, `iv` is 16. Returns the CDN's file and its opener."""
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(AES256(key), CBC(iv)).encryptor()
    ciphertext = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    cdn_file = ciphertext + _mac(hmac_key, iv, ciphertext)
    encryption = Encryption(
        encrypted_hash=hashlib.sha256(cdn_file).digest(),
        iv=iv,
        encryption_key=key,
        hmac_key=hmac_key,
        plaintext_hash=hashlib.sha256(content).digest(),
    )
    return cdn_file, encryption


def open_file(cdn_file: bytes, encryption: Encryption) -> bytes:
    """Opens what was downloaded from the CDN, checking every step. Raises UnusableFile."""
    if not hmac.compare_digest(hashlib.sha256(cdn_file).digest(), encryption.encrypted_hash):
        raise UnusableFile("The downloaded file is not the one that was sent: its hash differs.")
    ciphertext, mac = cdn_file[:-_MAC_BYTES], cdn_file[-_MAC_BYTES:]
    if not hmac.compare_digest(_mac(encryption.hmac_key, encryption.iv, ciphertext), mac):
        raise UnusableFile("The downloaded file was not made with this hmac_key.")
    decryptor = Cipher(AES256(encryption.encryption_key), CBC(encryption.iv)).decryptor()
    unpadder = PKCS7(_BLOCK_BITS).unpadder()
    try:
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        content = unpadder.update(padded) + unpadder.finalize()
    except ValueError as error:
        raise UnusableFile("The file does not open with this encryption_key.") from error
    if not hmac.compare_digest(hashlib.sha256(content).digest(), encryption.plaintext_hash):
        raise UnusableFile("The opened file is not the one that was sent: its hash differs.")
    return content


def _mac(hmac_key: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    return hmac.digest(hmac_key, iv + ciphertext, "sha256")[:_MAC_BYTES]


def _read(value: Mapping[str, Any], name: str) -> bytes:
    length = FILE_VECTOR_BYTES if name == "iv" else FILE_KEY_BYTES
    text = value.get(name)
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True) if isinstance(text, str) else b""
    except (binascii.Error, UnicodeEncodeError):
        content = b""
    if len(content) != length:
        raise UnusableFile(f"encryption_metadata.{name} is not {length} bytes in base64.")
    return content
