"""Words about phone numbers: whether one can be sent from, and what the business behind it does."""

from enum import StrEnum
from typing import Final


class NumberStatus(StrEnum):
    """Whether a phone number is in service. Only a connected one sends."""

    CONNECTED = "CONNECTED"
    PENDING = "PENDING"
    OFFLINE = "OFFLINE"
    DISCONNECTED = "DISCONNECTED"
    FLAGGED = "FLAGGED"
    RESTRICTED = "RESTRICTED"
    BANNED = "BANNED"
    DELETED = "DELETED"
    MIGRATED = "MIGRATED"
    RATE_LIMITED = "RATE_LIMITED"
    UNKNOWN = "UNKNOWN"


VERIFIED: Final = "VERIFIED"
NOT_VERIFIED: Final = "NOT_VERIFIED"
"""Whether somebody has shown that the number is theirs, by a code sent to it."""

MESSAGING_TIERS: Final[dict[str, int | None]] = {
    "TIER_250": 250,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
    "TIER_UNLIMITED": None,
}
"""How many people a business may write to first within 24 hours, by the name of its messaging limit."""

UNLIMITED: Final = "TIER_UNLIMITED"

VERTICALS: Final = (
    "UNDEFINED",
    "OTHER",
    "AUTO",
    "BEAUTY",
    "APPAREL",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GROCERY",
    "GOVT",
    "HOTEL",
    "HEALTH",
    "NONPROFIT",
    "PROF_SERVICES",
    "RETAIL",
    "TRAVEL",
    "RESTAURANT",
    "ALCOHOL",
    "ONLINE_GAMBLING",
    "PHYSICAL_GAMBLING",
    "OTC_DRUGS",
    "NOT_A_BIZ",
)
"""What a business profile may name as its trade."""
