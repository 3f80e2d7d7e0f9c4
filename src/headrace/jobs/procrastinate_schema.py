"""Procrastinate's tables and functions, installed by the migrations of each side."""

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection
from sqlalchemy.util import await_only


def install(connection: Connection) -> None:
    """Makes them in the schema of this connection, on PostgreSQL; SQLite has no use for them."""
    if connection.dialect.name == "postgresql":
        driver = connection.connection.driver_connection
        await_only(driver.execute(SchemaManager.get_schema()))  # type: ignore[union-attr]


def remove(connection: Connection) -> None:
    """Takes them away again."""
    if connection.dialect.name == "postgresql":
        for kind, name in connection.exec_driver_sql(_NAMES).all():
            connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name} CASCADE")


_NAMES = """
SELECT 'TABLE', format('%I', tablename) FROM pg_tables
    WHERE schemaname = current_schema() AND tablename LIKE 'procrastinate%'
UNION ALL SELECT 'FUNCTION', oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate%'
UNION ALL SELECT 'TYPE', oid::regtype::text FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace AND typname IN
    ('procrastinate_job_status', 'procrastinate_job_event_type', 'procrastinate_job_to_defer_v1')
"""
