"""What a text may hold that is stored or sent as UTF-8: no half of a surrogate pair. PostgreSQL's texts hold no U+0000
either.
"""

import re
from typing import Any

_SURROGATE = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def is_storable(text: str) -> bool:
    """Whether every database can hold the text as it is."""
    return "\0" not in text and (text.isascii() or _SURROGATE.search(text) is None)


def storable(text: str) -> str:
    """The text with U+FFFD in place of what no database can hold."""
    return text if is_storable(text) else _SURROGATE.sub(_REPLACEMENT, text).replace("\0", _REPLACEMENT)


def writable(value: Any) -> Any:
    """A JSON value in whose texts and names U+FFFD stands for what has no UTF-8."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub(_REPLACEMENT, value)
    if isinstance(value, dict):
        return {writable(name): writable(member) for name, member in value.items()}
    return [writable(item) for item in value] if isinstance(value, list | tuple) else value


def holds_unstorable(value: Any) -> bool:
    """Whether a text or a name anywhere in a JSON value is not storable. `value` is at most as deep as the stack."""
    if isinstance(value, str):
        return not is_storable(value)
    if isinstance(value, dict):
        return any(not is_storable(name) or holds_unstorable(member) for name, member in value.items())
    return isinstance(value, list) and any(holds_unstorable(item) for item in value)
