"""Keeps access tokens and secrets encrypted in the database, with a key that lies outside of it.

The key is one of the installation: in `HEADRACE_SECRET_KEY`, or in a file of the data folder that only its owner may
read. A copy of the database alone opens nothing. Several keys, parted by commas, serve a change of keys: the first
encrypts, all decrypt.
"""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

VARIABLE = "HEADRACE_SECRET_KEY"
_FILE = "secret.key"


class KeyUnusable(Exception):
    """The installation's key is missing, malformed, or not the one that something was encrypted with."""


class Vault:
    """Encrypts texts with the key of the installation."""

    def __init__(self, keys: str) -> None:
        """`keys` is one Fernet key (32 bytes in URL-safe base64), or several parted by commas."""
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
        except ValueError as error:
            words = f"The key in {VARIABLE} or in the file {_FILE} is not 32 bytes in URL-safe base64."
            raise KeyUnusable(words) from error

    def encrypt(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def decrypt(self, sealed: str) -> str:
        """The text again. Raises `KeyUnusable` when another key encrypted it, or when it was changed."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            words = (
                f"What is kept encrypted cannot be read with this key. Set {VARIABLE}, or put back the file {_FILE} "
                "that belongs to this database."
            )
            raise KeyUnusable(words) from error


def open_vault(folder: Path, environment: Mapping[str, str] = os.environ) -> Vault:
    """The vault with the key of the environment, else of the folder, where it is made when there is none.

    Raises `KeyUnusable`.
    """
    keys = environment.get(VARIABLE, "").strip()
    return Vault(keys or _kept_key(folder / _FILE))


def _kept_key(path: Path) -> str:
    try:
        if not path.exists():
            _make_key(path)
        return path.read_text().strip()
    except OSError as error:
        words = f"The file {path} with the key of this installation cannot be used: {error.strerror}."
        raise KeyUnusable(words) from error


def _make_key(path: Path) -> None:
    """Makes the file whole or not at all; where another process was quicker, its file stays."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)  # only its owner may read it
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(Fernet.generate_key().decode() + "\n")
        with suppress(FileExistsError):
            os.link(name, path)
    finally:
        os.unlink(name)
