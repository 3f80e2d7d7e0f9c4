"""A Flow JSON as uploaded: its text, what stands at its top, and what the check says about it."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from headrace.characters import storable, writable
from headrace.flowjson.catalogue.versions import Version
from headrace.flowjson.checks import check
from headrace.flowjson.diagnostics import Diagnostic
from headrace.platform.errors.catalogue import DATA_API_VERSION_INVALID, JSON_VERSION_INVALID
from headrace.protocol import LISTED_ERRORS

ENDPOINT_IN_JSON_BEFORE = Version(3, 0)
"""Below this version the endpoint stands in the Flow JSON as `data_channel_uri`."""

_LONGEST_VERSION = 10
_MOST_POINTERS = 20
_LONGEST_PATH = 500
_LONGEST_MESSAGE = 4000

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

    `validation_errors` are entries as Graph shows them: the first in the order of the text, without the
    `errors_left_out`, so that a text that is wrong everywhere costs no more than one that is wrong somewhere.
    """

    text: str
    content: bytes | None
    json_version: str | None
    data_api_version: str | None
    data_channel_uri: str | None
    validation_errors: list[dict[str, Any]]
    errors_left_out: int = 0

    @property
    def is_valid(self) -> bool:
        return not self.validation_errors

    @property
    def names_its_endpoint(self) -> bool:
        return has_endpoint_inside(self.json_version)


def judged(content: bytes, today: date) -> Draft:
    """Checks a Flow JSON in as much time as that takes."""
    report = check(content, today=today, frozen="warn")
    value = report.document.value
    uri = value.get("data_channel_uri") if isinstance(value, dict) else None
    return replace(
        unjudged(content),
        json_version=_short(report.version),
        data_api_version=_short(report.data_api_version),
        data_channel_uri=storable(uri) if isinstance(uri, str) else None,
        validation_errors=[_entry(diagnostic) for diagnostic in report.errors[:LISTED_ERRORS]],
        errors_left_out=max(0, len(report.errors) - LISTED_ERRORS),
    )


def unjudged(content: bytes) -> Draft:
    """The text alone."""
    text = content.decode("utf-8", "replace").replace("\0", "\ufffd")
    return Draft(text, None if text.encode() == content else content, None, None, None, [])


def _entry(diagnostic: Diagnostic) -> dict[str, Any]:
    """An entry of `validation_errors`: of one that has very many places, or a very long path, only the beginning."""
    shown = diagnostic._replace(pointers=diagnostic.pointers[:_MOST_POINTERS])
    entry: dict[str, Any] = writable(shown.to_graph())
    entry["message"] = entry["message"][:_LONGEST_MESSAGE]
    for pointer in entry["pointers"]:
        pointer["path"] = pointer["path"][:_LONGEST_PATH]
    return entry


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


def parse_version(text: str | None) -> Version | None:
    try:
        return None if text is None else Version.parse(text)
    except ValueError:
        return None


def _short(version: str | None) -> str | None:
    return version if version and len(version) <= _LONGEST_VERSION and version.isprintable() else None
