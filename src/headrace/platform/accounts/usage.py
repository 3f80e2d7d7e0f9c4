"""How often an app calls about an account: what Graph allows in an hour, and what it tells of it in every answer.

Counted are the calls about accounts, Flows, numbers and templates, not those that send messages. An hour is the last
twelve slots of five minutes (docs/graph-api.md).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import delete, exists, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import unix_seconds
from headrace.platform.accounts.models import ManagementUsage, PhoneNumber
from headrace.platform.errors.catalogue import ACCOUNT_CALLED_TOO_OFTEN
from headrace.platform.tables import table_of
from headrace.protocol.numbers import NumberStatus

CALLS_AN_HOUR: Final = 200
CALLS_AN_HOUR_WHEN_ACTIVE: Final = 5000
"""An account with a number in service is active."""

SLOT: Final = timedelta(minutes=5)
SLOTS: Final = 12

_usage = table_of(ManagementUsage)
_COUNT: Final = text(
    "INSERT INTO management_usage (app_id, waba_id, slot, calls) VALUES (:app_id, :waba_id, :slot, 1) "
    "ON CONFLICT (app_id, waba_id, slot) DO UPDATE SET calls = management_usage.calls + 1"
)
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

    def headers(self, waba_id: str) -> dict[str, str]:
        """`x-business-use-case-usage` and `x-app-usage`; the shares are in percent."""
        share = min(100, 100 * self.calls // self.most)
        used = {"call_count": share, "total_cputime": share, "total_time": share}
        entry: dict[str, Any] = {
            "type": "whatsapp",
            **used,
            "estimated_time_to_regain_access": self.minutes_to_wait,
        }
        return {
            "x-business-use-case-usage": orjson.dumps({waba_id: [entry]}).decode(),
            "x-app-usage": orjson.dumps(used).decode(),
        }

    def check(self) -> None:
        """Raises 80007 for a call too many."""
        if self.is_exceeded:
            minutes = self.minutes_to_wait
            raise ACCOUNT_CALLED_TOO_OFTEN.numbered(
                f"{ACCOUNT_CALLED_TOO_OFTEN.title} {self.most} calls an hour are allowed for each app; the next one is "
                f"answered in {minutes} minute{'' if minutes == 1 else 's'}."
            )


async def count_call(session: AsyncSession, app_id: str, waba_id: str, now: datetime) -> Usage:
    """Counts one call about an account, unless it is one too many: those do not make the wait longer.

    Processes that count at the same moment may together let a few calls too many through; none is lost.
    """
    slot = unix_seconds(now) // _SLOT_SECONDS
    mine = (_usage.c.app_id == app_id, _usage.c.waba_id == waba_id)
    slots = dict((await session.execute(select(_usage.c.slot, _usage.c.calls).where(*mine))).all())
    if any(old <= slot - SLOTS for old in slots):
        await session.execute(delete(_usage).where(*mine, _usage.c.slot <= slot - SLOTS))
        slots = {kept: calls for kept, calls in slots.items() if kept > slot - SLOTS}
    in_service = exists().where(PhoneNumber.waba_id == waba_id, PhoneNumber.status == NumberStatus.CONNECTED.value)
    most = CALLS_AN_HOUR_WHEN_ACTIVE if await session.scalar(select(in_service)) else CALLS_AN_HOUR
    frees_at = datetime.fromtimestamp((min(slots, default=slot) + SLOTS) * _SLOT_SECONDS, now.tzinfo)
    usage = Usage(1 + sum(slots.values()), most, frees_at, now)
    if not usage.is_exceeded:
        await session.execute(_COUNT, {"app_id": app_id, "waba_id": waba_id, "slot": slot})
    return usage
