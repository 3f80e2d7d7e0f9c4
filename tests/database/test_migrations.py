"""The migrations make exactly the tables that the code knows, on both sides and both stores."""

import asyncio
import importlib
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from tests.stores import Store

import headrace
from headrace.business.tables import Table as BusinessTable
from headrace.database import Database, migrate
from headrace.platform.tables import Table as PlatformTable

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

SIDES: dict[str, tuple[type, list[str]]] = {
    "platform": (
        PlatformTable,
        ["accounts", "endpoints", "flows", "handsets", "health", "messaging", "users", "webhooks"],
    ),
    "business": (BusinessTable, ["connections", "flows", "people", "responses", "team", "webhooks"]),
}


def versions_of(side: str) -> Path:
    return Path(headrace.__file__).parent / side / "migrations" / "versions"


def differences(connection: Connection, table: Any) -> list[Any]:
    """What differs, but for the tables of a queue that is not ours."""

    def is_ours(_item: Any, name: str | None, *_more: Any) -> bool:
        return not str(name).startswith("procrastinate")

    context = MigrationContext.configure(connection, opts={"include_object": is_ours})
    return list(compare_metadata(context, table.metadata))


@pytest.mark.parametrize("side", SIDES)
async def test_migrations_and_models_agree(side: str, store: Store) -> None:
    table, rooms = SIDES[side]
    for room in rooms:
        importlib.import_module(f"headrace.{side}.{room}.models")
    database = Database(store.url(f"new_{side}"))
    try:
        await migrate(database, side)
        await migrate(database, side)  # a second time changes nothing
        async with database.connection() as connection:
            assert await connection.run_sync(differences, table) == []
    finally:
        await database.close()


@pytest.mark.postgresql_only
async def test_servers_that_start_at_the_same_time_migrate_one_after_another(store: Store) -> None:
    servers = [Database(store.url("new_platform")) for _ in range(3)]
    try:
        await asyncio.gather(*(migrate(database, "platform") for database in servers))
        async with servers[0].reading() as session:
            assert (await session.execute(text("SELECT count(*) FROM alembic_version"))).scalar_one() == 1
    finally:
        for database in servers:
            await database.close()


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.sqlite_only
async def test_migrations_stand_in_one_row_in_the_order_of_their_numbers(side: str, store_name: str) -> None:
    names = sorted(path.stem for path in versions_of(side).glob("[0-9]*.py"))
    modules = [importlib.import_module(f"headrace.{side}.migrations.versions.{name}") for name in names]
    assert [module.down_revision for module in modules] == [None, *(module.revision for module in modules[:-1])]
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))
