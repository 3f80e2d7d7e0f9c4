"""Noting the calls that the business makes: in memory at once, written together every second.

Nobody waits for the log, and a server that is killed loses what was not written yet. What is kept is bounded: of a body
its beginning, of all calls the newest.
"""

import asyncio
import re
from collections import deque
from typing import Any

import orjson
from sqlalchemy import delete, func, select

from headrace.business.connections.service import Connection
from headrace.business.statements import core
from headrace.business.traffic.models import LONGEST_PATH, MadeCall
from headrace.business.whatsapp.client import Call
from headrace.clock import Clock
from headrace.database import Database, Loop

MOST_CALLS = 50_000
"""So many calls are kept, of all workspaces together; the oldest make room."""

_LARGEST_BODY = 16 * 1024
_MOST_WAITING = 2_000
_PACE_SECONDS = 1.0
_TRIMMED_EVERY = 1_000
_NODE = re.compile(r"/v[0-9.]+/([0-9]{1,32})(?=[/?]|$)", re.ASCII)
_calls = core(MadeCall)


class Recorder:
    """The calls that were made and are not written yet."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._waiting: deque[dict[str, Any]] = deque(maxlen=_MOST_WAITING)
        self._written = 0

    def note(self, connection: Connection, call: Call) -> None:
        """Notes a call that was answered, or failed."""
        subject_id, wa_id = _about(call)
        code = _error_code(call.response) if call.status >= 400 else None
        owner = {"workspace_id": connection.workspace_id, "connection_id": connection.id, "at": self._clock.now()}
        row = {**owner, "milliseconds": call.milliseconds, "method": call.method, "path": call.url[:LONGEST_PATH]}
        about = {"status": call.status, "error_code": code, "subject_id": subject_id, "wa_id": wa_id}
        self._waiting.append({**row, **about, "request": _text(call.request), "response": _text(call.response)})

    async def flush(self) -> None:
        """Writes what was noted so far."""
        rows = list(self._waiting)
        self._waiting.clear()
        if not rows:
            return
        async with self._database.transaction() as session:
            await session.execute(_calls.insert(), rows)
            self._written += len(rows)
            if self._written >= _TRIMMED_EVERY:
                self._written = 0
                newest = (await session.execute(select(func.max(_calls.c.id)))).scalar() or 0
                await session.execute(delete(_calls).where(_calls.c.id <= newest - MOST_CALLS))

    async def run(self) -> None:
        """Writes what is noted, until cancelled; then the rest."""

        async def step() -> None:
            await asyncio.sleep(_PACE_SECONDS)
            await self.flush()

        try:
            await Loop("the log of calls made", step).run()
        finally:
            if self._waiting:
                await asyncio.shield(self.flush())


def _text(body: bytes) -> str:
    return body[:_LARGEST_BODY].decode("utf-8", "replace").replace("\0", "�")


def _about(call: Call) -> tuple[str | None, str | None]:
    node = _NODE.search(call.url)
    subject_id = None if node is None else node[1]
    if not call.url.endswith("/messages") or call.method != "POST":
        return subject_id, None
    message = orjson.loads(call.request)
    parameters = message.get("interactive", {}).get("action", {}).get("parameters", {})
    return parameters.get("flow_id") or subject_id, str(message.get("to", ""))[:20] or None


def _error_code(response: bytes) -> int | None:
    try:
        return int(orjson.loads(response)["error"]["code"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return None
