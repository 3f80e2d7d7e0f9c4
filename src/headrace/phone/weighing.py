"""How much a Flow may hand on.

A Flow that doubles its own data with every tap is valid, and would soon fill any machine. What it hands to a screen, to
its endpoint or back is therefore held to what one answer of an endpoint may have, in a number of values that can be
looked through at once.
"""

from typing import Any

LARGEST_MB = 10
MOST_VALUES = 200_000
DEEPEST = 100


def excess(value: Any) -> str | None:
    """What is too much about JSON values, as the end of a sentence; None when nothing is."""
    characters = values = depth = 0
    level: list[Any] = [value]
    while level:
        below: list[Any] = []
        for item in level:
            if isinstance(item, str):
                characters += len(item)
            elif isinstance(item, dict):
                characters += sum(map(len, item))
                below += item.values()
            elif isinstance(item, list):
                below += item
            if values + len(below) > MOST_VALUES:
                return f"has more than {MOST_VALUES:,} values"
        if characters > LARGEST_MB * 1024 * 1024:
            return f"has more than {LARGEST_MB} MB"
        if below and depth == DEEPEST:
            return f"is nested deeper than {DEEPEST} levels"
        values += len(below)
        depth += 1
        level = below
    return None
