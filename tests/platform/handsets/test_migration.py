"""A database of before sessions could be on any process: their texts are stored once, what they wait for is a job."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from headrace.database import Database
from headrace.database.migrating import _config

pytestmark = pytest.mark.anyio

BEFORE = "96cce14420b9"
NOW = "2026-11-22 14:00:00.000000"


def upgrade_to(revision: str) -> Any:
    def upgrade(connection: Connection) -> None:
        config = _config("platform")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    return upgrade


def insert(table: str, **values: Any) -> tuple[Any, dict[str, Any]]:
    names = ", ".join(values)
    return text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values


SESSIONS = [
    ("{}", "open", {"request": {"action": "INIT"}, "purpose": "open"}),
    ("{}", "open", None),
    ("[]", "closed", {"request": {"action": "INIT"}, "purpose": "open"}),
]


async def test_sessions_come_along(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    async with database.connection(rebuilding=True) as connection:
        await connection.run_sync(upgrade_to(BEFORE))
        for number, (flow, status, pending) in enumerate(SESSIONS):
            state = json.dumps({"pending": pending})
            times = {"opened_at": NOW, "updated_at": NOW}
            row = {"id": f"s{number}", "handset_id": "h", "message_id": number, "status": status, **times}
            await connection.execute(*insert("flow_sessions", **row, flow_text=flow, state=state))
            entry = {"session_id": f"s{number}", "at": NOW, "kind": "act", "members": "{}"}
            await connection.execute(*insert("trace_entries", **entry))
        for number, request in enumerate([{"action": "INIT"}, {"action": "INIT", "data": {"error": "x"}}], 1):
            sent = {"id": number, "session_id": "s0", "at": NOW, "action": "INIT", "milliseconds": 12}
            bodies = {"clear_request": json.dumps(request), "clear_response": None, "sealed_request": "sealed"}
            await connection.execute(*insert("exchanges", **sent, **bodies, kind="failed"))
            entry = {"session_id": "s0", "at": NOW, "kind": "exchange"}
            await connection.execute(*insert("trace_entries", **entry, exchange_id=number))
        await connection.run_sync(upgrade_to("head"))
        sessions = await read(connection, "SELECT id, text_sha256, asked, is_waiting FROM flow_sessions ORDER BY id")
        texts = await read(connection, "SELECT text, sha256 FROM session_texts")
        jobs = await read(connection, "SELECT command, key FROM jobs")
        entries = await read(connection, "SELECT session_id, call_id FROM trace_entries ORDER BY session_id, id")
        calls = await read(
            connection,
            "SELECT c.id, c.session_id, c.kind, c.outcome, c.milliseconds, b.sealed_request FROM endpoint_calls c "
            "JOIN endpoint_bodies b ON b.call_id = c.id ORDER BY c.id",
        )
        await connection.execute(text("DELETE FROM trace_entries"))
        await connection.execute(text("DELETE FROM flow_sessions"))
    await database.close()
    names = {flow: hashlib.sha256(flow.encode()).hexdigest() for flow in ("{}", "[]")}
    assert sessions == [("s0", names["{}"], 0, 1), ("s1", names["{}"], 0, 0), ("s2", names["[]"], 0, 0)]
    assert dict(texts) == names
    assert jobs == [("exchange.ask", "s0")]
    assert entries == [("s0", None), ("s0", 1), ("s0", 2), ("s1", None), ("s2", None)]
    assert calls == [(1, "s0", "exchange", "failed", 12, "sealed"), (2, "s0", "notice", "failed", 12, "sealed")]


async def read(connection: AsyncConnection, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in (await connection.execute(text(statement))).all()]
