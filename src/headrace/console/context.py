"""What the console's pages are given."""

from dataclasses import dataclass

from headrace.business.side import BusinessSide


@dataclass(frozen=True)
class DockPhone:
    """A phone that can stand in the dock. `url` is the address of its page."""

    id: str
    name: str
    wa_id: str
    url: str


@dataclass(frozen=True)
class Connection:
    """What a developer needs to connect their own code."""

    base_url: str
    access_token: str
    waba_id: str
    phone_number_id: str
    app_id: str
    app_secret: str
    verify_token: str


@dataclass(frozen=True)
class ConsoleContext:
    """The business side, and what is shown around it: its name, where it runs, its phones."""

    side: BusinessSide
    dock: list[DockPhone]
    connection: Connection
    business_name: str
    where: str
