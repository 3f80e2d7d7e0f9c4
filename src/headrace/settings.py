"""What can be set when a server is started."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Part(StrEnum):
    """What one process of an installation does, when it does not do everything."""

    BOX = "box"
    CONSOLE = "console"
    WORKER = "worker"


class PublishedFlows(StrEnum):
    """What may become of a published Flow: nothing more, or a draft again that is published anew."""

    LOCKED = "locked"
    EDITABLE = "editable"


@dataclass(frozen=True)
class Settings:
    """Where a server keeps its data, where it listens, and by what address others reach it.

    `data` is a folder; without `database` it holds the two databases, `platform.db` and `business.db`. `database` is
    the URL of a PostgreSQL database, in which each side has a schema of its own. `public_url` goes out in webhooks,
    links and credentials; it is where this process listens unless something stands before it. `only` names the part
    that this process does, `private_networks` whether endpoints, callbacks and other addresses of this machine and its
    network are called, `does_jobs` whether it also does the work behind its pages. `refuse_frozen` makes the box
    refuse to publish a Flow whose version is frozen, as WhatsApp does; `published_flows` is its rule for changing one
    that is published (docs/lifecycle.md). `require_proof` refuses calls of people's apps without `appsecret_proof`.
    `keep_days` is how many days webhooks are kept after they happened; None keeps them for good. `playground` is
    whether anybody may use the Playground without signing in; with None where only this machine reaches the server.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8460
    refuse_frozen: bool = True
    database: str | None = None
    public_url: str | None = None
    only: Part | None = None
    does_jobs: bool = True
    private_networks: bool = True
    published_flows: PublishedFlows = PublishedFlows.LOCKED
    require_proof: bool = False
    keep_days: int | None = None
    playground: bool | None = None

    @property
    def base_url(self) -> str:
        """The address others reach this installation by, without a slash at its end."""
        if self.public_url is not None:
            return self.public_url.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def database_url(self, side: str) -> str:
        """The URL of one side's database (see `headrace.database.Database`); `side` is `platform` or `business`."""
        if self.database is None:
            return f"sqlite:///{self.data / f'{side}.db'}"
        return f"{self.database}{'&' if '?' in self.database else '?'}schema={side}"
