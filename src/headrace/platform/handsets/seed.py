"""The four phones of a new box, and a computer that opens no Flows. First names only, numbers kept free for fiction."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import Clock
from headrace.identifiers import Identifiers
from headrace.platform.handsets.models import Handset
from headrace.platform.users.models import User


@dataclass(frozen=True)
class _Phone:
    name: str
    wa_id: str
    platform: str
    device: str = "current"


_PHONES = (
    _Phone("Amara", "447700900101", "android"),
    _Phone("Ben", "447700900102", "ios"),
    _Phone("Dalia", "447700900103", "ios"),
    _Phone("Ewa", "447700900104", "android"),
    _Phone("Ben's computer", "447700900105", "android", "companion"),
)

_COUNTRY = "GB"


async def create_handsets(session: AsyncSession, clock: Clock, identifiers: Identifiers) -> list[Handset]:
    """Makes the phones with their users, in the order in which they are shown."""
    now = clock.now()
    handsets = [
        Handset(
            id=identifiers.graph_id(),
            user=User(
                wa_id=phone.wa_id,
                user_id=f"{_COUNTRY}.{identifiers.graph_id()}",
                name=phone.name,
                created_at=now,
            ),
            platform=phone.platform,
            device=phone.device,
            position=position,
            created_at=now,
        )
        for position, phone in enumerate(_PHONES, start=1)
    ]
    session.add_all(handsets)
    await session.flush()
    return handsets
