"""Where WhatsApp calls: the handshake and the delivery of webhooks, each at the address of its connection.

An address without a key is the first connection's: so callbacks that were registered before there were keys go on.
"""

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from headrace.business.connections.service import Connection
from headrace.business.context import BusinessContext
from headrace.business.inbound.batches import COMMAND
from headrace.business.inbound.directory import Directory
from headrace.business.statements import core
from headrace.business.webhooks.models import ReceivedWebhook
from headrace.database import GroupWriter
from headrace.exchange.sealing import signature_matches
from headrace.jobs import NewJob
from headrace.ui.bodies import BodyRefused, BodyTooLarge, Unparsable, off_loop, parse_json, receive_body

_log = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp"
_LARGEST_BODY = 3 * 1024 * 1024
_NO_CONNECTION = b"No connection has this address."
_INSERT = core(ReceivedWebhook).insert()


def callback_path(connection: Connection) -> str:
    """The path that webhooks of a connection are sent to."""
    return f"{PATH}/{connection.key}"


def open_routes(context: BusinessContext) -> list[Route]:
    """The webhook's addresses. They carry their own proof: a verify token, a signature."""
    reception = _Reception(context)
    return [Route(path, reception, methods=["GET", "POST"]) for path in (PATH + "/{key}", PATH)]


@dataclass(frozen=True)
class _Webhook:
    """A webhook that was proven to be of this connection."""

    connection: Connection
    received_at: datetime
    body: str
    signature: str


class _Reception:
    """Speaks ASGI itself: a webhook is the call that comes most often."""

    def __init__(self, context: BusinessContext) -> None:
        self._context = context
        self._directory = Directory(context)
        self._writer = GroupWriter(context.database, self._write)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        key = scope["path_params"].get("key")
        if scope["method"] == "POST":
            status, words = await self._receive(key, scope, receive)
        else:
            status, words = await self._verify(key, scope)
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": words})

    async def _verify(self, key: str | None, scope: Scope) -> tuple[int, bytes]:
        """The handshake: repeats the challenge to whoever knows the verify token."""
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
        connection = await self._directory.addressed(key, anew=True)
        if connection is None:
            return 404, _NO_CONNECTION
        given = query.get("hub.verify_token", "").encode()
        is_known = hmac.compare_digest(given, connection.app.verify_token.encode())
        if query.get("hub.mode") != "subscribe" or not is_known:
            return 403, b"Forbidden"
        return 200, query.get("hub.challenge", "").encode()

    async def _receive(self, key: str | None, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        signature = next((value for name, value in scope["headers"] if name == b"x-hub-signature-256"), b"").decode(
            "latin-1"
        )
        connection = await self._directory.addressed(key)
        if not signature:  # nothing of the body is read for those who do not even claim to be WhatsApp
            return (404, _NO_CONNECTION) if connection is None else self._refuse(signature)
        try:
            body = await receive_body(receive, _LARGEST_BODY, scope["headers"])
        except BodyTooLarge:
            return 413, b"The body is larger than 3 MB."
        except BodyRefused as refused:
            return refused.status, b"The body does not come to its end."
        if connection is not None and not signature_matches(connection.app.secret, body, signature):
            connection = await self._directory.addressed(key, anew=True)
        if connection is None:
            return 404, _NO_CONNECTION
        if not signature_matches(connection.app.secret, body, signature):
            return self._refuse(signature)
        try:
            if not isinstance(await off_loop(parse_json, body), dict):
                return 400, b"The body is not an object."
        except Unparsable as error:
            return 400, f"The body {error}.".encode()
        text = body.decode("utf-8")
        await self._writer.submit(_Webhook(connection, self._context.clock.now(), text, signature))
        return 200, b"EVENT_RECEIVED"

    def _refuse(self, signature: str) -> tuple[int, bytes]:
        _log.warning("a webhook was refused: its signature is %s", "wrong" if signature else "missing")
        return 403 if signature else 401, b"The signature does not match."

    async def _write(self, session: AsyncSession, webhooks: Sequence[_Webhook]) -> Sequence[None]:
        rows = [
            {
                "workspace_id": webhook.connection.workspace_id,
                "connection_id": webhook.connection.id,
                "received_at": webhook.received_at,
                "body": webhook.body,
                "signature": webhook.signature,
            }
            for webhook in webhooks
        ]
        await session.execute(_INSERT, rows)
        now = self._context.clock.now()
        ids = {webhook.connection.id for webhook in webhooks}
        await self._context.jobs.schedule_many(session, [NewJob(COMMAND, str(number), now) for number in sorted(ids)])
        return [None] * len(webhooks)
