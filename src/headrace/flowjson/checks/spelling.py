"""Which of the known words a misspelt one was meant to be."""

from collections.abc import Iterable

CLOSE_ENOUGH = 0.8
"""How alike two words must be, between 0 and 1: one letter wrong in five."""


_SIGNS = ("un", "in", "non", "not", "dis", "no")
"""What turns a word into its opposite."""


def same_as(word: str, known: Iterable[str]) -> str | None:
    """The known word that differs only in case and signs: `dataSource` is `data-source`."""
    plain = bare(word)
    return next((name for name in known if bare(name) == plain), None)


def meant_by(word: str, known: Iterable[str]) -> str | None:
    """The known word that differs only in case and signs (`dataSource`), or in a letter or two; None when none does."""
    candidates = {bare(name): name for name in known}
    plain = bare(word)
    if plain in candidates:
        return candidates[plain]
    opposites = _opposites(plain)
    candidates = {one: name for one, name in candidates.items() if one not in opposites}
    slips = [name for one, name in candidates.items() if is_slip(plain, one)]
    if len(slips) == 1:
        return slips[0]
    # Only needed where something is wrong already.
    from difflib import get_close_matches

    close = get_close_matches(plain[:100], candidates, n=1, cutoff=CLOSE_ENOUGH)
    return candidates[close[0]] if close else None


SHORTEST_REPLACED = 4
"""Of shorter names too many are one character from each other to say that it was replaced."""


def is_slip(word: str, meant: str) -> bool:
    """Whether one character was left out, typed too much, swapped with the next or replaced by another."""
    if is_replaced(word, meant):
        return True
    shorter, longer = sorted((word, meant), key=len)
    if len(longer) == len(shorter) + 1:
        return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))
    return len(longer) == len(shorter) and any(
        word[:at] + word[at + 1] + word[at] + word[at + 2 :] == meant != word for at in range(len(word) - 1)
    )


def is_replaced(word: str, meant: str, shortest: int = SHORTEST_REPLACED) -> bool:
    """Whether another character was typed for one. A digit for a digit makes another name: `date_2` is no `date_1`."""
    if len(word) != len(meant) or len(word) < shortest:
        return False
    others = [(one, other) for one, other in zip(word, meant, strict=True) if one != other]
    return len(others) == 1 and not "".join(others[0]).isdigit()


def opposite_of(word: str, known: Iterable[str]) -> str | None:
    """The known word that says the opposite: `unavailable-dates` for `available-dates`."""
    opposites = _opposites(bare(word))
    return next((name for name in known if bare(name) in opposites), None)


def _opposites(plain: str) -> set[str]:
    return ({f"{sign}{plain}" for sign in _SIGNS} | {plain.removeprefix(sign) for sign in _SIGNS}) - {plain}


def bare(word: str) -> str:
    """A word in small letters and without its signs: all ways to write it have that in common."""
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
