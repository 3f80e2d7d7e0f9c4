"""Figures with their limits, and times that do not depend on what else the machine does.

A time is processor time of one thread, and each round is divided by a calibration loop that ran in the same round: a
machine that is slow at that moment is slow for both. What comes out are milliseconds of a plain machine: one that takes
`PLAIN_MILLISECONDS` for the loop.
"""

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil
from statistics import median

PLAIN_MILLISECONDS = 1.0
"""What the calibration loop takes on a plain machine: one core of a rented server, CPython 3.11."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `limit` is the most it may be, or the least where `at_least` is set."""

    name: str
    value: float
    limit: float
    unit: str
    note: str = ""
    at_least: bool = False

    @property
    def ratio(self) -> float:
        """How much of the limit is used up; above 1 the figure is over it."""
        if self.at_least:
            return self.limit / self.value if self.value else float("inf")
        return self.value / self.limit

    @property
    def is_ok(self) -> bool:
        return self.ratio <= 1

    @property
    def verdict(self) -> str:
        return "ok" if self.is_ok else "over"


def calibration_loop() -> int:
    """Work of the kind the project does: dictionaries, texts and calls."""
    names = [f"field_{number}" for number in range(64)]
    total = 0
    for step in range(_STEPS):
        found = {name: len(name) + step for name in names}
        total += sum(value for name, value in found.items() if name.endswith("7"))
    return total


_STEPS = 128


def processor_milliseconds(task: Callable[[], object]) -> float:
    """Processor time of this thread for one call."""
    start = time.thread_time_ns()
    task()
    return (time.thread_time_ns() - start) / 1e6


def plain_milliseconds(task: Callable[[], object], *, rounds: int, calls: int = 1) -> float:
    """The median time of one call on a plain machine, over rounds of so many calls."""
    task()
    ratios = []
    with _quiet():
        for _ in range(rounds):
            before = processor_milliseconds(calibration_loop)
            spent = processor_milliseconds(lambda: [task() for _ in range(calls)] and None)
            after = processor_milliseconds(calibration_loop)
            ratios.append(spent / calls / ((before + after) / 2))
    return median(ratios) * PLAIN_MILLISECONDS


def times_as_long(slow: Callable[[], object], quick: Callable[[], object], *, rounds: int, calls: int = 1) -> float:
    """How many times as long as `quick` (called `calls` times a round) `slow` takes: the median of many rounds."""
    slow()
    quick()
    ratios = []
    with _quiet():
        for _ in range(rounds):
            taken = processor_milliseconds(lambda: [quick() for _ in range(calls)] and None) / calls
            ratios.append(processor_milliseconds(slow) / taken)
    return median(ratios)


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]


class Unmeasurable(Exception):
    """What a figure needs is not on this machine; the message says what."""


class _quiet:  # noqa: N801 - reads as a statement
    """Keeps the garbage collector from falling into one of two tasks that are compared."""

    def __enter__(self) -> None:
        gc.collect()
        gc.disable()

    def __exit__(self, *_: object) -> None:
        gc.enable()
