"""Apps: `/{app}` and its webhook subscriptions (docs/graph-api.md)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.models import App
from headrace.platform.accounts.service import find_app
from headrace.platform.errors import UnknownObject
from headrace.platform.graph import uploads
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, Field, NodeType, Operation, Reading, attribute
from headrace.platform.graph.parameters import missing
from headrace.platform.graph.responses import DEFAULT_VERSION
from headrace.platform.graph.selection import Selected
from headrace.platform.webhooks import subscriptions, verification

_SUCCESS = {"success": True}


def link_of(app: App) -> str:
    """The link that Graph shows for an app."""
    return f"https://www.facebook.com/games/?app_id={app.id}"


async def _find(session: AsyncSession, caller: Caller, app_id: str) -> App:
    return await find_app(session, caller.business_id, app_id)


async def _link(_reading: Reading, app: App, _selected: Selected) -> str:
    return link_of(app)


def _own(call: Call, app_id: str) -> App:
    """Webhooks are each app's own affair: the token has to be one of this app."""
    if call.caller.app.id != app_id:
        raise UnknownObject(app_id)
    return call.caller.app


async def _subscribe(call: Call, app_id: str) -> dict[str, Any]:
    app, parameters = _own(call, app_id), call.parameters
    subscriptions.check_object(parameters.required("object"))
    url, token = parameters.required("callback_url"), parameters.required("verify_token")
    fields = parameters.texts("fields", commas=True)
    if not fields:
        raise missing("fields")
    subscriptions.check_fields(fields)
    verification.check_callback("callback_url", url)
    await verification.verify_callback(call.box.outbound, call.box.identifiers, url, token)
    async with call.box.database.transaction() as session:
        await subscriptions.subscribe_app(session, call.box.clock, app, url, token, list(dict.fromkeys(fields)))
    return _SUCCESS


async def _unsubscribe(call: Call, app_id: str) -> dict[str, Any]:
    app = _own(call, app_id)
    name = call.parameters.text("object")
    if name:
        subscriptions.check_object(name)
    fields = call.parameters.texts("fields", commas=True) or []
    async with call.box.database.transaction() as session:
        await subscriptions.unsubscribe_app(session, app, fields)
    return _SUCCESS


async def _subscriptions(call: Call, app_id: str) -> dict[str, Any]:
    app = _own(call, app_id)
    async with call.box.database.reading() as session:
        subscription = await subscriptions.app_subscription(session, app.id)
    if subscription is None:
        return {"data": []}
    fields = [{"name": name, "version": DEFAULT_VERSION} for name in subscription.fields]
    entry = {
        "object": subscription.object,
        "callback_url": subscription.callback_url,
        "active": True,
        "fields": fields,
    }
    return {"data": [entry]}


APP = NodeType(
    name="Application",
    row=App,
    find=_find,
    fields={
        "id": attribute("id", is_default=True),
        "name": attribute("name", is_default=True),
        "link": Field(_link, is_default=True),
    },
    edges={
        "subscriptions": Edge(
            operations={
                "GET": Operation(_subscriptions, scope=None),
                "POST": Operation(_subscribe, scope=None),
                "DELETE": Operation(_unsubscribe, scope=None),
            }
        ),
        "uploads": Edge(operations={"POST": Operation(uploads.begin)}),
    },
    scope=None,
)
