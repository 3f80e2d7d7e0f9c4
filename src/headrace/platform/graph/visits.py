"""One call as it came in, by itself or as part of a batch: what the face answers."""

import re
from dataclasses import dataclass, field

from headrace.platform.graph.parameters import Parameters
from headrace.platform.graph.responses import DEFAULT_VERSION

_VERSION = re.compile(r"/(v[0-9]+\.[0-9]+)(?=/|$)")
_LIKE_A_VERSION = re.compile(r"/v(?:[-+.]?[0-9]|[^/]*/+[0-9]+(?:/|$))", re.IGNORECASE)


@dataclass(frozen=True)
class Visit:
    """Method, path as it came (with its version), query, how the caller reached us, and what it brought.

    `headers` are what the answer carries beside Graph's usual ones, filled in on the way.
    """

    method: str
    path: str
    query: str
    base_url: str
    token: str | None
    proof: str | None
    parameters: Parameters
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return version_of(self.path)

    @property
    def segments(self) -> list[str]:
        return segments_of(self.path)


def version_of(path: str) -> str:
    """The version that a path begins with, or the one that is meant without."""
    found = _VERSION.match(path)
    return found[1] if found else DEFAULT_VERSION


def is_like_a_version(path: str) -> bool:
    """Whether a path begins with something that was meant as a version, but is none."""
    return _VERSION.match(path) is None and _LIKE_A_VERSION.match(path) is not None


def segments_of(path: str) -> list[str]:
    """The parts of a path below its version, without empty ones."""
    found = _VERSION.match(path)
    return [segment for segment in path[found.end() if found else 0 :].split("/") if segment]
