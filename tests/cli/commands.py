"""Runs the commands as somebody would, in this process."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from typer.testing import CliRunner

from headrace.cli import application

APPLICATION = application(
    (
        *(
            "check",
            "connect",
            "diff",
            "doctor",
            "explain",
            "format",
            "graph",
            "keys",
            "new",
            "relay",
            "replay",
            "run",
            "schema",
            "stub",
        ),
        "upgrade",
        *("push", "send", "world"),
    )
)


NOBODY = 65534
"""The user who owns nothing."""


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


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user who may not read everything; root may. What is needed has to be imported before."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


if __name__ == "__main__":
    APPLICATION(prog_name="headrace")
