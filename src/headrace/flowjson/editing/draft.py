"""A document being changed: any number of changes of its values, and in the end the smallest edits of the text.

    draft = Draft(document)
    draft.set(("screens", 0, "title"), "Welcome")
    draft.remove(("screens", 1))
    text = applied(document.text, draft.edits())

Paths always mean the draft as it is by then. What is not changed keeps its layout to the last blank; what is moved
takes its text along; what is new is written in the style of the text around it.
"""

from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from headrace.flowjson.diagnostics import Path, format_path
from headrace.flowjson.document import Document
from headrace.flowjson.editing.parts import Child, Part, part_of_node, part_of_value, same
from headrace.flowjson.editing.writer import Writer
from headrace.flowjson.formatting.roles import role_at
from headrace.flowjson.refusal import Refused
from headrace.flowjson.syntax import Node, read
from headrace.flowjson.textedits import TextEdit, applied


@lru_cache(maxsize=2)
def _read(text: str) -> Node | None:
    """What stands in a text; of one text many drafts are made."""
    return read(text)[0]


class Draft:
    """Changes raise Refused when their path leads nowhere or the value is no JSON; the draft is then as it was before.

    A broken text can be changed, too, as long as no change touches an object or array that is itself broken.
    """

    def __init__(self, document: Document) -> None:
        root = _read(document.text) if document.text else None
        if root is None:
            raise Refused("There is no JSON to change.")
        self.document = document
        self.root = part_of_node(root)

    @property
    def value(self) -> Any:
        """The value by now."""
        return self.root.plain()

    def get(self, path: Path) -> Any:
        """The value at a path."""
        return self._part(path).plain()

    def has(self, path: Path) -> bool:
        """Whether the path leads somewhere."""
        try:
            self._part(path)
        except Refused:
            return False
        return True

    def set(self, path: Path, value: Any) -> None:
        """Makes the value at `path` equal to `value`; a member that is not there yet is added.

        Objects and arrays are not replaced but changed where they differ.
        """
        new = part_of_value(value)
        if not path:
            self.root = _merged(self.root, new)
            return
        parent = self._part(path[:-1])
        child = _child(parent, path[-1])
        if child:
            child.part = _merged(child.part, new)
        else:
            self.insert(path, value)

    def insert(self, path: Path, value: Any, position: int | None = None) -> None:
        """Adds an item so that it stands at `path`, or a member of that key.

        A member goes where the canonical order of keys wants it, or to `position` among its siblings.
        """
        self._insert(path, Child("", part_of_value(value)), position)

    def remove(self, path: Path) -> None:
        """Takes the item or member at `path` out."""
        self._take(path)

    def move(self, source: Path, target: Path, position: int | None = None) -> None:
        """Takes out what stands at `source` and puts it in at `target`, a path of the draft without it."""
        parent = self._part(source[:-1]) if source else self.root
        before = list(parent.children or ())
        child = self._take(source)
        moved = child
        if not (target and isinstance(target[-1], str) == parent.is_object):
            moved = Child("", child.part)
        try:
            self._insert(target, moved, position)
        except Refused:
            parent.children = before
            raise

    def rename(self, path: Path, key: str) -> None:
        """Gives the member at `path` another key."""
        parent = self._part(path[:-1]) if path else self.root
        child = _child(parent, path[-1]) if path else None
        if not child or not parent.is_object:
            raise Refused(f"There is no member {format_path(path)!r} to rename.")
        if key != child.key and parent.find(key):
            raise Refused(f"{format_path(path[:-1]) or 'The document'} already has a member {key!r}.")
        child.key = key

    def edits(self) -> tuple[TextEdit, ...]:
        """The edits of the text that make it say what the draft says, in the order of the text."""
        return tuple(sorted(Writer(self.document).edits(self.root)))

    @property
    def text(self) -> str:
        """The text with the edits made."""
        return applied(self.document.text, self.edits())

    def _part(self, path: Path) -> Part:
        part = self.root
        for depth, step in enumerate(path):
            child = _child(part, step)
            if child is None:
                raise Refused(f"{format_path(path[: depth + 1])} does not exist.")
            part = child.part
        return part

    def _take(self, path: Path) -> Child:
        if not path:
            raise Refused("The whole document cannot be taken out.")
        parent = self._part(path[:-1])
        child = _child(parent, path[-1])
        if not child or parent.children is None:
            raise Refused(f"{format_path(path)} does not exist.")
        parent.children.remove(child)
        return child

    def _insert(self, path: Path, child: Child, position: int | None) -> None:
        if not path:
            raise Refused("Nothing can be put beside the whole document.")
        parent, step = self._part(path[:-1]), path[-1]
        if parent.children is None or parent.is_object != isinstance(step, str):
            wanted = "an object" if isinstance(step, str) else "an array"
            raise Refused(f"{format_path(path[:-1]) or 'The document'} is not {wanted}.")
        if isinstance(step, str):
            if parent.find(step):
                raise Refused(f"{format_path(path)} exists already.")
            at = self._place_of(path, parent) if position is None else position
        else:
            at = step
        if not 0 <= at <= len(parent.children):
            raise Refused(f"{format_path(path)} is beyond the end: there are {len(parent.children)} items.")
        if isinstance(step, str):
            child.key = step
        parent.children.insert(at, child)

    def _place_of(self, path: Path, parent: Part) -> int:
        """Behind the last member that comes before it in the canonical order."""
        role = role_at(self._types(path[:-1]), path[:-1])
        keys = [child.key for child in parent.children or ()]
        wanted = role.sort([*keys, str(path[-1])])
        before = set(wanted[: wanted.index(str(path[-1]))])
        return max((index + 1 for index, key in enumerate(keys) if key in before), default=0)

    def _types(self, path: Path) -> list[Any]:
        """What is written as `type` in each value on the way to a path: all that is looked at of a large document."""
        parts = [self.root]
        for step in path:
            child = _child(parts[-1], step)
            assert child is not None
            parts.append(child.part)
        written = [part.find("type") for part in parts]
        return [child.part.plain() if child else None for child in written]


