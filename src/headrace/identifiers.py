"""Identifiers and randomness are handed in, so that a run can be repeated exactly."""

import base64
import random
import secrets
import uuid
from abc import ABC, abstractmethod
from typing import Protocol


class Identifiers(Protocol):
    """Makes every identifier, token and random byte the house needs."""

    def random_bytes(self, count: int) -> bytes: ...

    def graph_id(self) -> str:
        """A Graph node id: fifteen or sixteen decimal digits, not starting with 0."""
        ...

    def wamid(self, wa_id: str) -> str:
        """A message id of the form `wamid.<base64>` that contains the person's number, at most 128 characters."""
        ...

    def uuid(self) -> str: ...

    def token(self, size: int = 24) -> str:
        """An unguessable URL-safe text made of `size` random bytes."""
        ...


class _FromBytes(ABC):
    """Everything else follows from random bytes."""

    @abstractmethod
    def random_bytes(self, count: int) -> bytes: ...

    def graph_id(self) -> str:
        return str(10**14 + int.from_bytes(self.random_bytes(8)) % (9 * 10**14))

    def wamid(self, wa_id: str) -> str:
        content = b"\x1d\x0b" + wa_id.encode() + b"\x15\x02\x00\x11\x18" + self.random_bytes(10).hex().upper().encode()
        return "wamid." + base64.b64encode(content).decode()

    def uuid(self) -> str:
        return str(uuid.UUID(bytes=self.random_bytes(16), version=4))

    def token(self, size: int = 24) -> str:
        return base64.urlsafe_b64encode(self.random_bytes(size)).rstrip(b"=").decode()


class RandomIdentifiers(_FromBytes):
    """Identifiers nobody can guess."""

    def random_bytes(self, count: int) -> bytes:
        return secrets.token_bytes(count)


class SeededIdentifiers(_FromBytes):
    """The same seed gives the same identifiers: for tests and replays only."""

    def __init__(self, seed: int = 0) -> None:
        self._source = random.Random(seed)

    def random_bytes(self, count: int) -> bytes:
        return self._source.randbytes(count)


class ReseedableIdentifiers(_FromBytes):
    """Identifiers nobody can guess, until they are given a seed: those of a box, which its control room seeds."""

    def __init__(self) -> None:
        self._source: Identifiers = RandomIdentifiers()

    def reseed(self, seed: int | None) -> None:
        """Begins anew with a seed; without one nobody can guess them any more."""
        self._source = RandomIdentifiers() if seed is None else SeededIdentifiers(seed)

    def random_bytes(self, count: int) -> bytes:
        return self._source.random_bytes(count)
