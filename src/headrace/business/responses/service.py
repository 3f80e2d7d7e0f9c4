"""Keeping responses once each, and reading them."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.flows.models import FlowCopy
from headrace.business.flows.service import attach_copy, find_message
from headrace.business.people.models import Person
from headrace.business.responses.labelling import Answer, label_answers
from headrace.business.responses.models import ReceivedWebhook, Response
from headrace.business.side import BusinessSide
from headrace.database import touch

TOPIC = "responses"
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class ResponseView:
    """A response as people read it, with where it came from."""

    id: int
    person_name: str
    wa_id: str
    received_at: datetime
    flow_id: str | None
    flow_name: str | None
    answers: list[Answer]
    wamid: str
    message_wamid: str | None
    flow_token: str | None
    webhook_body: str
    signature: str


async def store_response(
    side: BusinessSide,
    webhook: ReceivedWebhook,
    *,
    person_id: int,
    wamid: str,
    message_wamid: str | None,
    values: dict[str, Any],
    received_at: datetime,
) -> None:
    """Stores one answered Flow; the same message stored twice stays one response.

    Which Flow it answers is known from the message it replies to, or from its flow token; the Flow's JSON is read
    before anything is written, so that no transaction waits for WhatsApp.
    """
    token = values.get("flow_token")
    flow_token = token if isinstance(token, str) else None
    async with side.database.reading() as session:
        known = await session.execute(select(Response.id).where(Response.wamid == wamid))
        if known.scalar_one_or_none() is not None:
            return
        message = await find_message(session, message_wamid, flow_token)
    if message is not None and message.wamid is not None:
        message = await attach_copy(side, message.wamid)
    async with side.database.transaction() as session:
        copy = None
        if message is not None and message.flow_copy_id is not None:
            copy = await session.get(FlowCopy, message.flow_copy_id)
        answers = label_answers(_parsed(copy), values)
        session.add(
            Response(
                wamid=wamid,
                message_wamid=message_wamid,
                person_id=person_id,
                webhook_id=webhook.id,
                flow_id=message.flow_id if message else None,
                flow_name=message.flow_name if message else None,
                flow_copy_id=copy.id if copy else None,
                flow_token=flow_token,
                values=values,
                answers=[dataclasses.asdict(answer) for answer in answers],
                received_at=received_at,
            )
        )
        await touch(session, TOPIC)


def _parsed(copy: FlowCopy | None) -> dict[str, Any] | None:
    if copy is None:
        return None
    try:
        value = orjson.loads(copy.json_text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


async def list_responses(session: AsyncSession, flow_id: str | None = None, limit: int = 100) -> list[ResponseView]:
    """The newest responses first, of one Flow or of all."""
    statement = _joined().order_by(Response.received_at.desc(), Response.id.desc()).limit(limit)
    if flow_id is not None:
        statement = statement.where(Response.flow_id == flow_id)
    return [_view(*row) for row in await session.execute(statement)]


async def get_response(session: AsyncSession, response_id: int) -> ResponseView | None:
    """One response; none when there is no such id, also for a number that no id can be."""
    if response_id > _LARGEST_ID:
        return None
    row = (await session.execute(_joined().where(Response.id == response_id))).one_or_none()
    return None if row is None else _view(*row)


def _joined() -> Select[Response, Person, ReceivedWebhook]:
    return (
        select(Response, Person, ReceivedWebhook)
        .join(Person, Person.id == Response.person_id)
        .join(ReceivedWebhook, ReceivedWebhook.id == Response.webhook_id)
    )


def _view(response: Response, person: Person, webhook: ReceivedWebhook) -> ResponseView:
    return ResponseView(
        id=response.id,
        person_name=person.name,
        wa_id=person.wa_id,
        received_at=response.received_at,
        flow_id=response.flow_id,
        flow_name=response.flow_name,
        answers=[Answer(**answer) for answer in response.answers],
        wamid=response.wamid,
        message_wamid=response.message_wamid,
        flow_token=response.flow_token,
        webhook_body=webhook.body,
        signature=webhook.signature,
    )