def _child(part: Part, step: str | int) -> Child | None:
    if isinstance(step, str):
        return part.find(step)
    if part.is_array and part.children is not None and 0 <= step < len(part.children):
        return part.children[step]
    return None


def _merged(old: Part, new: Part) -> Part:
    """The old part changed to what the new one says, or the new one where nothing can be kept."""
    if old is new or new.origin is not None:
        return new
    if old.children is None or new.children is None or old.is_object != new.is_object:
        unchanged = old.children is None and new.children is None and same(old.value, new.value)
        return old if unchanged else new
    if not old.is_object:
        old.children = _merged_items(old.children, new.children)
        return old
    known = {child.key: child for child in old.children}
    wanted = [child.key for child in new.children]
    for child in new.children:
        if kept := known.get(child.key):
            kept.part = _merged(kept.part, child.part)
    additions = [child for child in new.children if child.key not in known]
    merged = [child for child in old.children if child.key in set(wanted)]
    for child in additions:
        before = set(wanted[: wanted.index(child.key)])
        at = max((index + 1 for index, one in enumerate(merged) if one.key in before), default=0)
        merged.insert(at, child)
    old.children = merged
    return old


def _merged_items(old: list[Child], new: list[Child]) -> list[Child]:
    """Items that stay are found by their value; what stands at the place of another one is made of it."""
    # The spelling tells 1, 1.0 and true apart.
    prints_old = [repr(child.part.plain()) for child in old]
    prints_new = [repr(child.part.plain()) for child in new]
    merged: list[Child] = []
    matcher = SequenceMatcher(None, prints_old, prints_new, autojunk=False)
    for operation, start, end, new_start, new_end in matcher.get_opcodes():
        if operation == "equal":
            merged += old[start:end]
            continue
        pairs = min(end - start, new_end - new_start)
        for kept, one in zip(old[start : start + pairs], new[new_start : new_start + pairs], strict=True):
            kept.part = _merged(kept.part, one.part)
            merged.append(kept)
        merged += new[new_start + pairs : new_end]
    return merged
