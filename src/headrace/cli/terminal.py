"""Writing to the terminal: whether colours are wanted, how wide it is, and text that cannot play tricks on it.

Every command writes through here. What comes from a Flow, a file name or an endpoint cannot steer a terminal, turn the
direction of the text, begin a line of its own, or give a command to the service that runs a workflow and reads along.
"""

import gc
import os
import re
import shutil
import signal
import sys
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

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

COMMAND = "command"
"""The style of a line that is meant to be a command of GitHub Actions."""

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
    lines = [_harmless(line) for line in lines]
    styled = any(style in _STYLES for line in lines for _, style in line)
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
    """Writes a text for people, of one line or several."""
    _write(readable(text), stream or sys.stdout)


def emit_document(text: str) -> None:
    """Writes a document to standard output: as it is into a file or pipe, harmlessly on a terminal."""
    _write("\n".join(map(printable, text.split("\n"))) if sys.stdout.isatty() else text, sys.stdout)


def emit_json(text: str) -> None:
    """Writes a JSON text to standard output, with a line break behind it."""
    _write(json_text(text) + "\n", sys.stdout)


def complain(sentence: str) -> None:
    """Tells on standard error what stands in the way."""
    emit_text(printable(sentence) + "\n", sys.stderr)


def stop(sentence: str) -> NoReturn:
    """Ends the command with a sentence and the status for unusable input."""
    complain(sentence)
    raise typer.Exit(UNUSABLE)


def log_to_stderr(level: int, layout: str) -> None:
    """Lets what the program notes while it runs appear on standard error, as harmless as all else."""
    import logging

    class Readable(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return readable(super().format(record))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Readable(layout))
    logging.basicConfig(level=level, handlers=[handler])


def located(name: str, span: "Span") -> str:
    """`flow.json:12:5`, or the name alone for what belongs to no place."""
    return f"{printable(name)}:{span.line_start}:{span.column_start}" if span.line_start else printable(name)


def printable(text: str) -> str:
    """The text with everything that would steer the terminal, or hide something, written as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(mark) for mark in text)


def readable(text: str) -> str:
    """The text line by line, with nothing in it that steers a terminal or commands a workflow."""
    return "\n".join("".join(part for part, _ in _harmless([(line, "")])) for line in text.split("\n"))


def json_lines(value: Any) -> list[Line]:
    """A value as the lines of a JSON text."""
    import json

    return [[(line, "")] for line in json_text(json.dumps(value, ensure_ascii=False, indent=2)).split("\n")]


def json_text(text: str) -> str:
    """A JSON text in which the same characters that `printable` shows are written as JSON's own escapes."""
    return _COMMAND_ANYWHERE.sub(r"\\u0023#", _BEYOND_ASCII.sub(_json_escape, text))


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


_COMMAND_ANYWHERE = re.compile(r"##(?=\w*\[)")
"""How the older commands of GitHub and Azure begin, anywhere in a line."""

_BEYOND_ASCII = re.compile(r"[^\n\x20-\x7e]")


def _harmless(line: Line) -> Line:
    shown = [(_COMMAND_ANYWHERE.sub(r"\\x23#", printable(text)), style) for text, style in line]
    begins = "".join(text for text, _ in shown[:4]).lstrip()[:2]
    if begins == "::" and not any(style == COMMAND for _, style in shown):
        first = next(index for index, (text, _) in enumerate(shown) if text.strip())
        text, style = shown[first]
        shown[first] = text.replace(":", "\\x3a", 1), style
    return shown


def _json_escape(match: re.Match[str]) -> str:
    mark = match.group()
    if printable(mark) == mark:
        return mark
    number = ord(mark)
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\u{0xD800 + (number - 0x10000 >> 10):04x}\\u{0xDC00 + (number - 0x10000 & 0x3FF):04x}"


def _write(text: str, stream: TextIO) -> None:
    _survive_odd_characters(stream)
    stream.write(text)
    stream.flush()


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


def let_it_end() -> None:
    """From here on the process ends by itself in a moment, and Ctrl-C does not break that off.

    Python would go through every object twice more before it ends, for nothing: a server's end took half a second so.
    """
    gc.freeze()
    with suppress(ValueError):  # only the main thread may say so
        signal.signal(signal.SIGINT, signal.SIG_IGN)
