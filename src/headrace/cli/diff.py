"""`headrace diff`: what a change of a Flow means, and what it breaks."""

import os
from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli.sources import Source, UnusableError, read_source
from headrace.cli.terminal import Line, emit, json_lines, located, printable, stop, width, wrap

if TYPE_CHECKING:
    from headrace.flowjson.diffing import Change, Comparison

_GIT_ARGUMENTS = (7, 9)
"""Git calls a diff driver with path, old file, hex, mode, new file, hex, mode; for a renamed file also with its new
path and what git says of the renaming.
"""

_NO_FILE = "/dev/null"
"""What git names in place of a file that is not there."""

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "renamed": "~", "moved": "~"}


class Format(StrEnum):
    text = "text"
    json = "json"
    markdown = "markdown"


def diff(
    files: Annotated[list[str], typer.Argument(metavar="OLD NEW", help="Two files; - for standard input.")],
    format: Annotated[Format, typer.Option(help="How to tell the changes.")] = Format.text,
) -> None:
    """Tell what changed between two Flows: screens, components, fields, routes, payloads, not lines of text.

    A change that an existing endpoint, a reader of responses or a message cannot cope with is marked with !.

    Exit status: 0 nothing breaks, 1 something does, 2 an input could not be read.

    As a driver for git (the status is then always 0):

      git config diff.flow.command "headrace diff"

      echo "*.flow.json diff=flow" >> .gitattributes

    Examples:

      headrace diff old.json new.json

      git show HEAD:flow.json | headrace diff - flow.json --format markdown
    """
    by_git = len(files) in _GIT_ARGUMENTS
    if not by_git and len(files) != 2:
        stop(f"Two files are compared, {len(files)} given: headrace diff OLD NEW.")
    old_name, new_name = (files[1], files[4]) if by_git else files
    try:
        old, new = _read(old_name), _read(new_name)
        comparison = _compared(old, new)
    except UnusableError as error:
        if not by_git:
            stop(str(error))
        emit([[("The Flows cannot be compared: ", ""), (printable(str(error)), "")]])
        return
    if by_git:
        _tell_git(_LINES[format](comparison, *_names_by_git(files)))
        return
    emit(_LINES[format](comparison, old.name, new.name))
    if comparison.breaks:
        raise typer.Exit(1)


def _names_by_git(arguments: list[str]) -> tuple[str, str]:
    path, old, new = arguments[0], arguments[1], arguments[4]
    new_path = arguments[7] if len(arguments) > 7 else path
    return _NO_FILE if old == _NO_FILE else f"a/{path}", _NO_FILE if new == _NO_FILE else f"b/{new_path}"


def _tell_git(lines: Iterable[Line]) -> None:
    try:
        emit([*lines, []])
    except BrokenPipeError:
        # Whoever reads has seen enough. A status of 1 would make git say that its driver died.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _read(name: str) -> Source:
    source = read_source(name)
    return source if source.raw or name != _NO_FILE else read_empty(name)


def read_empty(name: str) -> Source:
    from headrace.flowjson.document import parse

    return Source(name, None, parse("{}"), b"{}")


def _compared(old: Source, new: Source) -> "Comparison":
    from headrace.flowjson.diffing import compare
    from headrace.flowjson.refusal import Refused, require_json

    for source in (old, new):
        try:
            require_json(source.document)
        except Refused as refusal:
            raise UnusableError(f"{located(source.name, refusal.span)}: {refusal.message}") from refusal
    return compare(old.document, new.document)


def _as_text(comparison: "Comparison", old: str, new: str) -> list[Line]:
    columns = width()
    lines: list[Line] = [[(f"{printable(old)} → {printable(new)}: ", "place"), (_sum(comparison), "")]]
    screen: str | None = ""
    for change in comparison.changes:
        here = (
            change.screen if change.subject != "screen" or change.kind not in ("added", "removed", "renamed") else None
        )
        if here != screen:
            lines += [[], [(f'Screen "{printable(here)}"' if here else "Flow", "place")]]
            screen = here
        lines += _change(change, columns)
    return lines


def _change(change: "Change", columns: int) -> list[Line]:
    sign = _SIGNS[change.kind]
    style = {"+": "added", "-": "removed"}.get(sign, "changed")
    first, *rest = wrap(printable(change.message), columns - 6)
    lines: list[Line] = [[("  ! " if change.breaks else "    ", "error"), (f"{sign} ", style), (first, "")]]
    lines += [[("      " + line, "")] for line in rest]
    if change.breaks:
        reason = f"breaks the {_parties(change)}: {change.because}"
        lines += [[("      " + line, "faint")] for line in wrap(printable(reason), columns - 6)]
    return lines


def _as_markdown(comparison: "Comparison", old: str, new: str) -> list[Line]:
    text = [f"**{_code(old)} → {_code(new)}**: {_sum(comparison)}"]
    screen: str | None = None
    if comparison.changes:
        text.append("")
    for change in comparison.changes:
        if change.screen and change.screen != screen and change.subject != "screen":
            text += ["", f"Screen {_code(change.screen)}", ""] if text[-1] else [f"Screen {_code(change.screen)}", ""]
            screen = change.screen
        reason = f" **Breaks the {_parties(change)}**: {_escaped(change.because)}." if change.breaks else ""
        text.append(f"- {_escaped(change.message)}.{reason}")
    return [[(line, "")] for line in text]


def _as_json(comparison: "Comparison", old: str, new: str) -> list[Line]:
    told = {
        "old": old,
        "new": new,
        "breaks": [str(party) for party in comparison.breaks],
        "changes": [change.to_json() for change in comparison.changes],
    }
    return json_lines(told)


_LINES = {Format.text: _as_text, Format.markdown: _as_markdown, Format.json: _as_json}


def _sum(comparison: "Comparison") -> str:
    number = len(comparison.changes)
    if not number:
        return "the same Flow."
    changes = "1 change" if number == 1 else f"{number} changes"
    if not comparison.breaks:
        return f"{changes}, none breaks anything."
    breaking = sum(bool(change.breaks) for change in comparison.changes)
    return f"{changes}, {breaking} {'breaks' if breaking == 1 else 'break'} something."


def _parties(change: "Change") -> str:
    return " and the ".join(str(party) for party in change.breaks)


def _code(text: str) -> str:
    return f"`{printable(text).replace('`', '')}`"


def _escaped(text: str) -> str:
    """Text in which Markdown finds nothing to mark up."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]<>#|!" else mark for mark in printable(text))
