"""Files that WhatsApp keeps."""

from dataclasses import dataclass
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp
from headrace.business.whatsapp.errors import UNREADABLE, WhatsAppRefused


@dataclass(frozen=True)
class RemoteMedia:
    """A file that WhatsApp keeps: `url` can be fetched for five minutes, `size` is in bytes."""

    id: str
    url: str
    mime_type: str
    size: int


async def get_media(whatsapp: WhatsApp, media_id: str) -> RemoteMedia:
    """What WhatsApp says about a file; ids that came in a webhook are good for 7 days."""
    entry = await whatsapp.get(quote(media_id, safe=""))
    try:
        return RemoteMedia(str(entry["id"]), str(entry["url"]), str(entry["mime_type"]), int(entry.get("file_size", 0)))
    except (KeyError, ValueError, TypeError) as error:
        words = f"WhatsApp described the media {media_id} without its address."
        raise WhatsAppRefused(UNREADABLE, words) from error


async def media_content(whatsapp: WhatsApp, media: RemoteMedia) -> bytes:
    """The file itself."""
    return await whatsapp.content(media.url)
