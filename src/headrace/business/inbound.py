"""Receives WhatsApp's webhooks: checks the signature, keeps the bytes, and answers; what they say is worked out after.

A webhook is stored as it came and acknowledged at once; a job then turns it into people, statuses and responses. So
WhatsApp never waits for our work, and nothing is lost when that work fails: the job is tried again.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from headrace.business.responses.models import ReceivedWebhook
from headrace.business.side import BusinessSide
from headrace.exchange.sealing import signature_matches
from headrace.jobs import Job

_log = logging.getLogger(__name__)

PATH = "/webhooks/whatsapp"
PROCESS = "inbound.process"
_LARGEST_BODY = 3 * 1024 * 1024

Change = Callable[[BusinessSide, ReceivedWebhook, dict[str, Any]], Awaitable[None]]


def routes(side: BusinessSide) -> list[Route]:
    """The webhook's two calls: the verification handshake and the delivery (webhooks.md § 3.1 and 3.2)."""

    async def verify(request: Request) -> Response:
        query = request.query_params
        expected = side.app.verify_token.encode()
        is_known = hmac.compare_digest(query.get("hub.verify_token", "").encode(), expected)
        if query.get("hub.mode") != "subscribe" or not is_known:
            return PlainTextResponse("Forbidden", 403)
        return PlainTextResponse(query.get("hub.challenge", ""))

    async def receive(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("The body is larger than 3 MB.", 413)
        signature = request.headers.get("x-hub-signature-256", "")
        if not signature_matches(side.app.secret, body, signature):
            _log.warning("a webhook was refused: its signature is %s", "wrong" if signature else "missing")
            return PlainTextResponse("The signature does not match.", 403 if signature else 401)
        try:
            text = body.decode("utf-8")
            parsed = orjson.loads(text)
        except (UnicodeDecodeError, orjson.JSONDecodeError):
            return PlainTextResponse("The body is not JSON.", 400)
        if not isinstance(parsed, dict):
            return PlainTextResponse("The body is not an object.", 400)
        async with side.database.transaction() as session:
            webhook = ReceivedWebhook(received_at=side.clock.now(), body=text, signature=signature)
            session.add(webhook)
            await session.flush()
            await side.jobs.schedule(session, PROCESS, str(webhook.id), side.clock.now(), queue=PROCESS)
        return PlainTextResponse("EVENT_RECEIVED")

    return [Route(PATH, verify, methods=["GET"]), Route(PATH, receive, methods=["POST"])]


def processor(side: BusinessSide, changes: dict[str, Change]) -> Callable[[Job], Awaitable[None]]:
    """The handler of the job that works out one stored webhook; `changes` maps a webhook field to what it does."""

    async def process(job: Job) -> None:
        async with side.database.reading() as session:
            webhook = await session.get(ReceivedWebhook, int(job.key))
        if webhook is None or webhook.processed_at is not None:
            return
        for field, value in _changes(orjson.loads(webhook.body)):
            if (change := changes.get(field)) is not None:
                await change(side, webhook, value)
        async with side.database.transaction() as session:
            stored = await session.get(ReceivedWebhook, webhook.id)
            if stored is not None:
                stored.processed_at = side.clock.now()

    return process


def _changes(envelope: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    entries = envelope.get("entry")
    for entry in entries if isinstance(entries, list) else []:
        changes = entry.get("changes") if isinstance(entry, dict) else None
        for change in changes if isinstance(changes, list) else []:
            if isinstance(change, dict) and isinstance(change.get("value"), dict):
                found.append((str(change.get("field", "")), change["value"]))
    return found


async def _body(request: Request) -> bytes | None:
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > _LARGEST_BODY:
            return None
    return bytes(received)
