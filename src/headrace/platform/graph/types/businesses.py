"""Businesses: `/{business}` and its WABAs."""

from sqlalchemy import false
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.models import Business, Waba
from headrace.platform.accounts.service import find_business, wabas_of
from headrace.platform.graph.nodes import Edge, Field, Listing, NodeType, Reading, attribute, fixed
from headrace.platform.graph.paging import Order
from headrace.platform.graph.selection import Selected


async def _find(session: AsyncSession, caller: Caller, business_id: str) -> Business:
    return await find_business(session, caller.business_id, business_id)


async def _verification_status(_reading: Reading, business: Business, _selected: Selected) -> str:
    return "verified" if business.is_verified else "not_verified"


_OLDEST_FIRST = Order(Waba.created_at, Waba.id)

BUSINESS = NodeType(
    name="Business",
    row=Business,
    find=_find,
    fields={
        "id": attribute("id", is_default=True),
        "name": attribute("name", is_default=True),
        "timezone_id": fixed(1),
        "verification_status": Field(_verification_status),
        "created_time": attribute("created_at"),
    },
    edges={
        "owned_whatsapp_business_accounts": Edge(Listing(Waba, wabas_of, _OLDEST_FIRST, sorts=("creation_time",))),
        # Accounts that other businesses share with this one: on a box nobody does.
        "client_whatsapp_business_accounts": Edge(
            Listing(Waba, lambda business_id: wabas_of(business_id).where(false()), _OLDEST_FIRST)
        ),
    },
)
