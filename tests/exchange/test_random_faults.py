"""Whatever happens on the way to an endpoint, an exchange ends in exactly one classified outcome, and nothing stays.

Sockets are real, waits are not: a week passes in some minutes. HEADRACE_FAULTS=10080 has so many exchanges, one a
minute of a week (`make faults`), and prints how they ended.
"""

import asyncio
import gc
import os
import random
import tracemalloc
from collections import Counter

from tests.exchange.wires import FAULTS, FaultyEndpoint
from tests.virtual_time import run

from headrace.exchange.channel import PROBING_SECONDS, RESEND_AFTER_SECONDS, TIMEOUT_SECONDS, Channel, Outcome
from headrace.exchange.keys import KeyPair
from headrace.identifiers import SeededIdentifiers
from headrace.outbound import Outbound
from headrace.protocol import ErrorType

EXCHANGES = int(os.environ.get("HEADRACE_FAULTS", "0")) or 140
WARMING_UP = max(EXCHANGES // 5, 2 * len(FAULTS))
MINUTES = 7 * 24 * 60
LONGEST_SECONDS = 2 * TIMEOUT_SECONDS + RESEND_AFTER_SECONDS + PROBING_SECONDS + 0.1
MOST_BYTES = 64 * 1024
LATE_SECONDS = 3.0
"""Until then an endpoint may still say something behind its answer."""
OF_ONE_SESSION = 20
"""Exchanges on one channel, as a person who opened a Flow makes them; the connections outlive it."""


def judge(name: str, outcome: Outcome) -> str:
    """How an exchange ended, in one word; fails where it is not one of the ways in which it may."""
    ended = str(outcome.error_type or outcome.kind)
    assert ended in FAULTS[name].outcomes, (name, ended, outcome.explanation)
    assert (outcome.kind == "answered") is (outcome.body is not None)
    assert (outcome.kind == "failed") is (outcome.error_type is not None)
    if outcome.kind == "failed":
        assert outcome.error_type in set(ErrorType)
        assert (outcome.explanation or "").endswith("."), outcome.explanation
    return ended


async def live_through(pair: KeyPair, exchanges: int, warming_up: int, gap: float) -> tuple[Counter[str], int]:
    """How so many exchanges ended, and by how many bytes the memory grew after the warming up."""
    chance = random.Random(7)
    identifiers = SeededIdentifiers(1)
    endpoint = FaultyEndpoint(pair.private_pem, chance)
    names = [*FAULTS]
    weights = [FAULTS[name].weight for name in names]
    ended: Counter[str] = Counter()
    loop = asyncio.get_running_loop()

    async def fetch() -> str:
        return pair.public_pem

    def in_use() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    at_first = 0
    async with endpoint.served() as port, Outbound(private_networks=True, timer=loop.time) as outbound:
        target = f"http://127.0.0.1:{port}/"
        channel = Channel(outbound, target, "secret", fetch, identifiers, timer=loop.time)
        for number in range(-warming_up, exchanges):
            if number == 0:
                at_first = in_use()
                ended.clear()
            if number % OF_ONE_SESSION == 0:
                channel = Channel(outbound, target, "secret", fetch, identifiers, timer=loop.time)
            name = names[number % len(names)] if number < 0 else chance.choices(names, weights)[0]
            endpoint.next = FAULTS[name]
            began = loop.time()
            outcome = await channel.exchange({"version": "3.0", "action": "INIT", "flow_token": str(number)})
            assert loop.time() - began <= LONGEST_SECONDS, (name, loop.time() - began)
            ended[judge(name, outcome)] += 1
            await asyncio.sleep(LATE_SECONDS + chance.expovariate(1 / gap))
        del channel
        await asyncio.sleep(300)
        grown = in_use() - at_first
    return ended, grown


def test_every_exchange_of_a_week_ends_in_one_outcome_and_memory_is_flat(pair: KeyPair) -> None:
    tracemalloc.start()
    try:
        ended, grown = run(live_through(pair, EXCHANGES, WARMING_UP, MINUTES * 60 / EXCHANGES))
    finally:
        tracemalloc.stop()
    print(f"\n{ended.total():,} exchanges in a week, after {WARMING_UP:,} to warm up")
    for name, count in ended.most_common():
        print(f"{count:>8,}  {name}")
    print(f"{grown:>8,}  bytes more in use than before")
    assert ended.total() == EXCHANGES
    assert ended.keys() == {outcome for fault in FAULTS.values() for outcome in fault.outcomes}
    assert grown < MOST_BYTES
