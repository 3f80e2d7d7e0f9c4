"""Who sends a request: whoever signed in in that browser, else on this machine the demo's administrator."""

from http.cookies import CookieError, SimpleCookie
from typing import Any

from starlette.datastructures import Headers

from headrace.app.guard import FindCaller
from headrace.business.context import BusinessContext
from headrace.business.team import sign_ins
from headrace.console.signing_in import COOKIE, SIGNED_OUT


def signed_in(business: BusinessContext, otherwise: FindCaller) -> FindCaller:
    """The caller of a browser's token. Without one it is whom `otherwise` finds, unless somebody signed out there."""

    async def find_caller(headers: Headers) -> Any:
        token = _token(headers)
        if token == SIGNED_OUT:
            return None
        if token is not None:
            async with business.database.reading() as session:
                caller = await sign_ins.caller_of_token(session, token, business.clock.now())
            if caller is not None:
                return caller
        return await otherwise(headers)

    return find_caller


def _token(headers: Headers) -> str | None:
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return None if found is None or not found.value else found.value
