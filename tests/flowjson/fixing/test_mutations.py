"""Every good Flow of the project with one character left out, typed twice, swapped with the next or replaced.

What `--fix` makes of it is what the Flow was, or it is left as it is and the mistake is told; it never has more errors
and never says something else. `make mutations` tries every character; here a few of each Flow are tried.
HEADRACE_MUTATIONS=1000 tries so many of each kind in each Flow.
"""

import json
import os
import random
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.conftest import corpus_documents
from tests.flowjson.fixing import keyboard
from tests.flowjson.fixing.keyboard import is_in_a_name, slipped

from headrace.flowjson.checks import check
from headrace.flowjson.checks.report import Report
from headrace.flowjson.document import Document, parse
from headrace.flowjson.fixing import mend

TODAY = date(2026, 11, 22)
ROOT = Path(__file__).parents[3]
FLOWS = (
    *corpus_documents("official", "valid"),
    *sorted((ROOT / "src/headrace/flowjson/gallery").rglob("flow.json")),
    *sorted((ROOT / "examples").rglob("flow.json")),
)
SAMPLE = os.environ.get("HEADRACE_MUTATIONS", "4")
REPLACED = ("neighbour key", "other letter")
MARKS = "another mark"
KINDS = ("left out", "typed twice", "swapped", *REPLACED, MARKS)


class Outcome(NamedTuple):
    kind: str
    at: int
    what: str  # "as it was", "left alone", or what is wrong
    text: str
    mended: str


def judge(document: Document) -> Report:
    return check(document, today=TODAY)


@cache
def flow(path: Path) -> str:
    """A Flow as `--fix` leaves it, so that what is changed of its mutations is due to the slip."""
    text = path.read_text(encoding="utf-8")
    assert judge(parse(text)).errors == []
    return mend(parse(text), judge).text


def meaning(text: str) -> Any:
    """What a text says: a blank within an expression says nothing. None where it is no JSON."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _meaning(value)


def _meaning(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _meaning(_bare(inner) if name == "condition" else inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_meaning(inner) for inner in value]
    return re.sub(r"\s+", "", value) if isinstance(value, str) and "${" in value else value


def _bare(condition: Any) -> Any:
    """A condition without its parentheses, where they say nothing."""
    if isinstance(condition, str) and not ("&&" in condition and "||" in condition):
        return condition.replace("(", "").replace(")", "")
    return condition


def outcome(good: str, at: int, kind: str) -> Outcome:
    text = slipped(good, at, kind)
    try:
        before = judge(parse(text))
        done = mend(before.document, judge)
    except Exception:
        return Outcome(kind, at, f"a traceback: {traceback.format_exc(limit=-3)}", text, "")
    if len(done.report.errors) > len(before.errors):
        what = "more errors"
    elif done.text == text:
        what = "left alone"
        if before.errors and not all(error.message for error in before.errors):
            what = "no word about it"
    else:
        after = meaning(done.text)
        if good[at : at + 2] == '\\"' and kind not in ("swapped", MARKS):
            after = meaning(text)  # a quote too much is the commoner slip
        what = "as it was" if after == meaning(good) else "left alone" if after == meaning(text) else "something else"
    return Outcome(kind, at, what, text, done.text)


def outcomes(path: Path) -> Iterator[Outcome]:
    good = flow(path)
    places = [at for at, mark in enumerate(good) if not mark.isspace()]
    luck = random.Random(path.name)
    for kind in KINDS:
        if kind in REPLACED:
            places = [at for at in places if is_in_a_name(good, at)]
        elif kind == MARKS:
            places = [at for at, mark in enumerate(good) if mark in keyboard.MARKS]
        chosen = places if SAMPLE == "all" else luck.sample(places, min(int(SAMPLE), len(places)))
        yield from (outcome(good, at, kind) for at in chosen)


@pytest.mark.parametrize(
    "path", FLOWS, ids=lambda path: str(path.relative_to(ROOT)) if ROOT in path.parents else path.name
)
def test_a_slip_anywhere_is_taken_back_or_left_alone(path: Path) -> None:
    found = list(outcomes(path))
    counts = Counter(one.what for one in found)
    print(path.name, len(found), dict(counts))
    wrong = [one for one in found if one.what not in ("as it was", "left alone")]
    assert [(one.kind, one.at, one.what, _changed(one)) for one in wrong] == []


def _changed(one: Outcome) -> str:
    """The lines that the slip and the fix touched."""
    before, after = one.text.splitlines(), one.mended.splitlines()
    return " / ".join(
        [*[line for line in before if line not in after], "→", *[line for line in after if line not in before]]
    )[:600]
