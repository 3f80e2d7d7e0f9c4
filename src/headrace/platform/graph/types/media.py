"""Media: `/{media}`, files that people sent (docs/messages.md)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import MESSAGING, Caller
from headrace.platform.errors import UnknownObject
from headrace.platform.graph import attachments
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Field, NodeType, Operation, Reading, attribute, fixed
from headrace.platform.graph.selection import Selected
from headrace.platform.messaging import media as service
from headrace.platform.messaging.models import Media


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


async def _delete(call: Call, media_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        media = await _find(session, call.caller, media_id)
        _check(call, media)
        await service.delete_media(session, media)
    return {"success": True}


MEDIA = NodeType(
    name="WhatsAppMedia",
    row=Media,
    find=_find,
    fields={
        "messaging_product": fixed("whatsapp", is_default=True),
        "url": Field(_url, is_default=True),
        "mime_type": attribute("mime_type", is_default=True),
        "sha256": attribute("sha256", is_default=True),
        "file_size": attribute("size", is_default=True),
        "id": attribute("id", is_default=True),
    },
    operations={"DELETE": Operation(_delete, scope=MESSAGING)},
    scope=MESSAGING,
)
