"""Random JSON texts in all sorts of layouts, and random paths into them."""

import json
from typing import Any

from hypothesis import strategies as st

KEYS = st.sampled_from(["type", "name", "id", "screens", "data", "children", "a", "b", "ключ", "x-y", 'q"uote', ""])
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
CONTAINERS = st.one_of(st.lists(VALUES, max_size=5), st.dictionaries(KEYS, VALUES, max_size=5))


@st.composite
def texts(draw: st.DrawFn, values: st.SearchStrategy[Any] = CONTAINERS) -> str:
    """A value as JSON: minified, indented by blanks or tabs, with line breaks of both kinds, or spaced at random."""
    value = draw(values)
    layout = draw(st.sampled_from(["minified", "two", "four", "tabs", "windows", "random", "ascii"]))
    if layout == "random":
        return _spaced(draw, value)
    indents: dict[str, int | str] = {"two": 2, "four": 4, "tabs": "\t", "windows": 2}
    separators = (",", ":") if layout == "minified" else None
    text = json.dumps(value, ensure_ascii=layout == "ascii", indent=indents.get(layout), separators=separators)
    return text.replace("\n", "\r\n") if layout == "windows" else text + "\n"


def _spaced(draw: st.DrawFn, value: Any) -> str:
    def blanks() -> str:
        return draw(st.sampled_from(["", "", " ", "\n", "\n  ", "\t"]))

    if isinstance(value, dict):
        members = [
            f"{blanks()}{json.dumps(key)}{blanks()}:{blanks()}{_spaced(draw, inner)}{blanks()}"
            for key, inner in value.items()
        ]
        return "{" + (",".join(members) or blanks()) + "}"
    if isinstance(value, list):
        return "[" + (",".join(f"{blanks()}{_spaced(draw, inner)}{blanks()}" for inner in value) or blanks()) + "]"
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def paths_of(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value within a value, the value itself included."""
    found = [path]
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in members:
        found += paths_of(inner, (*path, step))
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a path."""
    for step in path:
        value = value[step]
    return value
