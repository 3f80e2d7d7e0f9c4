"""Brings a database to the newest schema with Alembic, and writes new migrations."""

import importlib
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.schema import CreateSchema

from headrace.database.engine import TURN, Database


def _config(side: str) -> Config:
    package = importlib.import_module(f"headrace.{side}")
    config = Config()
    config.set_main_option("script_location", str(Path(str(package.__file__)).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


class NewerSchema(Exception):
    """The database has a migration that this version does not know; the message is its number."""


async def migrate(database: Database, side: str) -> None:
    """Applies every migration of `side` (`platform` or `business`) that the database does not have yet.

    On PostgreSQL the schema is made when it is missing, and processes that start at the same time go one after another.
    Raises `NewerSchema`.
    """

    def upgrade(connection: Connection) -> None:
        if database.schema is not None:
            connection.execute(TURN, {"name": "migrations"})
            if not inspect(connection).has_schema(database.schema):
                connection.execute(CreateSchema(database.schema))
        config = _config(side)
        config.attributes["connection"] = connection
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        for revision in MigrationContext.configure(connection).get_current_heads():
            if revision not in known:
                raise NewerSchema(revision)
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
