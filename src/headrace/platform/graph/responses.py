"""How answers look on the wire: JSON in UTF-8 with Graph's headers."""

import re
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

DEFAULT_VERSION = "v23.0"

_HOST = re.compile(r"[A-Za-z0-9.\-_]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


def json_response(content: Any, trace_id: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        orjson.dumps(content),
        status,
        {
            "x-fb-trace-id": trace_id,
            "x-fb-request-id": trace_id,
            "cache-control": "private, no-cache, no-store, must-revalidate",
            "access-control-allow-origin": "*",
            **(headers or {}),
        },
        media_type="application/json; charset=UTF-8",
    )


def base_url(request: Request, fallback: str) -> str:
    """How the caller reached us, without a slash at the end; `fallback` where the Host header is no host."""
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else fallback
