"""The base of every table on the business side, the owner of its rows, and its share of the tables both sides have."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from headrace.database import RevisionColumns, metadata
from headrace.jobs import JobColumns


class Table(DeclarativeBase):
    metadata = metadata()


class OwnedTable(Table):
    """A table whose rows belong to a workspace. What is unique is unique within one."""

    __abstract__ = True

    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))


class Job(JobColumns, Table):
    """Work of the business side that is due later."""


class Revision(RevisionColumns, Table):
    """What changed on the business side."""
