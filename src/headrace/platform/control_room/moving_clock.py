"""Moving the clock of a box, so that everything that falls due on the way happens at its own moment.

The clock goes from one due moment to the next, and stands at each until all that is due then is done, and what that
makes due. What comes again and again (pings, say) goes on in its own rhythm; on a long way that is true of the last
hours only, before them the steps are wider.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from headrace.clock import MovableClock
from headrace.jobs import Jobs
from headrace.platform.box import Box
from headrace.platform.health.watching import WATCH, evaluate, find_watched

FARTHEST = timedelta(days=366)
IN_FULL = timedelta(hours=12)
"""The last part of a long way, in which everything keeps its rhythm."""

_WIDE_STEPS = 60
_MOST_STEPS = 5_000
_MOST_ROUNDS = 100
"""Work that makes work without end, all of it due at once, does not keep the clock for ever."""


class UnmovableClock(ValueError):
    """The clock cannot go there. The words say why."""


class ClockMover:
    """Moves the clock of one box. `neighbours` is work of others by the same clock, such as the business side's."""

    def __init__(self, box: Box, neighbours: Sequence[Jobs] = ()) -> None:
        self._box = box
        self._works = (box.jobs, *neighbours)
        self._turn = asyncio.Lock()

    async def move(self, *, by: timedelta | None = None, to: datetime | None = None) -> None:
        """Moves the clock by a length of time, to a moment, or back to the machine's time; jobs due by then are done
        when this returns.

        The machine's own time goes on meanwhile, as it always does. Raises `UnmovableClock`.
        """
        clock = self._clock()
        async with self._turn:
            target = clock.offset + by if by is not None else (to or clock.base.now()) - clock.base.now()
            if abs(target) > FARTHEST:
                raise UnmovableClock(f"The clock moves at most {FARTHEST.days} days away from the machine's time.")
            self._box.controls.clock_is_moving = True
            try:
                await self._go(target)
            finally:
                self._box.controls.clock_is_moving = False
            await evaluate(self._box)
            await self._settle()

    async def _go(self, target: timedelta) -> None:
        clock = self._clock()
        await self._settle()
        has_rhythm = await self._has_rhythm()
        smallest = max(timedelta(seconds=1), (target - clock.offset) / _MOST_STEPS)
        while clock.offset + smallest < target:
            step = await self._step(target - clock.offset, has_rhythm)
            await self._set(min(clock.offset + max(step, smallest), target), target)
            await self._settle()
        await self._set(target, target)
        await self._settle()

    def _clock(self) -> MovableClock:
        if not isinstance(self._box.clock, MovableClock):
            raise UnmovableClock("The clock of this box cannot be moved.")
        return self._box.clock

    async def _has_rhythm(self) -> bool:
        """Whether any endpoint is asked again and again; without one there is nothing to do between due moments."""
        async with self._box.database.reading() as session:
            return bool(await find_watched(session, self._box.clock.now()))

    async def _step(self, rest: timedelta, has_rhythm: bool) -> timedelta:
        """How far the clock may go at once, of what is left."""
        steps = [rest]
        if has_rhythm:
            due = await self._box.jobs.due_at(WATCH)
            rhythm = timedelta(seconds=self._box.controls.values.rules.ping_seconds)
            if due is not None:
                rhythm = min(rhythm, due - self._box.clock.now())
            if rest > IN_FULL:
                rhythm = min(max(rhythm, rest / _WIDE_STEPS), rest - IN_FULL)
            steps.append(rhythm)
        for works in self._works:
            due = await works.next_due()
            if due is not None:
                steps.append(due - self._box.clock.now())
        return max(timedelta(0), min(steps))

    async def _set(self, offset: timedelta, target: timedelta) -> None:
        if offset < target and self._box.database.is_sqlite:
            self._clock().offset = offset  # nobody else goes by this file: it is enough to write where the way ends
        else:
            await self._write(offset)

    async def _write(self, offset: timedelta) -> None:
        box = self._box
        await box.controls.change(box.database, box.clock, lambda values: replace(values, clock_offset=offset))

    async def _settle(self) -> None:
        """Does what is due on all sides, and what that makes due."""
        for _ in range(_MOST_ROUNDS):
            for works in self._works:
                await works.drain()
            now = self._box.clock.now()
            due = [await works.next_due() for works in self._works]
            if all(moment is None or moment > now for moment in due):
                return
