"""The previews of the Builder: one for each page that somebody has open, in the memory of this process.

A page chooses the key of its preview and posts its text there; a preview that was forgotten is made anew, empty, and
its page posts the text again. Only who began a preview reaches it.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import Receive, Scope, Send

from headrace.business.context import BusinessContext
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, NotPermitted, Permission
from headrace.business.whatsapp import WhatsAppRefused
from headrace.business.whatsapp.encryption import read_key
from headrace.business.whatsapp.messages import list_senders
from headrace.exchange.channel import Channel
from headrace.protocol import UNUSED_TOKEN
from headrace.simulator.cdn import MemoryFileStore, cdn_routes
from headrace.simulator.previewing.flow_text import UnreadableText, read
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


class NoRun(Exception):
    """A run that cannot begin; the words are fit to be shown."""


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
            preview = await self._begun(caller, wish if isinstance(wish, dict) else {})
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

    async def _begun(self, caller: Caller, wish: Mapping[str, Any]) -> Preview:
        data, screen = wish.get("data"), wish.get("screen")
        if data is not None and not isinstance(data, dict):
            raise NoRun("The data of the first screen is a JSON object.")
        endpoint, client = None, None
        if wish.get("flow_id"):
            secret = str(wish.get("app_secret") or "")
            endpoint, client = await self._endpoint(caller, str(wish["flow_id"]), secret)
        wishes = OpeningWishes(
            screen if isinstance(screen, str) and screen else None,
            data,
            str(wish.get("flow_token") or UNUSED_TOKEN),
            has_endpoint=True,
        )
        preview = self._empty(wishes, endpoint=endpoint, client=client)
        content = str(wish.get("text", "")).encode("utf-8", "replace")
        preview.take(await asyncio.to_thread(read, content, preview.name, preview.today()))
        program = preview.texts.program
        if program is None:
            raise NoRun("There is no screen to run yet.")
        if wishes.screen is not None and wishes.screen not in program.screens:
            raise NoRun(f"The Flow has no screen {wishes.screen[:80]}.")
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
