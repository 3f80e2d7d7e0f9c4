"""Every address of the console: pages, of which is known who asks for one, and those by which one becomes known."""

from collections.abc import Mapping
from typing import Any

from starlette.routing import Route
from starlette.types import ExceptionHandler

import headrace.ui.numbers  # noqa: F401 - `row` in a path
from headrace.business.encryption import KeyUnusable
from headrace.business.team import NotPermitted
from headrace.console import (
    account,
    attention,
    channels,
    comparing,
    creating,
    endpoint,
    finding,
    flows,
    lifecycle,
    message_templates,
    responses,
    sending,
    signing_in,
    start,
    team,
    template_sending,
    traffic,
)
from headrace.console.builder import pages as builder
from headrace.console.reference import components, errors
from headrace.console.reference import versions as reference_versions
from headrace.console.shell import key_unusable, not_permitted, nothing_here

PAGES = (
    Route("/", start.start, methods=["GET"]),
    Route("/attention", attention.attention, methods=["GET"]),
    Route("/arrivals", start.arrivals, methods=["GET"]),
    Route("/events", start.events, methods=["GET"]),
    Route("/flows", flows.index, methods=["GET"]),
    Route("/flows/new", creating.form, methods=["GET"]),
    Route("/flows/new", creating.create, methods=["POST"]),
    Route("/flows/new/name", creating.name, methods=["GET"]),
    Route("/flows/new/starts/{key:str}", creating.text, methods=["GET"]),
    Route("/flows/{flow_id:str}", flows.show, methods=["GET"]),
    Route("/flows/{flow_id:str}/compare", comparing.form, methods=["GET"]),
    Route("/flows/{flow_id:str}/endpoint", endpoint.show, methods=["GET"]),
    Route("/flows/{flow_id:str}/endpoint", endpoint.save, methods=["POST"]),
    Route("/flows/{flow_id:str}/endpoint/check", endpoint.check, methods=["POST"]),
    Route("/flows/{flow_id:str}/endpoint/try", endpoint.attempt, methods=["POST"]),
    Route("/flows/{flow_id:str}/endpoint/connect", endpoint.connect, methods=["POST"]),
    Route("/flows/{flow_id:str}/endpoint/key", endpoint.key, methods=["POST"]),
    Route("/flows/{flow_id:str}/edit", builder.edit, methods=["GET"]),
    Route("/flows/{flow_id:str}/save", builder.save, methods=["POST"]),
    Route("/flows/{flow_id:str}/download", builder.download, methods=["GET"]),
    Route("/flows/{flow_id:str}/versions", builder.history, methods=["GET"]),
    Route("/flows/{flow_id:str}/versions/{number:row}", builder.version, methods=["GET"]),
    Route("/flows/{flow_id:str}/versions/{number:row}/changes", builder.changes, methods=["GET"]),
    Route("/flows/{flow_id:str}/publish", lifecycle.publish_form, methods=["GET"]),
    Route("/flows/{flow_id:str}/publish", lifecycle.publish, methods=["POST"]),
    Route("/flows/{flow_id:str}/deprecate", lifecycle.deprecate_form, methods=["GET"]),
    Route("/flows/{flow_id:str}/deprecate", lifecycle.deprecate, methods=["POST"]),
    Route("/flows/{flow_id:str}/delete", lifecycle.delete_form, methods=["GET"]),
    Route("/flows/{flow_id:str}/delete", lifecycle.delete, methods=["POST"]),
    Route("/flows/{flow_id:str}/copy", lifecycle.copy_form, methods=["GET"]),
    Route("/flows/{flow_id:str}/copy", lifecycle.copy, methods=["POST"]),
    Route("/flows/{flow_id:str}/settings", lifecycle.settings_form, methods=["GET"]),
    Route("/flows/{flow_id:str}/settings", lifecycle.settings, methods=["POST"]),
    Route("/you", account.you, methods=["GET"]),
    Route("/you/password", account.change_password, methods=["POST"]),
    Route("/you/elsewhere", account.end_elsewhere, methods=["POST"]),
    Route("/team", team.index, methods=["GET"]),
    Route("/team/invite", team.invite, methods=["POST"]),
    Route("/team/withdraw", team.withdraw, methods=["POST"]),
    Route("/team/{user_id:row}", team.change, methods=["POST"]),
    Route("/workspaces/{workspace_id:row}", team.switch, methods=["POST"]),
    Route("/log", team.log, methods=["GET"]),
    Route("/channels/whatsapp/flows", channels.flows, methods=["GET"]),
    Route("/channels/whatsapp/senders", channels.senders, methods=["GET"]),
    Route("/channels/whatsapp/senders/{sender_id:str}", channels.sender, methods=["GET"]),
    Route("/templates", message_templates.index, methods=["GET"]),
    Route("/templates/new", message_templates.form, methods=["GET"]),
    Route("/templates/new", message_templates.create, methods=["POST"]),
    Route("/templates/preview", message_templates.preview, methods=["POST"]),
    Route("/templates/{template_id:str}", message_templates.show, methods=["GET"]),
    Route("/templates/{template_id:str}/edit", message_templates.edit_form, methods=["GET"]),
    Route("/templates/{template_id:str}/edit", message_templates.edit, methods=["POST"]),
    Route("/templates/{template_id:str}/delete", message_templates.delete_form, methods=["GET"]),
    Route("/templates/{template_id:str}/delete", message_templates.delete, methods=["POST"]),
    Route("/templates/{template_id:str}/send", template_sending.form, methods=["GET"]),
    Route("/templates/{template_id:str}/send", template_sending.send, methods=["POST"]),
    Route("/traffic", traffic.index, methods=["GET"]),
    Route("/traffic/events", traffic.events, methods=["GET"]),
    Route("/traffic/{kind:str}/{number:row}", traffic.show, methods=["GET"]),
    Route("/traffic/webhook/{number:row}/deliver", traffic.deliver, methods=["POST"]),
    Route("/language", builder.language, methods=["POST"]),
    Route("/find", finding.find, methods=["GET"]),
    Route("/reference", components.home, methods=["GET"]),
    Route("/reference/components", components.index, methods=["GET"]),
    Route("/reference/components/{name:str}", components.show, methods=["GET"]),
    Route("/reference/errors", errors.index, methods=["GET"]),
    Route("/reference/errors/{name:path}", errors.show, methods=["GET"]),
    Route("/reference/versions", reference_versions.index, methods=["GET"]),
    Route("/flows/{flow_id:str}/send", sending.form, methods=["GET"]),
    Route("/flows/{flow_id:str}/send", sending.send, methods=["POST"]),
    Route("/flows/{flow_id:str}/send/preview", sending.preview, methods=["POST"]),
    Route("/flows/{flow_id:str}/responses", responses.index, methods=["GET"]),
    Route("/flows/{flow_id:str}/responses/rows", responses.rows, methods=["GET"]),
    Route("/responses", responses.index, methods=["GET"]),
    Route("/responses/rows", responses.rows, methods=["GET"]),
    Route("/responses/events", responses.events, methods=["GET"]),
    Route("/responses/{response_id:row}", responses.show, methods=["GET"]),
    Route("/responses/{response_id:row}/files/{media_id:str}", responses.file, methods=["GET"]),
)

OPEN_PAGES = (
    Route("/sign-in", signing_in.sign_in_form, methods=["GET"]),
    Route("/sign-in", signing_in.sign_in, methods=["POST"]),
    Route("/sign-out", signing_in.sign_out, methods=["POST"]),
    Route("/invitations/{token:str}", signing_in.invitation, methods=["GET"]),
    Route("/invitations/{token:str}", signing_in.accept, methods=["POST"]),
)
"""What somebody may see whom nobody knows yet: how to become known."""

OPEN_PATHS = ("/sign-in", "/sign-out", "/invitations/", "/static/")
"""How the addresses of those begin, and of what they need."""

REFUSALS: Mapping[Any, ExceptionHandler] = {
    NotPermitted: not_permitted,
    KeyUnusable: key_unusable,
    404: nothing_here,
}
