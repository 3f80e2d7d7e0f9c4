"""WhatsApp Business Accounts: `/{waba}`, its Flows, its phone numbers and the apps that are told about it."""

from typing import Any

from sqlalchemy import literal
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.models import Business, PhoneNumber, Waba
from headrace.platform.accounts.service import find_waba, phone_numbers_of
from headrace.platform.errors.catalogue import CLONE_SOURCE_UNKNOWN, CLONE_SOURCES_TOO_MANY
from headrace.platform.flows import availability, metadata, publishing, service
from headrace.platform.flows import migration as migration_service
from headrace.platform.flows.models import Flow
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, Field, Listing, NodeType, Operation, Reading, attribute, fixed
from headrace.platform.graph.paging import Order
from headrace.platform.graph.parameters import missing
from headrace.platform.graph.selection import Selected
from headrace.platform.graph.types.apps import link_of
from headrace.platform.graph.types.templates import TEMPLATES, UPSERT
from headrace.platform.webhooks import subscriptions, verification
from headrace.platform.webhooks.service import wants

_SUCCESS = {"success": True}
_LONGEST_OVERRIDE = 200


async def _find(session: AsyncSession, caller: Caller, waba_id: str) -> Waba:
    return await find_waba(session, caller.business_id, waba_id)


async def _owner(reading: Reading, waba: Waba, _selected: Selected) -> Business:
    return await reading.business(waba.id)


async def _verification_status(reading: Reading, waba: Waba, _selected: Selected) -> str:
    return "verified" if (await reading.business(waba.id)).is_verified else "not_verified"


async def _health_status(reading: Reading, waba: Waba, _selected: Selected) -> dict[str, Any]:
    app = reading.call.caller.app
    told = await wants(reading.session, reading.call.box, app.id, waba.id, "messages")
    business = await reading.business(waba.id)
    nodes = [
        availability.waba_node(waba),
        availability.business_node(business),
        availability.app_node(app, is_told_about_messages=told),
    ]
    return availability.health_status(nodes)


async def _create_flow(call: Call, waba_id: str) -> dict[str, Any]:
    parameters = call.parameters
    name, categories = metadata.read_name(parameters.required("name")), parameters.texts("categories")
    if categories is None:
        raise missing("categories")
    clone_flow_id, uri = parameters.text("clone_flow_id"), parameters.text("endpoint_uri")
    if parameters.text("clone_template"):
        if clone_flow_id:
            raise CLONE_SOURCES_TOO_MANY.explained("clone_flow_id and clone_template are given. Keep one of them.")
        raise CLONE_SOURCE_UNKNOWN.explained(
            "clone_template: this box has no templates to clone from. Use clone_flow_id, or send flow_json.",
        )
    wanted = publishing.NewFlow(
        name=name,
        categories=metadata.read_categories(categories),
        flow_json=parameters.content("flow_json") or None,
        clone_flow_id=clone_flow_id or None,
        endpoint_uri=metadata.read_endpoint_uri(uri) if uri else None,
        publish=parameters.boolean("publish"),
    )
    flow = await publishing.create(call.box, call.caller, waba_id, wanted)
    return {"id": flow.id, "success": True, "validation_errors": flow.validation_errors}


async def _migrate_flows(call: Call, waba_id: str) -> dict[str, Any]:
    source = call.parameters.required("source_waba_id")
    names = call.parameters.texts("source_flow_names", commas=True)
    names = [name for name in names or [] if name] or None
    async with call.box.database.transaction() as session:
        migration = await migration_service.migrate(session, call.box, call.caller, waba_id, source, names)
        return {
            "migrated_flows": [
                {"source_name": original.name, "source_id": original.id, "migrated_id": copy.id}
                for original, copy in migration.migrated
            ],
            "failed_flows": [
                {"source_name": name, "error_code": str(error.code), "error_message": error.title}
                for name, error in migration.failed
            ],
        }


