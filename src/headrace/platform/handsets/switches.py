"""The switches of a phone: what kind of phone it is, and how it is set."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.platform.box import Box
from headrace.platform.handsets.devices import DEVICES
from headrace.platform.handsets.models import Handset
from headrace.platform.messaging.reachability import set_online
from headrace.simulator.appearance import CHOICES, DIRECTIONS, PLATFORMS, TEXT_SIZES, THEMES, NoSuchSetting

__all__ = [
    "DEVICE_WORDS",
    "DIRECTIONS",
    "PLATFORMS",
    "TEXT_SIZES",
    "THEMES",
    "YES_NO",
    "NoSuchSetting",
    "in_words",
    "omits_token",
    "set_switches",
]

DEVICE_WORDS = {name: device.words for name, device in DEVICES.items()}

YES_NO = {"on": "Yes", "off": "No"}

ON_OFF = {"on": True, "off": False, "True": True, "False": False}

_CHOICES: Mapping[str, Mapping[str, object]] = {
    **CHOICES,
    "omits_flow_token": ON_OFF,
    "device": DEVICES,
    "online": ON_OFF,
    "read_receipts": ON_OFF,
}


async def set_switches(session: AsyncSession, box: Box, handset: Handset, wanted: Mapping[str, str]) -> None:
    """Sets the switches that `wanted` names and leaves the others; raises `NoSuchSetting` before it changes any."""
    for name, choices in _CHOICES.items():
        if name in wanted and wanted[name] not in choices:
            raise NoSuchSetting(f"{name} cannot be {wanted[name]!r}. It is one of {', '.join(choices)}.")
    handset.platform = wanted.get("platform", handset.platform)
    handset.theme = wanted.get("theme", handset.theme)
    handset.direction = wanted.get("direction", handset.direction)
    handset.device = wanted.get("device", handset.device)
    handset.text_size = int(wanted.get("text_size", handset.text_size))
    if "omits_flow_token" in wanted:
        handset.omits_flow_token = ON_OFF[wanted["omits_flow_token"]]
    if "read_receipts" in wanted:
        handset.user.sends_read_receipts = ON_OFF[wanted["read_receipts"]]
    if "online" in wanted:
        await set_online(session, box, handset.user, is_online=ON_OFF[wanted["online"]])


def omits_token(handset: Handset) -> bool:
    """Whether responses of this phone lack the flow token: only an iPhone does that."""
    return handset.platform == "ios" and handset.omits_flow_token


def in_words(handset: Handset) -> str:
    """How the phone is set, in one line; what is as usual goes without saying."""
    words = [PLATFORMS.get(handset.platform, handset.platform)]
    if not handset.user.is_online:
        words.append("offline")
    if not handset.user.sends_read_receipts:
        words.append("no read receipts")
    if handset.user.is_scripted:
        words.append("scripted")
    if handset.theme != "system":
        words.append(THEMES[handset.theme].lower())
    if handset.direction != "ltr":
        words.append(DIRECTIONS[handset.direction].lower())
    if handset.text_size != 100:
        words.append(f"text {handset.text_size} %")
    if handset.device != "current":
        words.append(DEVICES[handset.device].words.lower() if handset.device in DEVICES else handset.device)
    if omits_token(handset):
        words.append("no flow_token")
    return " · ".join(words)
