"""The log of all calls to the Graph API, for whoever looks into the control room.

A call is noted in memory once it is answered, and written with all others of the same quarter of a second in one
transaction: nobody waits for the log, and a server that is killed loses that quarter. What is kept is bounded: of a
body its beginning, of all calls the newest. It is kept only where somebody can look at it.
"""

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, delete, func, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column
from starlette.types import Message, Receive, Scope

from headrace.clock import Clock
from headrace.database import BigId, Database, Loop, UtcDateTime
from headrace.platform.tables import Table, table_of

_log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024
MOST_CALLS = 200_000
"""So many calls are kept; the oldest make room."""

_MOST_WAITING = 10_000
_PACE_SECONDS = 0.25
_TRIMMED_EVERY = 2_000
_LONGEST_PATH = 400
_MADE = re.compile(rb'\{"id":"([0-9]{5,32})"')
_NODE = re.compile(r"/(?:[vV][0-9][^/]*/)?([0-9]{5,32})(?=/|$)")
_REFUSED = text("status >= 400")
_HAS_SUBJECT = text("subject_id IS NOT NULL")
_HAS_PERSON = text("wa_id IS NOT NULL")


class GraphCall(Table):
    """One call. `subject_id` is the Flow that a message names, else the node in the path; `wa_id` the number a message
    went to. `error_code` is Graph's, where the call was refused.
    """

    __tablename__ = "graph_calls"
    __table_args__ = (
        Index("ix_graph_calls_refused", "id", sqlite_where=_REFUSED, postgresql_where=_REFUSED),
        Index("ix_graph_calls_subject", "subject_id", "id", sqlite_where=_HAS_SUBJECT, postgresql_where=_HAS_SUBJECT),
        Index("ix_graph_calls_person", "wa_id", "id", sqlite_where=_HAS_PERSON, postgresql_where=_HAS_PERSON),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int]
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(_LONGEST_PATH))
    status: Mapped[int]
    error_code: Mapped[int | None]
    subject_id: Mapped[str | None] = mapped_column(String(32))
    wa_id: Mapped[str | None] = mapped_column(String(20))


class GraphCallText(Table):
    """What a call said and was answered, byte by byte; `is_cut` when only the beginning of either is kept."""

    __tablename__ = "graph_call_texts"

    call_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("graph_calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    query: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str | None] = mapped_column(Text)
    authorization: Mapped[str | None] = mapped_column(Text)
    request: Mapped[bytes] = mapped_column(LargeBinary)
    response: Mapped[bytes] = mapped_column(LargeBinary)
    is_cut: Mapped[bool]


_calls, _texts = table_of(GraphCall), table_of(GraphCallText)


@dataclass(slots=True)
class Noted:
    """A call under way. `receive` hands its body on and keeps the beginning of it."""

    scope: Scope
    given: Receive
    at: datetime
    begun: float = field(default_factory=time.perf_counter)
    body: bytearray = field(default_factory=bytearray)
    size: int = 0
    status: int = 0
    response: bytes = b""
    milliseconds: int = 0

    async def receive(self) -> Message:
        message = await self.given()
        chunk = message.get("body", b"")
        self.size += len(chunk)
        self.body += chunk[: LARGEST_BODY - len(self.body)]
        return message


class CallLog:
    """What was noted and is not written yet. `is_open` where there is a control room in which to read it."""

    def __init__(self) -> None:
        self.is_open = False
        self.lost = 0
        self._waiting: list[Noted] = []
        self._written = 0
        self._turn = asyncio.Lock()

    def begin(self, scope: Scope, receive: Receive, clock: Clock) -> Noted:
        return Noted(scope, receive, clock.now())

    def end(self, noted: Noted, status: int, response: bytes) -> None:
        """Notes how a call was answered."""
        if len(self._waiting) >= _MOST_WAITING:  # the database does not keep up: the calls go before their log
            self.lost += 1
            return
        noted.status, noted.response = status, response
        noted.milliseconds = round((time.perf_counter() - noted.begun) * 1000)
        self._waiting.append(noted)

    async def flush(self, database: Database) -> None:
        """Writes what was noted so far."""
        async with self._turn:
            noted, self._waiting = self._waiting, []
            if not noted:
                return
            rows = [_row(one) for one in noted]
            async with database.transaction() as session:
                connection = await session.connection()
                newest = (await connection.execute(select(func.max(_calls.c.id)))).scalar() or 0
                is_sqlite = connection.dialect.name == "sqlite"
                inserted = insert(_calls).returning(_calls.c.id, sort_by_parameter_order=not is_sqlite)
                ids = sorted((await connection.execute(inserted, [row for row, _ in rows])).scalars())
                texts = [{**words, "call_id": number} for number, (_, words) in zip(ids, rows, strict=True)]
                await connection.execute(insert(_texts), texts)
                self._written += len(ids)
                if self._written >= _TRIMMED_EVERY:
                    self._written = 0
                    oldest = newest - MOST_CALLS
                    await connection.execute(delete(_texts).where(_texts.c.call_id <= oldest))
                    await connection.execute(delete(_calls).where(_calls.c.id <= oldest))

    async def run(self, database: Database) -> None:
        """Writes what is noted, until cancelled; then the rest."""

        async def step() -> None:
            await asyncio.sleep(_PACE_SECONDS)
            await self.flush(database)

        try:
            await Loop("the log of calls", step).run()
        finally:
            if self._waiting:
                await asyncio.shield(self.flush(database))


def _row(noted: Noted) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of a call, and those of its texts."""
    scope, body = noted.scope, bytes(noted.body)
    headers = dict(scope["headers"])
    raw_path: bytes = scope.get("raw_path") or str(scope["path"]).encode()
    path = raw_path.partition(b"?")[0].decode("ascii", "replace")
    subject_id, wa_id = _about(path, body)
    if path.endswith("/flows") and (made := _MADE.match(noted.response)):
        subject_id = made[1].decode()  # what was made, not the account in which
    row = {
        "at": noted.at,
        "milliseconds": noted.milliseconds,
        "method": str(scope["method"])[:10],
        "path": path[:_LONGEST_PATH],
        "status": noted.status,
        "error_code": _error_code(noted.response) if noted.status >= 400 else None,
        "subject_id": subject_id,
        "wa_id": wa_id,
    }
    return row, {
        "query": scope["query_string"].decode("ascii", "replace"),
        "content_type": _header(headers, b"content-type"),
        "authorization": _header(headers, b"authorization"),
        "request": body,
        "response": noted.response[:LARGEST_BODY],
        "is_cut": noted.size > len(body) or len(noted.response) > LARGEST_BODY,
    }


def _header(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return None if value is None else value.decode("latin-1")


def _about(path: str, body: bytes) -> tuple[str | None, str | None]:
    node = _NODE.match(path)
    subject_id = None if node is None else node[1]
    if not path.endswith("/messages") or not body.startswith(b"{"):
        return subject_id, None
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError:
        return subject_id, None
    wa_id = re.sub(r"\D", "", str(message.get("to", "")))[:20] or None
    interactive = message.get("interactive")
    action = interactive.get("action") if isinstance(interactive, dict) else None
    parameters = action.get("parameters") if isinstance(action, dict) else None
    flow_id = parameters.get("flow_id") if isinstance(parameters, dict) else None
    return (str(flow_id)[:32] if flow_id else subject_id), wa_id


def _error_code(response: bytes) -> int | None:
    try:
        return int(orjson.loads(response)["error"]["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
