"""How a plain value is written in Python source."""

import math

__all__ = ["quoted", "scalar"]


def quoted(text: str) -> str:
    """A text as a Python literal, in double quotes unless it contains more of those than of single ones."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return quote + "".join(_mark(mark, quote) for mark in text) + quote


def scalar(value: object) -> str:
    """A number, boolean or None as Python writes it."""
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _mark(mark: str, quote: str) -> str:
    if mark in (quote, "\\"):
        return f"\\{mark}"
    return mark if mark.isprintable() else repr(mark)[1:-1]
