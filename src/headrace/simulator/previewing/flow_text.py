"""Reads a text of a preview: what there is to show, and what is wrong with it where."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from headrace.flowjson.checks import RULES, Report, check
from headrace.flowjson.checks.pages import page_of
from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import SIZE_LIMIT, parse
from headrace.flowjson.fixing import fixes_of
from headrace.phone.engine.places import Place, place_of
from headrace.phone.engine.program import Program, UnusableFlow
from headrace.phone.rendering import Note, Notes

MOST_FIXES = 8
"""Fixes are looked for of at most this many problems, the first ones: each is tried out, and the picture waits."""


class UnreadableText(Exception):
    """The text cannot be read at all; the message is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of the check. `id` names it on the page; `line` and `column` are 0 where it belongs to no place.

    `place` is where the phone draws what it is about. `advice` is what the check knows of this very case, `fix` what a
    machine can do about it, `meaning` what the rule is for.
    """

    id: str
    severity: Literal["error", "warning"]
    code: str
    message: str
    line: int
    column: int
    place: Place
    rule: str = ""
    advice: str = ""
    fix: str = ""
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class FlowText:
    """One text of a Flow JSON, checked and compiled.

    `program` is None where there is no screen to show, `text` is the text itself. `is_json` is False for text
    that broke off or holds a mistake of writing: what could be made of it is shown only while there is nothing better.
    `marks` has a text for every screen that is another whenever the screen may look different.
    """

    program: Program | None
    problems: tuple[Problem, ...] = ()
    is_json: bool = True
    text: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    def notes(self) -> Mapping[str, Notes]:
        """The problems by the screen and the component they are about."""
        found: dict[str, dict[str, tuple[Note, ...]]] = {}
        for problem in self.problems:
            if problem.place.screen is not None:
                screen = found.setdefault(problem.place.screen, {})
                note = Note(problem.id, problem.severity, problem.message)
                screen[problem.place.key] = (*screen.get(problem.place.key, ()), note)
        return found


def read(content: bytes, name: str, today: date) -> FlowText:
    """Checks and compiles a text; `name` is what messages call it. Raises `UnreadableText`."""
    if len(content) > SIZE_LIMIT:
        raise UnreadableText(f"{name} is larger than 10 MB, the most a Flow JSON may have.")
    document = parse(content)
    encoding = next((problem for problem in document.problems if problem.rule == "syntax/encoding"), None)
    if encoding is not None:
        raise UnreadableText(f"{name} is not UTF-8: {encoding.message}. Save it as UTF-8.")
    report = check(document, today=today)
    try:
        program = Program.compile(document.value if isinstance(document.value, dict) else {})
    except UnusableFlow:
        program = None
    found = sorted(
        [*report.errors, *report.warnings],
        key=lambda diagnostic: (diagnostic.severity != "error", diagnostic.span.start),
    )
    problems = tuple(
        _problem(str(number), one, program, _fix(report, one) if number <= MOST_FIXES else "")
        for number, one in enumerate(found, 1)
    )
    marks = {} if program is None else _marks(program, document.value)
    return FlowText(program, problems, document.is_json, document.text, marks)


def _marks(program: Program, flow: Any) -> dict[str, str]:
    """By the text of the screen itself, and of what its progress depends on."""
    common = zlib.crc32(repr((program.version, program.routing)).encode("utf-8", "surrogatepass"))
    texts = {name: json.dumps(flow["screens"][screen.path[1]]) for name, screen in program.screens.items()}
    return {name: f"{zlib.crc32(text.encode(), common):08x}" for name, text in texts.items()}


def _fix(report: Report, diagnostic: Diagnostic) -> str:
    """What the best fix does, in a few words."""
    fixes = fixes_of(report, diagnostic)
    return fixes[0].title if fixes else ""


def _problem(identifier: str, diagnostic: Diagnostic, program: Program | None, fix: str) -> Problem:
    places = [place_of(program, pointer.path) for pointer in diagnostic.pointers] if program else []
    place = next((place for place in places if place.screen is not None), Place())
    return Problem(
        id=identifier,
        severity="error" if diagnostic.severity == "error" else "warning",
        code=diagnostic.code,
        message=diagnostic.message,
        line=diagnostic.span.line_start,
        column=diagnostic.span.column_start,
        place=place,
        rule=diagnostic.rule,
        advice=diagnostic.explanation,
        fix=fix,
        meaning=page_of(diagnostic.rule).meaning if diagnostic.rule in RULES else "",
    )
