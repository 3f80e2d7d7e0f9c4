"""From rows to answers: the fields a caller selected, or the default ones; `id` always, and last."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from headrace.clock import timestamp, unix_seconds
from headrace.platform.graph.errors import nonexisting_field
from headrace.platform.graph.filtering import filtered
from headrace.platform.graph.nodes import Listing, NodeType, Reading
from headrace.platform.graph.paging import fetch_page, sorted_as_asked
from headrace.platform.graph.selection import Selected

NodeTypes = Mapping[type[Any], NodeType]


async def render_node(
    types: NodeTypes, reading: Reading, row: Any, selection: tuple[Selected, ...] | None
) -> dict[str, Any]:
    """One row as Graph shows it. Raises code 100 for a field its type does not have."""
    node_type = types[type(row)]
    if not selection:
        selection = tuple(Selected(name, {}) for name, field in node_type.fields.items() if field.is_default)
    answer: dict[str, Any] = {}
    for selected in selection:
        if selected.name == "id":
            continue
        value = await _read(types, reading, row, selected)
        if value is not None:
            answer[selected.name] = value
    answer["id"] = row.id
    return answer


async def render_listing(
    types: NodeTypes, reading: Reading, listing: Listing, node_id: str, selection: tuple[Selected, ...] | None
) -> dict[str, Any]:
    """One page of an edge."""
    statement = filtered(listing.rows(node_id), reading.call.parameters, listing.filters)
    if listing.narrow is not None:
        statement = listing.narrow(statement, reading.call.parameters)
    order = sorted_as_asked(listing.order, reading.call.parameters, listing.sorts)
    page = await fetch_page(reading.session, reading.call, statement, order)
    answer: dict[str, Any] = {"data": [await render_node(types, reading, row, selection) for row in page.rows]}
    if page.paging is not None:
        answer["paging"] = page.paging
    if listing.summarize is not None and "summary" in reading.call.parameters:
        answer["summary"] = await listing.summarize(reading, node_id, statement)
    return answer


def is_writing(node_type: NodeType, selection: tuple[Selected, ...] | None) -> bool:
    """Whether reading this selection may store something."""
    return any(
        node_type.fields[selected.name].writes for selected in selection or () if selected.name in node_type.fields
    )


async def _read(types: NodeTypes, reading: Reading, row: Any, selected: Selected) -> Any:
    field = types[type(row)].fields.get(selected.name)
    if field is None:
        raise nonexisting_field(selected.name, types[type(row)].name)
    return await _present(types, reading, await field.read(reading, row, selected), selected)


async def _present(types: NodeTypes, reading: Reading, value: Any, selected: Selected) -> Any:
    if type(value) in types:
        return await render_node(types, reading, value, selected.nested)
    if isinstance(value, datetime):
        return unix_seconds(value) if reading.call.wants_unix_seconds else timestamp(value)
    if isinstance(value, dict):
        wanted = [inner.name for inner in selected.nested] if selected.nested else list(value)
        plain = Selected(selected.name, {})
        return {name: await _present(types, reading, value[name], plain) for name in wanted if name in value}
    return value
