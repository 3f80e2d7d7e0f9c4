"""Passwords: kept as Argon2id hashes, which take time to make and cannot be turned back."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody has this password")


class WeakPassword(Exception):
    """A password that is not taken. The words are fit to be shown."""


def check_password(password: str) -> None:
    """Raises `WeakPassword`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"A password has {SHORTEST} to {LONGEST} characters; several words are easy to remember.")


async def hash_password(password: str) -> str:
    """In a thread: it takes some hundredths of a second, on purpose. Raises `WeakPassword`."""
    check_password(password)
    return await asyncio.to_thread(_HASHER.hash, password)


async def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the password of this hash. Without a hash it takes as long, and is not."""
    return await asyncio.to_thread(_verified, kept or _NOBODY, password[: LONGEST + 1]) and kept is not None


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
