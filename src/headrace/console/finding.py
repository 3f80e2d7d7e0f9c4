"""Finding: one box, Ctrl K, for pages, Flows, people, messages and what the reference explains."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.messages import look_up_message
from headrace.business.flows.remote import list_flows
from headrace.business.people.service import find_people
from headrace.business.responses.service import look_up_response
from headrace.business.team import Caller, Permission
from headrace.console.context import caller_of, console_of
from headrace.console.shell import part
from headrace.flowjson.assistance.words import ABOUT_COMPONENTS
from headrace.flowjson.catalogue import COMPONENTS
from headrace.protocol.graph_errors import errors_of

_LONGEST = 200
_MOST = 6
_LONGEST_CODE = 9
_SHORTEST_ID = 8

_PAGES: tuple[tuple[str, str, str, Permission | None], ...] = (
    ("Start", "/", "what is new", None),
    ("Flows", "/flows", "all of them", Permission.READ_FLOWS),
    ("Create a Flow", "/flows/new", "from a template, a file or a copy", Permission.EDIT_FLOWS),
    ("Templates", "/templates", "messages that need no open window", Permission.READ_FLOWS),
    ("Create a template", "/templates/new", "and send it for review", Permission.EDIT_FLOWS),
    ("Responses", "/responses", "who answered what", Permission.READ_RESPONSES),
    ("Channels: Flows", "/channels/whatsapp/flows", "every account's Flows with their ids", Permission.READ_FLOWS),
    ("Channels: Senders", "/channels/whatsapp/senders", "numbers, and their Flows", Permission.READ_FLOWS),
    ("Webhooks and calls", "/traffic", "what travelled between WhatsApp and your code", Permission.READ_CREDENTIALS),
    ("Components", "/reference/components", "reference", None),
    ("Errors and rules", "/reference/errors", "reference", None),
    ("Versions", "/reference/versions", "reference, the calendar", None),
    ("You", "/you", "password, workspaces, sign out", None),
    ("Team", "/team", "who may do what", Permission.MANAGE_TEAM),
    ("Log", "/log", "who changed what", Permission.MANAGE_TEAM),
)


@dataclass(frozen=True)
class Found:
    """Something with a page: its name, a few words about it, and where it is."""

    kind: str
    name: str
    about: str
    address: str


async def find(request: Request) -> Response:
    """What fits the query `q`, the pages first; without one the pages alone."""
    caller = caller_of(request)
    wanted = request.query_params.get("q", "").replace("\0", "").strip()[:_LONGEST]
    found = list(_pages(caller, wanted, has_playground=console_of(request).has_playground))
    if wanted:
        found += [*await _flows(request, caller, wanted), *await _kept(request, caller, wanted), *_explained(wanted)]
    return part("found", {"found": found, "wanted": wanted})


def _fits(wanted: str, text: str) -> bool:
    return all(word in text.casefold() for word in wanted.casefold().split())


def _pages(caller: Caller, wanted: str, *, has_playground: bool) -> Iterator[Found]:
    pages = [*_PAGES, *([("Playground", "/playground", "try a Flow", None)] if has_playground else [])]
    for name, address, about, permission in pages:
        if (permission is None or caller.may(permission)) and _fits(wanted, f"{name} {about}"):
            yield Found("Page", name, about, address)


async def _flows(request: Request, caller: Caller, wanted: str) -> list[Found]:
    if not caller.may(Permission.READ_FLOWS):
        return []
    listing = await list_flows(console_of(request).business, caller)
    fitting = [flow for flow in listing.flows if _fits(wanted, f"{flow.name} {flow.id}")]
    return [
        Found("Flow", flow.name, f"{flow.status.capitalize()}, {flow.waba_name}", f"/flows/{quote(flow.id, safe='')}")
        for flow in fitting[:_MOST]
    ]


async def _kept(request: Request, caller: Caller, wanted: str) -> list[Found]:
    """People and messages. A message is found by its whole id or flow token."""
    if not caller.may(Permission.READ_RESPONSES):
        return []
    found = []
    async with console_of(request).business.database.reading() as session:
        for person in await find_people(session, caller, wanted, _MOST):
            address = f"/responses?{urlencode({'person': person.wa_id})}"
            found.append(Found("Person", person.name, f"+{person.wa_id}, their responses", address))
        if len(wanted) >= _SHORTEST_ID:
            response = await look_up_response(session, caller, wanted)
            message = await look_up_message(session, caller, wanted)
            if response is not None:
                about = f"{response.person_name}, {response.flow_name or 'a Flow'}"
                found.append(Found("Response", wanted, about, f"/responses/{response.id}"))
            if message is not None and message.flow_id:
                about = f"{message.status}, to +{message.wa_id}"
                address = f"/flows/{quote(message.flow_id, safe='')}"
                found.append(Found("Message", message.flow_name or "A Flow", about, address))
    return found


def _explained(wanted: str) -> Iterator[Found]:
    names = [name for name in COMPONENTS if _fits(wanted.replace(" ", ""), name)]
    for name in names[:_MOST]:
        yield Found("Component", name, ABOUT_COMPONENTS.get(name, ""), f"/reference/components/{name}")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= _LONGEST_CODE:
        for error in errors_of(int(wanted))[:1]:
            yield Found("Error", error.name, error.means, f"/reference/errors/{error.code}")
