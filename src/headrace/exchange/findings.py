"""What an examination finds, step by step."""

from dataclasses import dataclass, field
from typing import Literal

from headrace.exchange.faults import Fault
from headrace.exchange.remedies import Lines

Verdict = Literal["good", "warning", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One step: `step` names it for programs, `title` for people, `words` say what was found and what to do.

    `fault` names the mistake that was found by trying, and `lines` holds the right line of code by language.
    """

    step: str
    title: str
    verdict: Verdict
    words: str
    milliseconds: int | None = None
    fault: str | None = None
    lines: Lines = field(default_factory=dict, compare=False)


def found_wrong(step: str, title: str, fault: Fault, words: str | None = None) -> Finding:
    """A step that failed for a known mistake."""
    return Finding(step, title, "wrong", words or fault.words, fault=fault.name, lines=fault.lines)
