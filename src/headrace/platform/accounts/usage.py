"""How often an app calls about an account: what Graph allows in an hour, and what it tells of it in every answer.

Counted are the calls about accounts, Flows, numbers and templates, not those that send messages. An hour is the last
twelve slots of five minutes (docs/graph-api.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import unix_seconds
from headrace.platform.accounts.models import ManagementUsage, PhoneNumber
from headrace.platform.errors.catalogue import ACCOUNT_CALLED_TOO_OFTEN
from headrace.protocol.numbers import NumberStatus

CALLS_AN_HOUR: Final = 200
CALLS_AN_HOUR_WHEN_ACTIVE: Final = 5000
"""An account with a number in service is active."""

SLOT: Final = timedelta(minutes=5)
SLOTS: Final = 12

_SLOT_SECONDS: Final = int(SLOT.total_seconds())


@dataclass(frozen=True)
class Usage:
    """What an app used of an account's calls; `frees_at` is when the oldest of them no longer count."""

    calls: int
    most: int
    frees_at: datetime
    now: datetime

    @property
    def is_exceeded(self) -> bool:
        return self.calls > self.most

    @property
    def minutes_to_wait(self) -> int:
        """How long until a call is answered again; 0 while they are."""
        return max(1, -(-(self.frees_at - self.now) // timedelta(minutes=1))) if self.is_exceeded else 0

    def header(self, waba_id: str) -> str:
        """The value of `x-business-use-case-usage`; the shares are in percent."""
        share = min(100, 100 * self.calls // self.most)
        entry: dict[str, Any] = {
            "type": "whatsapp",
            "call_count": share,
            "total_cputime": share,
            "total_time": share,
            "estimated_time_to_regain_access": self.minutes_to_wait,
        }
        return orjson.dumps({waba_id: [entry]}).decode()

    def check(self) -> None:
        """Raises 80007 for a call too many."""
        if self.is_exceeded:
            minutes = self.minutes_to_wait
            raise ACCOUNT_CALLED_TOO_OFTEN.numbered(
                f"{ACCOUNT_CALLED_TOO_OFTEN.title} {self.most} calls an hour are allowed for each app; the next one is "
                f"answered in {minutes} minute{'' if minutes == 1 else 's'}."
            )


async def count_call(session: AsyncSession, app_id: str, waba_id: str, now: datetime) -> Usage:
    """Counts one call about an account, unless it is one too many: those do not make the wait longer."""
    slot = unix_seconds(now) // _SLOT_SECONDS
    mine = (ManagementUsage.app_id == app_id, ManagementUsage.waba_id == waba_id)
    statement = select(ManagementUsage).where(*mine).order_by(ManagementUsage.slot).with_for_update()
    rows = list(await session.scalars(statement))
    if rows and rows[0].slot <= slot - SLOTS:
        await session.execute(delete(ManagementUsage).where(*mine, ManagementUsage.slot <= slot - SLOTS))
        rows = [row for row in rows if row.slot > slot - SLOTS]
    in_service = exists().where(PhoneNumber.waba_id == waba_id, PhoneNumber.status == NumberStatus.CONNECTED.value)
    most = CALLS_AN_HOUR_WHEN_ACTIVE if await session.scalar(select(in_service)) else CALLS_AN_HOUR
    calls = 1 + sum(row.calls for row in rows)
    oldest = rows[0].slot if rows else slot
    usage = Usage(calls, most, datetime.fromtimestamp((oldest + SLOTS) * _SLOT_SECONDS, now.tzinfo), now)
    if usage.is_exceeded:
        return usage
    here = next((row for row in rows if row.slot == slot), None)
    if here is not None:
        here.calls += 1
    else:
        session.add(ManagementUsage(app_id=app_id, waba_id=waba_id, slot=slot, calls=1))
    await session.flush()
    return usage
