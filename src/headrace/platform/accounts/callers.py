"""Who calls: an access token stands for an app of one business, with what it may do there.

Two kinds of token exist. A system user's token is a row; an app's own token is `<app id>|<app secret>`, needs no row
and is good for the app's webhook subscriptions only.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.accounts.models import AccessToken, App
from headrace.platform.errors import PlatformError
from headrace.platform.errors.catalogue import (
    PERMISSION_MISSING,
    PROOF_MISSING,
    PROOF_WRONG,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    TOKEN_MISSING,
)

MANAGEMENT = "whatsapp_business_management"
MESSAGING = "whatsapp_business_messaging"
SCOPES = (MANAGEMENT, MESSAGING)

CONSOLE = "console"
DEVELOPER = "developer"
"""What an app is to the box: the console's own, or one that people bring."""


@dataclass(frozen=True)
class Caller:
    """An app acting for its business. `token` is the row of a system user's token, None for an app's own token."""

    app: App
    token: AccessToken | None

    @property
    def business_id(self) -> str:
        return self.app.business_id

    @property
    def scopes(self) -> tuple[str, ...]:
        return () if self.token is None else tuple(self.token.scopes)

    def require(self, scope: str) -> None:
        """Raises the refusal of Graph when the token lacks `scope`."""
        if scope not in self.scopes:
            raise PlatformError(
                PERMISSION_MISSING,
                f"(#{PERMISSION_MISSING.code}) Requires {scope} permission to manage the object",
                title=PERMISSION_MISSING.title,
                explanation=f"This access token does not have the permission {scope}. Use one that has it.",
            )


async def authenticate(session: AsyncSession, token: str | None, now: datetime) -> Caller:
    """The caller behind a token. Raises code 104 without a token, 190 for one that is unknown or has expired."""
    return verified(None if not token else await find_caller(session, token), token, now)


def verified(caller: Caller | None, token: str | None, now: datetime) -> Caller:
    """The caller that was found behind a token. Raises code 104 without a token, 190 when it is not good."""
    if not token:
        raise TOKEN_MISSING.plain()
    if caller is None:
        raise TOKEN_INVALID.plain()
    if caller.token is not None and is_expired(caller.token, now):
        ended = f"{caller.token.expires_at:%A, %d-%b-%y %H:%M:%S} UTC"
        raise TOKEN_EXPIRED.plain(f"{TOKEN_EXPIRED.title}: Session has expired on {ended}.")
    return caller


async def find_caller(session: AsyncSession, token: str) -> Caller | None:
    """The caller behind a token, expired or not; None for a token nobody issued."""
    app_id, bar, secret = token.partition("|")
    if bar:
        app = await session.get(App, app_id)
        return Caller(app, None) if app is not None and same_secret(app.secret, secret) else None
    statement = select(AccessToken, App).join(App, App.id == AccessToken.app_id).where(AccessToken.token == token)
    found = (await session.execute(statement)).one_or_none()
    return None if found is None else Caller(found[1], found[0])


def is_expired(token: AccessToken, now: datetime) -> bool:
    return token.expires_at is not None and token.expires_at <= now


def check_proof(caller: Caller, token: str, proof: str | None, *, is_required: bool) -> None:
    """Checks `appsecret_proof`: the HMAC-SHA256 of the token under the app's secret, in lower-case hexadecimal.

    Whoever sends none is refused where it is required of apps that people bring (docs/graph-api.md); an app's own token
    holds the secret itself.
    """
    if proof is None:
        if is_required and caller.token is not None and caller.app.role == DEVELOPER:
            raise PROOF_MISSING.plain()
        return
    expected = hmac.new(caller.app.secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not same_secret(expected, proof):
        raise PROOF_WRONG.plain()


def same_secret(expected: str, given: str) -> bool:
    """Compares in a time that does not tell how much of them is equal."""
    return hmac.compare_digest(expected.encode(), given.encode(errors="replace"))
