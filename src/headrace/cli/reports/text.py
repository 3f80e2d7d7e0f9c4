"""Findings for people: the place, the line it is on with a mark below, the reason, and what to do."""

import re
from collections.abc import Iterator, Sequence

from headrace.cli.reports import Checked, Repair
from headrace.cli.terminal import Line, cells, cells_of, located, printable, width, wrap
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document

_LINE_BREAK = re.compile(r"[\r\n]")
_TAB = "  "
_FAR = 1000
"""Characters of a long line around the mark that are looked at."""

_BEFORE_THE_MARK = 12
"""Columns of a long line that are shown before the marked part."""

_MOST_POINTERS = 4
_LONGEST_WORD = 160


def lines(files: Sequence[Checked]) -> list[Line]:
    """Everything found, file by file in the order of the text, and a sum at the end."""
    columns = width()
    output: list[Line] = []
    for file in files:
        output += (_mended(file.name, repair, columns) for repair in file.mended)
        for diagnostic in in_order(file):
            output += _finding(file, diagnostic, columns)
            output.append([])
    return [*output, *summary(files)]


def in_order(file: Checked) -> list[Diagnostic]:
    return sorted(
        [*file.report.errors, *file.report.warnings],
        key=lambda diagnostic: (diagnostic.span.start, diagnostic.severity),
    )


def summary(files: Sequence[Checked]) -> list[Line]:
    errors = sum(len(file.report.errors) for file in files)
    warnings = sum(len(file.report.warnings) for file in files)
    mendable = sum(file.is_mendable(diagnostic) for file in files for diagnostic in in_order(file))
    if not files:
        return []
    many = f"{len(files)} files" if len(files) > 1 else printable(files[0].name)
    line: Line = [(f"{many}: ", "")]
    line.append((count(errors, "error"), "error" if errors else "help"))
    if warnings:
        line.append((", " + count(warnings, "warning"), "warning"))
    line.append((f". --fix mends {mendable}." if mendable else ".", ""))
    return [line]


def count(number: int, noun: str) -> str:
    """`no errors`, `1 error`, `2 errors`."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _mended(name: str, repair: Repair, columns: int) -> Line:
    place = located(name, repair.span)
    return [("mended ", "help"), (place, "place"), (f": {_readable(repair.title)}"[:columns], "")]


def _finding(file: Checked, diagnostic: Diagnostic, columns: int) -> Iterator[Line]:
    document, span = file.report.document, diagnostic.span
    severity = str(diagnostic.severity)
    place = located(file.name, span)
    opening = f"{place}:\xa0{severity}:"  # no line break within
    first, *rest = wrap(f"{opening} {_readable(diagnostic.message)}", columns, "  ")
    yield [(f"{place}: ", "place"), (f"{severity}:", severity), (first[len(opening) :], "")]
    yield from ([(line, "")] for line in rest)
    gutter = " " * len(str(span.line_start))
    if span.line_start:
        yield from _excerpt(document, diagnostic, severity, gutter, columns)
    yield from _notes(file, diagnostic, gutter, columns)


def _excerpt(document: Document, diagnostic: Diagnostic, severity: str, gutter: str, columns: int) -> Iterator[Line]:
    span = diagnostic.span
    start = max(document.text.rfind("\n", 0, span.start), document.text.rfind("\r", 0, span.start)) + 1
    match = _LINE_BREAK.search(document.text, start)
    source = document.text[start : match.start() if match else len(document.text)]
    end = min(span.end - start, len(source)) if span.line_end == span.line_start else len(source.rstrip())
    room = columns - len(gutter) - 3
    shown, first, last = _window(source, span.start - start, end, room)
    yield [(f"{gutter} |", "frame")]
    yield [(f"{span.line_start} | ", "frame"), (shown, "")]
    mark = " " * first + "^" * max(1, last - first)
    tail = f" to line {span.line_end}" if span.line_end > span.line_start else ""
    yield [(f"{gutter} | ", "frame"), (mark + tail if len(mark + tail) <= room else mark, severity)]


def _window(source: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    """The part of a line that fits, and from which to which column of it the mark goes."""
    # Of a line of megabytes, only what stands around the mark is looked at.
    ahead = max(0, start - _FAR)
    text, first, last = _near(source[ahead : start + _FAR], start - ahead, min(end - ahead, 2 * _FAR), columns)
    return ("…" + text[1:] if ahead and not text.startswith("…") else text), first, last


def _near(source: str, start: int, end: int, columns: int) -> tuple[str, int, int]:
    shown = [printable(mark.replace("\t", _TAB)) for mark in source]
    widths = [sum(map(cells_of, text)) for text in shown]
    total = sum(widths)
    marked = sum(widths[:start])
    if total <= columns:
        return "".join(shown), marked, marked + sum(widths[start:end])
    skip = max(0, min(marked - _BEFORE_THE_MARK, total - columns))
    left = 0
    while left < start and sum(widths[:left]) < skip:
        left += 1
    room = columns - (1 if left else 0) - 1
    right = left
    used = 0
    while right < len(shown) and used + widths[right] <= room:
        used += widths[right]
        right += 1
    text = ("…" if left else "") + "".join(shown[left:right]) + ("…" if right < len(shown) else "")
    first = (1 if left else 0) + sum(widths[left:start])
    return text, first, min(first + sum(widths[start:end]), cells(text))


def _notes(file: Checked, diagnostic: Diagnostic, gutter: str, columns: int) -> Iterator[Line]:
    for pointer in diagnostic.pointers[1:_MOST_POINTERS]:
        yield _note(gutter, "also", f"at {located(file.name, pointer.span)}", "place", columns)[0]
    more = len(diagnostic.pointers) - _MOST_POINTERS
    if more > 0:
        yield _note(gutter, "also", f"at {more} more {'place' if more == 1 else 'places'}", "", columns)[0]
    rule = diagnostic.rule if diagnostic.rule == diagnostic.code else f"{diagnostic.rule} ({diagnostic.code})"
    yield from _note(gutter, "rule", rule, "", columns)
    if diagnostic.explanation:
        yield from _note(gutter, "help", _readable(diagnostic.explanation), "help", columns)
    # --fix applies the first, if it is certain.
    for number, fix in enumerate(file.fixes(diagnostic)):
        word = "or" if number else "fix" if fix.certain else "perhaps"
        yield from _note(gutter, word, _readable(fix.title), "help", columns)


def _readable(text: str) -> str:
    """Text of a finding, in which a word that nobody would read to its end is cut."""
    words = printable(text).split(" ")
    return " ".join(word if len(word) <= _LONGEST_WORD else word[: _LONGEST_WORD - 1] + "…" for word in words)


def _note(gutter: str, word: str, text: str, style: str, columns: int) -> list[Line]:
    indent = " " * (len(gutter) + 3)
    first, *rest = wrap(f"{word}: {text}", columns - len(indent))
    head: Line = [(f"{gutter} = ", "frame"), (first[: len(word) + 1], style), (first[len(word) + 1 :], "")]
    return [head, *([(indent + line, "")] for line in rest)]
