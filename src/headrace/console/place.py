"""Where a workspace is at work: on a box with phones to look at, or at Meta with people one cannot see."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from headrace.business.flows.sending import NotSendable
from headrace.business.traffic.entries import TrafficLog

_NUMBER = re.compile(r"[0-9]{7,15}")


@dataclass(frozen=True)
class DockPhone:
    """A phone that can stand in the dock. `url` is the address of its page."""

    id: str
    name: str
    wa_id: str
    url: str


@dataclass(frozen=True)
class DeveloperAccess:
    """What a developer needs to connect their own code."""

    base_url: str
    access_token: str
    waba_id: str
    phone_number_id: str
    app_id: str
    app_secret: str
    verify_token: str


@dataclass(frozen=True)
class Recipient:
    """Whom a Flow is sent to. `url` is the page of their phone, where there is one to look at."""

    wa_id: str
    name: str
    url: str | None


@dataclass(frozen=True)
class EndpointFigures:
    """What a box measured of a Flow's endpoint lately; rates are between 0 and 1. None is too little to judge by."""

    requests: int
    pings: int
    endpoint_error_rate: float | None
    p90_milliseconds: int | None
    availability: float | None
    client_error_rate: float | None


class Watch(Protocol):
    """Who measures endpoints, where one can look over its shoulder."""

    async def figures(self, flow_id: str) -> EndpointFigures | None:
        """The present figures; none of a Flow that is not watched."""
        ...


class Place(Protocol):
    """What the console asks of where it is."""

    @property
    def label(self) -> str:
        """Where, in the top bar."""
        ...

    @property
    def phones(self) -> Sequence[DockPhone]:
        """The phones to frame and to send to; empty where numbers are typed."""
        ...

    @property
    def developer(self) -> DeveloperAccess | None:
        """What connects a developer's own code, where the place hands it out."""
        ...

    @property
    def watch(self) -> Watch | None:
        """The exact figures of endpoints, where they can be had; elsewhere WhatsApp's metrics are asked for."""
        ...

    @property
    def log(self) -> TrafficLog | None:
        """What WhatsApp's side wrote down of all traffic, where it can be looked into."""
        ...

    def recipient(self, typed: str) -> Recipient:
        """Who is meant by what stands in the send form. Raises `NotSendable`."""
        ...


@dataclass(frozen=True)
class BoxPlace:
    """A box: its phones stand in the dock."""

    label: str
    phones: Sequence[DockPhone]
    developer: DeveloperAccess | None
    log: TrafficLog | None = None
    watch: Watch | None = None

    def recipient(self, typed: str) -> Recipient:
        phone = next((phone for phone in self.phones if phone.wa_id == typed), None)
        if phone is None:
            raise NotSendable("Choose a phone of this box.")
        return Recipient(phone.wa_id, phone.name, phone.url)


@dataclass(frozen=True)
class MetaPlace:
    """Meta: people are named by their numbers."""

    label: str
    phones: Sequence[DockPhone] = field(default=(), init=False)
    developer: DeveloperAccess | None = field(default=None, init=False)
    log: TrafficLog | None = field(default=None, init=False)
    watch: Watch | None = field(default=None, init=False)

    def recipient(self, typed: str) -> Recipient:
        digits = re.sub(r"[\s().+-]", "", typed)
        if not _NUMBER.fullmatch(digits):
            raise NotSendable("The number needs its country code and 7 to 15 digits, like +44 20 7946 0101.")
        return Recipient(digits, f"+{digits}", None)