async def _subscribe(call: Call, waba_id: str) -> dict[str, Any]:
    """Without `override_callback_uri` an earlier one is taken away."""
    uri = call.parameters.text("override_callback_uri")
    override = None
    if uri:
        override = (uri, call.parameters.required("verify_token"))
        verification.check_callback("override_callback_uri", uri, _LONGEST_OVERRIDE)
        await verification.verify_callback(call.box.outbound, call.box.identifiers, *override)
    async with call.box.database.transaction() as session:
        await subscriptions.subscribe_waba(session, call.box.clock, waba_id, call.caller.app, override)
    return _SUCCESS


async def _unsubscribe(call: Call, waba_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        await subscriptions.unsubscribe_waba(session, waba_id, call.caller.app)
    return _SUCCESS


async def _subscribers(call: Call, waba_id: str) -> dict[str, Any]:
    async with call.box.database.reading() as session:
        return await _list_subscribers(session, waba_id)


async def _subscribed_apps(reading: Reading, waba: Waba, _selected: Selected) -> dict[str, Any]:
    return await _list_subscribers(reading.session, waba.id)


async def _list_subscribers(session: AsyncSession, waba_id: str) -> dict[str, Any]:
    rows = (await session.execute(subscriptions.subscribers_of(waba_id))).all()
    data = []
    for subscription, app in rows:
        entry: dict[str, Any] = {"whatsapp_business_api_data": {"id": app.id, "name": app.name, "link": link_of(app)}}
        if subscription.override_callback_uri:
            entry["override_callback_uri"] = subscription.override_callback_uri
        data.append(entry)
    return {"data": data}


WABA = NodeType(
    name="WhatsAppBusinessAccount",
    row=Waba,
    find=_find,
    fields={
        "id": attribute("id", is_default=True),
        "name": attribute("name", is_default=True),
        "timezone_id": attribute("timezone_id", is_default=True),
        "message_template_namespace": attribute("template_namespace", is_default=True),
        "currency": attribute("currency"),
        "country": fixed("GB"),
        "status": fixed("ACTIVE"),
        "account_review_status": fixed("APPROVED"),
        "business_verification_status": Field(_verification_status),
        "ownership_type": fixed("SELF"),
        "owner_business_info": Field(_owner),
        "on_behalf_of_business_info": Field(_owner),
        "creation_time": attribute("created_at"),
        "health_status": Field(_health_status),
        "subscribed_apps": Field(_subscribed_apps),
        "is_enabled_for_insights": fixed(False),
        "marketing_messages_lite_api_status": fixed("INELIGIBLE"),
        "disable_marketing_messages_on_cloud_api": fixed(False),
        # Known to Graph, never set on a box.
        "marketing_messages_onboarding_status": fixed(None),
    },
    edges={
        "flows": Edge(
            Listing(Flow, service.flows_of, Order(Flow.created_at, Flow.id, is_newest_first=True)),
            {"POST": Operation(_create_flow)},
        ),
        "migrate_flows": Edge(operations={"POST": Operation(_migrate_flows)}),
        "message_templates": TEMPLATES,
        "upsert_message_templates": UPSERT,
        "phone_numbers": Edge(
            Listing(
                PhoneNumber,
                phone_numbers_of,
                Order(PhoneNumber.created_at, PhoneNumber.id),
                filters={
                    "account_mode": literal("LIVE"),
                    "code_verification_status": PhoneNumber.code_verification_status.expression,
                    "display_phone_number": PhoneNumber.display_number.expression,
                    "verified_name": PhoneNumber.verified_name.expression,
                },
                sorts=("creation_time", "last_onboarded_time"),
            )
        ),
        "subscribed_apps": Edge(
            operations={
                "GET": Operation(_subscribers),
                "POST": Operation(_subscribe),
                "DELETE": Operation(_unsubscribe),
            }
        ),
    },
)
