"""The secrets of the box itself, made when they are first needed and kept from then on."""

import hashlib
import hmac

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.identifiers import Identifiers
from headrace.platform.accounts.models import Secret

ENCRYPTION_KEYS = "encryption-keys"
DOWNLOADS = "downloads"

_KEEP_FIRST = text("INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


async def create_secrets(session: AsyncSession, identifiers: Identifiers) -> None:
    """Makes what is missing; part of the first state of a box."""
    for name in (ENCRYPTION_KEYS, DOWNLOADS):
        await session.execute(_KEEP_FIRST, {"name": name, "value": identifiers.token(32)})


async def sign(session: AsyncSession, name: str, content: str) -> str:
    """The HMAC-SHA256 of `content` under the secret `name`, in hexadecimal digits."""
    secret = await session.get_one(Secret, name)
    return hmac.new(secret.value.encode(), content.encode(), hashlib.sha256).hexdigest()


async def is_signed(session: AsyncSession, name: str, content: str, signature: str) -> bool:
    return hmac.compare_digest((await sign(session, name, content)).encode(), signature.encode(errors="replace"))
