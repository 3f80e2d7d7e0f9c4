"""Media: `/{media}`, files that people sent and that the business uploaded (docs/messages.md)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import MESSAGING, Caller
from headrace.platform.accounts.service import find_phone_number
from headrace.platform.errors import UnknownObject
from headrace.platform.graph import attachments
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Field, NodeType, Operation, Read, Reading, attribute, fixed
from headrace.platform.graph.parameters import missing, one_of
from headrace.platform.graph.selection import Selected
from headrace.platform.messaging import media as service
from headrace.platform.messaging import media_files
from headrace.platform.messaging.models import Media, MediaFile


async def _find(session: AsyncSession, caller: Caller, media_id: str) -> Media:
    return await service.find_media(session, caller.business_id, media_id)


def _check(call: Call, media: Media) -> None:
    """A caller may name the sender that the media has to be of."""
    wanted = call.parameters.text("phone_number_id")
    if service.has_expired(media, call.box.clock.now()) or wanted not in (None, media.phone_number_id):
        raise UnknownObject(media.id)


async def _url(reading: Reading, media: Media, _selected: Selected) -> str:
    call = reading.call
    _check(call, media)
    return await attachments.link(reading.session, call.box.clock, call.base_url, media.id)


async def _find_file(session: AsyncSession, caller: Caller, media_id: str) -> MediaFile:
    return await media_files.find(session, caller.business_id, media_id)


def _check_file(call: Call, file: MediaFile) -> None:
    wanted = call.parameters.text("phone_number_id")
    if media_files.has_expired(file, call.box.clock.now()) or wanted not in (None, file.phone_number_id):
        raise UnknownObject(file.id)


async def _file_url(reading: Reading, file: MediaFile, _selected: Selected) -> str:
    call = reading.call
    _check_file(call, file)
    return await attachments.link(reading.session, call.box.clock, call.base_url, file.id)


async def _delete_file(call: Call, media_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        file = await _find_file(session, call.caller, media_id)
        _check_file(call, file)
        media_files.delete(file, call.box.clock.now())
    return {"success": True}


async def upload(call: Call, phone_number_id: str) -> dict[str, Any]:
    """`POST /{phone number}/media`: keeps a file for messages of this sender."""
    product = call.parameters.required("messaging_product")
    if product.lower() != "whatsapp":
        raise one_of("messaging_product", product, ["whatsapp"])
    file = call.parameters.upload("file")
    if file is None:
        raise missing("file")
    mime_type = call.parameters.text("type", longest=200) or file.content_type
    media_files.check_file(mime_type, file.content)
    async with call.box.database.transaction() as session:
        number = await find_phone_number(session, call.caller.business_id, phone_number_id)
        kept = await media_files.keep(
            session, call.box, number.id, file_name=file.filename, mime_type=mime_type, content=file.content
        )
    return {"id": kept.id}


async def _delete(call: Call, media_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        media = await _find(session, call.caller, media_id)
        _check(call, media)
        await service.delete_media(session, media)
    return {"success": True}


def _fields(url: Read) -> dict[str, Field]:
    return {
        "messaging_product": fixed("whatsapp", is_default=True),
        "url": Field(url, is_default=True),
        "mime_type": attribute("mime_type", is_default=True),
        "sha256": attribute("sha256", is_default=True),
        "file_size": attribute("size", is_default=True),
        "id": attribute("id", is_default=True),
    }


MEDIA = NodeType(
    name="WhatsAppMedia",
    row=Media,
    find=_find,
    fields=_fields(_url),
    operations={"DELETE": Operation(_delete, scope=MESSAGING)},
    scope=MESSAGING,
)
"""Files that people attached in Flows."""

MEDIA_FILE = NodeType(
    name="WhatsAppMedia",
    row=MediaFile,
    find=_find_file,
    fields=_fields(_file_url),
    operations={"DELETE": Operation(_delete_file, scope=MESSAGING)},
    scope=MESSAGING,
)
"""Files of messages."""
