"""The `headrace` command: one module per command, and nothing heavy imported before a command needs it."""

import sys
from typing import Annotated

import typer

from headrace import __version__
from headrace.cli.check import check
from headrace.cli.diff import diff
from headrace.cli.explain import explain
from headrace.cli.format import format as format_command
from headrace.cli.graph import graph
from headrace.cli.new import new
from headrace.cli.run import run
from headrace.cli.schema import schema
from headrace.cli.serve import serve
from headrace.cli.upgrade import upgrade

application = typer.Typer(
    name="headrace",
    help="The open, self-hosted platform for WhatsApp Flows.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"headrace {__version__}\n")
        raise typer.Exit


@application.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


for command in (check, diff, explain, format_command, graph, new, run, schema, serve, upgrade):
    application.command(command.__name__)(command)


def main() -> None:
    """Entry point of the installed command."""
    application()
