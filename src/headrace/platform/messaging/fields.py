"""Reads the members of a call's body and refuses what is missing or of the wrong kind, naming the member by its path.

`null` counts as absent, and an object may arrive as text that holds JSON, as Graph takes it (docs/graph-api.md).
"""

from math import isfinite
from typing import Any

import orjson

from headrace.platform.errors.catalogue import MEMBER_INVALID, MEMBER_MISSING


class Fields:
    """An object of the body together with its path, such as `interactive.action`."""

    def __init__(self, value: dict[str, Any], path: str = "") -> None:
        self.value = value
        self._path = path

    @property
    def whole(self) -> str:
        """The path of the object itself."""
        return self._path

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def raw(self, name: str) -> Any:
        return self.value.get(name)

    def text(self, name: str, *, longest: int | None = None) -> str:
        """A text that must be there and not be empty; a whole number counts as its digits."""
        found = self.optional_text(name, longest=longest)
        if found is None or not found.strip():
            raise MEMBER_MISSING.detailed(f"`{self.path(name)}` is missing or empty. Give it a text.")
        return found

    def optional_text(self, name: str, *, longest: int | None = None) -> str | None:
        found = self.value.get(name)
        if found is None:
            return None
        if isinstance(found, int) and not isinstance(found, bool):
            found = str(found)
        if not isinstance(found, str):
            raise MEMBER_INVALID.detailed(f"`{self.path(name)}` is {_kind(found)}, but a text belongs there.")
        if longest is not None and len(found) > longest:
            raise MEMBER_INVALID.detailed(
                f"`{self.path(name)}` has {len(found)} characters; at most {longest} are allowed."
            )
        return found

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of `options`, in any case; `default` when it is absent."""
        if not self.has(name) and default is not None:
            return default
        found = self.text(name)
        if found.lower() not in options:
            allowed = " or ".join(f"`{option}`" for option in options)
            raise MEMBER_INVALID.detailed(f"`{self.path(name)}` is `{_short(found)}`, but it has to be {allowed}.")
        return found.lower()

    def object(self, name: str) -> "Fields":
        found = self.optional_object(name)
        if found is None:
            raise MEMBER_MISSING.detailed(f"The object `{self.path(name)}` is missing.")
        return found

    def optional_object(self, name: str) -> "Fields | None":
        found = self.value.get(name)
        if isinstance(found, str):
            found = _parsed(found, self.path(name))
        if found is None:
            return None
        if not isinstance(found, dict):
            raise MEMBER_INVALID.detailed(f"`{self.path(name)}` is {_kind(found)}, but an object belongs there.")
        return Fields(found, self.path(name))

    def objects(self, name: str) -> "list[Fields]":
        """A list of objects; none where it is absent."""
        return [_object(value, f"{self.path(name)}[{position}]") for position, value in enumerate(self.entries(name))]

    def entries(self, name: str) -> list[Any]:
        """A list, whatever is in it; none where it is absent."""
        found = self.value.get(name)
        if isinstance(found, str):
            found = _parsed(found, self.path(name))
        if found is None:
            return []
        if not isinstance(found, list):
            raise MEMBER_INVALID.detailed(f"`{self.path(name)}` is {_kind(found)}, but a list belongs there.")
        return found

    def number(self, name: str) -> float:
        """A number that must be there; a text that holds one counts."""
        found = self.value.get(name)
        if found is None:
            raise MEMBER_MISSING.detailed(f"`{self.path(name)}` is missing. Give it a number.")
        try:
            if isinstance(found, bool) or not isfinite(number := float(found)):
                raise ValueError
        except (ValueError, TypeError) as error:
            raise MEMBER_INVALID.detailed(f"`{self.path(name)}` is no number.") from error
        return number


def _object(value: Any, path: str) -> Fields:
    if isinstance(value, str):
        value = _parsed(value, path)
    if not isinstance(value, dict):
        raise MEMBER_INVALID.detailed(f"`{path}` is {_kind(value)}, but an object belongs there.")
    return Fields(value, path)


def _parsed(text: str, path: str) -> Any:
    try:
        value = orjson.loads(text)
        orjson.dumps(value)  # stops at 254 levels
    except orjson.JSONDecodeError as error:
        raise MEMBER_INVALID.detailed(f"`{path}` is a text that is not JSON: {error}.") from error
    except TypeError as error:
        raise MEMBER_INVALID.detailed(f"`{path}` is nested too deep.") from error
    return value


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, list) else "an object"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
