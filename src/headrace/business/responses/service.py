"""Keeping responses once each, and reading them."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, and_, func, or_
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.flows.copies import CopyFacts
from headrace.business.flows.messages import KnownMessages
from headrace.business.flows.models import FlowCopy, FlowMessage
from headrace.business.people.models import Person
from headrace.business.responses.labelling import Answer, label_answers
from headrace.business.responses.models import Response
from headrace.business.statements import insert_into
from headrace.business.team import Caller, InWorkspace, Permission, of, topic
from headrace.business.team.scope import beside, columns_of
from headrace.business.webhooks.models import ReceivedWebhook
from headrace.database import touch

TOPIC = "responses"
_LARGEST_ID = 2**31 - 1


@dataclass(frozen=True)
class Reply:
    """An answered Flow as a webhook tells of it; `values` is the parsed `response_json`."""

    wamid: str
    message_wamid: str | None
    wa_id: str
    webhook_id: int
    values: dict[str, Any]
    received_at: datetime

    @property
    def flow_token(self) -> str | None:
        token = self.values.get("flow_token")
        return token if isinstance(token, str) else None


@dataclass(frozen=True)
class ResponseView:
    """A response as people read it, with where it came from. `connection_id` is the one its webhook came through."""

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
    connection_id: int


async def store_replies(
    session: AsyncSession,
    owner: InWorkspace,
    replies: Sequence[Reply],
    *,
    people: Mapping[str, int],
    known: KnownMessages,
    copies: Mapping[str, CopyFacts],
) -> None:
    """Stores answered Flows; the same message stored twice stays one response.

    Which Flow it answers is known from the message it replies to, or from its flow token. Labels come from the copy
    of the Flow's JSON that the message was sent with, else from the one in `copies`.
    """
    if not replies:
        return
    answered = {reply.wamid: known.answered(reply.message_wamid, reply.flow_token) for reply in replies}
    texts = await _texts(session, owner, [_copy_id(message, copies) for message in answered.values()])
    rows = []
    for reply in replies:
        message = answered[reply.wamid]
        copy_id = _copy_id(message, copies)
        answers = label_answers(None if copy_id is None else texts.get(copy_id), reply.values)
        rows.append(
            {
                "workspace_id": owner.workspace_id,
                "wamid": reply.wamid,
                "message_wamid": reply.message_wamid,
                "person_id": people[reply.wa_id],
                "webhook_id": reply.webhook_id,
                "flow_id": None if message is None else message.flow_id,
                "flow_name": _flow_name(message, copies),
                "flow_copy_id": copy_id,
                "flow_token": reply.flow_token,
                "values": reply.values,
                "answers": [dataclasses.asdict(answer) for answer in answers],
                "received_at": reply.received_at,
            }
        )
    statement = insert_into(session, Response)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["workspace_id", "wamid"]), rows)
    await touch(session, topic(owner, TOPIC))


def _copy_id(message: FlowMessage | None, copies: Mapping[str, CopyFacts]) -> int | None:
    if message is None or message.flow_copy_id is not None:
        return None if message is None else message.flow_copy_id
    copy = copies.get(message.flow_id or "")
    return None if copy is None else copy.id


def _flow_name(message: FlowMessage | None, copies: Mapping[str, CopyFacts]) -> str | None:
    if message is None:
        return None
    copy = copies.get(message.flow_id or "") if message.flow_copy_id is None else None
    return message.flow_name if copy is None else copy.flow_name


async def _texts(
    session: AsyncSession, owner: InWorkspace, copy_ids: Sequence[int | None]
) -> dict[int, dict[str, Any] | None]:
    """The Flow JSON of these copies, parsed; none for one that is no object."""
    wanted = sorted({copy_id for copy_id in copy_ids if copy_id is not None})
    if not wanted:
        return {}
    statement = columns_of(owner, FlowCopy, FlowCopy.id, FlowCopy.json_text).where(FlowCopy.id.in_(wanted))
    return {row.id: _parsed(row.json_text) for row in await session.execute(statement)}


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


async def list_responses(
    session: AsyncSession, caller: Caller, flow_id: str | None = None, limit: int = 100, *, wa_id: str | None = None
) -> list[ResponseView]:
    """The newest responses first, of one Flow or of all, by one person or by everybody."""
    caller.require(Permission.READ_RESPONSES)
    statement = _joined(caller).order_by(Response.received_at.desc(), Response.id.desc()).limit(limit)
    if flow_id is not None:
        statement = statement.where(Response.flow_id == flow_id)
    if wa_id is not None:
        statement = statement.where(Person.wa_id == wa_id)
    return [_view(*row) for row in await session.execute(statement)]


async def look_up_response(session: AsyncSession, caller: Caller, text: str) -> ResponseView | None:
    """The newest response with this id or this flow token, or to the message with this id."""
    caller.require(Permission.READ_RESPONSES)
    named = or_(Response.wamid == text, Response.message_wamid == text, Response.flow_token == text)
    statement = _joined(caller).where(named).order_by(Response.id.desc()).limit(1)
    row = (await session.execute(statement)).first()
    return None if row is None else _view(*row)


async def count_responses(session: AsyncSession, caller: Caller) -> dict[str, int]:
    """How many responses each Flow has, by its id."""
    caller.require(Permission.READ_RESPONSES)
    columns = columns_of(caller, Response, Response.flow_id, func.count(Response.id))
    rows = await session.execute(columns.where(Response.flow_id.is_not(None)).group_by(Response.flow_id))
    return {row[0]: row[1] for row in rows}


async def get_response(session: AsyncSession, caller: Caller, response_id: int) -> ResponseView | None:
    """One response; none when the workspace has no such id, also for a number that no id can be."""
    caller.require(Permission.READ_RESPONSES)
    if response_id > _LARGEST_ID:
        return None
    row = (await session.execute(_joined(caller).where(Response.id == response_id))).one_or_none()
    return None if row is None else _view(*row)


def _joined(caller: Caller) -> Select[Response, Person, ReceivedWebhook]:
    return (
        of(caller, Response)
        .add_columns(Person, ReceivedWebhook)
        .join(Person, and_(Person.id == Response.person_id, beside(Response, Person)))
        .join(
            ReceivedWebhook,
            and_(ReceivedWebhook.id == Response.webhook_id, beside(Response, ReceivedWebhook)),
        )
    )


def _view(response: Response, person: Person, webhook: ReceivedWebhook) -> ResponseView:
    return ResponseView(
        id=response.id,
        person_name=person.shown_name,
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
        connection_id=webhook.connection_id,
    )
