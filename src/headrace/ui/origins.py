"""Where a call comes from, as a browser tells it: no other site's page may act through the visitor's browser."""

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_from_another_site(headers: Headers) -> bool:
    """Whether a browser says that a page of another origin makes this call. What is no browser says nothing."""
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is not None:
        return origin not in {f"http://{host}", f"https://{host}"}
    return headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}
