"""The migrations make exactly the tables that the code knows, on both sides."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from headrace.business.tables import Table as BusinessTable
from headrace.database import Database, migrate
from headrace.platform.tables import Table as PlatformTable

pytestmark = pytest.mark.anyio

SIDES: dict[str, tuple[type, list[str]]] = {
    "platform": (PlatformTable, ["accounts", "flows", "handsets", "messaging", "users", "webhooks"]),
    "business": (BusinessTable, ["connections", "flows", "people", "responses", "team", "webhooks"]),
}


@pytest.mark.parametrize("side", SIDES)
async def test_migrations_and_models_agree(side: str, tmp_path: Path) -> None:
    table, rooms = SIDES[side]
    for room in rooms:
        importlib.import_module(f"headrace.{side}.{room}.models")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")

    def differences(connection: Connection) -> list[Any]:
        return list(compare_metadata(MigrationContext.configure(connection), table.metadata))  # type: ignore[attr-defined]

    try:
        await migrate(database, side)
        await migrate(database, side)  # a second time changes nothing
        async with database.connection() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await database.close()
