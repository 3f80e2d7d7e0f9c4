"""What wants attention: Flows that are throttled, blocked or faulty, each with the one thing to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.flows.remote import list_flows
from headrace.business.team import Caller, Permission
from headrace.business.whatsapp import RemoteFlow
from headrace.console.context import caller_of, console_of
from headrace.console.shell import part, sentence
from headrace.protocol import FlowStatus

_MOST = 8


@dataclass(frozen=True)
class Want:
    """A Flow, what is the matter with it, and where that is mended. `look` is the one of its status."""

    flow: RemoteFlow
    look: str
    words: str
    act: str
    address: str


async def attention(request: Request) -> Response:
    """The worst first; nothing where all is well."""
    caller = caller_of(request, Permission.READ_FLOWS)
    listing = await list_flows(console_of(request).business, caller, with_health=True)
    order = {"blocked": 0, "throttled": 1, "draft": 2}
    wants = sorted((want for flow in listing.flows for want in _wants(flow, caller)), key=lambda one: order[one.look])
    troubles = [sentence(refusal) for refusal in listing.refusals]
    return part("attention", {"wants": wants[:_MOST], "more": len(wants) - _MOST, "troubles": troubles})


def _wants(flow: RemoteFlow, caller: Caller) -> Iterator[Want]:
    page = f"/flows/{quote(flow.id, safe='')}"
    failing = flow.health.failed_checks() if flow.health is not None and flow.has_endpoint else []
    if flow.status == FlowStatus.BLOCKED:
        words = "Its endpoint does not answer: nobody can open it, and it cannot be sent."
        yield Want(flow, "blocked", words, "See why", page)
    elif flow.status == FlowStatus.THROTTLED:
        words = "Its endpoint is ill: WhatsApp passes on ten messages an hour until it is well again."
        yield Want(flow, "throttled", words, "See why", page)
    elif flow.status == FlowStatus.PUBLISHED and failing:
        yield Want(flow, "throttled", "A check of its endpoint fails.", "See which", page)
    elif flow.status == FlowStatus.DRAFT and flow.validation_error_count:
        is_editor = caller.may(Permission.EDIT_FLOWS)
        words = (
            f"{flow.errors_in_words[:1].upper()}{flow.errors_in_words[1:]} in its Flow JSON: it cannot be published."
        )
        yield Want(flow, "draft", words, "Mend it" if is_editor else "See them", f"{page}/edit" if is_editor else page)
