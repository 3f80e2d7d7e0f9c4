"""What is under way: the newest Flow messages, how far each came, and what was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.flows.models import FlowMessage
from headrace.business.people.models import Person
from headrace.business.responses.models import Response
from headrace.business.team import Caller, Permission, of
from headrace.business.team.scope import beside
from headrace.protocol import MessageStatus

STAGES = ("sent", "delivered", "read", "answered")
_REACHED = {MessageStatus.SENT: 1, MessageStatus.DELIVERED: 2, MessageStatus.READ: 3}


@dataclass(frozen=True)
class Arrival:
    """One Flow message on its way. `reached` counts the `STAGES` it has passed; `failure` says why it stopped."""

    id: int
    person_name: str
    flow_id: str | None
    flow_name: str | None
    reached: int
    failure: str | None
    answer: str | None
    response_id: int | None
    at: datetime


async def list_arrivals(session: AsyncSession, caller: Caller, limit: int = 8) -> list[Arrival]:
    """The newest Flow messages first; the answer in one line where there is one."""
    caller.require(Permission.READ_RESPONSES)
    statement = (
        of(caller, FlowMessage)
        .add_columns(Person, Response)
        .outerjoin(Person, and_(Person.wa_id == FlowMessage.wa_id, beside(FlowMessage, Person)))
        .outerjoin(Response, and_(Response.message_wamid == FlowMessage.wamid, beside(FlowMessage, Response)))
        .order_by(FlowMessage.id.desc())
        .limit(limit)
    )
    return [_arrival(*row) for row in await session.execute(statement)]


def _arrival(message: FlowMessage, person: Person | None, response: Response | None) -> Arrival:
    return Arrival(
        id=message.id,
        person_name=person.shown_name if person else f"+{message.wa_id}",
        flow_id=message.flow_id,
        flow_name=message.flow_name,
        reached=len(STAGES) if response else _REACHED.get(MessageStatus(message.status), 0),
        failure=(message.error or "not delivered") if message.status == MessageStatus.FAILED else None,
        answer=_line(response) if response else None,
        response_id=response.id if response else None,
        at=response.received_at if response else message.sent_at,
    )


def _line(response: Response) -> str:
    texts = [str(answer["text"]) for answer in response.answers if answer["text"] != "–"]
    return ", ".join(texts[:3]) or "answered"
