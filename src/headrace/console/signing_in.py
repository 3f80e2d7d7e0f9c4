"""Signing in and out, accepting an invitation: the pages that are open to everybody."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from headrace.business.team import members, sign_ins
from headrace.business.team.members import Invited
from headrace.business.team.passwords import WeakPassword, hash_password, is_password
from headrace.business.team.sign_ins import TooManyTries
from headrace.console.context import console_of
from headrace.console.shell import whole
from headrace.ui.forms import read_form

COOKIE = "headrace"
"""The cookie with the token of a browser."""

SIGNED_OUT = "signed-out"
"""Its value in a browser that was signed out on purpose: it is not signed in by itself on this machine then."""

_WRONG = "This email and this password do not belong together."
_LONGEST_NAME = 200


async def sign_in_form(request: Request) -> Response:
    """Asks for email and password."""
    return whole("sign_in", {"problem": None, "email": "", **_around(request)})


async def sign_in(request: Request) -> Response:
    """Signs in, or says why not. Whether an email is known is not told."""
    given = await read_form(request)
    if "here" in given:
        # Nobody becomes known by it: where this machine is not asked for a password, it is not asked any more.
        going = RedirectResponse(_next(request), 303)
        going.delete_cookie(COOKIE)
        return going
    email, password = given.get("email", ""), given.get("password", "")
    business = console_of(request).business
    now = business.clock.now()
    values = {"email": email[:320], **_around(request)}
    try:
        async with business.database.transaction() as session:
            await sign_ins.begin_try(session, email, now)
            known = await sign_ins.find_known(session, email)
    except TooManyTries as problem:
        return whole("sign_in", {**values, "problem": str(problem)}, 429)
    is_right = await is_password(known.password_hash if known else None, password)
    if known is None or not is_right:
        return whole("sign_in", {**values, "problem": _WRONG}, 401)
    token = business.identifiers.token()
    async with business.database.transaction() as session:
        await sign_ins.forgive(session, email)
        await sign_ins.begin(session, known.user_id, known.workspace_id, token, now)
    return _with_cookie(request, RedirectResponse(_next(request), 303), token)


async def sign_out(request: Request) -> Response:
    """Forgets the browser."""
    token = request.cookies.get(COOKIE)
    if token:
        async with console_of(request).business.database.transaction() as session:
            await sign_ins.end(session, token)
    return _with_cookie(request, RedirectResponse("/sign-in", 303), SIGNED_OUT)


async def invitation(request: Request) -> Response:
    """Shows what somebody is invited to."""
    invited = await _invited(request)
    if invited is None:
        return whole("invitation", {"invited": None, "problem": None, "name": ""}, 404)
    return whole("invitation", {"invited": invited, "problem": None, "name": ""})


async def accept(request: Request) -> Response:
    """Makes the invited a member with a password of their own, and signs them in."""
    invited = await _invited(request)
    if invited is None:
        return whole("invitation", {"invited": None, "problem": None, "name": ""}, 404)
    given = await read_form(request)
    name, password = given.get("name", "").strip()[:_LONGEST_NAME], given.get("password", "")
    business = console_of(request).business
    now = business.clock.now()

    def again(problem: str, status: int = 422) -> Response:
        return whole("invitation", {"invited": invited, "problem": problem, "name": name}, status)

    made = None
    if invited.is_known:
        try:
            async with business.database.transaction() as session:
                await sign_ins.begin_try(session, invited.email, now)
                known = await sign_ins.find_known(session, invited.email)
        except TooManyTries as problem:
            return again(str(problem), 429)
        if not await is_password(known.password_hash if known else None, password):
            return again("This is not the password of this account.", 401)
    else:
        if not name:
            return again("Say how you are called; your team sees it beside what you save.")
        try:
            made = await hash_password(password)
        except WeakPassword as problem:
            return again(str(problem))
    token = business.identifiers.token()
    async with business.database.transaction() as session:
        if await members.open_invitation(session, request.path_params["token"], now) is None:
            return whole("invitation", {"invited": None, "problem": None, "name": ""}, 404)
        await sign_ins.forgive(session, invited.email)
        user_id = await members.accept(session, invited, name, made, now)
        await sign_ins.begin(session, user_id, invited.workspace_id, token, now)
    return _with_cookie(request, RedirectResponse("/", 303), token)


async def _invited(request: Request) -> Invited | None:
    business = console_of(request).business
    async with business.database.reading() as session:
        return await members.open_invitation(session, request.path_params["token"], business.clock.now())


def _around(request: Request) -> dict[str, Any]:
    return {"next": _next(request), "is_here": request.url.hostname in {"127.0.0.1", "localhost", "::1"}}


def _next(request: Request) -> str:
    """The page to go on to: one of ours, never an address elsewhere."""
    wanted = request.query_params.get("next", "/")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    return quote(wanted, safe="/?&=%#+:,;@~-._") if is_ours else "/"


def _with_cookie(request: Request, response: Response, token: str) -> Response:
    is_secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    age = int(sign_ins.LASTS.total_seconds())
    response.set_cookie(COOKIE, token, max_age=age, httponly=True, samesite="lax", secure=is_secure)
    return response
