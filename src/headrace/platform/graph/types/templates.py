"""Message templates: `/{waba}/message_templates` and `/{template}` (docs/templates.md)."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import unix_seconds
from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.service import find_waba
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.flows import availability
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, Field, Listing, NodeType, Operation, Reading, attribute, fixed
from headrace.platform.graph.paging import Order
from headrace.platform.graph.parameters import Parameters, missing, one_of
from headrace.platform.graph.selection import Selected
from headrace.platform.templates import review, service
from headrace.platform.templates.health_status import template_node
from headrace.platform.templates.lifecycle import Action, NotPossible
from headrace.platform.templates.models import Template
from headrace.platform.templates.placeholders import NAMED, POSITIONAL
from headrace.platform.webhooks.service import wants
from headrace.protocol import TemplateCategory, TemplateQuality, TemplateStatus

_SHORTEST_TTL, _LONGEST_TTL = 30, 30 * 24 * 3600


async def _find(session: AsyncSession, caller: Caller, template_id: str) -> Template:
    return await service.find_template(session, caller.business_id, template_id)


async def _quality_score(_reading: Reading, template: Template, _selected: Selected) -> dict[str, Any]:
    return {"score": template.quality, "date": unix_seconds(template.quality_at)}


async def _components(_reading: Reading, template: Template, _selected: Selected) -> list[dict[str, Any]]:
    """As they were given; the id of a button's Flow is a number here."""
    return [
        component | {"buttons": [_button(button) for button in component["buttons"]]}
        if "buttons" in component
        else component
        for component in template.components
    ]


def _button(button: dict[str, Any]) -> dict[str, Any]:
    return button | {"flow_id": int(button["flow_id"])} if "flow_id" in button else button


async def _health_status(reading: Reading, template: Template, _selected: Selected) -> dict[str, Any]:
    session, app = reading.session, reading.call.caller.app
    told = await wants(session, reading.call.box, app.id, template.waba_id, "messages")
    nodes = [
        template_node(template),
        availability.waba_node(await reading.waba(template.waba_id)),
        availability.business_node(await reading.business(template.waba_id)),
        availability.app_node(app, is_told_about_messages=told),
    ]
    return availability.health_status(nodes)


async def _create(call: Call, waba_id: str) -> dict[str, Any]:
    parameters = call.parameters
    components = parameters.array("components")
    wanted = service.NewTemplate(
        name=parameters.required("name"),
        language=parameters.required("language"),
        category=_category(parameters) or _missing("category"),
        components=_missing("components") if components is None else components,
        parameter_format=_parameter_format(parameters) or POSITIONAL,
        message_send_ttl_seconds=_ttl(parameters),
        cta_url_link_tracking_opted_out=_opted_out(parameters),
    )
    template = await service.create(call.box, call.caller, waba_id, wanted)
    return {"id": template.id, "status": template.status, "category": template.category}


async def _upsert(call: Call, waba_id: str) -> dict[str, Any]:
    """Makes an authentication template in several languages, or changes those that there are.

    Each language is a template of its own: where one is refused, those before it stay made.
    """
    parameters = call.parameters
    name, components = parameters.required("name"), parameters.array("components")
    languages = parameters.texts("languages") or _missing("languages")
    if components is None:
        raise missing("components")
    category = _category(parameters) or _missing("category")
    if category != TemplateCategory.AUTHENTICATION:
        raise one_of("category", category, [TemplateCategory.AUTHENTICATION])
    async with call.box.database.reading() as session:
        await find_waba(session, call.caller.business_id, waba_id)
        statement = service.templates_of(waba_id).where(Template.name == name)
        known = {template.language: template.id for template in await session.scalars(statement)}
    made: list[Template] = []
    for language in dict.fromkeys(languages):
        if language in known:
            changes = service.Edit(components=components, message_send_ttl_seconds=_ttl(parameters))
            made.append(await service.edit(call.box, call.caller, known[language], changes))
        else:
            wanted = service.NewTemplate(
                name=name,
                language=language,
                category=category,
                components=components,
                message_send_ttl_seconds=_ttl(parameters),
            )
            made.append(await service.create(call.box, call.caller, waba_id, wanted))
    told = ("id", "status", "category", "language")
    return {"data": [{name: getattr(one, name) for name in told} for one in made]}


async def _edit(call: Call, template_id: str) -> dict[str, Any]:
    parameters = call.parameters
    changes = service.Edit(
        category=_category(parameters),
        components=parameters.array("components"),
        parameter_format=_parameter_format(parameters),
        message_send_ttl_seconds=_ttl(parameters),
        cta_url_link_tracking_opted_out=_opted_out(parameters),
    )
    template = await service.edit(call.box, call.caller, template_id, changes)
    return {"success": True, "id": template.id, "name": template.name, "category": template.category}


