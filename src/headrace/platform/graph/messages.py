"""`POST /{phone number}/messages`, the busiest call: those that come at the same time are written in one transaction.

Who calls, from where and with what is looked up and written for all of them together; each has its own answer, and one
that is refused takes nothing away from the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import GroupWriter
from headrace.platform.accounts.callers import MESSAGING, check_proof, verified
from headrace.platform.accounts.directory import caller_of, sender_of
from headrace.platform.box import Box
from headrace.platform.cache import Kept
from headrace.platform.errors import PlatformError
from headrace.platform.messaging.requests import Receipt, Wanted, read_request
from headrace.platform.messaging.writing import Sending, take

_METHODS = frozenset({"POST", "PUT"})
_EDGE = "messages"


@dataclass(frozen=True, slots=True)
class _Call:
    token: str | None
    proof: str | None
    phone_number_id: str
    parameters: dict[str, Any]


class MessageCalls:
    """The calls of one box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._writer: GroupWriter[_Call, dict[str, Any] | PlatformError | None] = GroupWriter(box.database, self._write)

    def takes(self, method: str, segments: Sequence[str]) -> bool:
        """Whether a call to this path is one of these."""
        return method in _METHODS and len(segments) == 2 and segments[1] == _EDGE

    async def answer(
        self, token: str | None, proof: str | None, phone_number_id: str, parameters: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The body of the answer, once the message is written; None when the caller has no such sender."""
        answer = await self._writer.submit(_Call(token, proof, phone_number_id, parameters))
        if isinstance(answer, PlatformError):
            raise answer
        return answer

    async def _write(
        self, session: AsyncSession, calls: Sequence[_Call]
    ) -> list[dict[str, Any] | PlatformError | None]:
        kept = await self._box.cache.kept(session)
        answers: list[dict[str, Any] | PlatformError | None] = [None] * len(calls)
        sendings: list[tuple[int, Sending]] = []
        for position, call in enumerate(calls):
            try:
                sending = await self._admit(session, kept, call)
            except PlatformError as error:
                answers[position] = error
                continue
            if sending is not None:
                sendings.append((position, sending))
        taken = await take(session, self._box, kept, [sending for _, sending in sendings])
        for (position, _), answer in zip(sendings, taken, strict=True):
            answers[position] = answer
        return answers

    async def _admit(self, session: AsyncSession, kept: Kept, call: _Call) -> Sending | None:
        """The call with its sender; None when the caller has none of this id. Raises what refuses the caller."""
        found = None if not call.token else await caller_of(session, kept, call.token)
        caller = verified(found, call.token, self._box.clock.now())
        check_proof(caller, str(call.token), call.proof, is_required=self._box.settings.require_proof)
        sender = await sender_of(session, kept, call.phone_number_id)
        if sender is None or sender.business_id != caller.business_id:
            return None
        caller.require(MESSAGING)
        request: Wanted | Receipt = read_request(call.parameters)
        return Sending(sender.number, caller.app.id, request)
