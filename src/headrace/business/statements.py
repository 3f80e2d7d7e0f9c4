"""Statements that SQLite and PostgreSQL spell alike, but SQLAlchemy keeps apart."""

from typing import Any

from sqlalchemy import Table as SqlTable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.tables import Table

Insert = postgresql.Insert | sqlite.Insert


def insert_into(session: AsyncSession, table: type[Table]) -> Insert:
    """An INSERT that may say what happens on a conflict. It goes past the objects of the session."""
    target = core(table)
    return sqlite.insert(target) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(target)


def core(table: type[Table]) -> SqlTable:
    """The table itself, without its objects: rows of it are written without any bookkeeping."""
    target: Any = table.__table__
    assert isinstance(target, SqlTable)
    return target
