"""What stands at the root of the Graph face without an id: tokens and who the caller is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from headrace.clock import unix_seconds
from headrace.platform.accounts import tokens
from headrace.platform.accounts.callers import SCOPES, Caller, find_caller, is_expired
from headrace.platform.accounts.service import wabas_of
from headrace.platform.box import Box
from headrace.platform.graph.calls import Call
from headrace.platform.graph.parameters import Parameters, one_of
from headrace.platform.graph.types.apps import link_of

_CLIENT_CREDENTIALS = "client_credentials"
_EXCHANGE = "fb_exchange_token"
_GRANTS = (_CLIENT_CREDENTIALS, _EXCHANGE)


@dataclass(frozen=True)
class Root:
    """A path without an id, and what its methods do."""

    methods: frozenset[str]
    run: Callable[[Call], Awaitable[dict[str, Any]]]


async def _issue_token(box: Box, parameters: Parameters) -> dict[str, Any]:
    """`/oauth/access_token`: the app's own token, or a token exchanged for one that is good for 60 days."""
    grant = parameters.text("grant_type") or _CLIENT_CREDENTIALS
    if grant not in _GRANTS:
        raise one_of("grant_type", grant, list(_GRANTS))
    client_id, client_secret = parameters.required("client_id"), parameters.required("client_secret")
    async with box.database.transaction() as session:
        app = await tokens.find_app_by_secret(session, client_id, client_secret)
        if grant == _CLIENT_CREDENTIALS:
            return {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
        given = parameters.required(_EXCHANGE)
        made = await tokens.exchange_token(session, box.clock, box.identifiers, app, given)
        lasts = int(tokens.LASTS.total_seconds())
        return {"access_token": made.token, "token_type": "bearer", "expires_in": lasts}


async def _revoke_token(box: Box, parameters: Parameters) -> dict[str, Any]:
    """`/oauth/revoke`: takes a token back, for whoever knows the secret of its app."""
    client_id, client_secret = parameters.required("client_id"), parameters.required("client_secret")
    given = parameters.required("revoke_token")
    async with box.database.transaction() as session:
        app = await tokens.find_app_by_secret(session, client_id, client_secret)
        await tokens.revoke_token(session, box.clock, app, given)
    return {"success": True}


async def _me(call: Call) -> dict[str, Any]:
    caller = call.caller
    if caller.token is None:
        return await _app(call)
    return {"name": f"{caller.app.name} (system user)", "id": caller.token.user_id}


async def _app(call: Call) -> dict[str, Any]:
    app = call.caller.app
    return {"name": app.name, "link": link_of(app), "id": app.id}


async def _debug_token(call: Call) -> dict[str, Any]:
    given = call.parameters.required("input_token")
    async with call.box.database.reading() as session:
        caller = await find_caller(session, given)
        if caller is None or caller.business_id != call.caller.business_id:
            error = {"code": 190, "message": "Invalid OAuth access token - Cannot parse access token"}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        waba_ids = [waba.id for waba in (await session.execute(wabas_of(caller.business_id))).scalars()]
    return {"data": _description(call, caller, waba_ids)}


def _description(call: Call, caller: Caller, waba_ids: list[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"app_id": caller.app.id, "application": caller.app.name, "scopes": list(caller.scopes)}
    if caller.token is None:
        return {**shown, "type": "APP", "is_valid": True}
    expired = is_expired(caller.token, call.box.clock.now())
    shown |= {
        "type": "SYSTEM_USER",
        "expires_at": 0 if caller.token.expires_at is None else unix_seconds(caller.token.expires_at),
        "issued_at": unix_seconds(caller.token.created_at),
        "is_valid": not expired,
        "granular_scopes": [{"scope": scope, "target_ids": waba_ids} for scope in SCOPES if scope in caller.scopes],
        "user_id": caller.token.user_id,
    }
    if expired:
        shown["error"] = {"code": 190, "message": "Error validating access token: Session has expired.", "subcode": 463}
    return shown


OPEN_ROOTS: Mapping[str, Callable[[Box, Parameters], Awaitable[dict[str, Any]]]] = {
    "oauth/access_token": _issue_token,
    "oauth/revoke": _revoke_token,
}
"""The calls that take no token, but the secret of an app."""

ROOTS: Mapping[str, Root] = {
    "me": Root(frozenset({"GET"}), _me),
    "app": Root(frozenset({"GET"}), _app),
    "debug_token": Root(frozenset({"GET"}), _debug_token),
}
