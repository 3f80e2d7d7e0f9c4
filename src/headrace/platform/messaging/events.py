"""What the business is told: the `value` of `messages` and `message_echoes` webhooks.

A `message` is a row of `messages`, or its columns.
"""

import hashlib
from datetime import datetime
from typing import Any

from headrace.clock import unix_seconds
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.messaging import window
from headrace.platform.messaging.models import UNSUPPORTED
from headrace.platform.users.models import User

_SERVICE_PRICING = {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
_PRICED = frozenset({"sent", "delivered"})


def inbound(sender: PhoneNumber, user: User, message: Any) -> dict[str, Any]:
    """A message of a person. The number and the user id are both sent: old clients read one, new ones the other."""
    entry: dict[str, Any] = {
        "from": user.wa_id,
        "from_user_id": user.user_id,
        "id": message.wamid,
        "timestamp": str(unix_seconds(message.created_at)),
        "type": message.type,
        "errors" if message.type == UNSUPPORTED else message.type: message.payload,
    }
    if message.context_wamid is not None:
        entry["context"] = {"from": sender.digits, "id": message.context_wamid}
    return {**_head(sender), "contacts": [_contact(message.wa_id, user)], "messages": [entry]}


def status(
    sender: PhoneNumber,
    user: User | None,
    message: Any,
    reached: str,
    at: datetime,
    window_closes_at: datetime | None,
) -> dict[str, Any]:
    """Where a message of the business has got to: the status `reached`, at `at`.

    `contacts` is sent for every status, also a failed one; a number that is nobody on this box has no user id.
    """
    entry: dict[str, Any] = {
        "id": message.wamid,
        "status": reached,
        "timestamp": str(unix_seconds(at)),
        "recipient_id": message.wa_id,
    }
    if user is not None:
        entry["recipient_user_id"] = user.user_id
    if message.callback_data is not None:
        entry["biz_opaque_callback_data"] = message.callback_data
    if reached == "failed":
        entry["errors"] = [message.error]
    elif message.pricing is not None or window_closes_at is not None:
        pricing = _SERVICE_PRICING if message.pricing is None else message.pricing
        # A template begins a conversation of its own kind, whether or not the person's window is open.
        ends_at = window_closes_at if message.pricing is None else None
        ends_at = ends_at or message.created_at + window.LENGTH
        entry["conversation"] = _conversation(message, reached, ends_at, str(pricing["category"]))
        if reached in _PRICED:
            entry["pricing"] = dict(pricing)
    return {**_head(sender), "contacts": [_contact(message.wa_id, user)], "statuses": [entry]}


def echo(sender: PhoneNumber, message: Any) -> dict[str, Any]:
    """A message of the business as it was accepted, told to the apps of its WABA."""
    entry: dict[str, Any] = {
        "from": sender.digits,
        "to": message.wa_id,
        "id": message.wamid,
        "timestamp": str(unix_seconds(message.created_at)),
        "type": message.type,
        message.type: message.payload,
    }
    if message.context_wamid is not None:
        entry["context"] = {"id": message.context_wamid}
    return {**_head(sender), "message_echoes": [entry]}


def _head(sender: PhoneNumber) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": sender.digits, "phone_number_id": sender.id},
    }


def _contact(wa_id: str, user: User | None) -> dict[str, Any]:
    if user is None:
        return {"wa_id": wa_id}
    return {"profile": {"name": user.name}, "wa_id": user.wa_id, "user_id": user.user_id}


def _conversation(message: Any, reached: str, ends_at: datetime, category: str) -> dict[str, Any]:
    # One conversation lasts as long as its window, so its id follows from who talks with whom and until when.
    key = f"{message.phone_number_id}:{message.wa_id}:{unix_seconds(ends_at)}"
    if category != _SERVICE_PRICING["category"]:
        key += f":{category}"
    conversation: dict[str, Any] = {
        "id": hashlib.sha256(key.encode()).hexdigest()[:32],
        "origin": {"type": category},
    }
    if reached == "sent":
        conversation["expiration_timestamp"] = str(unix_seconds(ends_at))
    return conversation
