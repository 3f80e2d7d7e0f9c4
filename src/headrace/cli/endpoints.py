"""The endpoint a command is to talk to: its address and public key, as options give them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.cli.sources import UnusableError

if TYPE_CHECKING:
    from headrace.exchange.channel import Channel
    from headrace.exchange.transport import Transport

_LARGEST_KEY = 100_000


def channel_to(transport: "Transport", endpoint: str, public_key: Path | None, app_secret: str) -> "Channel":
    """The way to an endpoint; raises `UnusableError` when the options cannot be used."""
    from headrace.exchange.channel import Channel
    from headrace.identifiers import RandomIdentifiers

    if not endpoint.startswith(("http://", "https://")):
        raise UnusableError(f"{endpoint} is not an http address.")
    if public_key is None:
        raise UnusableError("--endpoint needs --public-key: requests are sealed with it.")
    return Channel(transport, endpoint, app_secret, _fetching(public_key), RandomIdentifiers())


def _fetching(public_key: Path) -> Callable[[], Awaitable[str]]:
    from headrace.exchange.keys import UnusableKey, load_public_key

    try:
        with public_key.open("rb") as file:
            pem = file.read(_LARGEST_KEY).decode("utf-8", "replace")
        load_public_key(pem)
    except OSError as error:
        raise UnusableError(f"{public_key} cannot be read: {error.strerror or error}.") from None
    except UnusableKey as error:
        raise UnusableError(f"{public_key}: {error}") from None

    async def fetch() -> str:
        return pem

    return fetch
