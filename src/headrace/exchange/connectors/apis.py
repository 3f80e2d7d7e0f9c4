"""HTTP calls: to the hosts that the connector names, bounded in time and size, without redirects."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import orjson

from headrace.exchange.connectors.expressions import Expression, Template, written
from headrace.exchange.connectors.language import Api, Call
from headrace.exchange.connectors.surroundings import SourceFailed
from headrace.exchange.transport import Transport
from headrace.outbound import Answer, OutboundError

LARGEST_ANSWER: Final = 1024 * 1024
"""Bytes of an API's answer."""

_LONGEST_URL: Final = 8_000
_KEPT_BYTES: Final = 4 * 1024 * 1024
_PAUSE_SECONDS: Final = 0.1
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class _Kept:
    until: float
    size: int
    body: bytes


class HttpApi:
    """One API of a connector. `timer` counts seconds."""

    def __init__(
        self,
        name: str,
        declared: Api,
        transport: Transport,
        secrets: Mapping[str, str],
        timer: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._url = declared.url.rstrip("/")
        self._headers = {key: _header(str(one.value({"secret": secrets}))) for key, one in declared.headers.items()}
        self._transport = transport
        self._timer = timer
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._kept_bytes = 0

    async def answer(self, call: Call, scope: Mapping[str, Any]) -> Any:
        """The JSON that a call gives, None for a status of `none_on`. Raises SourceFailed, UnusableExpression."""
        url = self._url + _path(call.path, scope)
        query = {name: written(shaped.made(scope)) for name, shaped in call.query.items()}
        if query:
            url += "?" + urlencode(query)
        if len(url) > _LONGEST_URL:
            raise SourceFailed(f"The URL of a call of {self._name} has more than {_LONGEST_URL:,} characters.")
        headers = {"Accept": "application/json", **self._headers}
        for name, template in call.headers.items():
            headers[name] = _header(str(template.value(scope)))
        body = None
        if call.body is not None:
            body = orjson.dumps(call.body.made(scope))
            headers["Content-Type"] = "application/json"
        key = repr((url, sorted(headers.items())))
        if call.cache and (kept := self._kept.get(key)) and kept.until > self._timer():
            return orjson.loads(kept.body)
        answer = await self._ask(call, url, headers, body)
        if answer.status in call.none_on:
            return None
        value = self._read(answer)
        if call.cache:
            self._keep(key, answer.body, call.cache)
        return value

    async def _ask(self, call: Call, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        for attempt in range(call.retries + 1):
            is_last = attempt == call.retries
            try:
                answer = await self._transport.request(
                    call.method, url, headers=headers, body=body, timeout=call.seconds, max_bytes=LARGEST_ANSWER
                )
            except OutboundError as error:
                if is_last:
                    raise SourceFailed(f"{self._name}: {error}") from error
            else:
                if is_last or answer.status not in _AGAIN:
                    return answer
            await asyncio.sleep(_PAUSE_SECONDS * 2**attempt)
        raise AssertionError("unreachable")

    def _read(self, answer: Answer) -> Any:
        if answer.status in _REDIRECTS:
            target = urlsplit(str(answer.headers.get("Location", ""))).netloc[:100]
            where = f" to {target}" if target else ""
            raise SourceFailed(
                f"{self._name} answered with a redirect ({answer.status}){where}, which is not followed. "
                "Write the address that it leads to into url."
            )
        if not 200 <= answer.status <= 299:
            raise SourceFailed(f"{self._name} answered with status {answer.status}.")
        if not answer.body.strip():
            return None
        try:
            return orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            raise SourceFailed(f"{self._name} answered with something that is not JSON.") from None

    def _keep(self, key: str, body: bytes, seconds: float) -> None:
        former = self._kept.pop(key, None)
        self._kept_bytes += len(body) - (former.size if former else 0)
        self._kept[key] = _Kept(self._timer() + seconds, len(body), body)
        while self._kept_bytes > _KEPT_BYTES or len(self._kept) > 500:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.size


def _path(template: Template, scope: Mapping[str, Any]) -> str:
    """A path in which every value is one part of it: a slash in a value is none in the path."""
    made = "".join(
        quote(written(part.value(scope)), safe="") if isinstance(part, Expression) else part for part in template.parts
    )
    if not made:
        return ""
    if any(part in {".", ".."} for part in made.partition("?")[0].split("/")):
        raise SourceFailed("A path of a call leads upwards, which is not followed.")
    return made if made.startswith("/") else f"/{made}"


def _header(value: str) -> str:
    if not value.isprintable():
        raise SourceFailed("A header would hold a line break or another sign that belongs into none.")
    return value
