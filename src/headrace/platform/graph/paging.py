"""Long lists in pages: cursors nobody needs to understand, and absolute links to the neighbours.

A list is ordered by the moment a row was made and, for rows of the same moment, by id. A cursor names such a place, so
that pages stay right while rows come and go.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode

import orjson
from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from headrace.characters import is_storable
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import PARAMETER_INVALID
from headrace.platform.graph.calls import Call
from headrace.platform.graph.parameters import Parameters, one_of

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 500
_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Between these a moment can be told in every time zone."""


class Listed(Protocol):
    """A row of a list."""

    id: Any
    created_at: Any


@dataclass(frozen=True)
class Order:
    """The columns that order a list, and whether the newest comes first."""

    created_at: InstrumentedAttribute[datetime]
    id: InstrumentedAttribute[str]
    is_newest_first: bool = False

    def sorted(self, statement: Select[Any], *, backwards: bool) -> Select[Any]:
        columns = (self.created_at, self.id)
        is_falling = self.is_newest_first != backwards
        return statement.order_by(*(column.desc() if is_falling else column.asc() for column in columns))

    def beyond(self, place: "Place", *, backwards: bool) -> ColumnElement[bool]:
        """The rows that come after a place, or before it."""
        columns = tuple_(self.created_at, self.id)
        values = tuple_(place.created_at, place.id, types=(self.created_at.type, self.id.type))
        return columns < values if self.is_newest_first != backwards else columns > values


@dataclass(frozen=True)
class Place:
    """A place in a list: that of one row."""

    created_at: datetime
    id: str

    @classmethod
    def of(cls, row: Listed) -> "Place":
        return cls(row.created_at, row.id)

    def cursor(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.created_at.isoformat(), self.id])).decode()

    @classmethod
    def parse(cls, cursor: str) -> "Place":
        try:
            moment, row_id = orjson.loads(base64.b64decode(cursor.encode("ascii"), altchars=b"-_", validate=True))
            place = cls(datetime.fromisoformat(moment), str(row_id))
        except (ValueError, TypeError, binascii.Error) as error:
            raise _unknown_cursor() from error
        if place.created_at.tzinfo is None or not _EARLIEST < place.created_at < _LATEST or not is_storable(place.id):
            raise _unknown_cursor()
        return place


@dataclass(frozen=True)
class Page:
    """The rows of one page with Graph's `paging` object, which an empty page does not have."""

    rows: Sequence[Any]
    paging: dict[str, Any] | None


def sorted_as_asked(order: Order, parameters: Parameters, moments: Sequence[str]) -> Order:
    """The order that the parameter `sort` asks for: the name of a moment, with `_ascending` or `_descending`.

    Raises code 100 for anything else. It comes as a text, or as an array of one.
    """
    if not moments or "sort" not in parameters:
        return order
    asked = parameters.texts("sort", commas=True) or []
    known = [f"{moment}_{direction}" for moment in moments for direction in ("ascending", "descending")]
    if len(asked) != 1 or asked[0] not in known:
        raise one_of("sort", ",".join(asked), known)
    return replace(order, is_newest_first=asked[0].endswith("_descending"))


async def fetch_page(session: AsyncSession, call: Call, statement: Select[Any], order: Order) -> Page:
    """The page of `statement` that `limit`, `after` and `before` of the call ask for."""
    limit = min(call.parameters.integer("limit", DEFAULT_LIMIT, least=1), LARGEST_LIMIT)
    after, before = call.parameters.text("after"), call.parameters.text("before")
    backwards = bool(before) and not after
    here = statement
    if start := after or before:
        here = here.where(order.beyond(Place.parse(start), backwards=backwards))
    rows = list((await session.execute(order.sorted(here, backwards=backwards).limit(limit))).scalars())
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows, None)
    first, last = Place.of(rows[0]), Place.of(rows[-1])
    paging: dict[str, Any] = {"cursors": {"before": first.cursor(), "after": last.cursor()}}
    if await _has_more(session, statement.where(order.beyond(last, backwards=False))):
        paging["next"] = _link(call, after=last.cursor())
    if await _has_more(session, statement.where(order.beyond(first, backwards=True))):
        paging["previous"] = _link(call, before=first.cursor())
    return Page(rows, paging)


async def _has_more(session: AsyncSession, statement: Select[Any]) -> bool:
    return (await session.execute(statement.limit(1))).first() is not None


def _link(call: Call, **cursor: str) -> str:
    kept = [(name, value) for name, value in parse_qsl(call.query, keep_blank_values=True) if name not in _CURSORS]
    return f"{call.base_url}{call.path}?{urlencode([*kept, *cursor.items()])}"


_CURSORS = frozenset({"after", "before"})


def _unknown_cursor() -> PlatformError:
    return PARAMETER_INVALID.numbered("Invalid cursors values: take after and before from the paging of an answer")
