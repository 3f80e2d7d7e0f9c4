"""The web as tests have it: files of every kind by the ending of their address, and whatever else a test puts there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from headrace.outbound import Answer, Outbound, OutboundError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)

_FILES = {
    "png": ("image/png", PNG),
    "webp": ("image/webp", b"RIFF" + bytes(20)),
    "mp4": ("video/mp4", b"mp4"),
    "mp3": ("audio/mpeg", b"mp3"),
    "pdf": ("application/pdf", b"%PDF-1.7"),
}


@dataclass
class Web:
    """Stands in for `Outbound`. `there` are answers or failures by address; `asked` what was called, in order."""

    there: dict[str, Answer | OutboundError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def request(self, method: str, url: str, **_limits: Any) -> Answer:
        self.asked.append(url)
        found = self.there.get(url)
        if isinstance(found, OutboundError):
            raise found
        if found is not None:
            return found
        kind = _FILES.get(urlsplit(url).path.rpartition(".")[2])
        return answer(404) if kind is None else answer(200, kind[1], {"Content-Type": kind[0]})

    @property
    def outbound(self) -> Outbound:
        return cast("Outbound", self)


def answer(status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(status, headers or {}, body, 1)
