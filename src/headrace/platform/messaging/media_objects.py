"""The object that names a file in a message: by the address it is fetched from, or by the id of an upload."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields

LONGEST_CAPTION = 1024
_LONGEST_FILE_NAME = 240
_WITHOUT_CAPTION = frozenset({"audio", "sticker"})


@dataclass(frozen=True, slots=True)
class MediaName:
    """A file named by its `id`, or by the `link` it is fetched from; as what `kind` it is sent, and where the name
    stands.
    """

    kind: str
    path: str
    id: str | None = None
    link: str | None = None


def read_media(media: Fields, kind: str) -> MediaName:
    """Checks the object of an image, a video, a document, an audio or a sticker."""
    if media.has("caption"):
        if kind in _WITHOUT_CAPTION:
            raise MEMBER_INVALID.detailed(f"`{media.path('caption')}` does not go with `{kind}`. Leave it out.")
        media.optional_text("caption", longest=LONGEST_CAPTION)
    media.optional_text("filename", longest=_LONGEST_FILE_NAME)
    if media.has("link"):
        return MediaName(kind, media.path("link"), link=check_address(media, "link"))
    if not media.has("id"):
        raise MEMBER_MISSING.detailed(
            f"`{media.path('link')}` is missing. Give the address of the {kind}, or the `id` of an upload."
        )
    return MediaName(kind, media.path("id"), id=media.text("id"))


def check_address(owner: Fields, name: str) -> str:
    """A web address with http or https."""
    link = owner.text(name)
    try:
        address = urlsplit(link)
        usable = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise MEMBER_INVALID.detailed(f"`{owner.path(name)}` is no web address. It starts with https://.")
    return link
