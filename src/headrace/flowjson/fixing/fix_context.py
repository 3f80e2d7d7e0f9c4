"""A mistake as a fixer sees it, and the table of fixers."""

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from headrace.flowjson.catalogue import NEWEST, Property, Version
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.spelling import meant_by
from headrace.flowjson.diagnostics import Diagnostic, Path
from headrace.flowjson.document import Document
from headrace.flowjson.editing.draft import Draft
from headrace.flowjson.textedits import TextEdit

Change = Draft | tuple[TextEdit, ...]


class Guess(NamedTuple):
    """A proposal that may change what the Flow does, or lose what its author wrote."""

    title: str
    change: Change


class Choice(NamedTuple):
    """A proposal that is good, but one of several that are: offered to the author, and never applied unseen."""

    title: str
    change: Change


class Exactly(NamedTuple):
    """A proposal that is what was meant, even if other mistakes come to light with it."""

    title: str
    change: Change


Proposal = tuple[str, Change] | Guess | Choice | Exactly
"""A title, and the change."""

Fixer = Callable[["FixContext"], Iterator[Proposal]]

FIXERS: dict[str, list[Fixer]] = {}
"""The fixers of each rule; filled while the modules of `proposals` are imported, and never afterwards."""

LONGEST_IN_TITLE = 40
"""Characters of a value in the title of a fix."""


def mends(*rules: str) -> Callable[[Fixer], Fixer]:
    """Declares what can be done about the mistakes of these rules."""

    def declare(fixer: Fixer) -> Fixer:
        for rule in rules:
            FIXERS.setdefault(rule, []).append(fixer)
        return fixer

    return declare


class FixContext:
    """`paths` are the places of the diagnostic, `values` what its message was filled with."""

    def __init__(self, diagnostic: Diagnostic, document: Document, flow: Flow | None) -> None:
        self.rule = diagnostic.rule
        self.paths: list[Path] = [pointer.path for pointer in diagnostic.pointers]
        self.values = diagnostic.values
        self.document = document
        self._flow = flow

    @property
    def path(self) -> Path:
        return self.paths[0] if self.paths else ()

    @property
    def flow(self) -> Flow:
        return self._flow or Flow({}, NEWEST)

    @property
    def version(self) -> Version:
        return self.flow.version

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether it is about a screen whose id another screen has, too: nobody knows which of them is meant."""
        ids = Counter(screen.id for screen in self.flow.screens)
        twice = [name for name, count in ids.items() if name and count > 1]
        if not twice or self.rule == "screens/duplicate-id":
            return False
        texts = (one for one in (*self.values.values(), *map(self.get, self.paths)) if isinstance(one, str))
        about = " ".join(one[:500] for one in texts)
        return any(re.search(rf"\b{re.escape(name)}\b", about) for name in twice)

    def draft(self) -> Draft:
        """A fresh draft of the document."""
        return Draft(self.document)

    def get(self, path: Path) -> Any:
        """The value at a path, None where there is none."""
        value = self.document.value
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def screen(self, path: Path | None = None) -> Screen | None:
        """The screen in which a place is."""
        wanted = (self.path if path is None else path)[:2]
        return next((screen for screen in self.flow.screens if screen.path == wanted), None)

    def node(self, path: Path | None = None) -> Node | None:
        """The innermost component in which a place is."""
        place = self.path if path is None else path
        screen = self.screen(place)
        around = [node for node in (screen.nodes if screen else ()) if node.path == place[: len(node.path)]]
        return max(around, key=lambda one: len(one.path), default=None)

    def property(self, path: Path | None = None) -> Property | None:
        """The declaration of the property of a component at a place."""
        place = self.path if path is None else path
        node = self.node(place)
        if node is None or len(place) != len(node.path) + 1:
            return None
        return node.component.properties.get(str(place[-1]))

    def is_optional(self, path: Path) -> bool:
        """Whether a component can do without the property at a place."""
        prop = self.property(path)
        return prop is not None and not prop.is_required_in(self.version)

    def next_screen(self, screen: Screen | None) -> Screen | None:
        """The screen that follows another one in the file."""
        later = [one for one in self.flow.screens if screen and one.index > screen.index and one.id]
        return later[0] if later else None


def shown(value: Any) -> str:
    """A value for a title."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_IN_TITLE else text[: LONGEST_IN_TITLE - 1] + "…"


def in_words(name: str) -> str:
    """`FIRST_NAME`, `firstName` or `first-name` as `First name`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return " ".join(re.split(r"[\s_,-]+", spaced)).strip().lower().capitalize()


def as_name(text: str) -> str:
    """A text as a name of letters, digits and underscores."""
    return re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()[:40]


def unused(name: str, taken: "set[str]") -> str:
    """The name, with a number behind it where it is taken."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def like(word: str, known: "list[str]") -> str | None:
    """The known name a word was meant to be: letters are wrong or swapped. `date_2` is no `date_1`."""
    digits = _digits(word)
    others = [name for name in known if name != word and _digits(name) == digits]
    swapped = [name for name in others if sorted(name.lower()) == sorted(word.lower())]
    return meant_by(word, others) or (swapped[0] if swapped else None)


def resembling(name: str, owner: Any, known: Container[str] = ()) -> list[str]:
    """The keys of an object, other than the known ones, that may be `name` with a slip in it, however short it is."""
    keys = [key for key in owner if key != name and key not in known] if isinstance(owner, dict) else []
    return [key for key in keys if meant_by(key, [name]) == name or _differs_in_one(key, name)]


def _differs_in_one(word: str, other: str) -> bool:
    return len(word) == len(other) and sum(one != another for one, another in zip(word, other, strict=True)) == 1


def says_something(value: Any) -> bool:
    """Whether something is lost with a value: it is not empty."""
    return not (value in (None, [], {}) or (isinstance(value, str) and not value.strip()))


def loosely_like(word: str, known: "list[str]") -> str | None:
    """The known name that a word is, or else the only one of which it is a part or that is a part of it."""
    candidates = [
        name for name in known if len(name) > 2 and len(word) > 2 and name != word and (name in word or word in name)
    ]
    return like(word, known) or (candidates[0] if len(candidates) == 1 else None)


def _digits(word: str) -> str:
    return re.sub(r"\D", "", word)
