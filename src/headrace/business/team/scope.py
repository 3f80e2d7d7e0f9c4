"""Whose rows a statement sees: the one place where statements over owned tables begin.

An owner is whoever acts within one workspace: a caller, or a connection to WhatsApp whose webhooks are worked out.
"""

from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Select, Update, select, update

from headrace.business.tables import OwnedTable

Row = TypeVar("Row", bound=OwnedTable)


class InWorkspace(Protocol):
    """Whoever acts within one workspace."""

    @property
    def workspace_id(self) -> int: ...


def of(owner: InWorkspace, table: type[Row]) -> Select[Row]:
    """Selects the rows of `table` that belong to the owner's workspace."""
    return select(table).where(table.workspace_id == owner.workspace_id)


def columns_of(owner: InWorkspace, table: type[OwnedTable], *columns: Any) -> Select[Any]:
    """Selects columns of the rows of `table` that belong to the owner's workspace."""
    return select(*columns).where(table.workspace_id == owner.workspace_id)


def change_of(owner: InWorkspace, table: type[OwnedTable]) -> Update:
    """Updates only rows of `table` that belong to the owner's workspace."""
    return update(table).where(table.workspace_id == owner.workspace_id)


def beside(table: type[OwnedTable], joined: type[OwnedTable]) -> ColumnElement[bool]:
    """Part of every join: both rows belong to the same workspace."""
    return joined.workspace_id == table.workspace_id


def topic(owner: InWorkspace, name: str) -> str:
    """The revision topic of something within the owner's workspace."""
    return f"{owner.workspace_id}:{name}"
