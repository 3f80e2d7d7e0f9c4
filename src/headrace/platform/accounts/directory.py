"""Accounts as the busiest calls look them up: kept in memory for as long as nobody has changed one.

What comes from here are values for reading. A row that is going to be changed is looked up in its session instead.
"""

from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.callers import Caller, same_secret
from headrace.platform.accounts.integrity import integrity_problem
from headrace.platform.accounts.models import AccessToken, App, Business, PhoneNumber, Waba
from headrace.platform.cache import ACCOUNTS, Kept
from headrace.platform.tables import table_of

_Row = TypeVar("_Row", App, AccessToken, PhoneNumber)


@dataclass(frozen=True)
class Sender:
    """A phone number and the business it belongs to; `integrity_problem` keeps that one from sending Flows."""

    number: PhoneNumber
    business_id: str
    integrity_problem: str | None = None


async def caller_of(session: AsyncSession, kept: Kept, token: str) -> Caller | None:
    """The caller behind a token, expired or not; None for a token nobody issued."""
    app_id, bar, secret = token.partition("|")
    if bar:
        app = await app_of(session, kept, app_id)
        return Caller(app, None) if app is not None and same_secret(app.secret, secret) else None
    key = ("token", token)
    if key not in kept.of(ACCOUNTS):
        issued = await _read(session, AccessToken, "token", token)
        if issued is None:
            return None
        app = await app_of(session, kept, issued.app_id)
        kept.of(ACCOUNTS)[key] = None if app is None else Caller(app, issued)
    caller: Caller | None = kept.of(ACCOUNTS)[key]
    return caller


async def app_of(session: AsyncSession, kept: Kept, app_id: str) -> App | None:
    key = ("app", app_id)
    if key not in kept.of(ACCOUNTS):
        app = await _read(session, App, "id", app_id)
        if app is None:
            return None
        kept.of(ACCOUNTS)[key] = app
    found: App = kept.of(ACCOUNTS)[key]
    return found


async def sender_of(session: AsyncSession, kept: Kept, phone_number_id: str) -> Sender | None:
    key = ("sender", phone_number_id)
    if key not in kept.of(ACCOUNTS):
        number = await _read(session, PhoneNumber, "id", phone_number_id)
        if number is None:
            return None
        columns = select(Business.id, Business.is_verified, Business.is_flagged)
        owner = columns.join(Waba, Waba.business_id == Business.id).where(Waba.id == number.waba_id)
        business_id, is_verified, is_flagged = (await session.execute(owner)).one()
        problem = integrity_problem(is_verified=is_verified, is_flagged=is_flagged)
        kept.of(ACCOUNTS)[key] = Sender(number, business_id, problem)
    sender: Sender = kept.of(ACCOUNTS)[key]
    return sender


async def _read(session: AsyncSession, row: type[_Row], column: str, value: str) -> _Row | None:
    """A row as a value that belongs to no session."""
    table = table_of(row)
    connection = await session.connection()
    result = (await connection.execute(select(table).where(table.c[column] == value))).mappings().one_or_none()
    return None if result is None else row(**result)
