"""One entry of the log in full: what was said, clear and sealed, what was answered, and the same as a curl command.

Re-sent, a curl command gives the same answer: it has the very bytes, and their signature.
"""

import base64
import json
import shlex
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.sealing import sign
from headrace.platform.accounts.models import App
from headrace.platform.box import Box
from headrace.platform.call_log import GraphCall, GraphCallText
from headrace.platform.endpoints.models import EndpointBodies, EndpointCall
from headrace.platform.flows.models import Flow
from headrace.platform.webhooks.events import write_body
from headrace.platform.webhooks.models import WAITING, WebhookAttempt, WebhookDelivery, WebhookEvent
from headrace.platform.webhooks.routing import routing_of
from headrace.platform.webhooks.service import DELIVER


async def read_call(session: AsyncSession, box: Box, number: int) -> dict[str, Any] | None:
    """A call to the Graph API."""
    call = await session.get(GraphCall, number)
    words = await session.get(GraphCallText, number)
    if call is None or words is None:
        return None
    url = f"{box.settings.base_url}{call.path}{'?' + words.query if words.query else ''}"
    headers = {"Authorization": words.authorization, "Content-Type": words.content_type}
    return {
        "url": url,
        "request": _readable(words.request),
        "response": _readable(words.response),
        "is_cut": words.is_cut,
        "curl": None if words.is_cut and words.request else _curl(call.method, url, headers, words.request),
    }


async def read_exchange(session: AsyncSession, box: Box, number: int) -> dict[str, Any] | None:
    """A call to an endpoint: both bodies clear, and as they travelled."""
    call = await session.get(EndpointCall, number)
    bodies = await session.get(EndpointBodies, number)
    if call is None or bodies is None:
        return None
    flow = None if call.flow_id is None else await session.get(Flow, call.flow_id)
    app = None if flow is None or flow.app_id is None else await session.get(App, flow.app_id)
    curl = None
    if flow is not None and flow.endpoint_uri and app is not None and bodies.sealed_request:
        body = bodies.sealed_request.encode()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(app.secret, body)}
        curl = _curl("POST", flow.endpoint_uri, headers, body)
    return {
        "url": None if flow is None else flow.endpoint_uri,
        "request": _pretty(bodies.request),
        "response": None if bodies.response is None else _pretty(bodies.response),
        "sealed_request": bodies.sealed_request,
        "sealed_response": bodies.sealed_response,
        "explanation": bodies.explanation,
        "session_id": call.session_id,
        "curl": curl,
    }


async def read_webhook(session: AsyncSession, box: Box, number: int) -> dict[str, Any] | None:
    """A webhook with every attempt to deliver it."""
    delivery = await session.get(WebhookDelivery, number)
    if delivery is None:
        return None
    event = await session.get_one(WebhookEvent, delivery.event_id)
    app = await session.get_one(App, delivery.app_id)
    routing = await routing_of(session, box.cache, event.waba_id)
    url = routing.callback(app.id, event.field, event.phone_number_id)
    body = write_body(event.waba_id, event.field, event.value, event.at).encode("ascii")
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(app.secret, body)}
    attempts = await session.scalars(
        select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery.id).order_by(WebhookAttempt.id)
    )
    return {
        "url": url,
        "request": _readable(body),
        "signature": headers["X-Hub-Signature-256"],
        "state": delivery.state,
        "next_attempt_at": delivery.next_attempt_at and delivery.next_attempt_at.isoformat(timespec="seconds"),
        "attempts": [
            {
                "at": attempt.at.isoformat(timespec="milliseconds"),
                "milliseconds": attempt.milliseconds,
                "status": attempt.status,
                "error": attempt.error,
            }
            for attempt in attempts
        ],
        "curl": None if url is None else _curl("POST", url, headers, body),
    }


async def deliver_again(session: AsyncSession, box: Box, number: int) -> bool:
    """Has a webhook posted once more, at once, whatever became of it; False when there is none."""
    delivery = await session.get(WebhookDelivery, number, with_for_update=True)
    if delivery is None:
        return False
    await session.execute(
        update(WebhookDelivery)
        .where(WebhookDelivery.id == number)
        .values(state=WAITING, next_attempt_at=None, last_attempt_at=None, first_attempt_at=None, refusals=0)
    )
    await box.jobs.schedule(session, DELIVER, delivery.queue, box.clock.now())
    return True


def _curl(method: str, url: str, headers: Mapping[str, str | None], body: bytes) -> str:
    words = ["curl", "-X", method, shlex.quote(url)]
    for name, value in headers.items():
        if value is not None:
            words += ["-H", shlex.quote(f"{name}: {value}")]
    if not body:
        return " ".join(words)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # no shell takes such bytes as they are
        encoded = base64.b64encode(body).decode()
        return f"printf %s {encoded} | base64 -d | {' '.join(words)} --data-binary @-"
    return " ".join([*words, "--data-binary", shlex.quote(text)])


def _readable(body: bytes) -> str:
    """A body as text; JSON is laid out."""
    try:
        return _pretty(json.loads(body))
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _pretty(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
