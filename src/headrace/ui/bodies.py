"""Reading the body of a request into values: bounded in bytes, time, depth and members, what is large off the loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes

import orjson
from starlette.requests import Request

from headrace.bodies import BodyIncomplete, BodyRefused, BodyTooLarge, BodyTooSlow, Proof, receive_body

__all__ = [
    "BodyIncomplete",
    "BodyRefused",
    "BodyTooLarge",
    "BodyTooSlow",
    "Proof",
    "Unparsable",
    "off_loop",
    "parse_form",
    "parse_json",
    "read_body",
    "receive_body",
]

MOST_MEMBERS = 200_000
"""A JSON body may hold so many values: each takes far more memory than its byte."""

MOST_FIELDS = 5_000

_SMALL = 64 * 1024
_SLICE = 64 * 1024
_PARSING = ThreadPoolExecutor(2, "parsing")
_T = TypeVar("_T")


class Unparsable(ValueError):
    """A body that is not what it should be; the message goes on after "The body" or what else it is called."""


async def read_body(request: Request, most: int, proof: tuple[int, Proof] | None = None) -> bytes:
    """The whole body of a request, by the rules of `headrace.bodies.receive_body`."""
    return await receive_body(request.receive, most, request.scope["headers"], proof)


async def off_loop(parse: Callable[[bytes], _T], content: bytes) -> _T:
    """What `parse` makes of a body; for a large one in a thread, so that others are answered meanwhile."""
    if len(content) <= _SMALL:
        return parse(content)
    return await asyncio.get_running_loop().run_in_executor(_PARSING, parse, content)


def parse_json(content: bytes) -> Any:
    """The value of a JSON text. Raises `Unparsable` also for one with too many members or nested too deep."""
    if _members(content) > MOST_MEMBERS:
        raise Unparsable(f"holds more than {MOST_MEMBERS:,} values")
    try:
        value = orjson.loads(content)
        orjson.dumps(value)  # stops at 254 levels
    except orjson.JSONDecodeError as error:
        raise Unparsable(f"is not JSON: {error}") from error
    except TypeError as error:
        raise Unparsable("is nested too deep") from error
    return value


def parse_form(content: bytes, *, errors: str = "strict", most: int = MOST_FIELDS) -> list[tuple[str, str]]:
    """The fields of a form in UTF-8. Raises `Unparsable` for more than `most` of them, and when strict for others."""
    if content.count(b"&") >= most:
        raise Unparsable(f"has more than {most:,} fields")
    try:
        if len(content) <= _SLICE:
            return parse_qsl(content.decode("utf-8", errors), keep_blank_values=True, errors=errors)
        pairs = (field.partition(b"=") for field in content.split(b"&") if field)
        return [(_unquoted(name, errors), _unquoted(value, errors)) for name, _, value in pairs]
    except ValueError as error:
        raise Unparsable("is not a form in UTF-8") from error


def _members(content: bytes) -> int:
    """How many values a JSON text holds, or more. What stands within strings is left out when it matters."""
    if len(content) <= MOST_MEMBERS or _structure(content) <= MOST_MEMBERS:
        return 0
    bare = content.replace(b"\\\\", b"").replace(b'\\"', b"")
    if bare.count(b'"') > 4 * MOST_MEMBERS:
        return bare.count(b'"')
    return sum(_structure(outside) for outside in bare.split(b'"')[::2])


def _structure(text: bytes) -> int:
    return text.count(b",") + text.count(b"[") + text.count(b"{")


def _unquoted(value: bytes, errors: str) -> str:
    """A part of a form decoded in slices: all at once, each escape would cost an object."""
    whole, at = bytearray(), 0
    while at < len(value):
        end = at + _SLICE
        cut = value.rfind(b"%", max(at + 1, end - 2), end)  # an escape stays in one piece
        end = cut if cut != -1 else end
        whole += unquote_to_bytes(value[at:end].replace(b"+", b" "))
        at = end
    return whole.decode("utf-8", errors)
