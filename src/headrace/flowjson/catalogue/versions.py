"""The versions of the language, and what happened to each of them when.

Dates follow the published changelog. Where it names only a month, the first of that month stands here; where sources
differ by a day, the earlier one.
"""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

_SHAPE = re.compile(r"([1-9]\d{0,2})\.(0|[1-9]\d?)", re.ASCII)


class Version(NamedTuple):
    """`major.minor`, compared number by number: 1.9 comes before 1.10."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str) -> "Version":
        """Reads `"7.3"`; raises ValueError for anything else."""
        match = _SHAPE.fullmatch(text)
        if not match:
            raise ValueError(f"{text!r} is not a version such as 7.3")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


@lru_cache(maxsize=256)
def v(text: str) -> Version:
    """Short for `Version.parse`, for declarations."""
    return Version.parse(text)


class Release(NamedTuple):
    """A public version. From `frozen` on it cannot be published any more; what was published goes on working."""

    version: Version
    released: date
    frozen: date | None = None

    def is_frozen(self, today: date) -> bool:
        return self.frozen is not None and self.frozen <= today


_RELEASES = (
    Release(v("2.1"), date(2023, 10, 1), date(2025, 4, 8)),
    Release(v("3.0"), date(2023, 12, 1), date(2025, 4, 8)),
    Release(v("3.1"), date(2024, 1, 1), date(2025, 4, 8)),
    Release(v("4.0"), date(2024, 5, 1), date(2025, 4, 8)),
    Release(v("5.0"), date(2024, 8, 13), date(2025, 9, 9)),
    Release(v("5.1"), date(2024, 9, 16)),
    Release(v("6.0"), date(2024, 11, 12)),
    Release(v("6.1"), date(2024, 11, 12)),
    Release(v("6.2"), date(2024, 12, 10)),
    Release(v("6.3"), date(2025, 1, 14)),
    Release(v("7.0"), date(2025, 3, 11)),
    Release(v("7.1"), date(2025, 6, 10)),
    Release(v("7.2"), date(2025, 7, 8)),
    Release(v("7.3"), date(2025, 9, 10)),
)

VERSIONS: Mapping[Version, Release] = MappingProxyType({release.version: release for release in _RELEASES})
"""Every public version, oldest first."""

NEWEST = _RELEASES[-1].version

PRIVATE_VERSIONS = frozenset({v("5.2"), v("7.4")})
"""Versions seen in Meta's own client that the public cannot use: 5.2 is for shopping partners, 7.4 unannounced."""

DATA_API_VERSIONS: Mapping[str, Version] = MappingProxyType({"3.0": v("2.1"), "4.0": v("7.3")})
"""Each value of `data_api_version`, with the first Flow JSON version that takes it."""


def data_api_versions(version: Version) -> tuple[str, ...]:
    """The values `data_api_version` may have in a Flow of this version."""
    return tuple(name for name, since in DATA_API_VERSIONS.items() if version >= since)
