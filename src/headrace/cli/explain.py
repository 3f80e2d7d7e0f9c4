"""`headrace explain`: what a rule means, why it exists, and how it looks wrong and right."""

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from headrace.cli.terminal import Line, emit, printable, stop, width, wrap

if TYPE_CHECKING:
    from headrace.flowjson.checks.pages import Explanation, Page, UnknownRule

_LINES_OF_EXAMPLE = 90
_LONGEST_NAME = 80
_LONGEST_NUMBER = 10
_NARROWEST_MEANING = 24
_REPEATED = re.compile(r"\{\{(\d{1,6}) \* (.)\}\}")
_EXAMPLES_UP_TO = 1
"""Of a code that many rules share, only the meanings are shown."""


def explain(
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="RULE",
            help="A rule such as routing/loop, a family such as routing, a code of Meta's validator, or the number "
            "of an error of the Graph API such as 139002.",
            show_default="list all rules",
        ),
    ] = None,
) -> None:
    """Explain a rule: what it means, why it exists, a wrong and a right example.

    A family of rules or a code of Meta's validator lists the rules that belong to it. Without RULE, all are listed. The
    number of an error of the Graph API tells what it means, why it usually comes, and how to mend it.

    Exit status: 0 explained, 2 there is no such rule or error.

    Examples:

      headrace explain routing/missing-route

      headrace explain design

      headrace explain INVALID_ROUTING_MODEL

      headrace explain 139002
    """
    from headrace.flowjson.checks.pages import UnknownRule
    from headrace.flowjson.checks.pages import explain as explanation_of

    if (number := (rule or "").strip().lstrip("#")).isdecimal():
        emit(_graph_errors(number))
        return
    families = _families()
    family = (rule or "").strip().lower().rstrip("/")
    if rule is None or family in families:
        emit(_listed([family] if family else list(families)))
        return
    try:
        found = explanation_of(rule)
    except UnknownRule as error:
        stop(_no_rule(error))
    emit(_lines(found))


def _graph_errors(number: str) -> list[Line]:
    """Every error of this number, each with its causes and what to do."""
    from headrace.protocol.graph_errors import errors_of

    errors = errors_of(int(number)) if number.isascii() and len(number) <= _LONGEST_NUMBER else ()
    if not errors:
        stop(f"There is no error {number[:_LONGEST_NUMBER]} of the Graph API. All of them: docs/errors.md.")
    columns = min(width(), 100)
    output: list[Line] = []
    for error in errors:
        output += [[]] if output else []
        output += [[(error.name, "place")], *_paragraph(error.means, columns), []]
        for cause in error.causes:
            lines = wrap(cause, columns - 2)
            output += [[(f"{'- ' if line is lines[0] else '  '}{line}", "")] for line in lines]
        output += [[], *_paragraph(f"To mend it: {error.remedy}", columns)]
    return output


def _in_short(match: re.Match[str]) -> str:
    """How the pages write a long value, `{{140000 * A}}`, for people."""
    return f"{match[2] * 3}… ({int(match[1]):,} times {match[2]})"


def _families() -> list[str]:
    from headrace.flowjson.checks import RULES

    return sorted({name.partition("/")[0] for name in RULES})


def _listed(families: list[str]) -> list[Line]:
    """The rules of some families, each with the first sentence of what it means, whole."""
    from headrace.flowjson.checks import RULES
    from headrace.flowjson.checks.pages import page_of

    columns = width()
    output: list[Line] = []
    for family in families:
        pages = [page_of(name) for name in RULES if name.partition("/")[0] == family]
        longest = max(len(page.rule) for page in pages)
        output += [[]] if output else []
        output += _paragraph(pages[0].why, columns)
        for page in pages:
            indent = longest + 4 if longest + _NARROWEST_MEANING < columns else 4
            name = f"{page.rule:<{longest}}"
            lines = wrap(_first_sentence(page.meaning), columns - indent)
            if indent == longest + 4:
                output.append([("  ", ""), (name, str(page.severity)), ("  " + lines.pop(0), "")])
            else:
                output.append([("  ", ""), (name.rstrip(), str(page.severity))])
            output += [[(" " * indent + line, "")] for line in lines]
    return [*output, [], [("headrace explain RULE shows a wrong and a right example.", "help")]]


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=\.)\s+(?=[A-Z])", text, maxsplit=1)[0]


