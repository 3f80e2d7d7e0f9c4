"""Which of the known words a misspelt one was meant to be."""

from collections.abc import Iterable

CLOSE_ENOUGH = 0.8
"""How alike two words must be, between 0 and 1: one letter wrong in five."""


def meant_by(word: str, known: Iterable[str]) -> str | None:
    """The known word that differs only in case and signs (`dataSource`), or in a letter or two; None when none does."""
    candidates = {_bare(one): one for one in known}
    bare = _bare(word)
    if bare in candidates:
        return candidates[bare]
    # Only needed where something is wrong already.
    from difflib import get_close_matches

    close = get_close_matches(bare[:100], candidates, n=1, cutoff=CLOSE_ENOUGH)
    return candidates[close[0]] if close else None


def _bare(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(" ", "")
