"""The `headrace` command: one module per command, and nothing heavy imported before a command needs it."""

import errno
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from inspect import cleandoc
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from headrace import __version__
from headrace.cli.terminal import let_it_end, printable, readable

COMMANDS = (
    "check",
    "connect",
    "diff",
    "doctor",
    "explain",
    "format",
    "graph",
    "invite",
    "keys",
    "listen",
    "load",
    "lsp",
    "new",
    "preview",
    "push",
    "relay",
    "replay",
    "run",
    "schema",
    "send",
    "serve",
    "shots",
    "stub",
    "upgrade",
    "world",
)
"""Every command: a module of this name with a function of this name, or with a group of commands."""

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class Commands(TyperGroup):
    """The commands. What somebody typed wrongly is quoted harmlessly in the words about it."""

    def make_context(self, *arguments: Any, **extra: Any) -> Any:
        with _harmless_words():
            return super().make_context(*arguments, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _harmless_words():
            return super().invoke(ctx)


@contextmanager
def _harmless_words() -> Iterator[None]:
    try:
        yield
    except TyperException as error:
        message = getattr(error, "message", None)
        if isinstance(message, str):
            error.message = readable(printable(message))
        raise


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """The command line with these commands; only their modules are imported."""
    made = typer.Typer(
        name="headrace",
        help="The open, self-hosted platform for WhatsApp Flows.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        cls=Commands,
    )
    made.callback()(_options)
    for name in names:
        command = getattr(import_module(f"headrace.cli.{name}"), name)
        if isinstance(command, typer.Typer):
            for one in command.registered_commands:
                one.help = one.help or _in_paragraphs((one.callback and one.callback.__doc__) or "")
            made.add_typer(command, name=name, help=_in_paragraphs(str(command.info.help)))
        else:
            made.command(name, help=_in_paragraphs(command.__doc__ or ""))(command)
    return made


def _in_paragraphs(docstring: str) -> str:
    """A docstring whose paragraphs are a line each, to be wrapped as wide as the terminal is."""
    paragraphs = cleandoc(docstring).split("\n\n")
    return "\n\n".join(one if one.startswith(" ") else " ".join(one.split()) for one in paragraphs)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"headrace {__version__}\n")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    pass


def command() -> None:
    """Entry point of the installed command: its process has nothing else to do afterwards."""
    try:
        main()
    finally:
        let_it_end()


def main() -> None:
    """Carries out what stands on the command line. Raises SystemExit."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    _open_what_is_closed()
    try:
        application((asked,) if asked in COMMANDS else COMMANDS)()
    except OSError as error:
        # Commands tell of the files they write; what is left is the output itself.
        if error.errno not in _FULL:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what could not be written is not tried again at the end
        sys.stderr.write(f"The output cannot be written: {error.strerror}.\n")
        sys.exit(2)


def _open_what_is_closed() -> None:
    """Lets a command that was started without standard output or error (`>&-`) write into nothing."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
