"""Where a connector runs: which folder its files lie in, where its secrets come from, and what it may reach."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from headrace.exchange.connectors.language import Secret

_LONGEST_SECRET: Final = 16 * 1024


class SourceFailed(Exception):
    """A database, an API, a table or a secret cannot be used; the text says which and why, and holds no secret."""


class Secrets(Protocol):
    """Gives the value of a secret. Raises SourceFailed."""

    def __call__(self, name: str, secret: Secret) -> str: ...


@dataclass(frozen=True)
class Surroundings:
    """`folder` holds the files that a connector names; on a server nothing outside of it is reached. `secrets` gives
    the values behind `${secret.name}`. `private_networks` lets it call this machine and its network. In a rehearsal
    nothing is changed: what SQL writes is taken back, and only GET calls an API.
    """

    folder: Path
    secrets: Secrets
    private_networks: bool
    is_server: bool = False
    is_rehearsal: bool = False

    def file(self, name: str) -> Path:
        """The path of a file that the connector names. Raises SourceFailed."""
        try:
            path = (self.folder / name).resolve()
            if self.is_server and path.parent != self.folder.resolve():
                raise SourceFailed(f"The file '{name[:100]}' has a folder in its name; here a name alone is wanted.")
        except (OSError, ValueError, RuntimeError):
            raise SourceFailed(f"'{name[:100]}' is no name of a file.") from None
        return path


@dataclass(frozen=True)
class OwnSecrets:
    """Secrets of whoever starts the connector: environment variables, and files beside it."""

    folder: Path

    def __call__(self, name: str, secret: Secret) -> str:
        if secret.variable is not None:
            value = os.environ.get(secret.variable)
            if not value:
                raise SourceFailed(f"The secret {name} is not there: set the environment variable {secret.variable}.")
            return value
        path = self.folder / (secret.file or "")
        try:
            with path.open("rb") as file:
                content = file.read(_LONGEST_SECRET + 1)
            value = content.decode().strip()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is no text"
            raise SourceFailed(f"The secret {name} cannot be read from {secret.file}: {reason}.") from None
        if not value or len(content) > _LONGEST_SECRET:
            raise SourceFailed(f"The file {secret.file} of the secret {name} is empty, or longer than 16 KB.")
        return value


@dataclass(frozen=True)
class KeptSecrets:
    """Secrets that a server keeps for a connector, by their names; `env` and `file` mean nothing there."""

    values: Mapping[str, str]

    def __call__(self, name: str, secret: Secret) -> str:
        value = self.values.get(name)
        if not value:
            raise SourceFailed(f"The secret {name} is not there yet: give its value on the connector's page.")
        return value
