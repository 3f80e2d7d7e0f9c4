"""Look-ups of what a business owns. Every one is scoped by the business: what belongs to another is not there."""

from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import App, Business, PhoneNumber, Waba
from headrace.platform.errors import UnknownObject

_Row = TypeVar("_Row")


async def find_business(session: AsyncSession, business_id: str, object_id: str) -> Business:
    return await _one(session, select(Business).where(Business.id == business_id), Business.id == object_id, object_id)


async def find_waba(session: AsyncSession, business_id: str, waba_id: str) -> Waba:
    return await _one(session, wabas_of(business_id), Waba.id == waba_id, waba_id)


async def find_app(session: AsyncSession, business_id: str, app_id: str) -> App:
    return await _one(session, select(App).where(App.business_id == business_id), App.id == app_id, app_id)


async def find_phone_number(
    session: AsyncSession, business_id: str, phone_number_id: str, *, locked: bool = False
) -> PhoneNumber:
    """A number of this business. Raises UnknownObject.

    Whoever changes it has it `locked` until the transaction ends: what others changed at the same time is seen first.
    """
    statement = select(PhoneNumber).join(Waba, Waba.id == PhoneNumber.waba_id).where(Waba.business_id == business_id)
    if locked:
        statement = statement.with_for_update(key_share=True, of=PhoneNumber).execution_options(populate_existing=True)
    return await _one(session, statement, PhoneNumber.id == phone_number_id, phone_number_id)


def wabas_of(business_id: str) -> Select[Waba]:
    return select(Waba).where(Waba.business_id == business_id)


def phone_numbers_of(waba_id: str) -> Select[PhoneNumber]:
    return select(PhoneNumber).where(PhoneNumber.waba_id == waba_id)


async def business_of(session: AsyncSession, waba_id: str) -> Business:
    """The business that owns a WABA which is known to exist."""
    statement = select(Business).join(Waba, Waba.business_id == Business.id).where(Waba.id == waba_id)
    return (await session.execute(statement)).scalar_one()


async def _one(session: AsyncSession, statement: Select[_Row], condition: ColumnElement[bool], object_id: str) -> _Row:
    found = (await session.execute(statement.where(condition))).scalar_one_or_none()
    if found is None:
        raise UnknownObject(object_id)
    return found
