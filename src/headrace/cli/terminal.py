"""Writing to the terminal: whether colours are wanted, how wide it is, and text that cannot play tricks on it."""

import os
import shutil
import sys
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn, TextIO

import typer

if TYPE_CHECKING:
    from headrace.flowjson.diagnostics import Span

UNUSABLE = 2
"""Exit status when the input could not be worked on at all."""

NARROWEST, WIDEST = 40, 120
"""Columns within which texts are wrapped."""

Segment = tuple[str, str]
Line = list[Segment]
"""One line of output: texts, each with the name of its style (empty for none)."""

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "place": "bold",
    "frame": "blue",
    "help": "green",
    "faint": "dim",
    "added": "green",
    "removed": "red",
    "changed": "cyan",
}


def colour_wanted(stream: TextIO) -> bool:
    """By the habits of the field: NO_COLOR, then FORCE_COLOR, then whether a person reads this."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to write in: those of the terminal or of COLUMNS, 100 for a pipe."""
    return max(NARROWEST, min(WIDEST, shutil.get_terminal_size((100, 24)).columns))


def emit(lines: Iterable[Line], stream: TextIO | None = None) -> None:
    """Writes lines, in colour where that is wanted. Rich is only loaded then."""
    stream = stream or sys.stdout
    _survive_odd_characters(stream)
    lines = list(lines)
    styled = any(style for line in lines for _, style in line)
    if not styled or not colour_wanted(stream):
        stream.writelines("".join(text for text, _ in line).rstrip() + "\n" for line in lines)
        stream.flush()
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, force_terminal=True, color_system="standard", legacy_windows=False)
    for line in lines:
        text = Text.assemble(*((part, _STYLES.get(style, "")) for part, style in line))
        console.print(text, soft_wrap=True, highlight=False)


def emit_text(text: str, stream: TextIO | None = None) -> None:
    """Writes a text as it is."""
    stream = stream or sys.stdout
    _survive_odd_characters(stream)
    stream.write(text)
    stream.flush()


def complain(sentence: str) -> None:
    """Tells on standard error what stands in the way."""
    emit_text(printable(sentence) + "\n", sys.stderr)


def stop(sentence: str) -> NoReturn:
    """Ends the command with a sentence and the status for unusable input."""
    complain(sentence)
    raise typer.Exit(UNUSABLE)


def located(name: str, span: "Span") -> str:
    """`flow.json:12:5`, or the name alone for what belongs to no place."""
    return f"{printable(name)}:{span.line_start}:{span.column_start}" if span.line_start else printable(name)


def printable(text: str) -> str:
    """The text with everything that would steer the terminal, or hide something, written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(mark) for mark in text)


def cells(text: str) -> int:
    """How many columns a printable text takes."""
    return len(text) if text.isascii() else sum(cells_of(mark) for mark in text)


def cells_of(mark: str) -> int:
    if unicodedata.combining(mark) or mark in "\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(mark) in ("W", "F") else 1


def wrap(text: str, columns: int, indent: str = "") -> list[str]:
    """Breaks a text at its blanks into lines of at most `columns` columns; every line but the first is indented."""
    lines, line = [], ""
    for word in filter(None, text.split(" ")):
        if line.strip() and cells(line) + 1 + cells(word) > columns:
            lines.append(line)
            line = indent + word
        else:
            line = f"{line} {word}" if line.strip() else line + word
    return [*lines, line]


def _visible(mark: str) -> str:
    category = unicodedata.category(mark)
    if mark in "\u200d\ufe0e\ufe0f" or (category not in ("Cc", "Cf", "Cs", "Zl", "Zp") and mark.isprintable()):
        return mark
    if mark == "\u00a0" or category == "Zs":
        return " "
    number = ord(mark)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}" if number < 65536 else f"\\U{number:08x}"


def _survive_odd_characters(stream: TextIO) -> None:
    """A terminal that lacks a character shows a question mark."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure:
        reconfigure(errors="replace")
