"""What a person or a script needs to connect to a running box."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Credentials:
    """Address, token and ids of the developer's app, and everything the box holds.

    `wabas` and `senders` are objects with `id` and what names them, `handsets` with `id`, `name`, `wa_id` and `url`.
    """

    base_url: str
    access_token: str
    app_id: str
    app_secret: str
    verify_token: str
    console_url: str
    wabas: tuple[dict[str, Any], ...]
    senders: tuple[dict[str, Any], ...]
    handsets: tuple[dict[str, Any], ...]

    @property
    def waba_id(self) -> str:
        return str(self.wabas[0]["id"])

    @property
    def phone_number_id(self) -> str:
        return str(self.senders[0]["id"])

    def as_json(self) -> dict[str, Any]:
        """The object `headrace serve --format json` prints."""
        return {
            "base_url": self.base_url,
            "access_token": self.access_token,
            "waba_id": self.waba_id,
            "phone_number_id": self.phone_number_id,
            "app_id": self.app_id,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
            "console_url": self.console_url,
            "wabas": list(self.wabas),
            "senders": list(self.senders),
            "handsets": list(self.handsets),
        }

    def as_text(self) -> str:
        """The same for people."""
        phones = "\n".join(f"  {phone['name']:<16} {phone['url']}" for phone in self.handsets)
        return (
            f"Headrace is running on {self.base_url}\n\n"
            f"Console          {self.console_url}\n"
            f"Graph API        {self.base_url}/v23.0\n"
            f"Access token     {self.access_token}\n"
            f"WABA             {self.waba_id}\n"
            f"Phone number     {self.phone_number_id}\n"
            f"App              {self.app_id}\n"
            f"App secret       {self.app_secret}\n"
            f"Verify token     {self.verify_token}\n\n"
            f"Phones\n{phones}\n\n"
            "Ctrl-C stops it.\n"
        )
