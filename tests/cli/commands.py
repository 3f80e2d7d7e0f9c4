"""Runs the commands as somebody would, in this process."""

from collections.abc import Mapping
from typing import NamedTuple

from typer.testing import CliRunner

from headrace.cli import application

APPLICATION = application(("check", "diff", "explain", "format", "graph", "new", "replay", "run", "schema", "upgrade"))


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
