"""What surrounds a Flow JSON: name, categories, endpoint. Rules of their form, before anything is stored."""

from urllib.parse import urlsplit

from headrace.platform.errors.catalogue import ENDPOINT_URI_INVALID, PARAMETER_INVALID
from headrace.protocol import CATEGORIES

_LONGEST_NAME = 200
_LONGEST_URI = 2000


def read_name(name: str) -> str:
    """The name without space around it. Raises code 100."""
    trimmed = name.strip()
    if not trimmed:
        raise PARAMETER_INVALID.numbered("The parameter name is required")
    if len(trimmed) > _LONGEST_NAME:
        raise PARAMETER_INVALID.numbered(f"Param name must be at most {_LONGEST_NAME} characters long")
    if not trimmed.isprintable():
        raise PARAMETER_INVALID.numbered("Param name must be one line of printable characters")
    return trimmed


def read_categories(categories: list[str]) -> list[str]:
    """The categories, each once. Raises code 100 when there is none, or one that does not exist."""
    if not categories:
        raise PARAMETER_INVALID.numbered("Param categories must have at least 1 element(s)")
    for index, category in enumerate(categories):
        if category not in CATEGORIES:
            allowed = ", ".join(CATEGORIES)
            shown = category[:80]
            raise PARAMETER_INVALID.numbered(f'Param categories[{index}] must be one of {{{allowed}}} - got "{shown}".')
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
        raise ENDPOINT_URI_INVALID.explained(
            f'endpoint_uri is "{trimmed[:80]}". Give an absolute URL such as https://example.com/flow, at most '
            f"{_LONGEST_URI} characters long.",
        )
    return trimmed
