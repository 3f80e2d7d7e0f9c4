"""How answers look on the wire: JSON in UTF-8 with Graph's headers."""

import base64
import re
import zlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from headrace import __version__
from headrace.characters import writable

DEFAULT_VERSION = "v23.0"

_REVISION = str(10**9 + zlib.crc32(__version__.encode()))
"""Stands for the build that answers, in digits as Graph writes it."""

_HOST = re.compile(r"[A-Za-z0-9.\-_]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")


def json_response(content: Any, trace_id: str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        _written(content),
        status,
        {
            "x-fb-trace-id": trace_id,
            "x-fb-request-id": trace_id,
            "x-fb-rev": _REVISION,
            "x-fb-debug": base64.b64encode(trace_id.encode()).decode(),
            "cache-control": "private, no-cache, no-store, must-revalidate",
            "access-control-allow-origin": "*",
            **(headers or {}),
        },
        media_type="application/json; charset=UTF-8",
    )


def _written(content: Any) -> bytes:
    try:
        return orjson.dumps(content)
    except TypeError:  # half a surrogate pair has no UTF-8
        return orjson.dumps(writable(content))


def base_url(request: Request, fallback: str) -> str:
    """How the caller reached us, without a slash at the end; `fallback` where the Host header is no host."""
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else fallback
