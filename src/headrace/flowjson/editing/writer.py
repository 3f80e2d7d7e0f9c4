"""From a changed tree to the smallest edits of its text."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise
from operator import is_

from headrace.flowjson.document import Document
from headrace.flowjson.editing.parts import Child, Home, Part
from headrace.flowjson.formatting.layout import Block, Group, Item, Leaf, scalar, style_of, write
from headrace.flowjson.refusal import Refused
from headrace.flowjson.syntax import Node
from headrace.flowjson.textedits import TextEdit, applied

_BLANKS = re.compile(r"[ \t]*")
_LINE_BREAK = re.compile(r"\r\n|\n|\r")


class Writer:
    """Writes the parts of one document, in the style of its text."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.text
        self.style = style_of(document.text)

    def edits(self, part: Part) -> list[TextEdit]:
        """The edits that turn the place a part comes from into what it is now."""
        root = part.origin
        if root is None:
            whole = self.document.span(())
            return [TextEdit(whole.start, whole.end, self.written(part, "", 0))]
        return list(self._inner(part, root))

    def _inner(self, part: Part, origin: Node) -> Iterator[TextEdit]:
        if part.is_as_it_was or part.children is None:
            return
        kept = _longest_kept(part.children, part.before)
        if len(kept) != len(part.before) or len(kept) != len(part.children):
            self._refuse_where_broken(part, origin, kept)
            yield from self._gaps(part, origin, kept)
        for child in part.children:
            if child in kept:
                yield from self._of_child(child)

    def _of_child(self, child: Child) -> Iterator[TextEdit]:
        """The edits within a child that stays where it is."""
        home = child.home
        assert home is not None
        if child.key != home.key:
            yield TextEdit(home.start, home.key_end, scalar(child.key, self.style))
        if child.part.origin is home.node:
            yield from self._inner(child.part, home.node)
        else:
            start = home.node.start
            yield TextEdit(start, home.end, self.written(child.part, self._indent_at(start), self._column(start)))

    def _gaps(self, part: Part, origin: Node, kept: set[Child]) -> Iterator[TextEdit]:
        """What changes between the children that stay."""
        assert part.children is not None
        anchors: list[Child | None] = [None, *(child for child in part.children if child in kept), None]
        for before, after in pairwise(anchors):
            old = _between(list(part.before), before, after)
            new = _between(part.children, before, after)
            if old or new:
                yield self._gap(part, origin, (before, after), old, new)

    def _gap(
        self, part: Part, origin: Node, around: tuple[Child | None, Child | None], old: list[Child], new: list[Child]
    ) -> TextEdit:
        before, after = around
        separator, indent = self._spacing(part, origin)
        if not new:
            if after:
                return TextEdit(_home(old[0]).start, _home(after).start, "")
            if before:
                return TextEdit(_home(before).end, _home(old[-1]).end, "")
            return TextEdit(origin.start + 1, origin.end - 1, "")
        if not part.before:
            indent, column = self._indent_at(origin.start), self._column(origin.start)
            return TextEdit(origin.start, origin.end, write(self._group(part), self.style, indent, column))
        column = len(indent) if _LINE_BREAK.search(separator) else self._column(origin.start)
        texts = [self._child_text(part, child, indent, column) for child in new]
        joined = ("," + separator).join(texts)
        if old:
            return TextEdit(_home(old[0]).start, _home(old[-1]).end, joined)
        if after:
            return TextEdit(_home(after).start, _home(after).start, joined + "," + separator)
        assert before is not None
        return TextEdit(_home(before).end, _home(before).end, "," + separator + joined)

    def _spacing(self, part: Part, origin: Node) -> tuple[str, str]:
        """What stands between the comma and the next child, and how the line of a child is indented."""
        end = origin.start + 1
        leads: list[str] = []
        for child in part.before:
            home = _home(child)
            leads.append(self.text[end : home.start].rpartition(",")[2])
            if _LINE_BREAK.search(leads[-1]):
                indent = _LINE_BREAK.split(leads[-1])[-1]
                return self.style.newline + indent, indent
            end = home.end
        return (leads[-1] if len(leads) > 1 else self.style.comma[1:]), self._indent_at(origin.start)

    def _child_text(self, part: Part, child: Child, indent: str, column: int) -> str:
        if not part.is_object:
            return self.written(child.part, indent, column)
        head = scalar(child.key, self.style) + self.style.colon
        return head + self.written(child.part, indent, column + len(head))

    def written(self, part: Part, indent: str, column: int) -> str:
        """The text of a new or moved part on a line that is indented by `indent`."""
        return write(self._item(part), self.style, indent, column)

    def _item(self, part: Part) -> Item:
        origin = part.origin
        if origin is not None:
            return Block(lambda indent: self._moved(part, origin, indent))
        if part.children is None:
            return Leaf(scalar(part.value, self.style))
        return self._group(part)

    def _group(self, part: Part) -> Group:
        group = Group(part.is_object)
        for child in part.children or ():
            group.items.append((scalar(child.key, self.style) if part.is_object else "", self._item(child.part)))
        return group

    def _moved(self, part: Part, origin: Node, indent: str) -> str:
        """The text a part brings along, with its own changes, its lines indented for the new place."""
        shifted = [
            TextEdit(edit.start - origin.start, edit.end - origin.start, edit.text)
            for edit in self._inner(part, origin)
        ]
        text = applied(self.text[origin.start : origin.end], shifted)
        was = self._indent_at(origin.start)
        if was == indent:
            return text
        pattern = re.compile(r"(\r\n|\n|\r)" + re.escape(was))
        return pattern.sub(lambda match: match[1] + indent, text)

    def _indent_at(self, offset: int) -> str:
        """The blanks at the beginning of the line on which the offset stands."""
        blanks = _BLANKS.match(self.text, self._line_start(offset))
        return blanks.group() if blanks else ""

    def _column(self, offset: int) -> int:
        return offset - self._line_start(offset)

    def _line_start(self, offset: int) -> int:
        return max(self.text.rfind("\n", 0, offset), self.text.rfind("\r", 0, offset)) + 1

    def _refuse_where_broken(self, part: Part, origin: Node, kept: set[Child]) -> None:
        """Raises Refused where a comma is missing already: nobody knows then whether another one is to be written."""
        for problem in self.document.problems:
            within = any(_home(child).start < problem.start < _home(child).end for child in kept)
            if origin.start <= problem.start <= origin.end and not within:
                span = self.document.span_of(problem.start, problem.end)
                raise Refused(f"The text must be mended first: {problem.message}.", span)


def _home(child: Child) -> Home:
    assert child.home is not None
    return child.home


def _between(children: list[Child], before: Child | None, after: Child | None) -> list[Child]:
    start = children.index(before) + 1 if before else 0
    end = children.index(after) if after else len(children)
    return children[start:end]


def _longest_kept(children: list[Child], before: tuple[Child, ...]) -> set[Child]:
    """Of the children from the text, the most that still stand in their old order."""
    if len(children) == len(before) and all(map(is_, children, before)):
        return set(before)
    order = {child: index for index, child in enumerate(before)}
    tails: list[int] = []
    ends: list[Child] = []
    previous: dict[Child, Child | None] = {}
    for child in children:
        index = order.get(child)
        if index is None:
            continue
        at = bisect_left(tails, index)
        previous[child] = ends[at - 1] if at else None
        tails[at : at + 1] = [index]
        ends[at : at + 1] = [child]
    kept: set[Child] = set()
    one = ends[-1] if ends else None
    while one:
        kept.add(one)
        one = previous[one]
    return kept
