"""The phones of a new box."""

import pytest
from sqlalchemy import select

from headrace.platform.box import Box
from headrace.platform.handsets.models import Handset
from headrace.platform.handsets.seed import create_handsets

pytestmark = pytest.mark.anyio


async def test_five_phones_in_their_order(box: Box) -> None:
    async with box.database.transaction() as session:
        await create_handsets(session, box.clock, box.identifiers)
    async with box.database.reading() as session:
        handsets = list(await session.scalars(select(Handset).order_by(Handset.position)))
    assert [(phone.name, phone.wa_id, phone.platform, phone.device) for phone in handsets] == [
        ("Amara", "447700900101", "android", "current"),
        ("Ben", "447700900102", "ios", "current"),
        ("Dalia", "447700900103", "ios", "current"),
        ("Ewa", "447700900104", "android", "current"),
        ("Ben's computer", "447700900105", "android", "companion"),
    ]
    assert all(phone.user_id.startswith("GB.") and phone.user_id[3:].isdigit() for phone in handsets)
    assert len({phone.user_id for phone in handsets}) == 5
