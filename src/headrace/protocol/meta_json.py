"""JSON as Meta's servers write it, byte for byte, in the three places where the bytes matter.

They matter since a signature is over the bytes, and since `response_json` is a text that people store and compare. A
JSON reader sees no difference; whoever writes a value anew, and signs that, does not get Meta's signature. What is
escaped was taken from real bodies (Meta's own samples, and four answers to Flows).
"""

import json
from typing import Any, Final

_ENCODER: Final = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def escaped_json(value: Any) -> str:
    """The text of `response_json`, and of the body of a request to an endpoint: ASCII, compact, a slash as `\\/`.

    Raises ValueError for what JSON cannot hold.
    """
    try:
        text = _ENCODER.encode(value)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"this cannot be written as JSON: {error}") from error
    # A slash can only stand inside a string, and a backslash before it means nothing to a JSON reader.
    return text.replace("/", "\\/")


def webhook_json(value: Any) -> str:
    """The text of a webhook: as `response_json` is written, and `@`, `%` and `<` are escaped as well.

    Raises ValueError for what JSON cannot hold.
    """
    # These three, too, stand nowhere in JSON but inside a string.
    return escaped_json(value).replace("@", "\\u0040").replace("%", "\\u0025").replace("<", "\\u003C")
