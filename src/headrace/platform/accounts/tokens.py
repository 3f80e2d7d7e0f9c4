"""Access tokens: made for a system user, exchanged for one that runs out later, and taken back.

A token carries some of the permissions there are, and may run out after 60 days, as Graph's own do.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.clock import Clock
from headrace.identifiers import Identifiers
from headrace.platform.accounts.callers import SCOPES, Caller, authenticate, same_secret
from headrace.platform.accounts.models import AccessToken, App
from headrace.platform.errors import UnknownObject
from headrace.platform.errors.catalogue import APP_UNKNOWN, CLIENT_SECRET_WRONG, PARAMETER_INVALID, TOKEN_INVALID

LASTS: Final = timedelta(days=60)
"""How long a token is good that runs out at all."""


@dataclass(frozen=True)
class SystemUser:
    """In whose name tokens call."""

    id: str
    name: str


def new_token(
    clock: Clock, identifiers: Identifiers, app: App, user_id: str, scopes: list[str], *, runs_out: bool
) -> AccessToken:
    """A token that is not stored yet."""
    now = clock.now()
    return AccessToken(
        token="EAA" + identifiers.random_bytes(60).hex(),
        app_id=app.id,
        user_id=user_id,
        scopes=scopes,
        expires_at=now + LASTS if runs_out else None,
        created_at=now,
    )


async def find_system_user(session: AsyncSession, business_id: str, user_id: str) -> SystemUser:
    """A system user of this business. Raises UnknownObject."""
    statement = (
        select(App.name)
        .join(AccessToken, AccessToken.app_id == App.id)
        .where(AccessToken.user_id == user_id, App.business_id == business_id)
    )
    name = (await session.scalars(statement.order_by(AccessToken.created_at).limit(1))).first()
    if name is None:
        raise UnknownObject(user_id)
    return SystemUser(user_id, f"{name} (system user)")


def read_scopes(scopes: list[str]) -> list[str]:
    """The permissions asked for, each once. Raises code 100 for none, or for one that does not exist."""
    if not scopes:
        raise PARAMETER_INVALID.numbered("The parameter scope is required")
    for scope in scopes:
        if scope not in SCOPES:
            raise PARAMETER_INVALID.numbered(
                f'Param scope must be a list of {{{", ".join(SCOPES)}}} - got "{scope[:80]}".'
            )
    return [scope for scope in SCOPES if scope in scopes]


async def find_app_by_secret(session: AsyncSession, client_id: str, client_secret: str) -> App:
    """The app, for whoever knows its secret. Raises code 101 or 1."""
    app = await session.get(App, client_id)
    if app is None:
        raise APP_UNKNOWN.plain(f"{APP_UNKNOWN.title}. Cannot get application info: no app has this client_id.")
    if not same_secret(app.secret, client_secret):
        raise CLIENT_SECRET_WRONG.plain()
    return app


async def exchange_token(
    session: AsyncSession, clock: Clock, identifiers: Identifiers, app: App, token: str
) -> AccessToken:
    """A token for the same user with the same permissions, good for 60 days from now. Raises code 190."""
    caller = await _caller_of(session, clock, app, token)
    assert caller.token is not None
    made = new_token(clock, identifiers, app, caller.token.user_id, list(caller.token.scopes), runs_out=True)
    session.add(made)
    return made


async def revoke_token(session: AsyncSession, clock: Clock, app: App, token: str) -> None:
    """Takes a token of the app back. Raises code 190 for one that is not its own."""
    caller = await _caller_of(session, clock, app, token)
    await session.delete(caller.token)


async def _caller_of(session: AsyncSession, clock: Clock, app: App, token: str) -> Caller:
    caller = await authenticate(session, token, clock.now())
    if caller.token is None or caller.app.id != app.id:
        raise TOKEN_INVALID.plain()
    return caller
