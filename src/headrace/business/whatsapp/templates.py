"""Message templates: listing, creating and sending them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from headrace.business.whatsapp.client import WhatsApp

_FIELDS = "id,name,language,status,category,parameter_format,components,rejected_reason,quality_score"


@dataclass(frozen=True)
class RemoteTemplate:
    """A template as WhatsApp lists it. `components` are WhatsApp's own; `flow_id` is the Flow of its FLOW button and
    `flow_button` the button's place.
    """

    id: str
    name: str
    language: str
    status: str
    category: str
    parameter_format: str
    components: tuple[Mapping[str, Any], ...]
    waba_id: str
    rejected_reason: str | None
    quality: str | None
    flow_id: str | None
    flow_button: int | None

    @property
    def body(self) -> str:
        """The text of the body, with its placeholders."""
        return next((str(part.get("text", "")) for part in self.components if part.get("type") == "BODY"), "")


@dataclass(frozen=True)
class TemplateInvitation:
    """A template message. `body` and `header` are the values of the placeholders, in order, or by name.

    `flow_token` and `flow_data` are for the FLOW button, whose place is `flow_button`; `callback_data` comes back in
    every status webhook.
    """

    name: str
    language: str
    body: Sequence[str] | Mapping[str, str] = ()
    header: Sequence[str] | Mapping[str, str] = ()
    flow_button: int | None = None
    flow_token: str | None = None
    flow_data: Mapping[str, Any] | None = None
    other_components: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    callback_data: str | None = None


async def list_templates(whatsapp: WhatsApp, **filters: str) -> list[RemoteTemplate]:
    """Every template of every WABA of the connection; `filters` are Graph's: `status`, `name`, `language` …"""
    templates: list[RemoteTemplate] = []
    for waba_id in whatsapp.access.waba_ids:
        entries = await whatsapp.pages(f"{waba_id}/message_templates", {"fields": _FIELDS, **filters})
        templates.extend(_template(entry, waba_id) for entry in entries)
    return templates


async def find_template(whatsapp: WhatsApp, waba_id: str, name: str, language: str) -> RemoteTemplate | None:
    """The template of a WABA with this name in this language; none when there is no such template any more."""
    query = {"fields": _FIELDS, "name": name, "language": language}
    entries = await whatsapp.pages(f"{quote(waba_id, safe='')}/message_templates", query)
    found = (entry for entry in entries if entry.get("name") == name and entry.get("language") == language)
    return next((_template(entry, waba_id) for entry in found), None)


async def create_template(
    whatsapp: WhatsApp,
    waba_id: str,
    *,
    name: str,
    language: str,
    category: str,
    components: Sequence[Mapping[str, Any]],
    parameter_format: str = "POSITIONAL",
) -> str:
    """Creates a template, to be reviewed, and returns its id."""
    body = {
        "name": name,
        "language": language,
        "category": category,
        "parameter_format": parameter_format,
        "components": list(components),
    }
    return str((await whatsapp.post(f"{quote(waba_id, safe='')}/message_templates", body))["id"])


async def change_template(whatsapp: WhatsApp, template_id: str, components: Sequence[Mapping[str, Any]]) -> None:
    """Changes what a template says; it is reviewed anew."""
    await whatsapp.post(quote(template_id, safe=""), {"components": list(components)})


async def delete_template(whatsapp: WhatsApp, waba_id: str, name: str, template_id: str) -> None:
    """Takes a template away, in this one language."""
    query = urlencode({"name": name, "hsm_id": template_id})
    await whatsapp.delete(f"{quote(waba_id, safe='')}/message_templates?{query}")


async def send_template(whatsapp: WhatsApp, invitation: TemplateInvitation, phone_number_id: str, to_wa_id: str) -> str:
    """Sends a template message, which needs no open window, and returns its wamid."""
    components = [
        *_texts("header", invitation.header),
        *_texts("body", invitation.body),
        *_flow_button(invitation),
        *invitation.other_components,
    ]
    template: dict[str, Any] = {"name": invitation.name, "language": {"code": invitation.language}}
    if components:
        template["components"] = components
    message: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": to_wa_id,
        "type": "template",
        "template": template,
    }
    if invitation.callback_data is not None:
        message["biz_opaque_callback_data"] = invitation.callback_data
    answer = await whatsapp.post(f"{quote(phone_number_id, safe='')}/messages", message)
    return str(answer["messages"][0]["id"])


def _texts(part: str, values: Sequence[str] | Mapping[str, str]) -> list[dict[str, Any]]:
    if not values:
        return []
    if isinstance(values, Mapping):
        parameters = [{"type": "text", "parameter_name": name, "text": value} for name, value in values.items()]
    else:
        parameters = [{"type": "text", "text": value} for value in values]
    return [{"type": part, "parameters": parameters}]


def _flow_button(invitation: TemplateInvitation) -> list[dict[str, Any]]:
    if invitation.flow_button is None:
        return []
    action: dict[str, Any] = {}
    if invitation.flow_token is not None:
        action["flow_token"] = invitation.flow_token
    if invitation.flow_data:
        action["flow_action_data"] = dict(invitation.flow_data)
    parameter = {"type": "action", "action": action}
    index = str(invitation.flow_button)
    return [{"type": "button", "sub_type": "flow", "index": index, "parameters": [parameter]}]


def _template(entry: dict[str, Any], waba_id: str) -> RemoteTemplate:
    components = tuple(part for part in entry.get("components", ()) if isinstance(part, dict))
    buttons = [button for part in components if part.get("type") == "BUTTONS" for button in part.get("buttons", ())]
    place = next((place for place, button in enumerate(buttons) if button.get("type") == "FLOW"), None)
    quality = entry.get("quality_score")
    return RemoteTemplate(
        id=str(entry["id"]),
        name=str(entry.get("name", "")),
        language=str(entry.get("language", "")),
        status=str(entry.get("status", "")),
        category=str(entry.get("category", "")),
        parameter_format=str(entry.get("parameter_format", "POSITIONAL")),
        components=components,
        waba_id=waba_id,
        rejected_reason=entry.get("rejected_reason"),
        quality=quality.get("score") if isinstance(quality, dict) else None,
        flow_id=None if place is None or "flow_id" not in buttons[place] else str(buttons[place]["flow_id"]),
        flow_button=place,
    )
