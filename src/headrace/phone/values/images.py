"""Images of a Flow: bare Base64, recognised by their first bytes, shown as data URIs only."""

import base64
import binascii
from functools import lru_cache

_SIGNATURES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_ALPHABET = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")


def kilobytes(encoded: str) -> float:
    """How large the decoded image is."""
    compact = "".join(encoded.split()).rstrip("=")
    return len(compact) * 3 / 4 / 1024


@lru_cache(maxsize=256)
def data_uri(encoded: str) -> str:
    """The image as a data URI; empty when it is not Base64 of a JPEG, PNG, GIF or WebP."""
    compact = "".join(encoded.split())
    raw = compact.encode("ascii", "replace")
    if not raw or not _ALPHABET.issuperset(raw):
        return ""
    try:
        start = base64.b64decode(raw[:24], validate=True)
    except (binascii.Error, ValueError):
        return ""
    for signature, media_type in _SIGNATURES:
        if start.startswith(signature) and (media_type != "image/webp" or start[8:12] == b"WEBP"):
            return f"data:{media_type};base64,{compact}"
    return ""
