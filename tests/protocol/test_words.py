"""Who talks to endpoints, or plays one, reads the protocol's words from their one table and writes none itself."""

import ast
from pathlib import Path

import pytest

import headrace
from headrace.protocol import SUCCESS, UNUSED_TOKEN, ErrorType

HOUSE = Path(headrace.__path__[0])
ROOMS = ("exchange", "simulator", "testing", "app", "cli", "platform/handsets")
WORDS = {*ErrorType, SUCCESS, UNUSED_TOKEN}


def words_in(source: str) -> list[str]:
    constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
    return [value for value in constants if isinstance(value, str) and value in WORDS]


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_spells_a_word_of_the_protocol(room: str) -> None:
    modules = sorted((HOUSE / room).rglob("*.py"))
    assert modules
    spelled = {module.relative_to(HOUSE).as_posix(): words_in(module.read_text("utf-8")) for module in modules}
    assert {module: words for module, words in spelled.items() if words} == {}


def test_a_word_would_be_noticed() -> None:
    assert words_in('error_type = "timeout_error"  # "SUCCESS"') == ["timeout_error"]
