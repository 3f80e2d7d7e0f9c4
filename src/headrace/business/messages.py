"""What WhatsApp's `messages` and `message_echoes` webhooks mean to the business."""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select

from headrace.business.flows.models import FlowMessage
from headrace.business.flows.service import attach_copy, note_status
from headrace.business.people.service import note_person
from headrace.business.responses.models import ReceivedWebhook
from headrace.business.responses.service import store_response
from headrace.business.side import BusinessSide


async def on_messages(side: BusinessSide, webhook: ReceivedWebhook, value: dict[str, Any]) -> None:
    """Field `messages`: people who wrote, answers to Flows, statuses of what was sent (webhooks.md § 3.5, 3.6)."""
    contacts = _objects(value, "contacts")
    for message in _objects(value, "messages"):
        await _on_message(side, webhook, message, contacts)
    for status in _objects(value, "statuses"):
        errors = _objects(status, "errors")
        reason = str(errors[0].get("title", "")) if errors else None
        async with side.database.transaction() as session:
            await note_status(session, str(status.get("id", "")), str(status.get("status", "")), reason)


async def _on_message(
    side: BusinessSide, webhook: ReceivedWebhook, message: dict[str, Any], contacts: list[dict[str, Any]]
) -> None:
    wa_id = str(message.get("from") or message.get("from_user_id") or "")
    if not wa_id:
        return
    contact = next((entry for entry in contacts if entry.get("wa_id") == wa_id), contacts[0] if contacts else {})
    profile = contact.get("profile")
    async with side.database.transaction() as session:
        person = await note_person(
            session,
            wa_id,
            name=profile.get("name") if isinstance(profile, dict) else None,
            user_id=contact.get("user_id"),
            wrote_at=_moment(message.get("timestamp"), webhook.received_at),
        )
        person_id = person.id
    interactive = message.get("interactive")
    if isinstance(interactive, dict) and interactive.get("type") == "nfm_reply":
        await store_response(
            side,
            webhook,
            person_id=person_id,
            wamid=str(message.get("id", "")),
            message_wamid=_context(message),
            values=_response_values(interactive.get("nfm_reply")),
            received_at=_moment(message.get("timestamp"), webhook.received_at),
        )


async def on_message_echoes(side: BusinessSide, webhook: ReceivedWebhook, value: dict[str, Any]) -> None:
    """Field `message_echoes`: a Flow message that another app of the business sent; it tells which Flow it carried."""
    metadata = value.get("metadata")
    phone_number_id = str(metadata.get("phone_number_id", "")) if isinstance(metadata, dict) else ""
    for echo in _objects(value, "message_echoes"):
        parameters = _flow_parameters(echo)
        wamid = str(echo.get("id", ""))
        if parameters is None or not wamid:
            continue
        async with side.database.transaction() as session:
            known = await session.execute(select(FlowMessage.id).where(FlowMessage.wamid == wamid))
            if known.scalar_one_or_none() is None:
                session.add(
                    FlowMessage(
                        wamid=wamid,
                        flow_id=_text(parameters.get("flow_id")),
                        flow_name=_text(parameters.get("flow_name")),
                        flow_token=_text(parameters.get("flow_token")),
                        phone_number_id=phone_number_id,
                        wa_id=str(echo.get("to", "")),
                        sent_at=_moment(echo.get("timestamp"), webhook.received_at),
                    )
                )
        await attach_copy(side, wamid)


def _flow_parameters(echo: dict[str, Any]) -> dict[str, Any] | None:
    interactive = echo.get("interactive")
    if not isinstance(interactive, dict) or interactive.get("type") != "flow":
        return None
    action = interactive.get("action")
    parameters = action.get("parameters") if isinstance(action, dict) else None
    return parameters if isinstance(parameters, dict) else None


def _response_values(reply: Any) -> dict[str, Any]:
    text = reply.get("response_json") if isinstance(reply, dict) else None
    try:
        values = orjson.loads(text) if isinstance(text, str) else None
    except orjson.JSONDecodeError:
        return {"response_json": text}
    return values if isinstance(values, dict) else {"response_json": text}


def _context(message: dict[str, Any]) -> str | None:
    context = message.get("context")
    return _text(context.get("id")) if isinstance(context, dict) else None


def _objects(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    entries = value.get(name)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(seconds: Any, otherwise: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise
