"""Everything has an owner: every table its workspace, every statement the one it is made for."""

import ast
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

import headrace.business
from headrace.business.schema import Table as BusinessTable

INSTALLATION = {"jobs", "revisions", "sign_in_failures", "sign_ins", "users", "workspaces"}
"""Tables of the installation: its work and counters, the people who sign in, and the workspaces themselves."""

UNIQUE_EVERYWHERE = {("whatsapp_connections", ("key",)), ("connectors", ("key",))}
"""Webhooks and requests for an endpoint name nothing but the key in their address; it is unique over all workspaces."""

TABLES = {name: table for name, table in BusinessTable.metadata.tables.items() if name not in INSTALLATION}

FREE = {"team/members.py", "team/scope.py", "team/service.py", "team/sign_ins.py"}
"""Where statements are made, and where the callers come from that they start with."""

UNSCOPED = {
    "connections/service.py": {"find_addressed", "open_newest"},
    "connectors/service.py": {"find_addressed"},
    "inbound/batches.py": {"<module>"},
    "flows/messages.py": {"settle", "_move"},
    "traffic/recording.py": {"flush"},
}
"""Functions that make a statement of their own: by a webhook's key, by its row, with the workspace written out, to see
at the start whether the installation's secrets open, or to make room for the log of all.
"""

ROOT = Path(headrace.business.__file__).parent


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_every_table_has_its_workspace(table: Table) -> None:
    column = table.columns["workspace_id"]
    assert not column.nullable
    assert [key.target_fullname for key in column.foreign_keys] == ["workspaces.id"]


@pytest.mark.parametrize("table", TABLES.values(), ids=str)
def test_what_is_unique_is_unique_within_a_workspace(table: Table) -> None:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            names = tuple(column.name for column in constraint.columns)
            assert names[0] == "workspace_id" or (table.name, names) in UNIQUE_EVERYWHERE


def makers(path: Path) -> list[tuple[str, str]]:
    """Every call of `select`, `update` and `delete` in a module, with the function it stands in."""
    calls: list[tuple[str, str]] = []

    def walk(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            called = child.func if isinstance(child, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in ("select", "update", "delete"):
                calls.append((called.id, inside))
            walk(child, inside)

    walk(ast.parse(path.read_text()), "<module>")
    return calls


@pytest.mark.parametrize(
    "path",
    [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py") if "migrations" not in path.parts],
)
def test_statements_start_from_their_owner(path: str) -> None:
    """`team.scope` makes them; whoever makes one without it stands in the list above, with the reason."""
    if path not in FREE:
        assert {function for _, function in makers(ROOT / path)} == UNSCOPED.get(path, set())
