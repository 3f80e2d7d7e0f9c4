"""How far a message has come, as status webhooks tell it."""

from enum import StrEnum


class MessageStatus(StrEnum):
    """In the order in which a message goes through them; `FAILED` may end it before any other is reached."""

    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


FINAL_STATUSES = frozenset({MessageStatus.READ, MessageStatus.FAILED})
"""Nothing follows these."""

_RANK = {status.value: rank for rank, status in enumerate(MessageStatus)}


def precedes(status: str, following: str) -> bool:
    """Whether a message in `status` may still move to `following`.

    WhatsApp may tell statuses in any order, so one that is passed already, or that is unknown, moves nothing.
    """
    if status in FINAL_STATUSES:
        return False
    return _RANK.get(status, -1) < _RANK.get(following, -1)
