"""When versions of Flow JSON freeze and expire: by the published changelog, unless the control room says otherwise.

A frozen version can no longer be published; one that expired can be neither sent nor opened either.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from headrace.flowjson.catalogue.versions import VERSIONS, Version
from headrace.platform.box import Box
from headrace.platform.controls import VersionDates
from headrace.platform.flows.drafts import parse_version

WARNED_DAYS: Final = 90
"""So many days before a version freezes or expires its users are told."""

_CHANGELOG: Final = "https://developers.facebook.com/docs/whatsapp/flows/changelogs"


def dates_of(json_version: str | None, changed: Mapping[str, VersionDates]) -> VersionDates:
    """When a version freezes and expires; `changed` are the dates that were set in the control room."""
    if json_version is not None and json_version in changed:
        return changed[json_version]
    return _published(json_version)


@lru_cache(maxsize=256)
def _published(json_version: str | None) -> VersionDates:
    """What the changelog says; every message asks for it."""
    release = VERSIONS.get(parse_version(json_version) or Version(0, 0))
    return VersionDates() if release is None else VersionDates(frozen=release.frozen)


def is_frozen(box: Box, json_version: str | None) -> bool:
    """Whether a version can no longer be published. What the changelog says counts only where the box is told to refuse
    frozen versions, what the control room says counts always.
    """
    changed = box.controls.values.versions
    if not box.settings.refuse_frozen and json_version not in changed:
        return False
    dates, today = dates_of(json_version, changed), box.clock.now().date()
    return any(day is not None and day <= today for day in (dates.frozen, dates.expires))


def is_expired(box: Box, json_version: str | None) -> bool:
    """Whether Flows of a version can be neither sent nor opened."""
    expires = dates_of(json_version, box.controls.values.versions).expires
    return expires is not None and expires <= box.clock.now().date()


def warning(box: Box, json_version: str | None) -> str | None:
    """What is said about a version that freezes, or expires, within the next 90 days; else None."""
    dates, today = dates_of(json_version, box.controls.values.versions), box.clock.now().date()
    if (days := _days(dates.frozen, today)) is not None:
        return (
            f"Your current Flow version will freeze in {days} days. From then on Flows of version {json_version} "
            f"cannot be published. Use a newer one: {_CHANGELOG}"
        )
    if (days := _days(dates.expires, today)) is not None:
        return (
            f"Your current Flow version will expire in {days} days. From then on Flows of version {json_version} can "
            f"be neither sent nor opened. Use a newer one: {_CHANGELOG}"
        )
    return None


def _days(day: date | None, today: date) -> int | None:
    days = None if day is None else (day - today).days
    return days if days is not None and 0 < days <= WARNED_DAYS else None