def _no_rule(error: "UnknownRule") -> str:
    name = error.name if len(error.name) <= _LONGEST_NAME else error.name[:_LONGEST_NAME] + "…"
    meant = f"Did you mean '{error.meant}'?" if error.meant else "headrace explain alone lists them all."
    return f"There is no rule '{printable(name)}'. {meant}"


def _lines(found: "Explanation") -> list[Line]:
    columns = min(width(), 100)
    output: list[Line] = []
    if found.note:
        output += [[(f"{found.name}", "place")], *_paragraph(found.note, columns)]
    for page in found.pages:
        output += [[]] if output else []
        output += _page(page, columns, examples=len(found.pages) <= _EXAMPLES_UP_TO)
    if len(found.pages) > _EXAMPLES_UP_TO:
        output += [[], [(f"headrace explain {found.pages[0].rule} shows a wrong and a right example.", "help")]]
    return output


def _page(page: "Page", columns: int, *, examples: bool) -> list[Line]:
    code = f" ({page.code})" if page.code != page.rule else ""
    output: list[Line] = [[(page.rule, "place"), (f"{code}: ", ""), (str(page.severity), str(page.severity))]]
    output += _paragraph(page.meaning, columns)
    if not examples:
        return output
    output += [[], *_paragraph(f"Why: {page.why}", columns)]
    marked = _marked(page) if page.wrong_shown else (frozenset(), frozenset())
    for word, text, lines in (("Wrong", page.wrong_shown, marked[0]), ("Right", page.right, marked[1])):
        if text:
            style = "error" if word == "Wrong" else "help"
            output += [[], [(f"{word}:", style)], []]
            output += _example(text, lines, style)
    return output


def _marked(page: "Page") -> tuple[frozenset[int], frozenset[int]]:
    """The lines to look at, counted from 0: those of the wrong example that the rule is about, and those of the right
    one that the wrong one has not.
    """
    from difflib import SequenceMatcher

    from headrace.flowjson.checks import check
    from headrace.flowjson.diagnostics import Severity
    from headrace.flowjson.document import parse

    # Only so does a version that can no longer be published report its error.
    frozen: Literal["warn", "error"] = "error" if page.severity is Severity.ERROR else "warn"
    report = check(parse(page.wrong), today=page.today, frozen=frozen)
    spans = [
        pointer.span
        for one in (*report.errors, *report.warnings)
        if one.rule == page.rule
        for pointer in one.pointers or ()
    ] or [one.span for one in (*report.errors, *report.warnings) if one.rule == page.rule]
    # Of an object over many lines, the first says which it is.
    wrong = {span.line_start - 1 for span in spans if span.line_start}
    before, after = ([row.rstrip(",") for row in text.splitlines()] for text in (page.wrong_shown, page.right))
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    right = {line for kind, _, _, start, end in blocks if kind != "equal" for line in range(start, end)}
    return frozenset(wrong), frozenset(right)


def _paragraph(text: str, columns: int) -> list[Line]:
    return [[(line, "")] for line in wrap(text, columns)]


def _example(text: str, marked: Collection[int], style: str) -> list[Line]:
    rows = text.splitlines()
    shown: list[Line] = [
        [
            (
                ("> " if number in marked else "  ") + _REPEATED.sub(_in_short, printable(row)),
                style if number in marked else "",
            )
        ]
        for number, row in enumerate(rows[:_LINES_OF_EXAMPLE])
    ]
    if len(rows) > _LINES_OF_EXAMPLE:
        shown.append([(f"  … {len(rows) - _LINES_OF_EXAMPLE} more lines", "frame")])
    return shown
