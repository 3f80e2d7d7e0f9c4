"""Listing, creating, changing, deleting and sending templates: each act goes to WhatsApp, then into the log."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.flows.copies import current_copy
from headrace.business.flows.messages import callback_data
from headrace.business.flows.remote import connections_of
from headrace.business.flows.sending import NotSendable, Recorded, send_recorded
from headrace.business.team import Caller, Permission, topic
from headrace.business.team.audit import Act, note
from headrace.business.templates.drafts import NAMED, NotWritten, TemplateDraft, draft_of, other_parts, placeholders
from headrace.business.whatsapp import (
    UNKNOWN_OBJECT,
    RemoteTemplate,
    Sender,
    TemplateInvitation,
    WhatsAppRefused,
)
from headrace.business.whatsapp import templates as graph
from headrace.business.whatsapp.accounts import AccountHealth, account_health
from headrace.business.whatsapp.messages import list_senders
from headrace.database import touch
from headrace.protocol import TemplateStatus

TOPIC = "templates"
"""What open pages follow: a template was made or changed, here or by WhatsApp."""


@dataclass(frozen=True)
class TemplateListing:
    """The templates of every connection that answered, what those said that did not, and how the accounts stand."""

    templates: list[RemoteTemplate]
    refusals: list[WhatsAppRefused]
    accounts: list[AccountHealth]
    is_connected: bool


@dataclass(frozen=True)
class FoundTemplate:
    """A template with the connection that shows it, and the senders of its account."""

    connection: Connection
    template: RemoteTemplate
    senders: list[Sender]


async def list_templates(context: BusinessContext, caller: Caller, *, with_accounts: bool = False) -> TemplateListing:
    """Every template of every WABA of every connection; `with_accounts` asks also how each account stands."""
    caller.require(Permission.READ_FLOWS)
    connections = await connections_of(context, caller)
    listing = TemplateListing([], [], [], is_connected=bool(connections))
    for connection in connections:
        whatsapp = context.whatsapp(connection)
        try:
            listing.templates.extend(await graph.list_templates(whatsapp))
        except WhatsAppRefused as refusal:
            listing.refusals.append(refusal)
            continue
        if with_accounts:
            with contextlib.suppress(WhatsAppRefused):
                for waba_id in connection.access.waba_ids:
                    listing.accounts.append(await account_health(whatsapp, waba_id))
    return listing


async def find_template(context: BusinessContext, caller: Caller, template_id: str) -> FoundTemplate:
    """A template of the workspace's accounts. Raises `WhatsAppRefused` when there is none."""
    caller.require(Permission.READ_FLOWS)
    refused = WhatsAppRefused(UNKNOWN_OBJECT, f"This workspace has no template with the ID {template_id[:40]}.")
    for connection in await connections_of(context, caller):
        whatsapp = context.whatsapp(connection)
        try:
            # A template does not tell its account, so it is looked for among those of the workspace's own.
            found = next((one for one in await graph.list_templates(whatsapp) if one.id == template_id), None)
        except WhatsAppRefused as refusal:
            refused = refusal
            continue
        if found is not None:
            senders = [one for one in await list_senders(whatsapp) if one.waba_id == found.waba_id]
            return FoundTemplate(connection, found, senders)
    raise refused


async def templates_of(
    context: BusinessContext, caller: Caller, connection: Connection, flow_id: str, *, is_all: bool = False
) -> list[RemoteTemplate]:
    """The templates whose button opens a Flow; only those that can be sent, unless `is_all`.

    Raises `WhatsAppRefused`.
    """
    caller.require(Permission.READ_FLOWS)
    templates = await graph.list_templates(context.whatsapp(connection))
    return [one for one in templates if one.flow_id == flow_id and (is_all or obstacle(one) is None)]


async def create(context: BusinessContext, caller: Caller, draft: TemplateDraft) -> str:
    """Creates a template, to be reviewed, and returns its ID. Raises `NotWritten` and `WhatsAppRefused`."""
    caller.require(Permission.EDIT_FLOWS)
    components = draft.components()
    connection = next(
        (one for one in await connections_of(context, caller) if draft.waba_id in one.access.waba_ids), None
    )
    if connection is None:
        raise NotWritten("Choose one of this workspace's WhatsApp Business Accounts.")
    made = await graph.create_template(
        context.whatsapp(connection),
        draft.waba_id,
        name=draft.name,
        language=draft.language,
        category=draft.category,
        components=components,
        parameter_format=draft.parameter_format,
    )
    await _write_down(context, caller, Act.CREATED_TEMPLATE, f"{draft.name} ({draft.language})")
    return made


