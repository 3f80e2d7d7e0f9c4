"""What can be set when a server is started."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """Where a server keeps its data and where it listens.

    `data` is a folder; it holds `platform.db` and `business.db`. `refuse_frozen` makes the box refuse to publish a Flow
    whose version is frozen, as WhatsApp does.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8460
    refuse_frozen: bool = True

    @property
    def base_url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def database_url(self, side: str) -> str:
        """The SQLAlchemy URL of one side's database; `side` is `platform` or `business`."""
        return f"sqlite:///{self.data / f'{side}.db'}"
