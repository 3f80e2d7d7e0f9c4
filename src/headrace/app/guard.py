"""Who may see a page: only a browser that asked this machine by its own name, and only from our own pages.

The console has no login on 127.0.0.1, so a foreign page must not be able to use it through the visitor's browser: not
by a name that resolves to 127.0.0.1 (the Host check), and not by a form or a script of its own (the Origin check).
The Graph face is left out: every call carries a token there, and clients may send Meta's host name.
"""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class PageGuard:
    """Checks Host and Origin of everything but `open_paths`, and adds the security headers to every page."""

    def __init__(self, app: ASGIApp, *, open_paths: str, content_security_policy: str) -> None:
        self._app = app
        self._open_paths = re.compile(open_paths)
        self._headers = {
            "content-security-policy": content_security_policy,
            "x-content-type-options": "nosniff",
            "x-frame-options": "SAMEORIGIN",
            "referrer-policy": "same-origin",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._open_paths.match(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = _refusal(scope["method"], headers)
        if refusal is not None:
            await refusal(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    present.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def _refusal(method: str, headers: Headers) -> PlainTextResponse | None:
    host = headers.get("host", "")
    try:
        name = urlsplit(f"//{host}").hostname
    except ValueError:
        name = None
    if name not in _LOCAL_NAMES:
        return PlainTextResponse(
            "This page answers only under the names 127.0.0.1 and localhost. Open it by one of them.\n", 421
        )
    if method in _SAFE_METHODS:
        return None
    origin = headers.get("origin")
    if origin is not None and origin not in {f"http://{host}", f"https://{host}"}:
        return PlainTextResponse("This call comes from another site's page, so it is refused.\n", 403)
    if origin is None and headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        return PlainTextResponse("This call comes from another site's page, so it is refused.\n", 403)
    return None
