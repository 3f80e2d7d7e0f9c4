"""Interactive previews behind a Flow's preview link: the Flow on a phone that can be used, asking its real endpoint.

A link with `interactive=true` begins one, at an address of its own that nobody can guess. They live in the memory of
this process; whoever comes to one that was forgotten opens the link again.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from starlette.datastructures import QueryParams
from starlette.types import ASGIApp

from headrace.exchange.channel import Channel
from headrace.flowjson.document import SIZE_LIMIT
from headrace.platform.accounts.encryption import usable_key
from headrace.platform.accounts.models import App, PhoneNumber
from headrace.platform.box import Box
from headrace.platform.flows.models import Flow
from headrace.platform.flows.service import content_of
from headrace.protocol import UNUSED_TOKEN
from headrace.simulator.cdn import MemoryFileStore
from headrace.simulator.previewing.flow_text import UnreadableText, read
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes
from headrace.simulator.previewing.shelf import Shelf
from headrace.simulator.uploads import Uploads
from headrace.ui.bodies import Unparsable, parse_json

FILES: Final = "/wa/manage/flows/preview-files"
"""Where the files that were attached in a preview lie, sealed."""

_NAVIGATE, _DATA_EXCHANGE = "navigate", "data_exchange"
_TRUE = frozenset({"true", "1"})
_LONGEST_TOKEN = 2000


class NotOpened(Exception):
    """The link's parameters cannot open the Flow. The words say which, and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What a link's parameters ask for, read but not yet held against the Flow."""

    flow_token: str | None
    action: str | None
    screen: str | None
    data: dict[str, Any] | None
    phone_number_id: str | None
    shows_actions: bool

    @classmethod
    def of(cls, query: QueryParams) -> "Wanted | None":
        """The parameters of a link that asks for an interactive preview; None for any other. Raises `NotOpened`."""
        if query.get("interactive", "").lower() not in _TRUE:
            return None
        action = query.get("flow_action") or None
        if action not in (None, _NAVIGATE, _DATA_EXCHANGE):
            raise NotOpened(f'flow_action is "{action[:40]}". It is navigate or data_exchange.')
        token = query.get("flow_token") or None
        if token is not None and len(token) > _LONGEST_TOKEN:
            raise NotOpened(f"flow_token is longer than {_LONGEST_TOKEN} characters.")
        screen, data = _payload(query.get("flow_action_payload"))
        if action == _NAVIGATE and screen is None:
            raise NotOpened(
                'With flow_action=navigate, flow_action_payload is needed: {"screen": "FIRST", "data": {}}.'
            )
        if action == _DATA_EXCHANGE and screen is not None:
            raise NotOpened(
                "With flow_action=data_exchange the endpoint chooses the screen: leave flow_action_payload out."
            )
        shows_actions = query.get("debug", "").lower() in _TRUE
        return cls(token, action, screen, data, query.get("phone_number") or None, shows_actions)


class InteractivePreviews:
    """Those that somebody has open on this server."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._shelf: Shelf[str] = Shelf()
        self.files = MemoryFileStore(lambda: f"{box.settings.base_url}{FILES}", box.identifiers, box.clock)

    async def begin(self, flow: Flow, wanted: Wanted) -> str:
        """Opens the Flow as it is now; gives the key of its preview. Raises `NotOpened`."""
        content = content_of(flow)
        if content is None or len(content) > SIZE_LIMIT:
            raise NotOpened(f'"{flow.name}" has no screen to show yet. Upload its Flow JSON first.')
        has_endpoint = flow.data_api_version is not None
        if not has_endpoint and wanted.action == _DATA_EXCHANGE:
            raise NotOpened("flow_action=data_exchange asks an endpoint, and this Flow has none. Use navigate.")
        client = await self._channel(flow, wanted) if has_endpoint else None
        box = self._box
        wishes = OpeningWishes(wanted.screen, wanted.data, wanted.flow_token or UNUSED_TOKEN, has_endpoint=has_endpoint)
        preview = Preview(
            flow.name,
            wishes,
            box.clock,
            endpoint=flow.endpoint_uri if has_endpoint else None,
            client=client,
            uploads=Uploads(self.files, box.identifiers),
        )
        try:
            preview.take(await asyncio.to_thread(read, content, flow.name, preview.today()))
        except UnreadableText as error:
            raise NotOpened(f'"{flow.name}" cannot be shown: {error}') from error
        program = preview.texts.program
        if program is None:
            raise NotOpened(f'"{flow.name}" has no screen to show yet. Upload its Flow JSON first.')
        if wanted.screen is not None and wanted.screen not in program.screens:
            known = ", ".join(program.screens)
            raise NotOpened(f'flow_action_payload names the screen "{wanted.screen[:80]}". The Flow has {known}.')
        key = box.identifiers.token(24)
        self._shelf.put(key, preview)
        return key

    def find(self, key: str) -> ASGIApp | None:
        """What answers for a preview; None for one that was forgotten, or that never was."""
        return self._shelf.find(key)

    def stop(self) -> None:
        """Ends what still waits, so that a stopping server need not."""
        self._shelf.stop()

    async def _channel(self, flow: Flow, wanted: Wanted) -> Channel:
        """The Flow's endpoint as WhatsApp asks it: sealed with the key of the number that the link names."""
        if wanted.flow_token is None:
            raise NotOpened("flow_token is missing: a Flow with an endpoint is opened with one.")
        if wanted.phone_number_id is None:
            raise NotOpened("phone_number is missing: requests to the endpoint are sealed with the public key of one.")
        if not flow.endpoint_uri:
            raise NotOpened("The Flow has no endpoint_uri yet. Set it with POST /{flow}.")
        number_id = wanted.phone_number_id

        async def fetch() -> str | None:
            async with self._box.database.reading() as session:
                number = await session.get(PhoneNumber, number_id)
                return None if number is None or number.waba_id != flow.waba_id else await usable_key(session, number)

        if await fetch() is None:
            raise NotOpened(
                f"phone_number is {number_id[:40]}: that is no number of this account with a public key. Upload the "
                "key with POST /{phone}/whatsapp_business_encryption."
            )
        async with self._box.database.reading() as session:
            app = None if flow.app_id is None else await session.get(App, flow.app_id)
        if app is None:
            raise NotOpened("No app is connected to the Flow. Connect one with POST /{flow} and application_id.")
        return Channel(self._box.outbound, flow.endpoint_uri, app.secret, fetch, self._box.identifiers)


def _payload(text: str | None) -> tuple[str | None, dict[str, Any] | None]:
    if not text:
        return None, None
    try:
        payload = parse_json(text.encode(errors="replace"))
    except Unparsable as error:
        raise NotOpened(f"flow_action_payload {error}") from error
    if not isinstance(payload, dict) or not isinstance(payload.get("screen"), str):
        raise NotOpened('flow_action_payload has to be an object with a screen: {"screen": "FIRST", "data": {}}.')
    data = payload.get("data")
    if data is not None and not isinstance(data, dict):
        raise NotOpened("The data of flow_action_payload has to be an object.")
    return payload["screen"], data
