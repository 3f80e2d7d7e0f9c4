"""Webhooks as WhatsApp sends them, signed, and a client that delivers them."""

import hashlib
import hmac
import json
from typing import Any

import httpx
from starlette.applications import Starlette

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.inbound import routes as inbound


def client(context: BusinessContext) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(Starlette(routes=inbound.open_routes(context)))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


def signed(body: bytes, secret: str = "app secret") -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


async def deliver(context: BusinessContext, connection: Connection, *bodies: bytes) -> int:
    """Delivers webhooks one after another, then has them worked out; the status of the last answer."""
    async with client(context) as http:
        for body in bodies:
            path = inbound.callback_path(connection)
            status = (await http.post(path, content=body, headers=signed(body, connection.app.secret))).status_code
    await context.jobs.drain()
    return status


def envelope(value: dict[str, Any], field: str = "messages") -> bytes:
    change = {"field": field, "value": value}
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}).encode()


def reply(response: str, wamid: str = "wamid.in", *, answers: str = "wamid.out") -> dict[str, Any]:
    """The value of a webhook that brings the answer to a Flow; `response` is its `response_json`."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "442079460101", "phone_number_id": "55"},
        "contacts": [{"profile": {"name": "Amara"}, "wa_id": "447700900101", "user_id": "GB.1"}],
        "messages": [
            {
                "from": "447700900101",
                "id": wamid,
                "timestamp": "1795356000",
                "type": "interactive",
                "context": {"from": "442079460101", "id": answers},
                "interactive": {
                    "type": "nfm_reply",
                    "nfm_reply": {"name": "flow", "body": "Sent", "response_json": response},
                },
            }
        ],
    }


def echo(wamid: str = "wamid.out", *, flow_id: str = "9001", token: str = "t-1") -> bytes:
    """The webhook that tells of a Flow message which another app sent."""
    parameters = {"flow_id": flow_id, "flow_name": "Sign up", "flow_token": token}
    message = {
        "from": "442079460101",
        "to": "447700900101",
        "id": wamid,
        "timestamp": "1795355000",
        "type": "interactive",
        "interactive": {"type": "flow", "action": {"parameters": parameters}},
    }
    return envelope({"metadata": {"phone_number_id": "55"}, "message_echoes": [message]}, "message_echoes")


def template_echo(wamid: str, name: str, *, token: str) -> bytes:
    """The webhook that tells of a template message with a FLOW button which another app sent."""
    action = {"type": "action", "action": {"flow_token": token}}
    message = {
        "from": "442079460101",
        "to": "447700900101",
        "id": wamid,
        "timestamp": "1795355000",
        "type": "template",
        "template": {
            "name": name,
            "language": {"code": "en_GB"},
            "components": [{"type": "button", "sub_type": "FLOW", "index": 0, "parameters": [action]}],
        },
    }
    return envelope({"metadata": {"phone_number_id": "55"}, "message_echoes": [message]}, "message_echoes")


def status(wamid: str, status: str, **more: Any) -> bytes:
    """The webhook that tells how far a message came."""
    return envelope({"statuses": [{"id": wamid, "status": status, **more}]})
