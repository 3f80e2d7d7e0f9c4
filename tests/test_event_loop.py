"""Work that grows with a Flow is done in a thread: a huge draft must not hold up everybody else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import headrace

SOURCE = Path(headrace.__file__).parent
ROOMS = ("app", "business", "console", "platform")
LONG = {"check", "mend", "compare", "foreseen", "line_changes", "Program.compile"}
"""What goes through a whole Flow JSON. A call of another thing of these names would have to be told apart here."""


def calls_on_the_loop(node: ast.AST, is_coroutine: bool = False) -> Iterator[ast.Call]:
    """Calls that a coroutine makes itself, not a function or a lambda that is handed on."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from calls_on_the_loop(child)
        elif isinstance(child, ast.AsyncFunctionDef):
            yield from calls_on_the_loop(child, is_coroutine=True)
        else:
            if is_coroutine and isinstance(child, ast.Call):
                yield child
            yield from calls_on_the_loop(child, is_coroutine)


@pytest.mark.parametrize("room", ROOMS)
def test_no_coroutine_goes_through_a_whole_flow_itself(room: str) -> None:
    found = [
        f"{path.relative_to(SOURCE)}:{call.lineno} {ast.unparse(call.func)}"
        for path in sorted((SOURCE / room).rglob("*.py"))
        for call in calls_on_the_loop(ast.parse(path.read_text(encoding="utf-8")))
        if ast.unparse(call.func) in LONG
    ]
    assert found == []


def test_a_call_on_the_loop_is_found_and_one_in_a_thread_is_not() -> None:
    lines = ("check(text)", "await asyncio.to_thread(check, text)", "mend(text, lambda: check(text))")
    source = "async def page():\n" + "".join(f"    {line}\n" for line in lines)
    assert [ast.unparse(call.func) for call in calls_on_the_loop(ast.parse(source))] == [
        "check",
        "asyncio.to_thread",
        "mend",
    ]
