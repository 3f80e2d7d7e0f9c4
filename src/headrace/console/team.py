"""The team of a workspace, the workspaces of a user, and the log of changes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headrace.business.team import Caller, Permission, Role, members, sign_ins
from headrace.business.team.audit import list_entries
from headrace.business.team.members import NotDone
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page
from headrace.console.signing_in import COOKIE
from headrace.ui.forms import read_form


async def index(request: Request) -> Response:
    """Who works here, who is invited."""
    caller = caller_of(request, Permission.MANAGE_TEAM)
    return await _page(request, caller)


async def invite(request: Request) -> Response:
    """Makes an invitation and shows its link, once: only the digest of it is kept."""
    caller = caller_of(request, Permission.MANAGE_TEAM)
    given = await read_form(request)
    business = console_of(request).business
    token = business.identifiers.token()
    try:
        async with business.database.transaction() as session:
            now = business.clock.now()
            await members.invite(session, caller, given.get("email", ""), given.get("role", ""), token, now)
    except NotDone as problem:
        return await _page(request, caller, str(problem))
    link = str(request.url.replace(path=f"/invitations/{token}", query=""))
    return await _page(request, caller, link=link, invited=given.get("email", "").strip())


async def withdraw(request: Request) -> Response:
    caller = caller_of(request, Permission.MANAGE_TEAM)
    given = await read_form(request)
    business = console_of(request).business
    async with business.database.transaction() as session:
        await members.withdraw(session, caller, given.get("email", ""), business.clock.now())
    return RedirectResponse("/team", 303)


async def change(request: Request) -> Response:
    """Makes a member something else, or takes them out (`role` is `none`)."""
    caller = caller_of(request, Permission.MANAGE_TEAM)
    given = await read_form(request)
    business, user_id, role = console_of(request).business, request.path_params["user_id"], given.get("role", "")
    try:
        async with business.database.transaction() as session:
            if role == "none":
                await members.remove(session, caller, user_id, business.clock.now())
            else:
                await members.change_role(session, caller, user_id, role, business.clock.now())
    except NotDone as problem:
        return await _page(request, caller, str(problem))
    return RedirectResponse("/team", 303)


async def log(request: Request) -> Response:
    """The newest changes that somebody made."""
    caller = caller_of(request, Permission.MANAGE_TEAM)
    async with console_of(request).business.database.reading() as session:
        entries = await list_entries(session, caller)
    return page(request, caller, "log", "team", {"entries": entries})


async def switch(request: Request) -> Response:
    """Goes on in another workspace of the user."""
    caller = caller_of(request)
    token = request.cookies.get(COOKIE, "")
    business = console_of(request).business
    async with business.database.transaction() as session:
        await sign_ins.move(session, token, caller.user.id, request.path_params["workspace_id"])
    return RedirectResponse("/", 303)


async def _page(request: Request, caller: Caller, problem: str | None = None, **more: Any) -> Response:
    business = console_of(request).business
    async with business.database.reading() as session:
        found = await members.list_members(session, caller)
        invitations = await members.list_invitations(session, caller, business.clock.now())
    values = {"members": found, "invitations": invitations, "roles": list(Role), "problem": problem}
    return page(request, caller, "team", "team", {"link": None, "invited": "", **values, **more})
