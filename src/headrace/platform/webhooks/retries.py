"""When an event is posted again. Pure: what happened so far and the time in, what to do next out.

A subscriber that cannot be reached holds up everything behind the first event that it has not taken, so that order is
kept. One event that a living subscriber keeps refusing must not hold up the others for ever: after a few refusals it is
set aside and goes on being tried by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

OFFSETS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 3600))
"""After the first attempt (at once), each attempt's distance from it; afterwards one every `LATER_INTERVAL`."""

UNREACHABLE_INTERVAL = timedelta(seconds=10)
UNREACHABLE_FOR = timedelta(minutes=15)
"""While nobody listens at all, an attempt costs nothing: the receiver is being restarted, so it is tried often."""

LATER_INTERVAL = timedelta(hours=6)
LONGEST = timedelta(days=7)
EARLY_AFTER = timedelta(seconds=5)
REFUSALS_UNTIL_SET_ASIDE = 4


@dataclass(frozen=True)
class Waiting:
    """An event that is not delivered yet."""

    next_attempt_at: datetime | None
    last_attempt_at: datetime | None

    def due_at(self, newest_behind: datetime | None, now: datetime) -> datetime | None:
        """When to try next; None is at once, also when the last attempt lies ahead: then the clock was set back.

        `newest_behind` is the moment of the newest event that waits behind this one: news since the last attempt are a
        reason to try early, 5 s after it.
        """
        if self.next_attempt_at is None or self.last_attempt_at is None or self.last_attempt_at > now:
            return None
        if newest_behind is None or newest_behind < self.last_attempt_at:
            return self.next_attempt_at
        return min(self.next_attempt_at, self.last_attempt_at + EARLY_AFTER)


def next_attempt(
    event_at: datetime, first_attempt_at: datetime, now: datetime, *, was_reached: bool = True
) -> datetime | None:
    """The next moment of the schedule that is still to come, or None when the seven days since the event are over.

    `was_reached` says whether the last attempt got any answer.
    """
    following = next((first_attempt_at + offset for offset in OFFSETS if first_attempt_at + offset > now), None)
    if following is None:
        later = first_attempt_at + OFFSETS[-1]
        following = later + ((now - later) // LATER_INTERVAL + 1) * LATER_INTERVAL
    if not was_reached and now < first_attempt_at + UNREACHABLE_FOR:
        following = min(following, now + UNREACHABLE_INTERVAL)
    return following if following <= event_at + LONGEST else None
