"""What webhooks say, read from their bodies. Pure: it looks nothing up and changes nothing.

A body is a list of changes, each with a field and a value. Whatever has another shape than WhatsApp gives it is passed
over, so that a webhook of tomorrow does no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from headrace.business.flows.messages import Echo, StatusNotice, TemplateName, token_of
from headrace.business.people.service import Writer
from headrace.business.responses.service import Reply
from headrace.business.whatsapp.subscriptions import TEMPLATE_FIELDS


@dataclass(frozen=True)
class Waiting:
    """A stored webhook that is not worked out yet."""

    id: int
    received_at: datetime
    body: str


@dataclass
class Changes:
    """Everything that some webhooks say, in the order in which they came."""

    writers: list[Writer] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    statuses: list[StatusNotice] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    changed_flows: list[str] = field(default_factory=list)
    has_templates: bool = False


def read_webhooks(webhooks: list[Waiting]) -> Changes:
    """Reads them all. Raises whatever a body raises that nobody foresaw."""
    changes = Changes()
    for webhook in webhooks:
        for waba_id, name, value in _changes(orjson.loads(webhook.body)):
            if name == "messages":
                _read_messages(changes, webhook, value)
            elif name == "message_echoes":
                _read_echoes(changes, webhook, waba_id, value)
            elif name == "flows" and value.get("flow_id"):
                changes.changed_flows.append(str(value["flow_id"]))
            elif name in TEMPLATE_FIELDS:
                changes.has_templates = True
    return changes


def _changes(envelope: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The WABA, the field and the value of every change."""
    for entry in _objects(envelope, "entry"):
        for change in _objects(entry, "changes"):
            value = change.get("value")
            if isinstance(value, dict):
                yield str(entry.get("id", "")), str(change.get("field", "")), value


def _read_messages(changes: Changes, webhook: Waiting, value: dict[str, Any]) -> None:
    """Field `messages`: people who wrote, answers to Flows, statuses of what was sent."""
    contacts = _objects(value, "contacts")
    for message in _objects(value, "messages"):
        _read_message(changes, webhook, message, contacts)
    for status in _objects(value, "statuses"):
        errors = _objects(status, "errors")
        changes.statuses.append(
            StatusNotice(
                wamid=str(status.get("id", "")),
                status=str(status.get("status", "")),
                error=str(errors[0].get("title", "")) if errors else None,
                flow_token=token_of(str(status.get("biz_opaque_callback_data", ""))),
            )
        )


def _read_message(changes: Changes, webhook: Waiting, message: dict[str, Any], contacts: list[dict[str, Any]]) -> None:
    wa_id = str(message.get("from") or message.get("from_user_id") or "")
    if not wa_id:
        return
    contact = next((entry for entry in contacts if entry.get("wa_id") == wa_id), contacts[0] if contacts else {})
    profile = contact.get("profile")
    at = _moment(message.get("timestamp"), webhook.received_at)
    name = _text(profile.get("name")) if isinstance(profile, dict) else None
    changes.writers.append(Writer(wa_id, name, _text(contact.get("user_id")), at, at))
    interactive = message.get("interactive")
    if isinstance(interactive, dict) and interactive.get("type") == "nfm_reply":
        changes.replies.append(
            Reply(
                wamid=str(message.get("id", "")),
                message_wamid=_context(message),
                wa_id=wa_id,
                webhook_id=webhook.id,
                values=_response_values(interactive.get("nfm_reply")),
                received_at=at,
            )
        )


def _read_echoes(changes: Changes, webhook: Waiting, waba_id: str, value: dict[str, Any]) -> None:
    """Field `message_echoes`: a Flow message that another app of the business sent; it tells which Flow it carried."""
    metadata = value.get("metadata")
    sender = str(metadata.get("phone_number_id", "")) if isinstance(metadata, dict) else ""
    for echo in _objects(value, "message_echoes"):
        template = _template_of(echo, waba_id)
        parameters = _flow_parameters(echo) if template is None else _flow_action(echo)
        wamid = str(echo.get("id", ""))
        if parameters is None or not wamid:
            continue
        changes.echoes.append(
            Echo(
                wamid=wamid,
                flow_id=_text(parameters.get("flow_id")),
                flow_name=_text(parameters.get("flow_name")),
                flow_token=_text(parameters.get("flow_token")),
                phone_number_id=sender,
                wa_id=str(echo.get("to", "")),
                sent_at=_moment(echo.get("timestamp"), webhook.received_at),
                template=template,
            )
        )


def _template_of(echo: dict[str, Any], waba_id: str) -> TemplateName | None:
    template = echo.get("template")
    language = template.get("language") if isinstance(template, dict) else None
    if not isinstance(template, dict) or not isinstance(language, dict):
        return None
    return TemplateName(waba_id, str(template.get("name", "")), str(language.get("code", "")))


def _flow_action(echo: dict[str, Any]) -> dict[str, Any]:
    """What a template message hands to its FLOW button; it may be left out entirely."""
    for component in _objects(echo.get("template"), "components"):
        if str(component.get("sub_type", "")).lower() == "flow":
            for parameter in _objects(component, "parameters"):
                action = parameter.get("action")
                if isinstance(action, dict):
                    return {"flow_token": action.get("flow_token")}
    return {}


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


def _objects(value: Any, name: str) -> list[dict[str, Any]]:
    entries = value.get(name) if isinstance(value, dict) else None
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _moment(seconds: Any, otherwise: datetime) -> datetime:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return otherwise
