"""The base of every table on the WhatsApp side, and its share of the tables that both sides have."""

from typing import cast

from sqlalchemy import Table as SchemaTable
from sqlalchemy.orm import DeclarativeBase

from headrace.database import RevisionColumns, metadata
from headrace.jobs import JobColumns


class Table(DeclarativeBase):
    metadata = metadata()


def table_of(model: type[Table]) -> SchemaTable:
    """The bare table of a class, for statements about many rows that need no objects."""
    return cast("SchemaTable", model.__table__)


class Job(JobColumns, Table):
    """Work of the WhatsApp side that is due later."""


class Revision(RevisionColumns, Table):
    """What changed on the WhatsApp side."""
