"""The previews of the Builder: one for each page that somebody has open, in the memory of this process.

A page chooses the key of its preview and posts its text there; a preview that was forgotten is made anew, empty, and
its page posts the text again. Only who began a preview reaches it.
"""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from headrace.app.preview_wishes import NoRun, begin_run, read_wish
from headrace.business.context import BusinessContext
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, NotPermitted, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.business.whatsapp.encryption import read_key
from headrace.business.whatsapp.messages import list_senders
from headrace.exchange.channel import Channel
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.previewing.flow_text import UnreadableText
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes
from headrace.simulator.previewing.shelf import Shelf
from headrace.simulator.uploads import Uploads
from headrace.ui.answers import refusal
from headrace.ui.bodies import BodyRefused, Unparsable, off_loop, parse_json, read_body

PATH = "/previews"
_FILES = "/preview-files"
_LONGEST_KEY = 60
_LARGEST_WISH = 12 * 1024 * 1024

_Key = tuple[int, int, str]


class BuilderPreviews:
    """Keeps previews and answers for them below `PATH`."""

    def __init__(self, business: BusinessContext, base_url: str) -> None:
        self._business = business
        self._shelf: Shelf[_Key] = Shelf(takes_text=True)
        self._files = MemoryFileStore(lambda: f"{base_url}{_FILES}", business.identifiers, business.clock)

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{PATH}/{{key:str}}/run", self.run, methods=["POST"]),
            Mount(f"{PATH}/{{key}}", app=self._serve),
        ]

    def open_routes(self) -> list[BaseRoute]:
        """The files that were attached in a preview, sealed: their addresses are their secrets."""
        return [Mount(_FILES, routes=cdn_routes(self._files.find))]

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        self._shelf.stop()

    async def run(self, request: Request) -> Response:
        """Begins a run of a text: a preview anew, with the wishes of whoever runs it.

        The body is JSON: `text`, and where they are given `screen`, `data`, `flow_token`, and `flow_id` of the Flow
        whose real endpoint is to be asked, with `app_secret` where another app than the connection's signs.
        """
        caller = _caller(request.scope)
        try:
            wish = await off_loop(parse_json, await read_body(request, _LARGEST_WISH))
            preview = await self._begun(caller, wish)
        except (BodyRefused, Unparsable):
            return refusal(request, "A run is described by JSON of at most 12 MB.", 400)
        except WhatsAppRefused as refused:
            return refusal(request, refused.message, 502)
        except (NoRun, UnreadableText) as problem:
            return refusal(request, str(problem), 422)
        self._shelf.put(_key(caller, request.path_params["key"]), preview)
        return Response(status_code=204)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = _caller(scope)
        key = _key(caller, scope["path_params"]["key"])
        answering = self._shelf.find(key) or self._shelf.put(key, self._empty(OpeningWishes()))
        await answering(scope, receive, send)

    def _empty(self, wishes: OpeningWishes, **more: Any) -> Preview:
        clock = self._business.clock
        number = int(clock.now().timestamp())  # a page from before has another sheet, and gets the new one
        uploads = Uploads(self._files, self._business.identifiers)
        return Preview("The Flow", wishes, clock, uploads=uploads, number=number, **more)

    async def _begun(self, caller: Caller, value: Any) -> Preview:
        wish, endpoint, client = read_wish(value), None, None
        if isinstance(value, dict) and value.get("flow_id"):
            secret = str(value.get("app_secret") or "")
            endpoint, client = await self._endpoint(caller, str(value["flow_id"]), secret)
        preview = self._empty(wish.opening, endpoint=endpoint, client=client)
        await begin_run(preview, wish)
        return preview

    async def _endpoint(self, caller: Caller, flow_id: str, secret: str) -> tuple[str, Channel]:
        """The Flow's own endpoint as WhatsApp would ask it: sealed with the key of a sender, signed by the Flow's app.

        Graph tells nobody an app's secret: without one it is that of the connection's app.
        """
        caller.require(Permission.EDIT_FLOWS)
        connection, flow = await find_flow(self._business, caller, flow_id)
        if not flow.endpoint_uri:
            raise NoRun("The Flow has no endpoint yet: set its address under Endpoint settings.")
        whatsapp = self._business.whatsapp(connection)
        senders = [sender for sender in await list_senders(whatsapp) if sender.waba_id == flow.waba_id]

        async def fetch() -> str | None:
            for sender in senders:
                key = await read_key(whatsapp, sender.id)
                if key.is_valid and key.pem:
                    return key.pem
            return None

        if await fetch() is None:
            raise NoRun("No sender of the account has a public key: requests to the endpoint are sealed with it.")
        outbound, identifiers = self._business.outbound, self._business.identifiers
        return flow.endpoint_uri, Channel(
            outbound, flow.endpoint_uri, secret or connection.app.secret, fetch, identifiers
        )


def _key(caller: Caller, given: str) -> _Key:
    return caller.user.id, caller.workspace_id, given[:_LONGEST_KEY]


def _caller(scope: Scope) -> Caller:
    caller = scope.get("state", {}).get("caller")
    if not isinstance(caller, Caller):
        raise NotPermitted("Sign in to see a preview.")
    caller.require(Permission.READ_FLOWS)
    return caller
