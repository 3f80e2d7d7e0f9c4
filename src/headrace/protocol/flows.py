"""Words about Flows: their statuses and categories, the name of the last screen, the token that stands for none."""

from enum import StrEnum
from typing import Final

SUCCESS: Final = "SUCCESS"
"""The pseudo screen by which an endpoint ends a Flow. No real screen may be called so."""

UNUSED_TOKEN: Final = "unused"  # noqa: S105 - the protocol's word for "no token was given"
"""The flow token of a message that was sent without one."""

USABLE_VERSIONS: Final = 5
"""At most this many of the latest published versions of a Flow can still be opened."""

CATEGORIES: Final = (
    "SIGN_UP",
    "SIGN_IN",
    "APPOINTMENT_BOOKING",
    "LEAD_GENERATION",
    "CONTACT_US",
    "CUSTOMER_SUPPORT",
    "SURVEY",
    "SHOPPING",
    "OTHER",
)
"""What a Flow can be for, in the order of Meta's reference."""


class FlowStatus(StrEnum):
    """Where a Flow is in its life. `DELETED` is ours alone: no face shows a deleted Flow."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    THROTTLED = "THROTTLED"
    BLOCKED = "BLOCKED"
    DEPRECATED = "DEPRECATED"
    DELETED = "DELETED"


LISTED_ERRORS: Final = 50
"""`validation_errors` of a Flow holds at most so many."""
