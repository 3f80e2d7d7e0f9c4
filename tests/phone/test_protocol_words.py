"""The phone reads the protocol's words from their one table and writes none of them itself."""

import ast
from pathlib import Path

import pytest

from headrace import phone
from headrace.protocol import SUCCESS, UNUSED_TOKEN, ErrorType

ROOM = Path(phone.__path__[0])
WORDS = {*ErrorType, SUCCESS, UNUSED_TOKEN}


def words_in(source: str) -> list[str]:
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str) and value in WORDS]


@pytest.mark.parametrize("module", sorted(ROOM.rglob("*.py")), ids=lambda path: path.relative_to(ROOM).as_posix())
def test_no_module_of_the_phone_spells_a_word_of_the_protocol(module: Path) -> None:
    assert words_in(module.read_text("utf-8")) == []


def test_a_word_would_be_noticed() -> None:
    assert words_in('token = "unused"  # "SUCCESS"') == ["unused"]
