"""The calendar of the language: when each version came, what it brought, when it froze, and which Flows it touches."""

from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.remote import list_flows
from headrace.business.team import Permission
from headrace.business.whatsapp import RemoteFlow
from headrace.clock import local_day
from headrace.console.context import caller_of, console_of
from headrace.console.shell import page, trouble
from headrace.flowjson.catalogue import COMPONENTS, NEWEST, VERSIONS, Version
from headrace.protocol import FlowStatus


@dataclass(frozen=True)
class Entry:
    """One version: `brings` names what is new in it, `flows` are those of the workspace that are written in it."""

    version: str
    released: date
    frozen: date | None
    is_frozen: bool
    brings: tuple[str, ...]
    flows: tuple[RemoteFlow, ...]


async def index(request: Request) -> Response:
    """The newest first."""
    caller = caller_of(request, Permission.READ_FLOWS)
    business = console_of(request).business
    today = local_day(business.clock)
    listing = await list_flows(business, caller)
    alive = [flow for flow in listing.flows if flow.status != FlowStatus.DEPRECATED]
    entries = [
        Entry(
            str(release.version),
            release.released,
            release.frozen,
            release.is_frozen(today),
            _brings(release.version),
            tuple(flow for flow in alive if flow.json_version == str(release.version)),
        )
        for release in reversed(list(VERSIONS.values()))
    ]
    values = {
        "entries": entries,
        "newest": str(NEWEST),
        "touched": sum(len(entry.flows) for entry in entries if entry.is_frozen),
        "troubles": [trouble(refusal) for refusal in listing.refusals],
    }
    return page(request, caller, "reference_versions", "reference", values)


def _brings(version: Version) -> tuple[str, ...]:
    """The components that are new, and the new properties of older ones; nothing for the first version."""
    if version == next(iter(VERSIONS)):
        return ()
    new = [name for name, declared in COMPONENTS.items() if declared.since == version]
    properties = [
        f"{name}.{prop.name}"
        for name, declared in COMPONENTS.items()
        for prop in declared.properties.values()
        if prop.since == version and declared.since < version
    ]
    return (*new, *properties)
