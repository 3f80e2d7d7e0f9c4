"""`headrace explain`: what a rule means, why it exists, and how it looks wrong and right."""

from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli.terminal import Line, emit, printable, stop, width, wrap

if TYPE_CHECKING:
    from headrace.flowjson.checks.pages import Explanation, Page

_LINES_OF_EXAMPLE = 90
_EXAMPLES_UP_TO = 1
"""Of a code that many rules share, only the meanings are shown."""


def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule such as routing/loop, or a code of Meta's.")],
) -> None:
    """Explain a rule: what it means, why it exists, a wrong and a right example.

    A code of Meta's validator lists the rules that report it.

    Exit status: 0 explained, 2 there is no such rule.

    Examples:

      headrace explain routing/missing-route

      headrace explain INVALID_ROUTING_MODEL
    """
    from headrace.flowjson.checks.pages import UnknownRule
    from headrace.flowjson.checks.pages import explain as explanation_of

    try:
        found = explanation_of(rule)
    except UnknownRule as error:
        stop(printable(str(error)))
    emit(_lines(found))


def _lines(found: "Explanation") -> list[Line]:
    columns = min(width(), 100)
    output: list[Line] = []
    if found.note:
        output += [[(f"{found.name}", "place")], *_paragraph(found.note, columns)]
    for page in found.pages:
        output += [[]] if output else []
        output += _page(page, columns, examples=len(found.pages) <= _EXAMPLES_UP_TO)
    return output


def _page(page: "Page", columns: int, *, examples: bool) -> list[Line]:
    code = f" ({page.code})" if page.code != page.rule else ""
    output: list[Line] = [[(page.rule, "place"), (f"{code}: ", ""), (str(page.severity), str(page.severity))]]
    output += _paragraph(page.meaning, columns)
    if not examples:
        return output
    output += [[], *_paragraph(f"Why: {page.why}", columns)]
    for word, text in (("Wrong", page.wrong_shown), ("Right", page.right)):
        if text:
            output += [[], [(f"{word}:", "error" if word == "Wrong" else "help")], []]
            output += _example(text)
    return output


def _paragraph(text: str, columns: int) -> list[Line]:
    return [[(line, "")] for line in wrap(text, columns)]


def _example(text: str) -> list[Line]:
    rows = text.splitlines()
    shown: list[Line] = [[("  " + printable(row), "")] for row in rows[:_LINES_OF_EXAMPLE]]
    if len(rows) > _LINES_OF_EXAMPLE:
        shown.append([(f"  … {len(rows) - _LINES_OF_EXAMPLE} more lines", "frame")])
    return shown
