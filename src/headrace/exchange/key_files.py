"""Where an endpoint's keys lie: two PEM files in a folder, and those of the pair before while it is replaced."""

import hashlib
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from headrace.exchange.keys import (
    KeyPair,
    UnusableKey,
    generate_key_pair,
    load_private_key,
    load_public_key,
    public_pem,
)

PRIVATE, PUBLIC = "private.pem", "public.pem"
FORMER_PRIVATE, FORMER_PUBLIC = "private.former.pem", "public.former.pem"


class KeysInTheWay(Exception):
    """A file would be lost. The text says which, and what to do."""


@dataclass(frozen=True)
class KeyFolder:
    """A folder with `private.pem` and `public.pem`; after `rotate` also with `private.former.pem` and its public half.

    Private keys are written as PKCS#8, readable by their owner only. OSError tells what the disk refuses.
    """

    path: Path

    @property
    def private(self) -> Path:
        return self.path / PRIVATE

    @property
    def public(self) -> Path:
        return self.path / PUBLIC

    @property
    def former_private(self) -> Path:
        return self.path / FORMER_PRIVATE

    def make(self, password: str | None) -> KeyPair:
        """Makes a pair where there is none; raises KeysInTheWay."""
        for file in (self.private, self.public):
            if file.exists():
                raise KeysInTheWay(f"{file} exists already. Replace the pair with: headrace keys rotate")
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        pair = generate_key_pair(password)
        _write(self.private, pair.private_pem, 0o600)
        _write(self.public, pair.public_pem, 0o644)
        return pair

    def rotate(self, password: str | None) -> KeyPair:
        """Makes a new pair and keeps the former one beside it, until nothing is sealed with it any more.

        Raises KeysInTheWay when the pair before that is still there, UnusableKey when there is nothing to replace.
        """
        if not self.private.exists():
            raise UnusableKey(f"{self.private} does not exist. Make a pair with: headrace keys new")
        if self.former_private.exists():
            raise KeysInTheWay(
                f"{self.former_private} is still there: the last rotation is not finished. Delete it once the new "
                "public key is registered and no request comes with the former one."
            )
        pair = generate_key_pair(password)
        private = _written_beside(self.private, pair.private_pem, 0o600)
        public = _written_beside(self.public, pair.public_pem, 0o644)
        os.link(self.private, self.former_private)
        with suppress(FileNotFoundError):
            os.replace(self.public, self.path / FORMER_PUBLIC)
        os.replace(private, self.private)
        os.replace(public, self.public)
        return pair

    def private_keys(self) -> list[Path]:
        """The private keys that an endpoint is given: the present one first."""
        return [file for file in (self.private, self.former_private) if file.exists()]

    def public_pem(self, password: str | None) -> str:
        """The present public key, made from the private one where its file is missing. Raises UnusableKey."""
        if not self.public.exists():
            return public_pem(load_private_key(self.private, password).public_key())
        pem = self.public.read_text("utf-8", "replace")
        load_public_key(pem)
        return pem


def fingerprint(pem: str) -> str:
    """The SHA-256 of a public key in hexadecimal digits, as `openssl rsa -pubin -outform DER | sha256sum` says it."""
    der = load_public_key(pem).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def _write(file: Path, text: str, mode: int) -> None:
    """Writes a file that must not exist yet, whole or not at all."""
    beside = _written_beside(file, text, mode)
    try:
        os.link(beside, file)
    except FileExistsError:
        raise KeysInTheWay(f"{file} exists already.") from None
    finally:
        beside.unlink()


def _written_beside(file: Path, text: str, mode: int) -> Path:
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(text)
        os.fchmod(opened.fileno(), mode)
    return Path(name)
