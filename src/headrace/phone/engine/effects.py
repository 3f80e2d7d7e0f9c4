"""The effects of an event: what is to be done outside of the session."""

from dataclasses import dataclass
from typing import Any

from headrace.phone.values.files import PickedFile


@dataclass(frozen=True, slots=True)
class Exchange:
    """Ask the endpoint. `request` is the clear body: version, action, screen, data, flow_token."""

    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notify:
    """Report to the endpoint, without waiting, that its answer could not be used. `request` is the clear body."""

    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SendFile:
    """Bring this file to where the business can fetch it, and answer with `Uploaded` or `UploadFailed`."""

    file: PickedFile


@dataclass(frozen=True, slots=True)
class Complete:
    """The Flow is done; `response` is the object that becomes `response_json`."""

    response: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Closed:
    """The sheet is gone and no response goes out. The message's button opens it again."""


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """Show this address in the browser: https, or what a link in a text leads to, which may be http."""

    url: str


@dataclass(frozen=True, slots=True)
class Expired:
    """The flow token is used up: the sheet is gone and the message's button no longer works."""

    message: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The phone did not take an input or a tap. `target` names it, `reason` says why, in a sentence for a person."""

    target: str
    reason: str


Effect = Exchange | Notify | SendFile | Complete | Closed | OpenUrl | Expired | Declined
