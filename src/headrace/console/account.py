"""One's own account: the workspaces, a new password, and the other browsers one is signed in with."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headrace.business.team import Caller, sign_ins
from headrace.business.team.audit import Act, note
from headrace.business.team.passwords import WeakPassword, hash_password, is_password
from headrace.business.team.sign_ins import TooManyTries
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page
from headrace.console.signing_in import COOKIE
from headrace.ui.forms import read_form

DONE = {
    "password": "The new password holds. Every other browser is signed out.",
    "elsewhere": "Every other browser is signed out.",
}


async def you(request: Request) -> Response:
    """Who one is here, the other workspaces, the password, and the way out."""
    return await _page(request, caller_of(request))


async def change_password(request: Request) -> Response:
    """Takes a new password from whoever knows the present one, and signs all other browsers out."""
    caller = caller_of(request)
    given = await read_form(request)
    business, user, token = console_of(request).business, caller.user, _token(request)
    if user.password_hash is None or not token:
        return await _page(
            request, caller, "This account has no password: it is not asked for one on this machine.", 422
        )
    now = business.clock.now()
    try:
        async with business.database.transaction() as session:
            await sign_ins.begin_try(session, user.email, now)
        if not await is_password(user.password_hash, given.get("current", "")):
            return await _page(request, caller, "This is not your present password.", 422)
        made = await hash_password(given.get("password", ""))
    except TooManyTries as problem:
        return await _page(request, caller, str(problem), 429)
    except WeakPassword as problem:
        return await _page(request, caller, str(problem), 422)
    async with business.database.transaction() as session:
        await sign_ins.forgive(session, user.email)
        await sign_ins.set_password(session, user.id, made)
        await sign_ins.end_others(session, user.id, token)
        await note(session, caller, Act.CHANGED_PASSWORD, user.email, now)
    return RedirectResponse("/you?done=password", 303)


async def end_elsewhere(request: Request) -> Response:
    """Signs every other browser of the user out."""
    caller = caller_of(request)
    business, token = console_of(request).business, _token(request)
    if token:
        async with business.database.transaction() as session:
            await sign_ins.end_others(session, caller.user.id, token)
            await note(session, caller, Act.ENDED_SIGN_INS, caller.user.email, business.clock.now())
    return RedirectResponse("/you?done=elsewhere", 303)


def _token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


async def _page(request: Request, caller: Caller, problem: str | None = None, status: int = 200) -> Response:
    business, token = console_of(request).business, _token(request)
    async with business.database.reading() as session:
        workspaces = await sign_ins.workspaces_of(session, caller.user.id)
        others = await sign_ins.count_others(session, caller.user.id, token, business.clock.now()) if token else 0
    values: dict[str, Any] = {
        "workspaces": workspaces,
        "is_unasked": not token,
        "has_password": caller.user.password_hash is not None,
        "others": others,
        "problem": problem,
        "done": DONE.get(request.query_params.get("done", "")),
    }
    return page(request, caller, "you", "you", values, status)
