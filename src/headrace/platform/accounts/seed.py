"""The first state of a box: one business with its WABAs, phone numbers and apps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import Clock
from headrace.identifiers import Identifiers
from headrace.platform.accounts.callers import CONSOLE, DEVELOPER, SCOPES
from headrace.platform.accounts.models import AccessToken, App, Business, PhoneNumber, Waba
from headrace.platform.accounts.secrets import create_secrets

_BUSINESS = "Millrace Opticians"
# The name of a WABA, with the verified name and the number of each of its senders.
_WABAS = {
    "Millrace Opticians": (("Shops", "+44 20 7946 0101"), ("Workshop", "+44 20 7946 0102")),
    "Millrace staging": (("Millrace staging", "+44 20 7946 0199"),),
}
_APPS = {CONSOLE: "Headrace console", DEVELOPER: "Your app"}


@dataclass(frozen=True)
class AppAccess:
    """An app with its access token."""

    app: App
    token: str


@dataclass(frozen=True)
class Accounts:
    """What the business has, each in the order of the declarations above."""

    business: Business
    wabas: tuple[Waba, ...]
    senders: tuple[PhoneNumber, ...]
    console: AppAccess
    developer: AppAccess


async def create_accounts(session: AsyncSession, clock: Clock, identifiers: Identifiers) -> Accounts:
    """Makes the first state of an empty box."""
    await create_secrets(session, identifiers)
    business = await _create(session, clock, identifiers)
    return await _accounts_of(session, business)


async def find_accounts(session: AsyncSession) -> Accounts | None:
    """What the box holds, or None when it is still empty."""
    first = select(Business).order_by(Business.created_at, Business.id).limit(1)
    business = (await session.execute(first)).scalar_one_or_none()
    return None if business is None else await _accounts_of(session, business)


async def _create(session: AsyncSession, clock: Clock, identifiers: Identifiers) -> Business:
    moments = _moments(clock.now())
    business = Business(id=identifiers.graph_id(), name=_BUSINESS, is_verified=True, created_at=next(moments))
    session.add(business)
    await session.flush()
    apps = [_app(business, role, name, next(moments), identifiers) for role, name in _APPS.items()]
    session.add_all(apps)
    await session.flush()
    for app in apps:
        session.add(_token(app, next(moments), identifiers))
    for name, senders in _WABAS.items():
        waba = Waba(
            id=identifiers.graph_id(),
            business_id=business.id,
            name=name,
            template_namespace=identifiers.uuid().replace("-", "_"),
            created_at=next(moments),
        )
        session.add(waba)
        await session.flush()
        session.add_all(_sender(waba, verified, number, next(moments), identifiers) for verified, number in senders)
    await session.flush()
    return business


def _app(business: Business, role: str, name: str, moment: datetime, identifiers: Identifiers) -> App:
    return App(
        id=identifiers.graph_id(),
        business_id=business.id,
        name=name,
        secret=identifiers.random_bytes(16).hex(),
        verify_token=identifiers.token(18),
        role=role,
        created_at=moment,
    )


def _token(app: App, moment: datetime, identifiers: Identifiers) -> AccessToken:
    return AccessToken(
        token="EAA" + identifiers.random_bytes(60).hex(),
        app_id=app.id,
        user_id=identifiers.graph_id(),
        scopes=list(SCOPES),
        created_at=moment,
    )


def _sender(waba: Waba, verified_name: str, number: str, moment: datetime, identifiers: Identifiers) -> PhoneNumber:
    return PhoneNumber(
        id=identifiers.graph_id(),
        waba_id=waba.id,
        digits="".join(filter(str.isdigit, number)),
        display_number=number,
        verified_name=verified_name,
        created_at=moment,
    )


def _moments(start: datetime) -> Iterator[datetime]:
    """One moment for each row, a microsecond apart: lists are in the order in which things were made."""
    return (start + timedelta(microseconds=position) for position in count())


async def _accounts_of(session: AsyncSession, business: Business) -> Accounts:
    wabas = select(Waba).where(Waba.business_id == business.id).order_by(Waba.created_at, Waba.id)
    senders = select(PhoneNumber).join(Waba, Waba.id == PhoneNumber.waba_id).where(Waba.business_id == business.id)
    return Accounts(
        business=business,
        wabas=tuple((await session.execute(wabas)).scalars()),
        senders=tuple((await session.execute(senders.order_by(PhoneNumber.created_at, PhoneNumber.id))).scalars()),
        console=await _access(session, business, CONSOLE),
        developer=await _access(session, business, DEVELOPER),
    )


async def _access(session: AsyncSession, business: Business, role: str) -> AppAccess:
    statement = (
        select(App, AccessToken.token)
        .join(AccessToken, AccessToken.app_id == App.id)
        .where(App.business_id == business.id, App.role == role)
        .order_by(App.created_at, App.id, AccessToken.created_at, AccessToken.token)
    )
    app, token = (await session.execute(statement.limit(1))).one()
    return AppAccess(app, token)
