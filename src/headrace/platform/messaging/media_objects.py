"""The object that names a file in a message: by the address it is fetched from, or by the id of an upload."""

from urllib.parse import urlsplit

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING
from headrace.platform.messaging.fields import Fields


def check_media(media: Fields, kind: str) -> None:
    """Checks the object of an image, a video or a document."""
    if not media.has("link"):
        if media.has("id"):
            raise MEMBER_INVALID.detailed(
                f"`{media.path('id')}` is no media on this box, which keeps none. Give a `link`."
            )
        raise MEMBER_MISSING.detailed(f"`{media.path('link')}` is missing. Give the address of the {kind}.")
    check_address(media, "link")


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
