"""The files that responses name, fetched from WhatsApp when somebody looks at them."""

from headrace.business.connections.service import find_own_connection
from headrace.business.context import BusinessContext
from headrace.business.responses.labelling import SentFile
from headrace.business.responses.service import ResponseView
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import RemoteMedia, WhatsAppRefused
from headrace.business.whatsapp.media import get_media, media_content


class FileUnusable(Exception):
    """A file cannot be shown. The words are fit to be shown."""


async def describe_file(
    context: BusinessContext, caller: Caller, response: ResponseView, media_id: str
) -> RemoteMedia | None:
    """What WhatsApp says about a file of a response; none when it no longer keeps it."""
    caller.require(Permission.READ_RESPONSES)
    async with context.database.reading() as session:
        connection = await find_own_connection(session, context.vault, caller, response.connection_id)
    try:
        return None if connection is None else await get_media(context.whatsapp(connection), media_id)
    except WhatsAppRefused:
        return None


async def fetch_file(context: BusinessContext, caller: Caller, response: ResponseView, file: SentFile) -> bytes:
    """The content of a file that a response names. Raises `FileUnusable`."""
    caller.require(Permission.READ_RESPONSES)
    async with context.database.reading() as session:
        connection = await find_own_connection(session, context.vault, caller, response.connection_id)
    if connection is None:
        raise FileUnusable(f"{file.file_name} cannot be fetched: the connection it came through was removed.")
    whatsapp = context.whatsapp(connection)
    try:
        content = await media_content(whatsapp, await get_media(whatsapp, file.id))
    except WhatsAppRefused as refusal:
        raise FileUnusable(f"{file.file_name} cannot be fetched: {refusal.message}") from refusal
    if not file.is_hash_of(content):
        raise FileUnusable(f"{file.file_name} is not what was sent: its hash differs.")
    return content
