"""The version of the file: there, known, and not frozen."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from headrace.flowjson.catalogue import PRIVATE_VERSIONS, VERSIONS, Version
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.diagnostics import Severity

MISSING = rule(
    "version/missing", "MISSING_FLOW_JSON_VERSION", "Flow JSON version is not specified.", absence=True
)  # fmt: skip
INVALID = rule("version/invalid", "INVALID_FLOW_JSON_VERSION", "Invalid Flow JSON version.")
UNSUPPORTED = rule("version/unsupported", "UNSUPPORTED_FLOW_JSON_VERSION", "Unsupported Flow JSON version.")
UNAVAILABLE = rule(
    "version/unavailable",
    "UNAVAILABLE_FLOW_JSON_VERSION",
    "The Flow JSON version is not available for your WABA ID.",
)
NOT_PUBLISHABLE = rule("version/not-publishable", "INVALID_FLOW_JSON_VERSION", "Invalid Flow JSON version.")
FROZEN = rule(
    "version/frozen",
    "INVALID_FLOW_JSON_VERSION",
    "Flow JSON version {version} is frozen since {since}: a Flow with it cannot be published any more.",
    severity=Severity.WARNING,
)


def version_of(
    flow: Mapping[str, Any], findings: Findings, today: date, frozen: Literal["warn", "error"]
) -> Version | None:
    """The version of a file, or None when it has none that could be checked; then the reason is noted."""
    if "version" not in flow:
        findings.add(MISSING, ())
        return None
    value = flow["version"]
    version = _read(value)
    if version is None or version not in VERSIONS:
        findings.add(_reason(value, version), ("version",), advice=_advice(value))
        return None
    release = VERSIONS[version]
    if release.is_frozen(today):
        if frozen == "error":
            advice = f"Version {version} is frozen since {release.frozen} and cannot be published any more."
            findings.add(NOT_PUBLISHABLE, ("version",), advice=advice)
        else:
            findings.add(FROZEN, ("version",), version=version, since=release.frozen)
    return version


def _read(value: Any) -> Version | None:
    try:
        return Version.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _reason(value: Any, version: Version | None) -> Any:
    if version in PRIVATE_VERSIONS:
        return UNAVAILABLE
    # A number that only lacks its quotes is a slip of the pen; any other number is no version of the language.
    if isinstance(value, int | float) and not isinstance(value, bool) and _read(str(value)) not in VERSIONS:
        return UNSUPPORTED
    return INVALID


def _advice(value: Any) -> str:
    known = ", ".join(str(version) for version in VERSIONS)
    if not isinstance(value, str):
        return f'The version is a text in quotes, such as "7.3". Known are {known}.'
    return f"Known versions are {known}."
