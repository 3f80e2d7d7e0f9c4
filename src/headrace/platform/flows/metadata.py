"""What surrounds a Flow JSON: name, categories, endpoint. Rules of their form, before anything is stored."""

from urllib.parse import urlsplit

from headrace.platform.errors import PlatformError
from headrace.protocol import CATEGORIES

_LONGEST_NAME = 200
_LONGEST_URI = 2000


def refusal(title: str, explanation: str, code: int = 100) -> PlatformError:
    """A refusal in the way of the Flow calls: the general message, with title and words for people."""
    return PlatformError(code, "Invalid parameter", title=title, explanation=explanation)


def read_name(name: str) -> str:
    """The name without space around it. Raises code 100."""
    trimmed = name.strip()
    if not trimmed:
        raise PlatformError(100, "(#100) The parameter name is required")
    if len(trimmed) > _LONGEST_NAME:
        raise PlatformError(100, f"(#100) Param name must be at most {_LONGEST_NAME} characters long")
    if not trimmed.isprintable():
        raise PlatformError(100, "(#100) Param name must be one line of printable characters")
    return trimmed


def read_categories(categories: list[str]) -> list[str]:
    """The categories, each once. Raises code 100 when there is none, or one that does not exist."""
    if not categories:
        raise PlatformError(100, "(#100) Param categories must have at least 1 element(s)")
    for index, category in enumerate(categories):
        if category not in CATEGORIES:
            allowed = ", ".join(CATEGORIES)
            shown = category[:80]
            raise PlatformError(100, f'(#100) Param categories[{index}] must be one of {{{allowed}}} - got "{shown}".')
    return list(dict.fromkeys(categories))


def read_endpoint_uri(uri: str) -> str:
    """An absolute URL with https or, since a box serves one machine, http. Raises "Invalid Endpoint URI"."""
    trimmed = uri.strip()
    try:
        parts = urlsplit(trimmed)
        # Asking for the port raises for one that is no number.
        is_url = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url or len(trimmed) > _LONGEST_URI or not trimmed.isprintable() or " " in trimmed:
        raise refusal(
            "Invalid Endpoint URI",
            f'endpoint_uri is "{trimmed[:80]}". Give an absolute URL such as https://example.com/flow, at most '
            f"{_LONGEST_URI} characters long.",
        )
    return trimmed
