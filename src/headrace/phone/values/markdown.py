"""The markdown of RichText, and the smaller one of TextBody and TextCaption, read into a typed tree.

Nothing here is HTML: the tree holds plain texts, which whoever draws it escapes. Links lead to http and https
addresses only, pictures are data URIs of known types; what is anything else stays text. Reading takes one pass,
however odd the text is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, islice
from typing import Any, ClassVar
from urllib.parse import urlsplit

from headrace.phone.values.images import data_uri
from headrace.phone.values.properties import flag, written


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text in one style; `url` makes it a link."""

    kind: ClassVar[str] = "words"
    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image within the text. `source` is a data URI."""

    kind: ClassVar[str] = "picture"
    source: str
    alt_text: str = ""


Inline = Words | Picture
Line = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; `level` 1 is a heading, 2 a subheading, 0 body."""

    kind: ClassVar[str] = "paragraph"
    line: Line
    level: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of one level. `first` is the number of the first item where it is numbered, else None."""

    kind: ClassVar[str] = "listing"
    items: tuple[Line, ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table: every row has as many cells as the header."""

    kind: ClassVar[str] = "table"
    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]


Block = Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a component understands besides emphasis, links and paragraphs."""

    lists: bool = False
    rich: bool = False  # headings, tables, images


RICH, BODY = Dialect(lists=True, rich=True), Dialect(lists=True)
CAPTION = Dialect()  # the documentation gives captions lists, too; the client does not draw them
DIALECTS = {"RichText": RICH, "TextBody": BODY, "TextCaption": CAPTION}
"""The dialect of each component that can have markdown."""


def blocks_of(component: str, properties: Mapping[str, Any]) -> tuple[Block, ...]:
    """The text of a component with markdown; empty for every other component."""
    dialect = DIALECTS.get(component)
    if dialect is None or not (dialect.rich or flag(properties, "markdown", False)):
        return ()
    source = properties.get("text")
    paragraphs = tuple(written(item) for item in source) if isinstance(source, list) else (written(source),)
    return parse(paragraphs, dialect)


@lru_cache(maxsize=64)
def parse(paragraphs: tuple[str, ...], dialect: Dialect) -> tuple[Block, ...]:
    """Reads texts, each of which ends a paragraph; lists and tables go on over them."""
    return tuple(_Reading(dialect).blocks(paragraphs))


def links_in(blocks: tuple[Block, ...]) -> Iterator[Words]:
    """Every link, in reading order."""
    for line in _lines(blocks):
        yield from (words for words in line if isinstance(words, Words) and words.url)


def plain(blocks: tuple[Block, ...]) -> str:
    """The text without its marks, as it is read aloud."""
    return "\n".join("".join(_spoken(piece) for piece in line) for line in _lines(blocks))


def _spoken(piece: Inline) -> str:
    return piece.text if isinstance(piece, Words) else piece.alt_text


def _lines(blocks: tuple[Block, ...]) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.line
        elif isinstance(block, Listing):
            yield from block.items
        else:
            yield from (*block.header, *(cell for row in block.rows for cell in row))


# Blocks

_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_BULLET = re.compile(r"[ \t]*[-+][ \t]+(.*)")
_NUMBER = re.compile(r"[ \t]*([0-9]{1,9})\.[ \t]+(.*)")
_RULER = re.compile(r"[ \t]*+\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+")
_MOST_COLUMNS = 50
"""Columns of a table: short rows are filled up with empty cells, so a wider one would outgrow its text without end."""


_Lines = list[str | None]
_Found = tuple[Block, int]
"""A block and the index of the line after it. Among lines, None ends a paragraph, but no list and no table."""


class _Reading:
    """Collects lines of a paragraph until something else begins."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._text: list[str] = []

    def blocks(self, paragraphs: tuple[str, ...]) -> Iterator[Block]:
        lines: _Lines = [line for text in paragraphs for line in [*text.splitlines(), None]]
        at = 0
        while at < len(lines):
            line = lines[at]
            if line is not None and line.strip():
                found = self._block(lines, at, line)
                if found is None:
                    self._text.append(line)
                    at += 1
                else:
                    yield from self._paragraph()
                    block, at = found
                    yield block
            else:
                yield from self._paragraph()
                at += 1
        yield from self._paragraph()

    def _paragraph(self) -> Iterator[Block]:
        if self._text:
            yield Paragraph(inlines("\n".join(self._text), self._dialect))
            self._text = []

    def _block(self, lines: _Lines, at: int, line: str) -> _Found | None:
        if self._dialect.rich:
            heading = _HEADING.fullmatch(line)
            if heading:
                level = len(heading[1])
                return Paragraph(inlines(heading[2], self._dialect), level if level <= 2 else 0), at + 1
            if "|" in line:
                return self._table(lines, at)
        if self._dialect.lists:
            return self._listing(lines, at, _BULLET) or self._listing(lines, at, _NUMBER)
        return None

    def _listing(self, lines: _Lines, at: int, marker: re.Pattern[str]) -> _Found | None:
        first = marker.fullmatch(lines[at] or "")
        if first is None:
            return None
        items: list[Line] = []
        for index, line in _going_on(lines, at):
            item = marker.fullmatch(line)
            if item is None:
                break
            items.append(inlines(item[item.re.groups], self._dialect))
            at = index + 1
        return Listing(tuple(items), int(first[1]) if marker is _NUMBER else None), at

    def _table(self, lines: _Lines, at: int) -> _Found | None:
        found = [(index, line) for index, line in islice(_going_on(lines, at), 2)]
        if found[0][1].count("|") >= _MOST_COLUMNS:
            return None
        if len(found) < 2 or "-" not in found[1][1] or not _RULER.fullmatch(found[1][1]):
            return None
        header = self._cells(found[0][1])
        at = found[1][0] + 1
        rows: list[tuple[Line, ...]] = []
        for index, line in _going_on(lines, at):
            if "|" not in line:
                break
            cells = self._cells(line)[: len(header)]
            rows.append(cells + ((),) * (len(header) - len(cells)))
            at = index + 1
        return Table(header, tuple(rows)), at

    def _cells(self, line: str) -> tuple[Line, ...]:
        trimmed = line.strip().removeprefix("|").removesuffix("|")
        return tuple(inlines(cell.strip(), self._dialect) for cell in trimmed.split("|"))


