"""`headrace lsp`: a language server for Flow JSON."""

import os
import signal
import sys
from typing import Annotated, BinaryIO

import typer

from headrace.cli.terminal import stop


def lsp(
    stdio: Annotated[
        bool, typer.Option("--stdio", help="For editors that name the way to speak: there is no other one.")
    ] = False,
) -> None:
    """Help editors with Flow JSON: mistakes while typing, completion, hover, rename, fixes.

    An editor starts this command and speaks the Language Server Protocol with it through standard input and output.
    docs/editors.md tells how to set up VS Code, Neovim and others.

    Exit status: 0 the editor said good-bye, 1 it went without, 2 it was started in a terminal.

    Examples:

      headrace lsp
    """
    if sys.stdin.isatty():
        stop("headrace lsp is started by an editor and speaks with it; docs/editors.md tells how to set one up.")
    outgoing = _take_output()
    # Ctrl-C in the editor's terminal is meant for the editor; when that ends, so does the input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from headrace.cli.language_server.server import FlowServer
    from headrace.clock import SystemClock

    in_order = FlowServer(lambda: SystemClock().now().date()).run(sys.stdin.buffer, outgoing)
    raise typer.Exit(0 if in_order else 1)


def _take_output() -> BinaryIO:
    """Standard output, for the protocol alone: whatever else is printed goes to standard error."""
    sys.stdout.flush()
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdout = sys.stderr
    return outgoing