async def _delete(call: Call, waba_id: str) -> dict[str, Any]:
    name = call.parameters.required("name")
    async with call.box.database.transaction() as session:
        await find_waba(session, call.caller.business_id, waba_id)
        await service.delete(session, call.box, waba_id, name, call.parameters.text("hsm_id"))
    return {"success": True}


async def _unpause(call: Call, template_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        template = await _find(session, call.caller, template_id)
        try:
            await review.act(session, call.box, template, Action.UNPAUSE)
        except NotPossible as refused:
            return {"success": False, "reason": str(refused)}
    return {"success": True}


def _narrow(statement: Select[Any], parameters: Parameters) -> Select[Any]:
    """The templates that the filters of a listing let through."""
    for name, column, known in _FILTERS:
        values = parameters.texts(name, commas=True)
        if values:
            for value in values:
                if known is not None and value.upper() not in known:
                    raise one_of(name, value, list(known))
            wanted = values if known is None else [value.upper() for value in values]
            statement = statement.where(column.in_(wanted))
    for name, in_name, in_content in (("name", True, False), ("content", False, True), ("name_or_content", True, True)):
        if text := parameters.text(name):
            statement = service.holding(statement, text, in_name=in_name, in_content=in_content)
    return statement


async def _summarize(reading: Reading, waba_id: str, statement: Select[Any]) -> dict[str, Any]:
    """The members of `summary` that were asked for; `true` asks for all."""
    found = asdict(await service.summary(reading.session, waba_id, statement))
    asked = reading.call.parameters.text("summary") or ""
    names = [name.strip() for name in asked.strip("[]").split(",") if name.strip()]
    if names == ["true"]:
        return found
    for name in names:
        if name not in found:
            raise one_of("summary", name, list(found))
    return {name: value for name, value in found.items() if name in names}


def _category(parameters: Parameters) -> str | None:
    category = parameters.text("category")
    if category is None:
        return None
    if category.upper() not in set(TemplateCategory):
        raise one_of("category", category, list(TemplateCategory))
    return category.upper()


def _parameter_format(parameters: Parameters) -> str | None:
    given = parameters.text("parameter_format")
    if given is None:
        return None
    if given.upper() not in {POSITIONAL, NAMED}:
        raise one_of("parameter_format", given, [POSITIONAL, NAMED])
    return given.upper()


def _ttl(parameters: Parameters) -> int | None:
    if "message_send_ttl_seconds" not in parameters:
        return None
    seconds = parameters.integer("message_send_ttl_seconds", 0, _SHORTEST_TTL)
    if seconds > _LONGEST_TTL:
        raise PARAMETER_INVALID.numbered(f"Param message_send_ttl_seconds must be at most {_LONGEST_TTL}: 30 days")
    return seconds


def _opted_out(parameters: Parameters) -> bool | None:
    name = "cta_url_link_tracking_opted_out"
    return parameters.boolean(name) if name in parameters else None


def _missing(name: str) -> Any:
    raise missing(name)


_FILTERS = (
    ("status", Template.status, tuple(TemplateStatus)),
    ("category", Template.category, tuple(TemplateCategory)),
    ("language", Template.language, None),
    ("quality_score", Template.quality, tuple(TemplateQuality)),
)

TEMPLATE = NodeType(
    name="WhatsAppBusinessHSM",
    row=Template,
    find=_find,
    fields={
        "name": attribute("name", is_default=True),
        "parameter_format": attribute("parameter_format", is_default=True),
        "components": Field(_components, is_default=True),
        "language": attribute("language", is_default=True),
        "status": attribute("status", is_default=True),
        "category": attribute("category", is_default=True),
        "id": attribute("id", is_default=True),
        "previous_category": attribute("previous_category"),
        "correct_category": attribute("correct_category"),
        "rejected_reason": attribute("rejected_reason"),
        "quality_score": Field(_quality_score),
        "health_status": Field(_health_status),
        "message_send_ttl_seconds": attribute("message_send_ttl_seconds"),
        "cta_url_link_tracking_opted_out": attribute("cta_url_link_tracking_opted_out"),
        # Known to Graph, never set on a box.
        "sub_category": fixed(None),
        "library_template_name": fixed(None),
        "degrees_of_freedom_spec": fixed(None),
    },
    edges={"unpause": Edge(operations={"POST": Operation(_unpause)})},
    operations={"POST": Operation(_edit)},
)

TEMPLATES = Edge(
    Listing(
        Template,
        service.templates_of,
        Order(Template.created_at, Template.id, is_newest_first=True),
        narrow=_narrow,
        summarize=_summarize,
    ),
    {"POST": Operation(_create), "DELETE": Operation(_delete)},
)
"""The edge `message_templates` of a WABA."""

UPSERT = Edge(operations={"POST": Operation(_upsert)})
"""The edge `upsert_message_templates` of a WABA."""
