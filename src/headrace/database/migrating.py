"""Brings a database to the newest schema with Alembic, and writes new migrations."""

import importlib
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, func, select
from sqlalchemy.schema import CreateSchema

from headrace.database.engine import Database


def _config(side: str) -> Config:
    package = importlib.import_module(f"headrace.{side}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(package.__file__)).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


_LOCK = 0x48454144  # any number that other programs in the same database do not take


async def migrate(database: Database, side: str) -> None:
    """Applies every migration of `side` (`platform` or `business`) that the database does not have yet.

    On PostgreSQL the schema is made when it is missing, and processes that start at the same time go one after another.
    """

    def upgrade(connection: Connection) -> None:
        if database.schema is not None:
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            connection.execute(CreateSchema(database.schema, if_not_exists=True))
        config = _config(side)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.connection(rebuilding=True) as connection:
        await connection.run_sync(upgrade)


async def write_migration(database: Database, side: str, message: str) -> None:
    """Compares the tables in the code with the database and writes the difference as a new migration."""

    def revise(connection: Connection) -> None:
        config = _config(side)
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True)

    async with database.connection() as connection:
        await connection.run_sync(revise)


def run_in_environment(target: MetaData) -> None:
    """What every `migrations/env.py` does: runs on the connection that was handed in."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=target, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
