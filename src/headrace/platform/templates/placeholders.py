"""Placeholders in the texts of templates: `{{1}}`, or `{{first_name}}` where the format is named. Pure."""

import re
from collections.abc import Mapping

POSITIONAL = "POSITIONAL"
NAMED = "NAMED"

_PLACEHOLDER = re.compile(r"\{\{([^{}]*)\}\}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")


class PlaceholdersWrong(ValueError):
    """Placeholders that are not written as they have to be. The words are fit to be shown."""


def placeholders_of(text: str, parameter_format: str) -> list[str]:
    """The placeholders of a text, each once: numbers in order, or names as they come. Raises `PlaceholdersWrong`."""
    found = list(dict.fromkeys(match.strip() for match in _PLACEHOLDER.findall(text)))
    rest = _PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise PlaceholdersWrong("it has a {{ or }} without its partner. Write a variable as {{1}}.")
    if parameter_format == NAMED:
        for name in found:
            if not _NAME.fullmatch(name):
                raise PlaceholdersWrong(
                    f"the variable {{{{{name[:40]}}}}} is no name. Use small letters, digits and underscores."
                )
        return found
    for name in found:
        if not name.isascii() or not name.isdigit():
            raise PlaceholdersWrong(
                f"the variable {{{{{name[:40]}}}}} is no number. Write {{{{1}}}}, or send parameter_format NAMED."
            )
    numbers = sorted(int(name) for name in found)
    if numbers != list(range(1, len(numbers) + 1)):
        raise PlaceholdersWrong("its variables are not numbered {{1}}, {{2}} and so on without a gap.")
    return [str(number) for number in numbers]


def begins_or_ends_with_one(text: str) -> bool:
    """Whether a variable stands at the very start or end of a text."""
    trimmed = text.strip()
    return any(match.start() == 0 or match.end() == len(trimmed) for match in _PLACEHOLDER.finditer(trimmed))


def words_around(text: str) -> int:
    """How many words a text has besides its variables."""
    return len(re.findall(r"\w+", _PLACEHOLDER.sub(" ", text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; one that has no value stays as it is."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1].strip(), match[0]), text)
