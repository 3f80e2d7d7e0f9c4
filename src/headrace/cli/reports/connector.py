"""What is wrong with a connector, for people: its line, and the line of the Flow that it does not agree with."""

from collections.abc import Iterator, Sequence

from headrace.cli.reports.text import count
from headrace.cli.terminal import Line, printable, width, wrap
from headrace.exchange.connectors.problems import Problem

_WIDEST_LINE = 110


def lines(
    name: str, text: str, problems: Sequence[Problem], flow_name: str | None = None, flow_text: str = ""
) -> Iterator[Line]:
    """Every problem with both lines, and a sum at the end."""
    own, other = text.splitlines(), flow_text.splitlines()
    for problem in problems:
        yield from _problem(name, own, problem)
        if problem.flow_line is not None and flow_name is not None:
            place = f"{printable(flow_name)}:{problem.flow_line}"
            yield from _note("flow", f"{place}  {_line(other, problem.flow_line).strip()}", problem, "place")
        if problem.advice:
            yield from _note("help", problem.advice, problem, "help")
        yield []
    errors = sum(not problem.is_warning for problem in problems)
    warnings = len(problems) - errors
    summary: Line = [(f"{printable(name)}: ", ""), (count(errors, "error"), "error" if errors else "help")]
    if warnings:
        summary.append((f", {count(warnings, 'warning')}", "warning"))
    yield [*summary, (".", "")]


def _problem(name: str, own: Sequence[str], problem: Problem) -> Iterator[Line]:
    place = f"{printable(name)}:{problem.place.line}:{problem.place.column}"
    severity = "warning" if problem.is_warning else "error"
    opening = f"{place}:\xa0{severity}:"
    first, *rest = wrap(f"{opening} {printable(problem.words)}", width(), "  ")
    yield [(f"{place}: ", "place"), (f"{severity}:", severity), (first[len(opening) :], "")]
    yield from ([(line, "")] for line in rest)
    shown = _line(own, problem.place.line)
    gutter = " " * len(str(problem.place.line))
    yield [(f"{gutter} |", "frame")]
    yield [(f"{problem.place.line} | ", "frame"), (shown, "")]
    if problem.place.column <= len(shown):
        yield [(f"{gutter} | ", "frame"), (" " * (problem.place.column - 1) + "^", severity)]


def _line(text: Sequence[str], number: int) -> str:
    line = printable(text[number - 1].expandtabs(1)) if 0 < number <= len(text) else ""
    return line if len(line) <= _WIDEST_LINE else f"{line[: _WIDEST_LINE - 1]}…"


def _note(word: str, text: str, problem: Problem, style: str) -> Iterator[Line]:
    gutter = " " * len(str(problem.place.line))
    indent = " " * (len(gutter) + 3)
    first, *rest = wrap(f"{word}: {printable(text)}", width() - len(indent))
    yield [(f"{gutter} = ", "frame"), (first[: len(word) + 1], style), (first[len(word) + 1 :], "")]
    yield from ([(indent + line, "")] for line in rest)
