"""Why a text is no image that a phone draws: Flows hold images as plain Base64, of 300 KB at most, in rows of 100."""

import base64
import binascii
import math
import re

from headrace.flowjson.catalogue.media import IMAGE_KB
from headrace.flowjson.catalogue.versions import Version, v

_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF")
_URL_SAFE = re.compile(r"[A-Za-z0-9_-]+={0,2}")
_STANDARD = re.compile(r"[A-Za-z0-9+/]+={0,2}")


ROW_IMAGE_KB = 100
"""The image of a row has at most this many KB, before `SMALL_ROW_IMAGES_SINCE` as many as other images."""

SMALL_ROW_IMAGES_SINCE = v("6.0")


def image_fault(text: str, largest_kb: int = IMAGE_KB) -> str:
    """Why a phone draws nothing for this text, as a sentence; empty for an image, and for no text at all."""
    compact = "".join(text.split())
    if not compact:
        return ""
    if compact.startswith("data:"):
        return "It is a data URI. Leave out what stands before the Base64."
    if re.match(r"https?:", compact, re.IGNORECASE):
        return "It is an address. Phones fetch no images: send the image itself, in Base64."
    if not _STANDARD.fullmatch(compact):
        if _URL_SAFE.fullmatch(compact):
            return "It is URL-safe Base64. Use the standard alphabet, with + and /."
        return "It is no Base64."
    kilobytes = len(compact.rstrip("=")) * 3 / 4 / 1024
    if kilobytes > largest_kb:
        return f"It has {math.ceil(kilobytes)} KB. Phones draw images of at most {largest_kb} KB here."
    try:
        start = base64.b64decode(compact[:24] + "=" * (-len(compact[:24]) % 4))
    except (binascii.Error, ValueError):
        return "It is no Base64."
    return "" if start.startswith(_SIGNATURES) else "It is neither a JPEG, PNG, GIF nor WebP."


def row_image_kb(version: Version) -> int:
    """How large the image of an option may be."""
    return ROW_IMAGE_KB if version >= SMALL_ROW_IMAGES_SINCE else IMAGE_KB
