"""The vocabulary of the Graph face: node types with their fields, edges and operations, all declared as tables.

A field says how it is read from a row; the face draws whatever a field yields (`rendering`). An operation is what a
method does to a node or to one of its edges. Neither decides anything: rules are in the services.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import MANAGEMENT, Caller
from headrace.platform.accounts.models import Business, Waba
from headrace.platform.accounts.service import business_of
from headrace.platform.graph.calls import Call
from headrace.platform.graph.paging import Order
from headrace.platform.graph.parameters import Parameters
from headrace.platform.graph.selection import Selected

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Reading:
    """What fields read with: the call, an open session, and what other fields of this call found out already."""

    call: Call
    session: AsyncSession
    found: dict[str, Any] = field(default_factory=dict)

    async def once(self, key: str, look: Callable[[], Awaitable[_Found]]) -> _Found:
        """What `look` finds, looked up once for all rows of the answer: `key` says what it is."""
        if key not in self.found:
            self.found[key] = await look()
        found: _Found = self.found[key]
        return found

    async def waba(self, waba_id: str) -> Waba:
        return await self.once(f"waba {waba_id}", lambda: self.session.get_one(Waba, waba_id))

    async def business(self, waba_id: str) -> Business:
        """The business that owns a WABA."""
        return await self.once(f"business {waba_id}", lambda: business_of(self.session, waba_id))


Read = Callable[[Reading, Any, Selected], Awaitable[Any]]


@dataclass(frozen=True)
class Field:
    """A field of a node type. `is_default` fields are shown when the caller names none; `writes` says that reading this
    field may store something, so that it needs a transaction.

    It yields JSON, a moment, a row of another node type, or None, which leaves the field out.
    """

    read: Read
    is_default: bool = False
    writes: bool = False


Run = Callable[[Call, str], Awaitable[Any]]


@dataclass(frozen=True)
class Operation:
    """What a method does. `run` gets the call and the node's id, opens its own transactions and returns the answer.

    `scope` is the permission the token needs; None leaves that to `run`.
    """

    run: Run
    scope: str | None = MANAGEMENT


@dataclass(frozen=True)
class Listing:
    """An edge whose GET is a list of rows: `rows` makes the statement from the node's id, `filters` names what the
    parameter `filtering` may compare, `sorts` the moments by which `sort` may order: `…_ascending`, `…_descending`.
    All of them are when the row was made. `narrow` applies parameters of the edge's own; `summarize` answers the
    parameter `summary` about all that is listed, whatever page."""

    row: type[Any]
    rows: Callable[[str], Select[Any]]
    order: Order
    filters: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    sorts: tuple[str, ...] = ()
    narrow: Callable[[Select[Any], Parameters], Select[Any]] | None = None
    summarize: Callable[["Reading", str, Select[Any]], Awaitable[dict[str, Any]]] | None = None


@dataclass(frozen=True)
class Edge:
    """One edge of a node type: a list to read, or operations by method, or both."""

    listing: Listing | None = None
    operations: Mapping[str, Operation] = field(default_factory=dict)


@dataclass(frozen=True)
class NodeType:
    """One type of node. `name` is Graph's, `find` looks a row up in the caller's business or raises UnknownObject.

    `scope` is the permission that reading takes.
    """

    name: str
    row: type[Any]
    find: Callable[[AsyncSession, Caller, str], Awaitable[Any]]
    fields: Mapping[str, Field]
    edges: Mapping[str, Edge] = field(default_factory=dict)
    operations: Mapping[str, Operation] = field(default_factory=dict)
    scope: str | None = MANAGEMENT


def attribute(name: str, *, is_default: bool = False) -> Field:
    """A field that shows an attribute of the row."""

    async def read(_reading: Reading, row: Any, _selected: Selected) -> Any:
        return getattr(row, name)

    return Field(read, is_default)


def fixed(value: Any, *, is_default: bool = False) -> Field:
    """A field that is the same for every row of the box; None is never shown, but may be asked for."""

    async def read(_reading: Reading, _row: Any, _selected: Selected) -> Any:
        return value

    return Field(read, is_default)
