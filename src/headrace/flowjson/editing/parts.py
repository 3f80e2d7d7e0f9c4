"""The tree of a draft: values that remember where in the text they come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.flowjson.refusal import Refused
from headrace.flowjson.syntax import Node


class Part:
    """A value of the draft. `origin` is where it stands in the text, None for a new value.

    An object or array has `children`; of one from the text, `before` are those it had there. Those of the text are only
    made when somebody looks at them: most changes are of a few places.
    """

    __slots__ = ("_before", "_children", "_is_read", "is_object", "origin", "value")

    def __init__(
        self, origin: Node | None, value: Any = None, is_object: bool = False, children: "list[Child] | None" = None
    ) -> None:
        self.origin = origin
        self.value = value
        self.is_object = is_object
        self._children = children
        self._before: tuple[Child, ...] = ()
        self._is_read = origin is None

    @property
    def is_as_it_was(self) -> bool:
        """Whether nobody has looked into it, so that nothing in it can have changed."""
        return not self._is_read

    @property
    def children(self) -> "list[Child] | None":
        self._read()
        return self._children

    @children.setter
    def children(self, children: "list[Child] | None") -> None:
        self._read()
        self._children = children

    @property
    def before(self) -> "tuple[Child, ...]":
        self._read()
        return self._before

    def _read(self) -> None:
        if not self._is_read and self.origin is not None:
            self._is_read = True
            self._children = _children_of(self.origin)
            self._before = tuple(self._children or ())

    @property
    def is_array(self) -> bool:
        return self.children is not None and not self.is_object

    def find(self, key: str) -> "Child | None":
        """The member of this key."""
        if not self.is_object:
            return None
        return next((child for child in self.children or () if child.key == key), None)

    def plain(self) -> Any:
        """The plain value. To ask for it is not to look into it: what is as it was stays so."""
        if self.is_as_it_was and self.origin is not None:
            return _plain(self.origin)
        if self.children is None:
            return self.value
        if self.is_object:
            return {child.key: child.part.plain() for child in self.children}
        return [child.part.plain() for child in self.children]


@dataclass(slots=True, eq=False)
class Child:
    """A member or item. One from the text remembers its `home`."""

    key: str
    part: Part
    home: "Home | None" = None


@dataclass(frozen=True, slots=True)
class Home:
    """Where a child stands in the text: its key, from where to where that goes (empty for an item), and its value."""

    key: str
    start: int
    key_end: int
    node: Node

    @property
    def end(self) -> int:
        return self.node.end


def part_of_node(node: Node) -> Part:
    """The tree of what stands in the text."""
    return Part(node, node.value, node.members is not None)


def _plain(node: Node) -> Any:
    if node.members is not None:
        members = sorted(node.members.items(), key=lambda named: named[1].key_start)
        return {key: _plain(member.node) for key, member in members}
    if node.items is not None:
        return [_plain(item) for item in node.items]
    return node.value


def _children_of(node: Node) -> list[Child] | None:
    if node.members is not None:
        return [
            Child(key, part_of_node(member.node), Home(key, member.key_start, member.key_end, member.node))
            for key, member in sorted(node.members.items(), key=lambda named: named[1].key_start)
        ]
    if node.items is not None:
        return [Child("", part_of_node(item), Home("", item.start, item.start, item)) for item in node.items]
    return None


def part_of_value(value: Any, depth: int = 0) -> Part:
    """The tree of a new value; raises Refused for what JSON cannot hold."""
    if depth > 100:
        raise Refused("The value is nested more than 100 deep.")
    if isinstance(value, Part):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise Refused("The keys of an object are texts.")
        return Part(None, None, True, [Child(key, part_of_value(inner, depth + 1)) for key, inner in value.items()])
    if isinstance(value, list | tuple):
        return Part(None, None, False, [Child("", part_of_value(inner, depth + 1)) for inner in value])
    if value is None or isinstance(value, str | bool | int):
        return Part(None, value)
    if isinstance(value, float) and value - value == 0:
        return Part(None, value)
    raise Refused(f"{type(value).__name__} {value!r:.40} is no value of JSON.")


def same(left: Any, right: Any) -> bool:
    """Whether two plain values are the same JSON: 1, 1.0 and true are three values; the order of keys is none."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(inner, right[key]) for key, inner in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right, strict=True))
    return bool(left == right)
