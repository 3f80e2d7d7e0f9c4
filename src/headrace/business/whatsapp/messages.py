"""Senders, and sending messages from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from headrace.business.whatsapp.client import WhatsApp


@dataclass(frozen=True)
class Sender:
    """A phone number of the business."""

    id: str
    display_number: str
    verified_name: str
    waba_id: str


@dataclass(frozen=True)
class FlowInvitation:
    """An interactive Flow message. `action` is `navigate` or `data_exchange`, `mode` `published` or `draft`.

    `callback_data` comes back in every status webhook of the message. `screen` and `data` go only with `navigate`.
    """

    flow_id: str
    flow_token: str
    cta: str
    body: str
    action: str
    mode: str
    callback_data: str
    header: str = ""
    footer: str = ""
    screen: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


async def list_senders(whatsapp: WhatsApp) -> list[Sender]:
    """Every phone number of every WABA of the connection."""
    senders: list[Sender] = []
    for waba_id in whatsapp.access.waba_ids:
        query = {"fields": "id,display_phone_number,verified_name"}
        senders.extend(
            Sender(entry["id"], entry.get("display_phone_number", ""), entry.get("verified_name", ""), waba_id)
            for entry in await whatsapp.pages(f"{waba_id}/phone_numbers", query)
        )
    return senders


async def send_invitation(whatsapp: WhatsApp, invitation: FlowInvitation, phone_number_id: str, to_wa_id: str) -> str:
    """Sends an interactive Flow message and returns its wamid."""
    parameters: dict[str, Any] = {
        "flow_message_version": "3",
        "flow_id": invitation.flow_id,
        "flow_cta": invitation.cta,
        "mode": invitation.mode,
        "flow_token": invitation.flow_token,
        "flow_action": invitation.action,
    }
    if invitation.action == "navigate" and (invitation.screen or invitation.data):
        payload: dict[str, Any] = {"screen": invitation.screen} if invitation.screen else {}
        parameters["flow_action_payload"] = {**payload, **({"data": dict(invitation.data)} if invitation.data else {})}
    around: dict[str, Any] = {"header": {"type": "text", "text": invitation.header}} if invitation.header else {}
    if invitation.footer:
        around["footer"] = {"text": invitation.footer}
    message = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to_wa_id,
        "type": "interactive",
        "interactive": {
            "type": "flow",
            **around,
            "body": {"text": invitation.body},
            "action": {"name": "flow", "parameters": parameters},
        },
        "biz_opaque_callback_data": invitation.callback_data,
    }
    answer = await whatsapp.post(f"{quote(phone_number_id, safe='')}/messages", message)
    return str(answer["messages"][0]["id"])
