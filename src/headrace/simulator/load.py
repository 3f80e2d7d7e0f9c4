"""Many phones that fill in one Flow against its endpoint, and what is measured of it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from headrace.exchange.channel import Health, Outcome
from headrace.phone.engine.opening import Opening
from headrace.phone.engine.program import Program
from headrace.phone.session import Session
from headrace.simulator.driver import Driver
from headrace.simulator.play import Line, Play, Verdict
from headrace.simulator.steps import Step

SECONDS_BETWEEN_PINGS = 2.0


class Endpoint(Protocol):
    """The way to the endpoint; `exchange.channel.Channel` is one."""

    async def exchange(self, request: dict[str, Any]) -> Outcome: ...

    async def ping(self) -> Health: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """One exchange. `at` is in seconds since the start, `screen` is None when the Flow was opened; `is_notice` marks
    the report of an answer that the phone could not use.
    """

    at: float
    action: str
    screen: str | None
    milliseconds: int
    kind: str
    error_type: str | None
    is_notice: bool


@dataclass
class Measured:
    """What came of it so far. `latest` is by how many seconds the phone that was opened latest was late; `pings` are
    seconds since the start and whether the endpoint was well, `explanations` what was said of the first error of each
    type.
    """

    opened: int = 0
    completed: int = 0
    unfinished: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    exchanges: list[Asked] = field(default_factory=list)
    pings: list[tuple[float, bool]] = field(default_factory=list)
    explanations: dict[str, str] = field(default_factory=dict)
    latest: float = 0.0
    seconds: float = 0.0

    @property
    def failed(self) -> int:
        return self.failures.total()

    @property
    def ended(self) -> int:
        return self.completed + self.unfinished + self.failed


class Load:
    """Opens `phones` phones, `rate` a second, each of which does the steps as fast as the endpoint answers.

    Phones are opened by the clock, however slow the endpoint is, so that a slow one meets as many phones as it would in
    life. `opening` gives how the n-th phone opens the Flow.
    """

    def __init__(
        self,
        program: Program,
        opening: Callable[[int], Opening],
        steps: Sequence[Step],
        channel: Endpoint,
        *,
        phones: int,
        rate: float,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.measured = Measured()
        self._program = program
        self._opening = opening
        self._steps = steps
        self._channel = channel
        self._phones = phones
        self._rate = rate
        self._timer = timer
        self._started = 0.0

    async def run(self) -> Measured:
        """Runs until the last phone is done. Cancelled, it stops and gives what was measured until then."""
        self._started = self._timer()
        pinging = asyncio.create_task(self._ping())
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(self._phones):
                    await self._wait_for(number / self._rate)
                    self.measured.opened += 1
                    group.create_task(self._fill_in(number))
        except asyncio.CancelledError:
            pass
        finally:
            self.measured.seconds = self._elapsed()
            pinging.cancel()
            await asyncio.gather(pinging, return_exceptions=True)
        return self.measured

    async def _wait_for(self, due: float) -> None:
        early = due - self._elapsed()
        if early > 0:
            await asyncio.sleep(early)
        elif self.measured.opened % 64 == 0:
            await asyncio.sleep(0)  # others get their turn although this is behind
        self.measured.latest = max(self.measured.latest, self._elapsed() - due)

    async def _fill_in(self, number: int) -> None:
        faults: list[str] = []

        def hear(line: Line) -> None:
            if "error" in line:
                faults.append(_fault(line["error"]))
            elif "expired" in line:
                faults.append(f"The endpoint says that the flow token is used up (427): {line['expired']}")

        driver = Driver(Session.start(self._program, self._opening(number)), _Listening(self._channel, self._note))
        verdict = await Play(driver, hear).run(self._steps)
        if verdict is Verdict.COMPLETED:
            self.measured.completed += 1
        elif faults:
            # What the endpoint did comes first; that a step could not be done then follows from it.
            self.measured.failures[faults[0]] += 1
        else:
            self.measured.unfinished += 1

    async def _ping(self) -> None:
        while True:
            health = await self._channel.ping()
            self.measured.pings.append((self._elapsed(), health.is_well))
            await asyncio.sleep(SECONDS_BETWEEN_PINGS)

    def _note(self, outcome: Outcome) -> None:
        if outcome.error_type is not None and outcome.explanation:
            self.measured.explanations.setdefault(outcome.error_type, outcome.explanation)
        data = outcome.request.get("data")
        self.measured.exchanges.append(
            Asked(
                at=self._elapsed(),
                action=str(outcome.request.get("action", "")),
                screen=outcome.request.get("screen") or None,
                milliseconds=outcome.milliseconds,
                kind=outcome.kind,
                error_type=outcome.error_type,
                is_notice=isinstance(data, dict) and "error" in data and "error_message" in data,
            )
        )

    def _elapsed(self) -> float:
        return self._timer() - self._started


@dataclass(frozen=True)
class _Listening:
    """A way to the endpoint on which every outcome is heard."""

    channel: Endpoint
    hear: Callable[[Outcome], None]

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        outcome = await self.channel.exchange(request)
        self.hear(outcome)
        return outcome


def _fault(error: dict[str, Any]) -> str:
    where = f"step {error['step']} ({error['kind']}): " if "step" in error else ""
    return f"{where}{error['message']}"
