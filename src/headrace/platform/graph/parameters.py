"""The parameters of a call, wherever they stood: query, JSON, form or multipart.

Graph takes a value in whatever form it can travel in: an array as JSON or as text that holds JSON, a truth value as
`true`, `"true"`, `1` or `"1"`, an id as a number, a text as a file part. Members that are null count as absent, and
parameters nobody asked for are ignored (docs/graph-api.md).
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from headrace.characters import holds_unstorable, is_storable, storable, writable
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import PARAMETER_INVALID

_TRUE = frozenset({"true", "1"})
_FALSE = frozenset({"false", "0", ""})
_LONGEST_LOOSE_JSON = 2000
_UNSTORABLE = "must be text without U+0000 and without half a surrogate pair, which no database can hold"


@dataclass(frozen=True)
class Upload:
    """A file part of a multipart body."""

    filename: str
    content: bytes
    content_type: str = ""


class Parameters:
    """All parameters of one call by name. Every reader raises Graph's code 100, naming the parameter."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def as_dict(self) -> dict[str, Any]:
        """The parameters as they came, without files: for calls that read a whole document, such as a message."""
        values = {name: value for name, value in self._values.items() if not isinstance(value, Upload)}
        for name, value in values.items():
            if holds_unstorable({name: value}):
                raise _wrong(storable(name)[:80], _UNSTORABLE)
        return values

    def required(self, name: str) -> str:
        """A text that must be there and hold something."""
        text = self.text(name)
        if text is None or not text.strip():
            raise missing(name)
        return text

    def text(self, name: str, longest: int | None = None) -> str | None:
        """A text; a number is taken as its digits, a file as its content."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, Upload):
            value = _decode(name, value.content)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise _wrong(name, "must be a string")
        text = str(value)
        if not is_storable(text):
            raise _wrong(name, _UNSTORABLE)
        if longest is not None and len(text) > longest:
            raise _wrong(name, f"must be at most {longest} characters long")
        return text

    def boolean(self, name: str, default: bool = False) -> bool:
        value = self._values.get(name, default)
        if isinstance(value, bool):
            return value
        text = str(value).strip().lower() if isinstance(value, str | int) else None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        raise _wrong(name, "must be a boolean: true or false")

    def integer(self, name: str, default: int, least: int) -> int:
        value = self._values.get(name, default)
        try:
            number = int(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except ValueError:
            number = None
        if number is None or number < least:
            raise _wrong(name, f"must be an integer of at least {least}")
        return number

    def array(self, name: str, *, commas: bool = False) -> list[Any] | None:
        """An array, native or as JSON text; with `commas` also texts with commas between them."""
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = _from_text(value, value.split(",") if commas else None)
            if commas and value and isinstance(value, list):
                value = [item.strip() if isinstance(item, str) else item for item in value]
        if not isinstance(value, list):
            raise _wrong(name, "must be an array.")
        if holds_unstorable(value):
            raise _wrong(name, _UNSTORABLE)
        return value

    def texts(self, name: str, *, commas: bool = False) -> list[str] | None:
        """An array of texts."""
        items = self.array(name, commas=commas)
        if items is None:
            return None
        for index, item in enumerate(items):
            if not isinstance(item, str):
                raise _wrong(f"{name}[{index}]", "must be a string")
        return items

    def object(self, name: str) -> dict[str, Any] | None:
        """An object, native or as JSON text."""
        value = self._values.get(name)
        if isinstance(value, str):
            value = _from_text(value, value)
        if value is not None and not isinstance(value, dict):
            raise _wrong(name, "must be an object")
        if holds_unstorable(value):
            raise _wrong(name, _UNSTORABLE)
        return value

    def upload(self, name: str) -> Upload | None:
        """A file part."""
        value = self._values.get(name)
        return value if isinstance(value, Upload) else None

    def content(self, name: str) -> bytes | None:
        """The bytes of a file part or of a text; where a client sent JSON itself, that is written out."""
        value = self._values.get(name)
        if isinstance(value, Upload):
            return value.content
        if isinstance(value, dict | list):
            return orjson.dumps(value, option=orjson.OPT_INDENT_2)
        return value.encode(errors="replace") if isinstance(value, str) else None


def missing(name: str) -> PlatformError:
    return PARAMETER_INVALID.numbered(f"The parameter {name} is required")


def one_of(name: str, value: object, allowed: list[str]) -> PlatformError:
    """The refusal of a value that is not among those allowed."""
    shown = str(value)[:80]
    return PARAMETER_INVALID.numbered(f'Param {name} must be one of {{{", ".join(allowed)}}} - got "{shown}".')


def _decode(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        position = f"byte {error.start + 1} is 0x{content[error.start]:02x}"
        raise _wrong(name, f"must be text in UTF-8: {position}. Save the file as UTF-8.") from error


def _from_text(text: str, otherwise: Any) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    # A published collection of calls writes its filters with single quotes.
    if "'" in text and len(text) <= _LONGEST_LOOSE_JSON:
        try:
            return orjson.loads(orjson.dumps(writable(ast.literal_eval(text.strip()))))  # Python has more than JSON
        except (TypeError, ValueError, SyntaxError, MemoryError, RecursionError):
            pass
    return otherwise


def _wrong(name: str, rule: str) -> PlatformError:
    return PARAMETER_INVALID.numbered(f"Param {name} {rule}")