async def change(context: BusinessContext, caller: Caller, template_id: str, draft: TemplateDraft) -> None:
    """Changes the components of a template, which is reviewed anew. Raises `NotWritten` and `WhatsAppRefused`."""
    caller.require(Permission.EDIT_FLOWS)
    found = await find_template(context, caller, template_id)
    if others := other_parts(found.template):
        raise NotWritten(f"It has {others[0]}, which this page cannot write. Change it by the Graph API.")
    await graph.change_template(context.whatsapp(found.connection), template_id, draft.components())
    await _write_down(context, caller, Act.CHANGED_TEMPLATE, f"{found.template.name} ({found.template.language})")


async def delete(context: BusinessContext, caller: Caller, template_id: str) -> RemoteTemplate:
    """Takes one language of a template away. Raises `WhatsAppRefused`."""
    caller.require(Permission.PUBLISH_FLOWS)
    found = await find_template(context, caller, template_id)
    template = found.template
    await graph.delete_template(context.whatsapp(found.connection), template.waba_id, template.name, template.id)
    await _write_down(context, caller, Act.DELETED_TEMPLATE, f"{template.name} ({template.language})")
    return template


def obstacle(template: RemoteTemplate) -> str | None:
    """Why a template cannot be sent by now, or not from here; none when it can be."""
    if template.status != TemplateStatus.APPROVED:
        return f"Only an approved template can be sent; this one is {template.status.lower().replace('_', ' ')}."
    others = [one for one in other_parts(template) if one not in _NEED_NOTHING]
    return f"It has {others[0]}, whose values this page cannot fill in. Send it by the Graph API." if others else None


_NEED_NOTHING = frozenset({"a button QUICK_REPLY", "a button PHONE_NUMBER", "a button VOICE_CALL"})


async def send(
    context: BusinessContext,
    caller: Caller,
    found: FoundTemplate,
    *,
    sender_id: str,
    wa_id: str,
    values: Mapping[str, str],
    flow_token: str = "",
    flow_data: Mapping[str, Any] | None = None,
) -> str:
    """Sends a template and returns the wamid. `values` fill its placeholders, by their names.

    Raises `NotSendable` and `WhatsAppRefused`.
    """
    caller.require(Permission.SEND_FLOWS)
    template = found.template
    if problem := obstacle(template):
        raise NotSendable(problem)
    if sender_id not in {sender.id for sender in found.senders}:
        raise NotSendable("Choose one of this account's senders.")
    draft = draft_of(template)
    missing = [name for name in draft.placeholder_names() if not values.get(name, "").strip()]
    if missing:
        raise NotSendable(f"Say what stands for {{{{{missing[0][:40]}}}}}.")
    whatsapp, token = context.whatsapp(found.connection), flow_token or context.identifiers.token()

    def filling(text: str) -> list[str] | dict[str, str]:
        names = placeholders(text)
        is_named = template.parameter_format.upper() == NAMED
        return {name: values[name] for name in names} if is_named else [values[name] for name in names]

    has_flow = template.flow_button is not None
    invitation = TemplateInvitation(
        name=template.name,
        language=template.language,
        header=filling(draft.header),
        body=filling(draft.body),
        flow_button=template.flow_button,
        flow_token=token if has_flow else None,
        flow_data=flow_data,
        callback_data=callback_data(token) if has_flow else None,
    )
    copy = None
    if template.flow_id is not None:
        with contextlib.suppress(WhatsAppRefused):
            copy = await current_copy(context, found.connection, template.flow_id)
    name = template.name if copy is None else copy.flow_name
    recorded = Recorded(template.flow_id, name, copy, token, sender_id, wa_id, is_kept=has_flow)
    return await send_recorded(
        context, caller, recorded, lambda: graph.send_template(whatsapp, invitation, sender_id, wa_id)
    )


async def _write_down(context: BusinessContext, caller: Caller, act: Act, name: str) -> None:
    async with context.database.transaction() as session:
        await note(session, caller, act, name, context.clock.now())
        await touch(session, topic(caller, TOPIC))
