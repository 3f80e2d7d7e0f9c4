"""Whether a server can do its work: for whoever watches it, such as a proxy or a container's manager.

It says what is wrong in general only, and so needs no proof of who asks; the log says more.
"""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PATH = "/_health"

Trouble = Callable[[], str | None]


def readiness_route(troubles: Sequence[tuple[str, Trouble]]) -> Route:
    """`GET /_health`: 200 with `{"status": "ok"}`, else 503 with the names of what does not go on.

    `troubles` are names, each with what says why it stands still, or None.
    """

    async def answer(_request: Request) -> Response:
        standing = [name for name, trouble in troubles if trouble() is not None]
        if not standing:
            return JSONResponse({"status": "ok"}, headers=_NO_STORE)
        return JSONResponse({"status": "trouble", "standing_still": standing}, 503, headers=_NO_STORE)

    return Route(PATH, answer, methods=["GET"])


_NO_STORE = {"Cache-Control": "no-store"}
