"""Runs the commands as somebody would, in this process."""

from collections.abc import Mapping
from typing import NamedTuple

import typer
from typer.testing import CliRunner

from headrace.cli.check import check
from headrace.cli.diff import diff
from headrace.cli.format import format
from headrace.cli.graph import graph
from headrace.cli.schema import schema
from headrace.cli.upgrade import upgrade

APPLICATION = typer.Typer(pretty_exceptions_enable=False)
for command in (check, diff, format, graph, schema, upgrade):
    APPLICATION.command()(command)


class Run(NamedTuple):
    """What a command did."""

    status: int
    output: str
    complaints: str


def headrace(
    *arguments: str, stdin: str | bytes = b"", columns: int = 100, environment: Mapping[str, str] | None = None
) -> Run:
    """Runs `headrace …` without a terminal."""
    variables = {"COLUMNS": str(columns), "NO_COLOR": "", "FORCE_COLOR": "", "TERM": "xterm", **(environment or {})}
    result = CliRunner().invoke(APPLICATION, arguments, input=stdin, env=variables)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(result.exit_code, result.stdout, result.stderr)


if __name__ == "__main__":
    APPLICATION(prog_name="headrace")
