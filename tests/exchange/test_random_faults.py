"""Whatever happens on the way to an endpoint, an exchange ends in exactly one classified outcome."""

import random
from collections import Counter
from collections.abc import Mapping

import pytest

from headrace.exchange.channel import Channel
from headrace.exchange.keys import KeyPair, load_private_key
from headrace.exchange.sealing import open_request, seal_response
from headrace.identifiers import SeededIdentifiers
from headrace.outbound import Answer, ConnectionLost, Forbidden, TimedOut, TooLarge, Unreachable
from headrace.protocol import ErrorType

pytestmark = pytest.mark.anyio

ROUNDS = 400
PROPER = b'{"screen":"A","data":{}}'
LOST = (TimedOut("late"), ConnectionLost("reset"), Unreachable("nobody"), Forbidden("no"), TooLarge("huge"))


class Weather:
    """A way on which anything may happen; it does the same for the same seed."""

    def __init__(self, private_pem: str) -> None:
        self._key = load_private_key(private_pem)
        self._chance = random.Random(7)

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        timeout: float = 10,
        max_bytes: int = 0,
    ) -> Answer:
        chance = self._chance
        opened = open_request(body or b"", self._key)
        good = seal_response(PROPER, opened.key, opened.iv).encode()
        happening = chance.randrange(9)
        if happening == 0:
            raise chance.choice(LOST)
        content = {
            1: good,
            2: good[: chance.randrange(len(good))],
            3: chance.randbytes(chance.randrange(200)),
            4: seal_response(chance.randbytes(30), opened.key, opened.iv).encode(),
            5: seal_response(PROPER, chance.randbytes(16), opened.iv).encode(),
            6: b"<html>" + good,
        }.get(happening, b"")
        status = chance.choice((200, 200, 200, 421, 421, 421, 427, 432, 500, 302, 204, 999))
        return Answer(status, {}, content, chance.randrange(10_000))


async def test_every_exchange_ends_in_one_outcome(pair: KeyPair) -> None:
    async def fetch() -> str:
        return pair.public_pem

    async def at_once(_seconds: float) -> None: ...

    weather = Weather(pair.private_pem)
    channel = Channel(weather, "https://e/", "secret", fetch, SeededIdentifiers(1), sleep=at_once, probes=False)
    met: Counter[str] = Counter()
    for number in range(ROUNDS):
        outcome = await channel.exchange({"version": "3.0", "action": "INIT", "data": {}, "flow_token": str(number)})
        met[outcome.error_type or outcome.kind] += 1
        if outcome.kind == "failed":
            assert outcome.error_type in set(ErrorType)
            assert (outcome.explanation or "").endswith((".", "late", "reset", "nobody", "no", "huge"))
        assert (outcome.kind == "answered") is (outcome.body is not None)
        if outcome.kind == "answered":
            assert isinstance(outcome.body, dict)
    assert met.total() == ROUNDS
    assert met.keys() >= {
        *("answered", "token_expired", ErrorType.TIMEOUT, ErrorType.NO_RESPONSE, ErrorType.UNEXPECTED_STATUS),
        *(ErrorType.RESPONSE_DECRYPTION, ErrorType.BUSINESS_DECRYPTION, ErrorType.MALFORMED_ANSWER),
    }
