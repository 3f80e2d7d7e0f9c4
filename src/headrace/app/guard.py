"""Who may see a page: only a browser that asked by one of our names, only from our own pages, and only somebody known.

A foreign page must not be able to use the console through the visitor's browser: not by a name that resolves to this
machine (the Host check), and not by a form or a script of its own (the Origin check). What carries its own proof, a
token, a signature or an unguessable address, is no page and is not guarded.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from headrace.ui.origins import SAFE_METHODS, is_from_another_site

LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")

FindCaller = Callable[[Headers], Awaitable[Any]]
"""Who sent a request with these headers; none for nobody we know."""


def host_name(address: str) -> str | None:
    """The name in a URL or in a Host header; none where there is none to read."""
    try:
        return urlsplit(address if "//" in address else f"//{address}").hostname
    except ValueError:
        return None


def is_forwarded(headers: Headers) -> bool:
    """Whether a proxy passed the request on, so that it may come from anywhere."""
    return any(name in headers for name in _FORWARDED)


class PageGuard:
    """Checks Host and Origin, asks who calls, and adds the security headers to every page.

    `names` are those it answers to. The caller is put into the request's state for the pages; without `find_caller`
    whoever passes the other checks may see them. Who calls is not asked where a path begins like one of `open_paths`;
    `sign_in` is the page for those whom nobody knows.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        names: frozenset[str],
        content_security_policy: str,
        find_caller: FindCaller | None = None,
        open_paths: tuple[str, ...] = (),
        sign_in: str | None = None,
    ) -> None:
        self._app = app
        self._names = names
        self._find_caller = find_caller
        self._open_paths = open_paths
        self._sign_in = sign_in
        self._headers = {
            "content-security-policy": content_security_policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal: Response | None = self._refusal(scope["method"], headers)
        caller = None
        if refusal is None and self._find_caller is not None and not scope["path"].startswith(self._open_paths):
            caller = await self._find_caller(headers)
            refusal = self._unknown(scope, headers) if caller is None else None
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    present.setdefault(name, value)
            await send(message)

        state = {**scope.get("state", {}), "caller": caller}
        await self._app({**scope, "state": state}, receive, send_with_headers)

    def _unknown(self, scope: Scope, headers: Headers) -> Response:
        """Sends a person to the page where one signs in, and tells everything else that it is not known."""
        if self._sign_in is None:
            return _sign_in_missing()
        is_page = scope["method"] == "GET" and "text/html" in headers.get("accept", "") and "hx-request" not in headers
        if is_page:
            query = scope.get("query_string", b"").decode("latin-1")
            there = scope["path"] + (f"?{query}" if query else "")
            return RedirectResponse(f"{self._sign_in}?next={quote(there, safe='')}", 303)
        return PlainTextResponse("Sign in first: nobody is signed in in this browser any more.\n", 401)

    def _refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if host_name(host) not in self._names:
            names = " and ".join(sorted(self._names - {"::1"}))
            return PlainTextResponse(f"This page answers only under the names {names}. Open it by one of them.\n", 421)
        if method not in SAFE_METHODS and is_from_another_site(headers):
            return PlainTextResponse("This call comes from another site's page, so it is refused.\n", 403)
        return None


def _sign_in_missing() -> PlainTextResponse:
    words = (
        "Nobody can sign in here yet. Pages open only on the machine that runs Headrace, without a proxy before it: "
        "start it with headrace serve and open http://127.0.0.1 with its port.\n"
    )
    return PlainTextResponse(words, 401)
