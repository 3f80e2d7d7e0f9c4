"""The base of every table on the business side, and its share of the tables that both sides have."""

from sqlalchemy.orm import DeclarativeBase

from headrace.database import RevisionColumns, metadata
from headrace.jobs import JobColumns


class Table(DeclarativeBase):
    metadata = metadata()


class Job(JobColumns, Table):
    """Work of the business side that is due later."""


class Revision(RevisionColumns, Table):
    """What changed on the business side."""
