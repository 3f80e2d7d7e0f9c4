"""Calls of the Graph API: the box on this machine or Meta, told apart only by URL and token."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from headrace.business.whatsapp.errors import UNREACHABLE, UNREADABLE, WhatsAppRefused, refusal_of
from headrace.outbound import Outbound, OutboundError

_TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Access:
    """Where WhatsApp is and in whose name: `base_url` without a version, `version` like `v23.0`."""

    base_url: str
    access_token: str
    waba_ids: tuple[str, ...]
    version: str = "v23.0"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was made, without its token; `status` is 0 where no answer came, and `response` says why."""

    method: str
    url: str
    request: bytes
    status: int
    response: bytes
    milliseconds: int


class WhatsApp:
    """Calls the Graph API over HTTP, also when it is served by this very process. `note` hears of every call.

    Everything raises `WhatsAppRefused`.
    """

    def __init__(self, access: Access, outbound: Outbound, note: Callable[[Call], None] | None = None) -> None:
        self.access = access
        self._outbound = outbound
        self._note = note

    async def get(self, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """The object at `path`, below the version."""
        suffix = f"?{urlencode(query)}" if query else ""
        return _object(await self._send("GET", self._url(path) + suffix, {}, None))

    async def post(self, path: str, body: dict[str, Any], access_token: str | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        return _object(await self._send("POST", self._url(path), headers, orjson.dumps(body), access_token))

    async def delete(self, path: str) -> dict[str, Any]:
        return _object(await self._send("DELETE", self._url(path), {}, None))

    async def upload(self, path: str, file: bytes, fields: dict[str, str]) -> dict[str, Any]:
        """Posts a JSON file named `flow.json` and fields beside it, as `multipart/form-data`."""
        mark = f"headrace-{hashlib.sha256(file).hexdigest()[:40]}"  # of the 70 letters that are allowed
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="flow.json"\r\n'
            "Content-Type: application/json\r\n\r\n"
        )
        body = b"".join([*parts, head.encode(), file, f"\r\n--{mark}--\r\n".encode()])
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}"}
        return _object(await self._send("POST", self._url(path), headers, body))

    async def pages(self, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
        """Every entry of a listing, page after page."""
        entries: list[dict[str, Any]] = []
        page = await self.get(path, {**query, "limit": "100"})
        while True:
            entries.extend(page.get("data", []))
            following = page.get("paging", {}).get("next")
            if not following:
                return entries
            page = _object(await self._send("GET", following, {}, None))

    async def content(self, url: str) -> bytes:
        """What lies behind an address that WhatsApp gave, byte for byte."""
        return await self._send("GET", url, {}, None)

    def _url(self, path: str) -> str:
        return f"{self.access.base_url}/{self.access.version}/{path}"

    async def _send(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, access_token: str | None = None
    ) -> bytes:
        authorized = {**headers, "Authorization": f"Bearer {access_token or self.access.access_token}"}
        begun = time.perf_counter()
        try:
            answer = await self._outbound.request(method, url, headers=authorized, body=body, timeout=_TIMEOUT_SECONDS)
        except OutboundError as error:
            self._noted(method, url, body, 0, str(error).encode(), begun)
            raise WhatsAppRefused(UNREACHABLE, f"WhatsApp cannot be reached: {error}") from error
        self._noted(method, url, body, answer.status, answer.body, begun)
        if answer.status >= 400:
            raise refusal_of(answer.status, answer.body)
        return answer.body

    def _noted(self, method: str, url: str, body: bytes | None, status: int, response: bytes, begun: float) -> None:
        if self._note is not None:
            spent = round((time.perf_counter() - begun) * 1000)
            self._note(Call(method, url, body or b"", status, response, spent))


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WhatsAppRefused(UNREADABLE, "WhatsApp answered with something that is not JSON.") from error
    if not isinstance(value, dict):
        raise WhatsAppRefused(UNREADABLE, "WhatsApp answered with something that is not an object.")
    return value
