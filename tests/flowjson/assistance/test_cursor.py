"""Where a cursor stands; § marks it."""

import pytest

from headrace.flowjson.assistance.cursor import DEEPEST, Cursor, Part, cursor_at
from headrace.flowjson.diagnostics import Path


def at(text: str) -> Cursor:
    return cursor_at(text.replace("§", ""), text.index("§"))


@pytest.mark.parametrize(
    ("text", "part", "path", "typed"),
    [
        ("{§}", Part.KEY, (), ""),
        ('{"a": "b§", "c": 1}', Part.VALUE, ("a",), "b"),
        ('{"a§b": 1}', Part.KEY, ("ab",), "a"),
        ('{"a": §}', Part.VALUE, ("a",), ""),
        ('{"a": tr§}', Part.VALUE, ("a",), "tr"),
        ('{"a": 1§}', Part.VALUE, ("a",), "1"),
        ('{"a": "b" §}', Part.BETWEEN, ("a",), ""),
        ('{"a": "b", §}', Part.KEY, (), ""),
        ("[1, §2]", Part.VALUE, (1,), ""),
        ("[1, 2, §]", Part.VALUE, (2,), ""),
        ('[{"a": [[], {"b§"}]}]', Part.KEY, (0, "a", 1, "b"), "b"),
        ("§", Part.BETWEEN, (), ""),
        ('"a§"', Part.BETWEEN, (), ""),
        ('{"a": "{[§", "b": "]}"}', Part.VALUE, ("a",), "{["),
        ('{"a": "b\\\\"§c"}', Part.VALUE, ("a",), 'b\\\\"'),
        ('{ /* "x": { */ "a": 1, // [\\n "b§": 2}', Part.KEY, ("b",), "b"),
    ],
)
def test_whole_texts(text: str, part: Part, path: Path, typed: str) -> None:
    cursor = at(text.replace("\\\\", "\\").replace("\\n", "\n"))
    assert (cursor.part, cursor.path, cursor.typed) == (part, path, typed.replace("\\\\", "\\"))


@pytest.mark.parametrize(
    ("text", "part", "path", "keys"),
    [
        # A quote that is open ends with its line.
        ('{"ty§\n "text": "x"}', Part.KEY, ("ty",), ["ty", "text"]),
        ('{"type": "§\n "text": "x"}', Part.VALUE, ("type",), ["type", "text"]),
        # A key without quotes, without a colon, without a value.
        ('{"a": 1, b§\n "c": 2}', Part.KEY, ("b",), ["a", "b", "c"]),
        ('{"a": §\n "c": 2}', Part.VALUE, ("a",), ["a", "c"]),
        ('{"a": 1\n "b§": 2}', Part.KEY, ("b",), ["a", "b"]),
        # Brackets that are missing, and one too many.
        ('[{"a": 1, §\n {"b": 2}]', Part.KEY, (0,), ["a"]),
        ('[{"a": 1, \n {"b": §}]', Part.VALUE, (1, "b"), ["b"]),
        ('{"x": [{"a": §}, "y": 1}', Part.VALUE, ("x", 0, "a"), ["a"]),
        ('{"x": [1, 2}, "y": §', Part.BETWEEN, (), []),
        ('{"a": 1], "b": §}', Part.VALUE, ("b",), ["a", "b"]),
        ('{"x": {"a": [{"b": "§', Part.VALUE, ("x", "a", 0, "b"), ["b"]),
    ],
)
def test_half_typed_texts(text: str, part: Part, path: Path, keys: list[str]) -> None:
    cursor = at(text)
    assert (cursor.part, cursor.path) == (part, path)
    assert (cursor.inner.keys if cursor.inner else []) == keys


def test_what_stands_around() -> None:
    cursor = at('{"type": "A", "items": [{"x": 1}, {"k": "§", "type": "B"}], "last": true}')
    root, items, inner = cursor.frames
    assert (root.scalar("type"), root.words("last"), inner.scalar("type")) == ("A", "true", "B")
    assert len(items.items) == 2
    assert cursor.following is not None
    assert cursor.following.text == ","


def test_endless_depth_is_nowhere() -> None:
    deep = "[" * (DEEPEST + 1) + "§"
    assert at(deep).frames == ()
    assert len(at(deep[1:]).frames) == DEEPEST
