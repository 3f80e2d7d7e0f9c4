"""The first state of a box: its business and its phones."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.database import wait_for_turn
from headrace.platform.accounts.models import Business, PhoneNumber, Waba
from headrace.platform.accounts.seed import Accounts, AppAccess, create_accounts, find_accounts
from headrace.platform.box import Box
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.phones import list_phones
from headrace.platform.handsets.seed import create_handsets
from headrace.platform.messaging import window
from headrace.platform.messaging.service import write_text
from headrace.platform.webhooks.models import WabaSubscription

_FIRST_WORDS = "Hello"
_TURN = "world"  # servers that start at the same time


@dataclass(frozen=True)
class World:
    """What a box holds, each in the order in which it is shown, and the apps with their access tokens."""

    business: Business
    wabas: tuple[Waba, ...]
    senders: tuple[PhoneNumber, ...]
    handsets: tuple[Handset, ...]
    console: AppAccess
    developer: AppAccess


async def seed(box: Box) -> World:
    """Fills an empty box; one that was filled before stays as it is."""
    async with box.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        accounts = await find_accounts(session)
        if accounts is None:
            accounts = await create_accounts(session, box.clock, box.identifiers)
            _subscribe(session, box, accounts)
            await create_handsets(session, box.clock, box.identifiers)
        handsets = await list_phones(session)
        return World(
            business=accounts.business,
            wabas=accounts.wabas,
            senders=accounts.senders,
            handsets=tuple(handsets),
            console=accounts.console,
            developer=accounts.developer,
        )


async def open_first_window(box: Box, world: World) -> None:
    """Has the first phone write to the first sender, unless its customer service window is open already."""
    if not world.handsets:
        return
    handset, sender = world.handsets[0], world.senders[0]
    async with box.database.transaction() as session:
        await wait_for_turn(session, _TURN)
        closes_at = await window.closes_at(session, sender.id, handset.wa_id)
        if closes_at is None or closes_at <= box.clock.now():
            await write_text(session, box, handset.user, sender, _FIRST_WORDS)


def _subscribe(session: AsyncSession, box: Box, accounts: Accounts) -> None:
    """Both apps are told about both WABAs, in the order in which they were made."""
    now = box.clock.now()
    session.add_all(
        WabaSubscription(waba_id=waba.id, app_id=access.app.id, created_at=now + timedelta(microseconds=position))
        for waba in accounts.wabas
        for position, access in enumerate((accounts.console, accounts.developer))
    )
