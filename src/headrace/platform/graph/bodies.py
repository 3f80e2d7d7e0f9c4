"""From a request to its parameters: query and body merged, whatever the body says it is.

Clients label their bodies wrongly, or not at all, so a body that looks like JSON is read as JSON. A GET may carry a
body; it is ignored.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from functools import partial
from typing import Any
from urllib.parse import unquote_plus

from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from headrace.platform.errors.catalogue import BODY_TOO_LARGE, BODY_TOO_SLOW, PARAMETER_INVALID
from headrace.platform.graph.parameters import Parameters, Upload
from headrace.ui.bodies import (
    BodyRefused,
    BodyTooLarge,
    BodyTooSlow,
    Unparsable,
    off_loop,
    parse_form,
    parse_json,
    read_body,
)

LARGEST_BODY = 12 * 1024 * 1024
_USUAL_BODY = 1024 * 1024
BATCH = ""
"""What stands for the edge of a batch, which has none."""

_EDGES_WITH_FILES = frozenset({"assets", "flows", "messages", "message_templates", BATCH})
"""Whose calls carry a file or a Flow JSON. All others carry a few parameters."""

_LARGEST_BODIES = {"media": 101 * 1024 * 1024}
"""Edges whose files are larger: a document of a message may have 100 MB."""

UNPROVEN_BODY = 64 * 1024
"""So much is read of a body before it is known who calls."""

_MOST_PARTS = 500
_SLICE = 64 * 1024
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "DELETE"})
_TOKEN = re.compile(
    rb"""(?:\A|&)access_token=([^&\s]+) | name="?access_token"?(?:\r\n[^\r\n]+)*\r\n\r\n([^\r\n]+)"""
    rb""" | "access_token"\s*:\s*"([^"]+)\"""",
    re.VERBOSE,
)
_LIST_MEMBER = re.compile(r"([^\[\]]+)\[\d*\]")


def read_query(request: Request) -> dict[str, Any]:
    """The parameters of the query."""
    return _read_form(request.scope["query_string"], "query")


async def read_parameters(
    request: Request, query: dict[str, Any], edge: str | None, authenticate: Callable[[bytes], Awaitable[None]]
) -> Parameters:
    """Query and body of a request in one; a member of the body wins over one of the query with the same name.

    `authenticate` is called with the beginning of a body of more than `UNPROVEN_BODY`, before the rest is read; what it
    raises is raised.
    """
    if request.method not in _METHODS_WITH_BODY:
        return Parameters(query)
    most = _LARGEST_BODIES.get(edge or "", LARGEST_BODY if edge in _EDGES_WITH_FILES else _USUAL_BODY)
    content = await _content(request, most, authenticate)
    return Parameters(query | await _read(request.headers, content))


async def read_piece(request: Request, authenticate: Callable[[bytes], Awaitable[None]]) -> bytes:
    """A body that is a piece of a file itself."""
    return await _content(request, _LARGEST_BODIES["media"], authenticate)


def read_form_text(text: str, place: str) -> dict[str, Any]:
    """The parameters of a call that is part of a batch: a form, or JSON where it looks like that."""
    content = text.encode(errors="replace")
    return _read_json(content) if text.lstrip()[:1] == "{" else _read_form(content, place)


def token_in(beginning: bytes) -> str | None:
    """The access token that stands in the beginning of a form, of parts or of JSON: clients of general kind send it as
    one parameter of many, before the files.
    """
    found = _TOKEN.search(beginning)
    given = next(value for value in found.groups() if value is not None) if found else b""
    return unquote_plus(given.decode("latin-1")) or None


async def _read(headers: Headers, content: bytes) -> dict[str, Any]:
    start = content[:_SLICE].lstrip() or content.lstrip()
    if not start:
        return {}
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    looks_like_json = start[:1] in {b"{", b"["}
    if kind == "multipart/form-data" and not looks_like_json:
        return await _read_multipart(headers, content)
    if looks_like_json or kind == "application/json":
        return await off_loop(_read_json, content)
    return await off_loop(partial(_read_form, place="body"), content)


async def _content(request: Request, most: int, authenticate: Callable[[bytes], Awaitable[None]]) -> bytes:
    try:
        return await read_body(request, most, (UNPROVEN_BODY, authenticate))
    except BodyTooLarge as error:
        raise BODY_TOO_LARGE.numbered(f"The body of the request is larger than {most // (1024 * 1024)} MB") from error
    except BodyTooSlow as error:
        raise BODY_TOO_SLOW.numbered("The body of the request does not come, or too slowly") from error
    except BodyRefused as error:
        raise PARAMETER_INVALID.numbered("The body of the request is not complete") from error


def _read_json(content: bytes) -> dict[str, Any]:
    try:
        value = parse_json(content)
    except Unparsable as error:
        raise PARAMETER_INVALID.numbered(f"The body of the request {error}") from error
    if not isinstance(value, dict):
        raise PARAMETER_INVALID.numbered("The body of the request must be a JSON object")
    return value


def _read_form(content: bytes, place: str) -> dict[str, Any]:
    try:
        return _gather(parse_form(content, most=_MOST_PARTS))
    except Unparsable as error:
        raise PARAMETER_INVALID.numbered(
            f"The {place} of the request is not a form in UTF-8 with at most {_MOST_PARTS} fields"
        ) from error


async def _read_multipart(headers: Headers, content: bytes) -> dict[str, Any]:
    async def stream() -> AsyncGenerator[bytes, None]:
        for start in range(0, len(content), _SLICE):
            yield content[start : start + _SLICE]
            await asyncio.sleep(0)  # others are answered meanwhile

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
    if isinstance(value, str):
        return value
    return Upload(value.filename or "", await value.read(), value.content_type or "")


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
