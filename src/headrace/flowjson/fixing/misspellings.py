"""The one slip in a name that explains mistakes: a character of it left out, typed twice, swapped or replaced.

A name is written where it is defined and where it is referred to, so a slip in it is told far from where it was made,
and often as several mistakes. Every name that is a slip away from another name of the text or of the language is tried
in its place. Where one such change alone removes most of what is wrong, it is what was meant. Where several do, as
with a name that is written twice in all, only the author knows.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from headrace.flowjson.catalogue import COMPONENTS, DATA_API_VERSIONS, VERSIONS, Shape
from headrace.flowjson.catalogue.actions import ACTION_NAMES, CLICK_ACTION, SELECT_ACTION
from headrace.flowjson.catalogue.containers import ROOT, SCREEN
from headrace.flowjson.checks.report import Report
from headrace.flowjson.checks.spelling import is_replaced
from headrace.flowjson.diagnostics import Diagnostic, Path
from headrace.flowjson.document import Document, parse
from headrace.flowjson.textedits import TextEdit, applied

__all__ = ["Respelling", "respellings"]

CHARACTERS_CHECKED = 400_000
"""Characters that are checked at most while trying, over all tries together."""

MOST_TRIED = 60
"""At most this many names are tried, however short the text is."""

LONGEST_NAME = 60
"""Longer texts are no names."""

_SHORTEST_REPLACED = 3
"""What is tried may be shorter than what is taken for a slip without a trial."""

_FEWEST_TRIED = 4
_MOST_POINTERS = 4
_LONGEST_PLACE = 300
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"(\s*:)?')
_REFERENCE = re.compile(r"\$\{([^{}]*)\}")
_PART = re.compile(r"[^.\s${}]+")
_IN_WORDS = re.compile(r"[\w.-]*\w")
_KEYWORDS = ("items", "properties", "required", "enum", "__example__", "string", "number", "boolean", "array", "object")
_ROOTS = ("form", "data", "screen", "start-date", "end-date")


class Respelling(NamedTuple):
    """A name written as another one. `certain` says that nothing else explains the mistakes it removes as well."""

    name: str
    line: int
    edit: TextEdit
    certain: bool


class _Word(NamedTuple):
    start: int
    text: str
    is_key: bool


class _Trial(NamedTuple):
    word: _Word
    name: str
    removed: frozenset[int]  # places in the list of errors


def respellings(
    report: Report, check: Callable[[Document], Report], *, are_many: bool = False
) -> Mapping[int, tuple[Respelling, ...]]:
    """By the place of an error in `report.errors`, the ways to write a name that remove it, the most telling ones.

    One for an error is certain; several are as good as each other. Of very many errors only a slip is looked for from
    which at least half of them follow.
    """
    text = report.document.text
    trials = [
        trial
        for word, name in _candidates(report, rarest=are_many)
        if (trial := _tried(report, word, name, check)) is not None
    ]
    if are_many:
        trials = [trial for trial in trials if 2 * len(trial.removed) >= len(report.errors)]
    best: dict[int, list[_Trial]] = {}
    for number in range(len(report.errors)):
        explaining = [trial for trial in trials if number in trial.removed]
        most = max((len(trial.removed) for trial in explaining), default=0)
        if explaining:
            best[number] = [trial for trial in explaining if len(trial.removed) == most]
    return {
        number: tuple(
            Respelling(
                trial.name,
                text.count("\n", 0, trial.word.start) + 1,
                TextEdit(trial.word.start, trial.word.start + len(trial.word.text), trial.name),
                all(best[other] == [trial] for other in trial.removed),
            )
            for trial in explaining
        )
        for number, explaining in best.items()
    }


def _tried(report: Report, word: _Word, name: str, check: Callable[[Document], Report]) -> _Trial | None:
    text = applied(report.document.text, (TextEdit(word.start, word.start + len(word.text), name),))
    after = check(parse(text))
    if len(after.errors) >= len(report.errors):
        return None
    before, left = (Counter(error.rule for error in one.errors) for one in (report, after))
    if any(left[rule] > before[rule] for rule in left):
        return None
    still = Counter(map(_key, after.errors))
    removed: set[int] = set()
    for number, error in enumerate(report.errors):
        key = _key(error)
        if still[key]:
            still[key] -= 1
        else:
            removed.add(number)
    return _Trial(word, name, frozenset(removed))


def _key(diagnostic: Diagnostic) -> tuple[str, str, Path]:
    return diagnostic.rule, diagnostic.message, diagnostic.pointers[0].path if diagnostic.pointers else ()


_A_VALUE = 6
"""Digits; with as many it is a day or a number: another one beside it in the Flow says nothing about it."""


def _candidates(report: Report, *, rarest: bool) -> list[tuple[_Word, str]]:
    """The words of which the mistakes speak, each with a name that it may have been; the rarest words first."""
    text = report.document.text
    most = max(_FEWEST_TRIED, min(MOST_TRIED, CHARACTERS_CHECKED // max(1, len(text))))
    words = list(_words(text))
    counts = Counter(word.text for word in words)
    neighbours = _Neighbours({*counts, *_language()})
    told = _told(report)
    found: list[tuple[int, _Word, str]] = []
    near: dict[str, tuple[str, ...]] = {}
    for word in words:
        if _holds_everything(word) or (rarest and counts[word.text] > 1):
            continue
        if word.text not in near:
            near[word.text] = tuple(neighbours.of(word.text))
        for name in near[word.text]:
            if (word.text in told or name in told) and not (_is_right(word) and name not in _language()):
                found.append((counts[word.text], word, name))
    if sum(count == 1 for count, _, _ in found) > most:
        return []
    found.sort(key=lambda candidate: candidate[0])
    return [(word, name) for _, word, name in found[:most]]


def _words(text: str) -> Iterator[_Word]:
    for match in _STRING.finditer(text):
        content, start = match[1], match.start(1)
        if "${" in content:
            for reference in _REFERENCE.finditer(content):
                for part in _PART.finditer(reference[1]):
                    yield _Word(start + reference.start(1) + part.start(), part[0], False)
        elif 0 < len(content) <= LONGEST_NAME and "\\" not in content and sum(map(str.isdigit, content)) < _A_VALUE:
            yield _Word(start, content, match[2] is not None)


def _told(report: Report) -> set[str]:
    """The words of the messages, and those at the places they speak of."""
    text = report.document.text
    told = {*_KEYWORDS}
    for error in report.errors:
        for word in _IN_WORDS.findall(f"{error.message} {error.explanation}"):
            told.update((word, *word.split(".")))
        for pointer in error.pointers[:_MOST_POINTERS]:
            place = text[
                max(0, pointer.span.start - 1) : min(pointer.span.end, pointer.span.start + _LONGEST_PLACE) + 1
            ]
            told.update(word.text for word in _words(place))
    return told


def _is_right(word: _Word) -> bool:
    """Whether a word is surely no slip: a component type, or a key that is a property."""
    return word.text in COMPONENTS or (word.is_key and word.text in _properties())


def _holds_everything(word: _Word) -> bool:
    """Whether other mistakes would only be hidden if this word were another: the Flow's own keys, which nobody would
    look into any more, and the roots of references, which would be no references any more."""
    return word.text in ROOT.properties if word.is_key else word.text in _ROOTS


class _Neighbours:
    """Finds the names that are one slip away from a word."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self._shortened: dict[str, set[str]] = {}
        self._masked: dict[str, set[str]] = {}
        for name in names:
            if len(name) > 1:
                for shorter in _shortened(name):
                    self._shortened.setdefault(shorter, set()).add(name)
            for masked in _masked(name):
                self._masked.setdefault(masked, set()).add(name)

    def of(self, word: str) -> set[str]:
        swapped = (word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1))
        found = {name for name in (*_shortened(word), *swapped) if name in self._names}
        found |= self._shortened.get(word, set())
        alike = {name for masked in _masked(word) for name in self._masked.get(masked, ())}
        return (found | {name for name in alike if is_replaced(word, name, _SHORTEST_REPLACED)}) - {word, ""}


def _shortened(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _masked(word: str) -> Iterator[str]:
    """The word with each of its characters blotted out; nothing of a word in which none counts as replaced."""
    if len(word) >= _SHORTEST_REPLACED:
        yield from (f"{word[:at]}\0{word[at + 1 :]}" for at in range(len(word)))


def _shapes() -> Iterator[Shape]:
    """Every closed object of the language, some of them more than once."""
    shapes: list[Shape] = [*COMPONENTS.values(), ROOT, SCREEN, CLICK_ACTION, SELECT_ACTION]
    while shapes:
        shape = shapes.pop()
        yield shape
        shapes += [prop.shape for prop in shape.properties.values() if prop.shape]


@cache
def _properties() -> frozenset[str]:
    """The keys of the language, but for those of data models."""
    return frozenset(name for shape in _shapes() for name in shape.properties)


@cache
def _language() -> frozenset[str]:
    """Every word of the language."""
    values = {value for shape in _shapes() for prop in shape.properties.values() for value in prop.enum}
    versions = {*map(str, VERSIONS), *DATA_API_VERSIONS}
    return _properties().union(COMPONENTS, ("SingleColumnLayout",), ACTION_NAMES, values, versions, _KEYWORDS, _ROOTS)
