"""Kinds of devices, and which of them open Flows.

Flows need Android 6 or iOS 12. A companion device, such as a computer that is linked to a phone, opens none by default;
some do by Meta's newer rule.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """`words` name it among the switches; `refusal` is what a chat says instead of opening a Flow, empty where it
    opens.
    """

    words: str
    refusal: str = ""


DEVICES = {
    "current": Device("Up to date"),
    "outdated": Device("Android 5, iOS 11", "Update this phone to open the form. It needs Android 6 or iOS 12."),
    "companion": Device("Linked device", "Open this form on your phone. It cannot be opened on a linked device."),
    "companion_with_flows": Device("Linked device, newer"),
}
"""By the name under which it is kept."""


def refusal_of(device: str) -> str:
    """Why a device opens no Flow, in the words of its chat; empty where it does."""
    known = DEVICES.get(device)
    return known.refusal if known else ""
