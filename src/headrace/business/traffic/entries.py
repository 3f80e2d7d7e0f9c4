"""What a log of traffic shows: lines, an entry in full, and what is looked for. Whoever keeps such a log speaks so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Kind(StrEnum):
    """What travelled: a call of the Graph API, a webhook, or a call of WhatsApp to an endpoint."""

    CALL = "call"
    WEBHOOK = "webhook"
    EXCHANGE = "exchange"
    PING = "ping"


class Outcome(StrEnum):
    """What became of it. One that is waiting is tried again, or not yet worked out."""

    OK = "ok"
    FAILED = "failed"
    WAITING = "waiting"


@dataclass(frozen=True)
class Filters:
    """What is looked for; None is any. `wa_id` is a number in digits."""

    kind: Kind | None = None
    flow_id: str | None = None
    wa_id: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Line:
    """One line of a log. `status` is an HTTP status, `error` Graph's code, a type of error or a sentence."""

    kind: Kind
    id: int
    at: datetime
    what: str
    outcome: Outcome
    status: int | None = None
    milliseconds: int | None = None
    error: str | None = None
    flow_id: str | None = None


@dataclass(frozen=True)
class Lines:
    """Lines, the newest first, and where the next page begins; None when there is none."""

    lines: Sequence[Line]
    after: str | None


@dataclass(frozen=True)
class Attempt:
    """One delivery of a webhook: what was answered, or why nothing was."""

    at: datetime
    status: int | None
    milliseconds: int | None
    error: str | None


@dataclass(frozen=True)
class Entry:
    """A line in full. `sealed_…` are the bytes of an exchange as they travelled; `curl` is the same once more.

    `can_deliver` says that it is a webhook which can be delivered again.
    """

    url: str | None
    request: str
    response: str | None = None
    sealed_request: str | None = None
    sealed_response: str | None = None
    explanation: str | None = None
    signature: str | None = None
    next_attempt_at: datetime | None = None
    attempts: Sequence[Attempt] = ()
    curl: str | None = None
    is_cut: bool = False
    can_deliver: bool = False


class TrafficLog(Protocol):
    """A log that can be read."""

    @property
    def kinds(self) -> Sequence[Kind]:
        """What it keeps."""
        ...

    async def lines(self, filters: Filters, after: str | None) -> Lines:
        """A page of it. Raises `ValueError` for an `after` that is no place in it."""
        ...

    async def entry(self, kind: Kind, number: int) -> Entry | None:
        """One entry; none when there is no such."""
        ...

    async def deliver_again(self, number: int) -> bool:
        """Has a webhook delivered once more; false when there is none, or none that can be."""
        ...

    async def newest(self) -> str:
        """Something that is another as soon as the log has changed."""
        ...
