"""Counts the calls about accounts, those that come at the same time in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import GroupWriter
from headrace.platform.accounts.usage import Usage, count_call
from headrace.platform.box import Box


@dataclass(frozen=True)
class _Call:
    app_id: str
    waba_id: str


class UsageCounter:
    """The calls of one box."""

    def __init__(self, box: Box) -> None:
        self._box = box
        self._writer: GroupWriter[_Call, Usage] = GroupWriter(box.database, self._write)

    async def count(self, app_id: str, waba_id: str) -> Usage:
        """Counts one call of an app about an account."""
        return await self._writer.submit(_Call(app_id, waba_id))

    async def _write(self, session: AsyncSession, calls: Sequence[_Call]) -> list[Usage]:
        now = self._box.clock.now()
        counted: list[tuple[int, Usage]] = []
        # In one order in every process, so that two of them never wait for each other.
        for position, call in sorted(enumerate(calls), key=lambda pair: (pair[1].app_id, pair[1].waba_id)):
            counted.append((position, await count_call(session, call.app_id, call.waba_id, now)))
        return [usage for _, usage in sorted(counted, key=lambda pair: pair[0])]
