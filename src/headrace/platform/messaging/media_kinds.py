"""The kinds of files that messages carry: what they may be and how large (docs/messages.md)."""

from collections.abc import Mapping
from dataclasses import dataclass

_MEGABYTE = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True)
class MediaKind:
    """`name` is also the type of the message that carries such a file; `largest` is in bytes."""

    name: str
    mime_types: frozenset[str]
    largest: int


KINDS: Mapping[str, MediaKind] = {
    kind.name: kind
    for kind in (
        MediaKind(
            "audio",
            frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"}),
            16 * _MEGABYTE,
        ),
        MediaKind(
            "document",
            frozenset(
                {
                    "text/plain",
                    "application/pdf",
                    "application/msword",
                    "application/vnd.ms-excel",
                    "application/vnd.ms-powerpoint",
                    f"{_OFFICE}.wordprocessingml.document",
                    f"{_OFFICE}.spreadsheetml.sheet",
                    f"{_OFFICE}.presentationml.presentation",
                }
            ),
            100 * _MEGABYTE,
        ),
        MediaKind("image", frozenset({"image/jpeg", "image/png"}), 5 * _MEGABYTE),
        MediaKind("sticker", frozenset({"image/webp"}), 500 * 1024),
        MediaKind("video", frozenset({"video/mp4", "video/3gpp"}), 16 * _MEGABYTE),
    )
}

MIME_TYPES = tuple(sorted({mime for kind in KINDS.values() for mime in kind.mime_types}))


def unfit_for(kind: str, mime_type: str) -> str | None:
    """Why a file of this type cannot be sent as a `kind`, in a sentence; None where it can."""
    found = kind_of(mime_type)
    if found is not None and found.name == kind:
        return None
    allowed = ", ".join(sorted(KINDS[kind].mime_types))
    return f"Unsupported {kind} mime type {mime_type[:80]}. Please use one of {allowed}."


def kind_of(mime_type: str) -> MediaKind | None:
    """The kind of a file by its type; a parameter such as `; codecs=opus` does not count."""
    plain = mime_type.partition(";")[0].strip().lower()
    return next((kind for kind in KINDS.values() if plain in kind.mime_types), None)
