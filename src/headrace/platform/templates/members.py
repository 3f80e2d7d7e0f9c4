"""Reads the members of a template's parts. Raises code 100, naming the member by its path; `null` counts as absent."""

import contextlib
from typing import Any

import orjson

from headrace.platform.errors.catalogue import TEMPLATE_FIELD_MISSING, TEMPLATE_INVALID


class Members:
    """An object inside `components` together with its path."""

    def __init__(self, value: dict[str, Any], path: str) -> None:
        self._value = value
        self.path = path

    @classmethod
    def of(cls, value: Any, path: str) -> "Members":
        if isinstance(value, str):
            with contextlib.suppress(orjson.JSONDecodeError):
                value = orjson.loads(value)
        if not isinstance(value, dict):
            raise TEMPLATE_INVALID.explained(f"{path} is no object.")
        return cls(value, path)

    def has(self, name: str) -> bool:
        return self._value.get(name) is not None

    def raw(self, name: str) -> Any:
        return self._value.get(name)

    def optional_text(self, name: str) -> str | None:
        value = self._value.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str):
            raise TEMPLATE_INVALID.explained(f"{self.path}.{name} is no text.")
        if "\0" in value:
            raise TEMPLATE_INVALID.explained(f"{self.path}.{name} has the character U+0000. Take it out.")
        return value

    def text(self, name: str) -> str:
        value = self.optional_text(name)
        if value is None or not value.strip():
            raise TEMPLATE_FIELD_MISSING.explained(f"{self.path}.{name} is missing or empty.")
        return value

    def choice(self, name: str, options: tuple[str, ...], default: str | None = None) -> str:
        """One of `options`, in any case, in capitals."""
        value = self.optional_text(name)
        if value is None and default is not None:
            return default
        found = self.text(name)
        if found.upper() not in options:
            raise TEMPLATE_INVALID.explained(
                f"{self.path}.{name} is {found[:40]}. This box knows {', '.join(options)} there."
            )
        return found.upper()

    def boolean(self, name: str) -> bool | None:
        value = self._value.get(name)
        if value is None or isinstance(value, bool):
            return value
        if str(value).lower() in {"true", "false", "1", "0"}:
            return str(value).lower() in {"true", "1"}
        raise TEMPLATE_INVALID.explained(f"{self.path}.{name} is neither true nor false.")

    def integer(self, name: str) -> int | None:
        value = self._value.get(name)
        if value is None:
            return None
        try:
            return int(str(value))
        except ValueError as error:
            raise TEMPLATE_INVALID.explained(f"{self.path}.{name} is no whole number.") from error

    def object(self, name: str) -> "Members":
        """An object; an empty one where it is absent, so that what is missing inside is named."""
        value = self._value.get(name)
        return Members({}, f"{self.path}.{name}") if value is None else Members.of(value, f"{self.path}.{name}")

    def entries(self, name: str) -> list[Any]:
        """A list; an empty one where it is absent, and a single text counts as one of one entry."""
        value = self._value.get(name)
        if value is None:
            return []
        if isinstance(value, str):
            return [value]
        if not isinstance(value, list):
            raise TEMPLATE_INVALID.explained(f"{self.path}.{name} is no list.")
        return value

    def texts(self, name: str) -> list[str]:
        return [str(entry) for entry in self.entries(name)]
