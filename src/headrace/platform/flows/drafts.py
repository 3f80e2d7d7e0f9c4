"""A Flow JSON as uploaded: its text, what stands at its top, and what the check says about it."""

import asyncio
from dataclasses import dataclass
from datetime import date
from typing import Any

from headrace.flowjson.catalogue.versions import VERSIONS, Version
from headrace.flowjson.checks import check
from headrace.platform.errors.catalogue import DATA_API_VERSION_INVALID, JSON_VERSION_INVALID

ENDPOINT_IN_JSON_BEFORE = Version(3, 0)
"""Below this version the endpoint stands in the Flow JSON as `data_channel_uri`."""

_LONGEST_VERSION = 10
_WARN_BEFORE_FREEZE_DAYS = 90

# Where a caller wants to publish at once, trouble with a version is refused outright (docs/graph-api.md).
_VERSION_ERRORS = {
    "MISSING_FLOW_JSON_VERSION": JSON_VERSION_INVALID,
    "INVALID_FLOW_JSON_VERSION": JSON_VERSION_INVALID,
    "UNSUPPORTED_FLOW_JSON_VERSION": JSON_VERSION_INVALID,
    "UNAVAILABLE_FLOW_JSON_VERSION": JSON_VERSION_INVALID,
    "NO_SUPPORTED_DATA_API_VERSION": DATA_API_VERSION_INVALID,
}


@dataclass(frozen=True)
class Draft:
    """`text` is what came; where it is not text in UTF-8, `content` has the exact bytes and `text` the readable part.

    `validation_errors` are entries as Graph shows them.
    """

    text: str
    content: bytes | None
    json_version: str | None
    data_api_version: str | None
    data_channel_uri: str | None
    validation_errors: list[dict[str, Any]]

    @property
    def is_valid(self) -> bool:
        return not self.validation_errors

    @property
    def names_its_endpoint(self) -> bool:
        return has_endpoint_inside(self.json_version)


async def examine(content: bytes, today: date) -> Draft:
    """Checks a Flow JSON. Never refuses one: what is wrong becomes its validation errors."""
    report = await asyncio.to_thread(check, content, today=today, frozen="warn")
    text = content.decode("utf-8", "replace").replace("\0", "\ufffd")
    value = report.document.value
    uri = value.get("data_channel_uri") if isinstance(value, dict) else None
    return Draft(
        text=text,
        content=None if text.encode() == content else content,
        json_version=_short(report.version),
        data_api_version=_short(report.data_api_version),
        data_channel_uri=uri if isinstance(uri, str) else None,
        validation_errors=[diagnostic.to_graph() for diagnostic in report.errors],
    )


def refuse_versions(draft: Draft) -> None:
    """Raises code 100 when a version in the Flow JSON is what is wrong with it."""
    for entry in draft.validation_errors:
        refusal = _VERSION_ERRORS.get(entry["error"])
        if refusal is not None:
            raise refusal.explained(entry["message"])


def has_endpoint_inside(json_version: str | None) -> bool:
    """Whether Flows of this version name their endpoint in the Flow JSON."""
    version = parse_version(json_version)
    return version is not None and version < ENDPOINT_IN_JSON_BEFORE


def is_frozen(json_version: str | None, today: date) -> bool:
    """Whether a version can no longer be published."""
    release = VERSIONS.get(parse_version(json_version) or Version(0, 0))
    return release is not None and release.is_frozen(today)


def freeze_warning(json_version: str | None, today: date) -> str | None:
    """What the event of a new Flow warns of when its version freezes soon."""
    release = VERSIONS.get(parse_version(json_version) or Version(0, 0))
    if release is None or release.frozen is None:
        return None
    days = (release.frozen - today).days
    if not 0 < days <= _WARN_BEFORE_FREEZE_DAYS:
        return None
    return (
        f"Your current Flow version will freeze in {days} days. From then on Flows of version {json_version} cannot be "
        "published. Use a newer one: https://developers.facebook.com/docs/whatsapp/flows/changelogs"
    )


def parse_version(text: str | None) -> Version | None:
    try:
        return None if text is None else Version.parse(text)
    except ValueError:
        return None


def _short(version: str | None) -> str | None:
    return version if version and len(version) <= _LONGEST_VERSION and version.isprintable() else None
