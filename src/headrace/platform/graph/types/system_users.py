"""System users: `/{system user}`, in whose name tokens call, and the tokens made for one (docs/graph-api.md)."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts import tokens
from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.service import find_app
from headrace.platform.accounts.tokens import SystemUser
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.graph.calls import Call
from headrace.platform.graph.nodes import Edge, NodeType, Operation, attribute


async def _find(session: AsyncSession, caller: Caller, user_id: str) -> SystemUser:
    return await tokens.find_system_user(session, caller.business_id, user_id)


async def _make_token(call: Call, user_id: str) -> dict[str, Any]:
    parameters = call.parameters
    scopes = tokens.read_scopes(parameters.texts("scope", commas=True) or [])
    app_id = parameters.text("business_app") or call.caller.app.id
    runs_out = parameters.boolean("set_token_expires_in_60_days")
    box = call.box
    async with box.database.transaction() as session:
        try:
            app = await find_app(session, call.caller.business_id, app_id)
        except UnknownObject as error:
            raise PARAMETER_INVALID.numbered(
                f'Param business_app must be the id of an app of your business - got "{app_id[:40]}".'
            ) from error
        made = tokens.new_token(box.clock, box.identifiers, app, user_id, scopes, runs_out=runs_out)
        session.add(made)
    return {"access_token": made.token}


SYSTEM_USER = NodeType(
    name="SystemUser",
    row=SystemUser,
    find=_find,
    fields={"id": attribute("id", is_default=True), "name": attribute("name", is_default=True)},
    edges={"access_tokens": Edge(operations={"POST": Operation(_make_token)})},
    scope=None,
)
