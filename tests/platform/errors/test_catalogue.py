"""Every error has its one place in the catalogue: no code is written where it is raised."""

import ast
from pathlib import Path

import headrace.platform
from headrace.platform.errors import ErrorCode, catalogue

ROOM = Path(headrace.platform.__file__).parent
ENTRIES = {name: entry for name, entry in vars(catalogue).items() if isinstance(entry, ErrorCode)}
CODES = {entry.code for entry in ENTRIES.values()} - {1}


def test_no_two_entries_are_the_same() -> None:
    assert len(set(ENTRIES.values())) == len(ENTRIES) > 40


def test_every_entry_is_raised_somewhere() -> None:
    used = {
        node.id
        for path in ROOM.rglob("*.py")
        if path.parent.name != "errors"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name)
    }
    assert ENTRIES.keys() - used == set()


def test_no_code_is_written_at_a_call_site() -> None:
    written = [
        f"{path.relative_to(ROOM)}:{node.lineno}"
        for path in ROOM.rglob("*.py")
        if path.parent.name != "errors"
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        for node in call.args
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in CODES - {100, 200}
    ]
    assert written == []


def test_a_failed_status_and_a_refusal_say_the_same() -> None:
    entry = catalogue.WINDOW_CLOSED
    refused, failed = entry.detailed("Why."), entry.as_failure("Why.")
    assert (refused.code, refused.details) == (failed["code"], failed["error_data"]["details"])
    assert refused.message == f"(#{failed['code']}) {failed['title']}"
