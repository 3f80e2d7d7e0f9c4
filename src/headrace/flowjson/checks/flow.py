"""A Flow as the checks see it: its screens with their components in one row, names, actions and bindings.

Made by the check of structure while it walks the file; only what has the right shape gets in. Where something had
not, the owner is marked: then nothing is said about what seems to be missing there.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from headrace.flowjson.catalogue import Component, Place, Property, Version
from headrace.flowjson.diagnostics import Path


@dataclass(slots=True, eq=False)
class Node:
    """A component where it stands. `parent` is the container around it, `branch` which of its lists it stands in.

    `misplaced` says that it may not stand there at all: then nothing is said about what stands beside it.
    """

    kind: str
    component: Component
    value: Mapping[str, Any]
    path: Path
    place: Place
    parent: "Node | None" = None
    branch: str = ""
    misplaced: bool = False
    children: list["Node"] = field(default_factory=list)

    @property
    def name(self) -> str | None:
        name = self.value.get("name")
        return name if isinstance(name, str) else None

    def ancestors(self) -> Iterator["Node"]:
        node = self.parent
        while node:
            yield node
            node = node.parent

    def within(self, kind: str) -> bool:
        return any(ancestor.kind == kind for ancestor in self.ancestors())


@dataclass(slots=True, eq=False)
class Action:
    """An action of the right shape. `slot` is the key it stands under, `item` the index of the option that holds it.

    `target` is the screen a navigate action leads to.
    """

    name: str
    value: Mapping[str, Any]
    path: Path
    node: Node
    slot: str
    item: int | None = None
    target: str | None = field(init=False)

    def __post_init__(self) -> None:
        following = self.value.get("next")
        target = following.get("name") if self.name == "navigate" and isinstance(following, dict) else None
        self.target = target if isinstance(target, str) else None

    @property
    def payload(self) -> Mapping[str, Any] | None:
        payload = self.value.get("payload")
        return payload if isinstance(payload, dict) else None


@dataclass(slots=True, eq=False)
class Binding:
    """A dynamic property with a binding or an expression. `node` is None for the title of a screen."""

    text: str
    property: Property
    path: Path
    node: Node | None


class LongText(NamedTuple):
    """A text of which a phone shows only `limit` characters. `node` is the component it belongs to."""

    text: str
    limit: int
    path: Path
    node: Node | None


@dataclass(slots=True, eq=False)
class Screen:
    """`data` is the data model without its reserved member `required`; None when the screen has none.

    `nodes` are all its components in the order of the file, `kinds` the same ones by type, `questions`
    those among them that ask for something.
    `analysed` are the expressions whose types have been worked out already, by their text.
    `complete` is False where a component could not be understood, `data_complete` where the data model could not.
    """

    index: int
    path: Path
    value: Mapping[str, Any]
    id: str | None = None
    data: Mapping[str, Mapping[str, Any]] | None = None
    nodes: list[Node] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)
    bindings: list[Binding] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    forms: list[Node] = field(default_factory=list)
    kinds: dict[str, list[Node]] = field(default_factory=dict)
    questions: list[Node] = field(default_factory=list)
    long_texts: list[LongText] = field(default_factory=list)
    analysed: dict[str, frozenset[str]] = field(default_factory=dict)
    complete: bool = True
    data_complete: bool = True
    has_branches: bool = False
    has_equal_names: bool = False
    _written: str | None = None

    @property
    def written(self) -> str:
        """The layout and the title as JSON text. No character of a reference is written in another way there."""
        if self._written is None:
            shown = self.value.get("layout"), self.value.get("title")
            try:
                self._written = orjson.dumps(shown).decode()
            except TypeError:  # half a character, which JSON allows and UTF-8 does not
                self._written = json.dumps(shown)
        return self._written

    @property
    def is_terminal(self) -> bool:
        return self.value.get("terminal") is True

    @property
    def label(self) -> str:
        """How messages call the screen."""
        return self.id if self.id is not None else str(self.index)

    def of_kind(self, *kinds: str) -> Sequence[Node]:
        """The components of these types, in the order of the file."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], ())
        present = [kind for kind in kinds if kind in self.kinds]
        if len(present) > 1:
            return [node for node in self.nodes if node.kind in present]
        return self.kinds[present[0]] if present else ()


@dataclass(slots=True, eq=False)
class Flow:
    """`complete` is False where a screen or its id could not be understood, or two screens share an id.

    `kinds` are the types of components there are, each with the screens that have some, in the order of the file.
    """

    value: Mapping[str, Any]
    version: Version
    screens: list[Screen] = field(default_factory=list)
    by_id: dict[str, Screen] = field(default_factory=dict)
    kinds: dict[str, list[Screen]] = field(default_factory=dict)
    complete: bool = True

    @property
    def has_endpoint(self) -> bool:
        return "data_api_version" in self.value

    @property
    def actions_complete(self) -> bool:
        return all(screen.complete for screen in self.screens)

    def has(self, *kinds: str) -> bool:
        """Whether there is a component of one of these types."""
        return not self.kinds.keys().isdisjoint(kinds)

    def screens_with(self, *kinds: str) -> Sequence[Screen]:
        """The screens that have a component of one of these types, in the order of the file."""
        if len(kinds) == 1:
            return self.kinds.get(kinds[0], ())
        listed = [self.kinds[kind] for kind in kinds if kind in self.kinds]
        if len(listed) > 1:
            return [screen for screen in self.screens if not screen.kinds.keys().isdisjoint(kinds)]
        return listed[0] if listed else ()

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """The components of these types, in the order of the file."""
        return (node for screen in self.screens_with(*kinds) for node in screen.of_kind(*kinds))
