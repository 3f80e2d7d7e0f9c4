"""A database of the time before workspaces: one workspace takes over what is there, and nothing is lost."""

from pathlib import Path

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import text

from headrace.business.connections.service import change_connection, first_connection_id
from headrace.business.context import BusinessContext
from headrace.business.encryption import Vault
from headrace.business.inbound.batches import register_batches
from headrace.business.responses.service import list_responses
from headrace.business.tables import Job, Revision
from headrace.business.team.service import demo_administrator
from headrace.business.whatsapp import Access, MetaApp
from headrace.clock import ManualClock, SystemClock
from headrace.database import Database, Revisions, migrate
from headrace.database.migrating import _config
from headrace.identifiers import SeededIdentifiers
from headrace.jobs import RowJobs
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

_FIRST_TABLES = "3dd4a9505b8d"

_ROWS = """
INSERT INTO flow_copies VALUES (3, '901', 'Sign up', 'aa', '{"screens": []}', '2026-11-22 14:00:00');
INSERT INTO people VALUES (7, '447700900101', 'GB.1', 'Amara', '2026-11-22 14:00:00', '2026-11-22 14:00:00');
INSERT INTO people VALUES (8, '447700900102', NULL, '+447700900102', '2026-11-22 14:00:00', '2026-11-22 14:00:00');
INSERT INTO received_webhooks VALUES (5, '2026-11-22 14:00:00', '{}', 'sha256=00', '2026-11-22 14:00:01');
INSERT INTO received_webhooks VALUES (6, '2026-11-22 14:00:00', '{"entry": [{"changes": [{"field": "messages",
  "value": {"messages": [{"from": "447700900102", "id": "wamid.waits", "context": {"id": "wamid.out"},
  "interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "{\\"a\\": 1}"}}}]}}]}]}', 'sha256=00', NULL);
INSERT INTO jobs VALUES (1, 'inbound.process', 'inbound.process', '6', '{}', '2026-11-22 14:00:00', 0, 0, NULL);
INSERT INTO flow_messages VALUES
  (4, 'wamid.out', '901', 'Sign up', 3, 'token', '55', '447700900101', 'read', NULL, '2026-11-22 14:00:00');
INSERT INTO responses VALUES
  (9, 'wamid.in', 'wamid.out', 7, 5, '901', 'Sign up', 3, 'token', '{"a": 1}',
   '[{"screen_id": null, "screen_title": null, "name": "a", "label": "a", "value": 1, "text": "1"}]',
   '2026-11-22 14:00:00');
"""


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'business.db'}")


async def make_first_tables(database: Database, rows: str) -> None:
    def upgrade(connection: SqlConnection) -> None:
        config = _config("business")
        config.attributes["connection"] = connection
        command.upgrade(config, _FIRST_TABLES)
        for statement in rows.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)

    async with database.connection() as connection:
        await connection.run_sync(upgrade)


async def test_everything_belongs_to_the_first_workspace(database: Database, clock: ManualClock) -> None:
    await make_first_tables(database, _ROWS)
    await migrate(database, "business")
    outbound, jobs = Outbound(private_networks=True), RowJobs(database, Job, SystemClock())
    vault = Vault(Fernet.generate_key().decode())
    context = BusinessContext(
        database, SystemClock(), SeededIdentifiers(7), jobs, Revisions(database, Revision), outbound, vault
    )
    register_batches(context)
    async with database.transaction() as session:
        caller = await demo_administrator(session, "Millrace Opticians", clock.now())
        known = await first_connection_id(session, caller)
        assert known is not None
        app = MetaApp("77", "secret", "word")
        await change_connection(
            session, vault, caller, known, access=Access("http://127.0.0.1:9", "t", ("1",)), app=app
        )
    await jobs.drain()
    async with database.reading() as session:
        kept = await list_responses(session, caller)
        names = (await session.execute(text("SELECT name FROM people ORDER BY id"))).scalars().all()
    assert caller.workspace.name == "Millrace Opticians"
    assert [(response.wamid, response.flow_name) for response in kept] == [
        ("wamid.waits", "Sign up"),
        ("wamid.in", "Sign up"),
    ]
    assert [response.person_name for response in kept] == ["+447700900102", "Amara"]
    assert names == ["Amara", ""]
    await outbound.close()
    await database.close()


async def test_a_database_without_rows_gets_no_workspace(database: Database) -> None:
    await make_first_tables(database, "")
    await migrate(database, "business")
    async with database.reading() as session:
        assert (await session.execute(text("SELECT count(*) FROM workspaces"))).scalar_one() == 0
    await database.close()
