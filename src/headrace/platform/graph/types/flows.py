"""Flows: `/{flow}` and what can be done with one (docs/graph-api.md)."""

from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.flowjson.document import SIZE_LIMIT
from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.models import App, Waba
from headrace.platform.accounts.service import find_app, find_phone_number
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.flows import availability, metadata, publishing, service
from headrace.platform.flows.facts import Account, facts_of, gather_account
from headrace.platform.flows.models import Flow
from headrace.platform.graph import downloads
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, Field, NodeType, Operation, Reading, attribute
from headrace.platform.graph.paging import Place
from headrace.platform.graph.parameters import missing, one_of
from headrace.platform.graph.selection import Selected
from headrace.platform.graph.types.flow_metrics import read_metric
from headrace.platform.webhooks.service import wants

_ASSET_TYPE = "FLOW_JSON"
_SUCCESS = {"success": True}


async def _find(session: AsyncSession, caller: Caller, flow_id: str) -> Flow:
    return await service.find_flow(session, caller.business_id, flow_id)


async def _waba(reading: Reading, flow: Flow, _selected: Selected) -> Waba:
    return await reading.waba(flow.waba_id)


async def _application(reading: Reading, flow: Flow, _selected: Selected) -> App | None:
    if flow.app_id is None:
        return None
    return await reading.once(f"app {flow.app_id}", lambda: reading.session.get(App, flow.app_id))


async def _preview(reading: Reading, flow: Flow, selected: Selected) -> dict[str, Any]:
    service.renew_preview(reading.call.box, flow, invalidate=selected.flag("invalidate"))
    return {
        "preview_url": (f"{reading.call.base_url}/wa/manage/flows/{flow.id}/preview/?token={flow.preview_token}"),
        "expires_at": flow.preview_expires_at,
    }


async def _health_status(reading: Reading, flow: Flow, selected: Selected) -> dict[str, Any]:
    session, caller = reading.session, reading.call.caller
    app = await _application(reading, flow, selected) or caller.app
    nodes = [
        availability.flow_node(flow, facts_of(flow, await _account(reading, flow.waba_id), reading.call.box)),
        availability.waba_node(await reading.waba(flow.waba_id)),
        availability.business_node(await reading.business(flow.waba_id)),
        availability.app_node(
            app, is_told_about_messages=await wants(session, reading.call.box, app.id, flow.waba_id, "messages")
        ),
    ]
    phone_number_id = selected.modifier("phone_number")
    if phone_number_id is not None:
        business_id = caller.business_id
        number = await reading.once(
            f"phone number {phone_number_id}", lambda: find_phone_number(session, business_id, phone_number_id)
        )
        nodes.append(availability.phone_number_node(number))
    return availability.health_status(nodes)


async def _account(reading: Reading, waba_id: str) -> Account:
    look = partial(gather_account, reading.session, reading.call.box, waba_id)
    return await reading.once(f"account {waba_id}", look)


async def _update(call: Call, flow_id: str) -> dict[str, Any]:
    parameters = call.parameters
    name, uri = parameters.text("name"), parameters.text("endpoint_uri")
    categories, app_id = parameters.texts("categories"), parameters.text("application_id")
    async with call.box.database.transaction() as session:
        changes = service.Changes(
            name=None if name is None else metadata.read_name(name),
            categories=None if categories is None else metadata.read_categories(categories),
            endpoint_uri=None if uri is None else metadata.read_endpoint_uri(uri),
            app=None if app_id is None else await _named_app(session, call.caller, app_id),
        )
        flow = await service.find_flow(session, call.caller.business_id, flow_id, locked=True)
        await service.update_metadata(session, call.box, flow, changes)
    return _SUCCESS


async def _named_app(session: AsyncSession, caller: Caller, app_id: str) -> App:
    try:
        return await find_app(session, caller.business_id, app_id)
    except UnknownObject as error:
        raise PARAMETER_INVALID.numbered(
            f'Param application_id must be the id of an app of your business - got "{app_id[:40]}".'
        ) from error


async def _upload(call: Call, flow_id: str) -> dict[str, Any]:
    asset_type = call.parameters.required("asset_type")
    if asset_type != _ASSET_TYPE:
        raise one_of("asset_type", asset_type, [_ASSET_TYPE])
    content = call.parameters.content("file")
    if content is None:
        raise missing("file")
    if len(content) > SIZE_LIMIT:
        raise PARAMETER_INVALID.numbered(f"Param file must be at most 10 MB - got {len(content):,} bytes.")
    draft = await publishing.upload(call.box, call.caller, flow_id, content)
    return {"success": True, "validation_errors": draft.validation_errors}


async def _assets(call: Call, flow_id: str) -> dict[str, Any]:
    async with call.box.database.reading() as session:
        flow = await _find(session, call.caller, flow_id)
        if flow.json_text is None:
            return {"data": []}
        url = await downloads.link(session, call.box.clock, call.base_url, flow.id)
    cursor = Place.of(flow).cursor()
    return {
        "data": [{"name": "flow.json", "asset_type": _ASSET_TYPE, "download_url": url}],
        "paging": {"cursors": {"before": cursor, "after": cursor}},
    }


async def _publish(call: Call, flow_id: str) -> dict[str, Any]:
    await publishing.publish(call.box, call.caller, flow_id)
    return _SUCCESS


async def _deprecate(call: Call, flow_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        flow = await service.find_flow(session, call.caller.business_id, flow_id, locked=True)
        await service.deprecate(session, call.box, flow)
    return _SUCCESS


async def _delete(call: Call, flow_id: str) -> dict[str, Any]:
    async with call.box.database.transaction() as session:
        flow = await service.find_flow(session, call.caller.business_id, flow_id, locked=True)
        await service.delete(session, call.box, flow)
    return _SUCCESS


FLOW = NodeType(
    name="WhatsAppBusinessFlow",
    row=Flow,
    find=_find,
    fields={
        "id": attribute("id", is_default=True),
        "name": attribute("name", is_default=True),
        "status": attribute("status", is_default=True),
        "categories": attribute("categories", is_default=True),
        "validation_errors": attribute("validation_errors", is_default=True),
        "json_version": attribute("json_version"),
        "data_api_version": attribute("data_api_version"),
        "endpoint_uri": attribute("endpoint_uri"),
        "data_channel_uri": attribute("endpoint_uri"),  # its name until v19.0
        "preview": Field(_preview, writes=True),
        "whatsapp_business_account": Field(_waba),
        "application": Field(_application),
        "health_status": Field(_health_status),
        "metric": Field(read_metric),
        "updated_at": attribute("updated_at"),
    },
    edges={
        "assets": Edge(operations={"GET": Operation(_assets), "POST": Operation(_upload)}),
        "publish": Edge(operations={"POST": Operation(_publish)}),
        "deprecate": Edge(operations={"POST": Operation(_deprecate)}),
    },
    operations={"POST": Operation(_update), "DELETE": Operation(_delete)},
)
