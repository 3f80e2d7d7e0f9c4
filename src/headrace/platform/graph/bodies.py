"""From a request to its parameters: query and body merged, whatever the body says it is.

Clients label their bodies wrongly, or not at all, so a body that looks like JSON is read as JSON. A GET may carry a
body; it is ignored.
"""

import re
from collections.abc import AsyncGenerator, Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from headrace.platform.errors.catalogue import BODY_TOO_LARGE, PARAMETER_INVALID
from headrace.platform.graph.parameters import Parameters, Upload
from headrace.ui.bodies import BodyTooLarge, read_body

LARGEST_BODY = 12 * 1024 * 1024
_MOST_PARTS = 500
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "DELETE"})
_LIST_MEMBER = re.compile(r"([^\[\]]+)\[\d*\]")


async def read_parameters(request: Request) -> Parameters:
    """Query and body of a request in one; a member of the body wins over one of the query with the same name."""
    values = _read_form(request.scope["query_string"], "query")
    if request.method in _METHODS_WITH_BODY:
        values.update(await _read_body(request))
    return Parameters(values)


async def _read_body(request: Request) -> dict[str, Any]:
    content = await _content(request)
    if not content.strip():
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    looks_like_json = content.lstrip()[:1] in {b"{", b"["}
    if kind == "multipart/form-data" and not looks_like_json:
        return await _read_multipart(request.headers, content)
    if looks_like_json or kind == "application/json":
        return _read_json(content)
    return _read_form(content, "body")


async def _content(request: Request) -> bytes:
    try:
        return await read_body(request, LARGEST_BODY)
    except BodyTooLarge as error:
        limit = LARGEST_BODY // (1024 * 1024)
        raise BODY_TOO_LARGE.numbered(f"The body of the request is larger than {limit} MB") from error
    except ClientDisconnect as error:
        raise PARAMETER_INVALID.numbered("The body of the request is not complete") from error


def _read_json(content: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(content)
        orjson.dumps(value)  # stops at 254 levels
    except orjson.JSONDecodeError as error:
        raise PARAMETER_INVALID.numbered(f"The body of the request is not JSON: {error}") from error
    except TypeError as error:
        raise PARAMETER_INVALID.numbered("The body of the request is nested too deep") from error
    if not isinstance(value, dict):
        raise PARAMETER_INVALID.numbered("The body of the request must be a JSON object")
    return value


def _read_form(content: bytes, place: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(content.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARTS)
    except ValueError as error:
        raise PARAMETER_INVALID.numbered(
            f"The {place} of the request is not a form in UTF-8 with at most {_MOST_PARTS} fields"
        ) from error
    return _gather(pairs)


async def _read_multipart(headers: Headers, content: bytes) -> dict[str, Any]:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield content

    try:
        parser = MultiPartParser(
            headers, stream(), max_files=_MOST_PARTS, max_fields=_MOST_PARTS, max_part_size=LARGEST_BODY
        )
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError, LookupError) as error:
        reason = getattr(error, "message", None) or "it does not follow the form its Content-Type names"
        raise PARAMETER_INVALID.numbered(f"The multipart body of the request cannot be read: {reason}") from error
    try:
        return _gather([(name, await _part(value)) for name, value in form.multi_items()])
    finally:
        await form.close()


async def _part(value: UploadFile | str) -> Upload | str:
    return value if isinstance(value, str) else Upload(value.filename or "", await value.read())


def _gather(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Later ones win, but `name[]` and `name[0]` add up to an array."""
    values: dict[str, Any] = {}
    lists: dict[str, list[Any]] = {}
    for name, value in pairs:
        if (match := _LIST_MEMBER.fullmatch(name)) is not None:
            lists.setdefault(match[1], []).append(value)
        else:
            values[name] = value
    return values | {name: items for name, items in lists.items() if name not in values}
