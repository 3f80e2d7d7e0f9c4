"""What can be wrong with a text before anybody looks at what it says."""

from typing import NamedTuple

DEPTH_LIMIT = 128
"""At most this many objects and arrays may be nested."""

PROBLEM_LIMIT = 50
"""At most this many problems of one text are noted."""

PROBLEMS = (
    "after-end", "bracket", "colon", "comma", "comment", "control", "depth", "duplicate-key", "empty", "encoding",
    "escape", "extra-comma", "key", "literal", "number", "quote", "single-quotes", "size", "space", "surrogate",
    "trailing-comma", "unclosed", "value", "word",
)  # fmt: skip
"""Every kind of problem; a problem's rule is `syntax/` and one of these."""


class Problem(NamedTuple):
    """Something that keeps the text from being JSON, or that JSON lets pass though it is a mistake.

    `rule` is a stable name below `syntax/`; `start` and `end` are character offsets.
    """

    rule: str
    message: str
    start: int
    end: int