def _going_on(lines: _Lines, at: int) -> Iterator[tuple[int, str]]:
    """The lines from here to the next empty one, each with its index."""
    for index in range(at, len(lines)):
        line = lines[index]
        if line is None:
            continue
        if not line.strip():
            return
        yield index, line


# Within a line

_TOKEN = re.compile(
    r"!\[(?P<alt>[^\[\]\n]{0,1000})\]\(data:image/[a-z+]{1,10};base64,(?P<image>[A-Za-z0-9+/=]+)\)"
    r"|\[(?P<link>[^\[\]\n]{1,1000})\]\((?P<url>[^()\s]{1,2000})\)"
    r"|(?P<mark>\*+|~~)"
)
_STYLES: Mapping[str, tuple[str, ...]] = {
    "*": ("italic",),
    "**": ("bold",),
    "***": ("italic", "bold"),
    "~~": ("struck",),
}


_STYLED: Mapping[str, Callable[[Words], Words]] = {
    "bold": lambda words: replace(words, bold=True),
    "italic": lambda words: replace(words, italic=True),
    "struck": lambda words: replace(words, struck=True),
}


def inlines(text: str, dialect: Dialect = BODY) -> Line:
    """Reads emphasis, links and, where the dialect has them, images."""
    return _Styling().read(text, dialect)


def is_address(url: str) -> bool:
    """Whether a link leads anywhere: an http or https address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


class _Styling:
    """Lays styles over pieces of text. A mark that opens one and is never closed is text after all."""

    def __init__(self) -> None:
        self._pieces: list[Inline] = []
        self._open: dict[str, tuple[int, str]] = {}

    def read(self, text: str, dialect: Dialect) -> Line:
        at = 0
        for token in _TOKEN.finditer(text):
            self._add(text[at : token.start()])
            at = token.end()
            if token["mark"]:
                self._mark(token["mark"], text[token.start() - 1 : token.start()], text[at : at + 1])
            elif token["link"]:
                self._link(token["link"], token["url"], dialect)
            elif not dialect.rich:
                self._add(token[0])
            else:
                source = data_uri(token["image"])
                self._pieces.append(Picture(source, token["alt"]) if source else Words(token["alt"]))
        self._add(text[at:])
        for index, mark in self._open.values():
            self._restore(index, mark)
        return tuple(_joined(self._pieces))

    def _add(self, text: str) -> None:
        if text:
            self._pieces.append(Words(text))

    def _link(self, text: str, url: str, dialect: Dialect) -> None:
        target = url if is_address(url) else ""
        inner = _Styling().read(text, dialect)
        self._pieces += [replace(piece, url=target) if isinstance(piece, Words) else piece for piece in inner]

    def _mark(self, mark: str, before: str, after: str) -> None:
        """Each style of a mark is closed where it is open and text stands before, opened where text follows."""
        styles = _STYLES.get(mark)
        if styles is None:
            return self._add(mark)
        sign = "~~" if mark == "~~" else ""
        for style in styles:
            written_as = sign or {"italic": "*", "bold": "**"}[style]
            if style in self._open and before.strip():
                self._close(style)
            elif style not in self._open and after.strip():
                self._open[style] = (len(self._pieces), written_as)
                self._pieces.append(Words(""))
            else:
                self._add(written_as)
        return None

    def _restore(self, index: int, mark: str) -> None:
        piece = self._pieces[index]
        if isinstance(piece, Words):
            self._pieces[index] = replace(piece, text=mark)

    def _close(self, style: str) -> None:
        start, _ = self._open.pop(style)
        for index in range(start, len(self._pieces)):
            piece = self._pieces[index]
            if isinstance(piece, Words):
                self._pieces[index] = _STYLED[style](piece)


def _joined(pieces: list[Inline]) -> Iterator[Inline]:
    """Pieces of one style that follow one another become one; empty ones go."""
    written = (piece for piece in pieces if not isinstance(piece, Words) or piece.text)
    for style, alike in groupby(
        written, key=lambda piece: replace(piece, text="") if isinstance(piece, Words) else piece
    ):
        if isinstance(style, Words):
            yield replace(style, text="".join(piece.text for piece in alike if isinstance(piece, Words)))
        else:
            yield from alike
