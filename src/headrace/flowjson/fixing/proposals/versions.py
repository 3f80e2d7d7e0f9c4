"""The version of the file, and what only a newer one has."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue import COMPONENTS, NEWEST, VERSIONS, Version
from headrace.flowjson.catalogue.containers import ROOT
from headrace.flowjson.fixing.fix_context import Choice, Exactly, FixContext, Proposal, mends, resembling

DATA_API_VERSION = "3.0"
"""The version of the data exchange that every version of Flow JSON knows."""


@mends("version/missing")
def add_version(context: FixContext) -> Iterator[Proposal]:
    slips = resembling("version", context.get(()), ROOT.properties)
    if slips:
        draft = context.draft()
        draft.rename((slips[0],), "version")
        if len(slips) == 1:
            yield Exactly("Write 'version'", draft)
        return
    draft = context.draft()
    draft.insert(("version",), str(NEWEST), 0)
    yield f"Add version {NEWEST}", draft


@mends("version/invalid", "version/unsupported", "version/unavailable")
def known_version(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    written = context.get(("version",))
    wanted = _nearest(written)
    draft.set(("version",), str(wanted))
    title = f"Use version {wanted}"
    yield (title, draft) if str(wanted) in str(written) or str(written) == str(wanted.major) else Choice(title, draft)


@mends("version/not-publishable")
def newest_version(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    draft.set(("version",), str(NEWEST))
    yield f"Use version {NEWEST}", draft


@mends("version/unknown-data-api-version")
def data_api_version(context: FixContext) -> Iterator[Proposal]:
    draft = context.draft()
    draft.set(("data_api_version",), DATA_API_VERSION)
    yield f"Use data_api_version {DATA_API_VERSION}", draft


@mends("structure/wrong-value", "structure/component-not-here", "structure/wrong-type", "bindings/binding-in-lines")
def version_of_component(context: FixContext) -> Iterator[Proposal]:
    """A component, or a place for it, that came with a later version."""
    declared = COMPONENTS.get(str(context.get((*context.path[:-1], "type"))))
    if declared is None:
        return
    node = context.node()
    since = declared.since
    if node and node.path == context.path[:-1] and node.place in declared.places:
        since = declared.places[node.place]
    if since > context.version:
        yield from _raised(context, since)


def version_of_property(context: FixContext) -> Iterator[Proposal]:
    """A property that came with a later version."""
    node = context.node()
    declared = node.component.properties.get(str(context.path[-1])) if node else None
    if declared and declared.since > context.version and (declared.until or NEWEST) >= NEWEST:
        yield from _raised(context, declared.since)


def _raised(context: FixContext, since: Version) -> Iterator[Proposal]:
    draft = context.draft()
    draft.set(("version",), str(since))
    yield f"Use version {since}, the first that has it", draft


def _nearest(value: Any) -> Version:
    match = re.search(r"(\d{1,3})(?:\.(\d{1,2}))?", str(value))
    if match is None:
        return NEWEST
    wanted = Version(int(match[1]), int(match[2] or 0))
    if wanted in VERSIONS:
        return wanted
    same = [version for version in VERSIONS if version.major == wanted.major]
    return max((one for one in same if one < wanted), default=NEWEST)
