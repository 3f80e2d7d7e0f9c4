"""The business's encryption key of a phone number: what data exchange is sealed with.

WhatsApp signs a key when it is uploaded, and a phone uses it only while that signature holds. A number that is
registered anew has to be given its key once more.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.sealing import UnusableKey, load_public_key, public_pem
from headrace.platform.accounts import secrets
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.errors.catalogue import PUBLIC_KEY_UNUSABLE

VALID = "VALID"
MISMATCH = "MISMATCH"


async def set_key(session: AsyncSession, phone_number: PhoneNumber, pem: str) -> None:
    """Stores and signs a public key: PEM, SubjectPublicKeyInfo, RSA with 2,048 bits. Raises code 100 for all else."""
    try:
        key = load_public_key(pem)
    except UnusableKey as error:
        raise PUBLIC_KEY_UNUSABLE.explained(f"business_public_key: {error}") from error
    phone_number.public_key = public_pem(key)
    phone_number.public_key_signature = await secrets.sign(session, secrets.ENCRYPTION_KEYS, phone_number.public_key)


async def signature_status(session: AsyncSession, phone_number: PhoneNumber) -> str | None:
    """`VALID` or `MISMATCH`, or None when the number has no key."""
    if phone_number.public_key is None:
        return None
    signature = phone_number.public_key_signature or ""
    holds = await secrets.is_signed(session, secrets.ENCRYPTION_KEYS, phone_number.public_key, signature)
    return VALID if holds else MISMATCH


async def usable_key(session: AsyncSession, phone_number: PhoneNumber) -> str | None:
    """The key of a number in PEM, or None when there is none or its signature does not hold."""
    return phone_number.public_key if await signature_status(session, phone_number) == VALID else None


async def usable_key_of_waba(session: AsyncSession, waba_id: str) -> str | None:
    """The key of the first number of a WABA that has a usable one: what a ping to a Flow's endpoint is sealed with."""
    statement = select(PhoneNumber).where(PhoneNumber.waba_id == waba_id, PhoneNumber.public_key.is_not(None))
    for phone_number in (await session.execute(statement.order_by(PhoneNumber.created_at, PhoneNumber.id))).scalars():
        if (key := await usable_key(session, phone_number)) is not None:
            return key
    return None
