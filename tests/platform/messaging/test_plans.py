"""What is due is found by an index, however much else there is: the plans of SQLite say so."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects import sqlite
from tests.stores import SqliteStore

from headrace.platform.messaging import delivery as carrying
from headrace.platform.tables import Table
from headrace.platform.webhooks import delivery as posting

pytestmark = pytest.mark.anyio

STATEMENTS = {
    "messages to be carried": carrying._WAITING,
    "the head of a queue": posting._HEAD,
    "what was set aside": posting._ASIDE,
    "the newest behind a head": posting._NEWEST_AT,
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
async def test_what_is_due_is_found_without_looking_at_everything(tmp_path: Path, statement: Any) -> None:
    database = await SqliteStore(tmp_path).open("platform", Table.metadata)
    compiled = str(statement.compile(dialect=sqlite.dialect()))
    async with database.reading() as session:
        connection = await session.connection()
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(range(compiled.count("?"))))
        steps = [str(row[-1]) for row in plan]
    await database.close()
    assert steps
    assert not [step for step in steps if step.startswith("SCAN") or "TEMP B-TREE" in step]
