"""What an endpoint can answer, beside the raw limit: opening one RSA-2048 key with the same OpenSSL.

All figures but the last are processor time: of this thread, or of the server's whole process.
"""

import asyncio
import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import aiohttp

from benchmarks.endpoint_servers import SECRET, SHOWN
from benchmarks.measuring import Figure, Unmeasurable, percentile, processor_milliseconds
from benchmarks.servers import processor_seconds_of
from headrace.exchange import messages
from headrace.exchange.keys import generate_key_pair, load_private_key, load_public_key
from headrace.exchange.request_variants import RIGHT_PADDING
from headrace.exchange.sealing import open_request, seal_request, seal_response, sign

ROUNDS, REQUESTS = 5, 1500
CALLERS = 8
_AT_HALF_LOAD = 600
ASKED = {"version": "3.0", "action": "data_exchange", "screen": "A", "data": {"name": "Ida"}, "flow_token": "t"}
_ROOT = Path(__file__).parents[1]
_NODE = _ROOT / "tests" / "exchange" / "foreign" / "endpoint.mjs"
_EXPRESS = Path(__file__).parent / "express" / "endpoint.mjs"
_EXPRESS_VERSION = "5.3.0"
_IN_EXPRESS = (
    ("each", 3, "that opens its PEM with the password for each request, as WhatsApp's documentation shows it"),
    ("once", 1, "that opens its PEM once"),
)
"""When it opens its key, and how many times as much the library has to do. Who opens it once spends most of the time
in the same OpenSSL: three times as much would be more than OpenSSL can do."""


class _Bench(NamedTuple):
    folder: Path
    body: bytes
    raw: Callable[[], object]


def measure(*, quick: bool = False) -> Iterator[Figure]:
    pair = generate_key_pair()
    key = load_private_key(pair.private_pem)
    body = seal_request(messages.to_bytes(ASKED), load_public_key(pair.public_pem), bytes(16), bytes(16)).body
    sealed_key = b64decode(json.loads(body)["encrypted_aes_key"])

    def raw() -> object:
        return key.decrypt(sealed_key, RIGHT_PADDING)

    def pure() -> object:
        opened = open_request(body, key)
        messages.from_bytes(opened.body)
        return seal_response(messages.to_bytes({"screen": "A", "data": SHOWN}), opened.key, opened.iv)

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "private.pem").write_text(pair.private_pem)
        bench = _Bench(Path(folder), body, raw)
        count = 3 if quick else 60
        shares = [_of_many(raw, count) / _of_many(pure, count) for _ in range(1 if quick else 21)]
        yield Figure("opening and sealing alone", median(shares), 0.9, "of the limit", at_least=True)
        rounds, requests = (1, 40) if quick else (ROUNDS, REQUESTS)
        library, raw_share = _served(bench, ("library", _key(bench)), rounds, requests)
        yield Figure("the endpoint library, served", raw_share, 0.55, "of the limit", at_least=True)
        if quick:
            return
        with _process(["-m", "benchmarks.endpoint_servers", "service"]) as (_, port):
            target = f"http://127.0.0.1:{port}/"
            _, raw_share = _served(bench, ("relay", _key(bench), target), rounds, requests)
        yield Figure("the relay before a service", raw_share, 0.4, "of the limit", at_least=True)
        other, _ = _served(bench, ("pywa", _key(bench)), rounds, requests)
        yield Figure("beside pywa's ciphers in FastAPI", other / library, 1, "times as many", at_least=True)
        if node := shutil.which("node"):
            other, _ = _served(bench, (), rounds, requests, command=[node, str(_NODE), _key(bench)], path="right")
            yield Figure("beside a small endpoint in Node", other / library, 1, "times as many", at_least=True)
            for when, least, note in _IN_EXPRESS:
                command = [node, str(_EXPRESS), _key(bench), str(_express()), when]
                other, share = _served(bench, (), rounds, requests, command=command)
                told = f"{note}; it reaches {share:.2f} of the limit"
                yield Figure(
                    "beside a small endpoint in Express", other / library, least, "times as many", told, at_least=True
                )
        yield _latency(bench, library)


def _express() -> Path:
    """The folder where Express is installed, from npm when it is not there yet."""
    folder = _ROOT / ".cache" / "benchmarks" / f"express-{_EXPRESS_VERSION}"
    if (folder / "node_modules" / "express").is_dir():
        return folder
    if (npm := shutil.which("npm")) is None:
        raise Unmeasurable("npm is missing, which installs Express")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    install = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"express@{_EXPRESS_VERSION}"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603 - a pinned package
    if done.returncode:
        raise Unmeasurable(f"Express cannot be installed: {done.stderr.strip()[-200:]}")
    return folder


def _key(bench: _Bench) -> str:
    return str(bench.folder / "private.pem")


def _of_many(task: Callable[[], object], count: int) -> float:
    def many() -> None:
        for _ in range(count):
            task()

    return processor_milliseconds(many)


def _served(
    bench: _Bench,
    arguments: tuple[str, ...],
    rounds: int,
    requests: int,
    *,
    command: list[str] | None = None,
    path: str = "",
) -> tuple[float, float]:
    """Processor milliseconds of a request, and the share of the raw limit; medians of rounds."""
    line = command or [sys.executable, "-m", "benchmarks.endpoint_servers", *arguments]
    spent, shares = [], []
    with _process(line, is_whole=True) as (process, port):
        asyncio.run(_ask(port, path, bench.body, CALLERS * 4))
        for _ in range(rounds):
            limit = _of_many(bench.raw, max(requests // 20, 3)) / max(requests // 20, 3)
            before = processor_seconds_of(process.pid)
            asyncio.run(_ask(port, path, bench.body, requests))
            each = max(processor_seconds_of(process.pid) - before, 0.01) * 1000 / requests
            limit = (limit + _of_many(bench.raw, max(requests // 20, 3)) / max(requests // 20, 3)) / 2
            spent.append(each)
            shares.append(limit / each)
    return median(spent), median(shares)


def _latency(bench: _Bench, each: float) -> Figure:
    """The slowest of a hundred answers at half of what the server can do: the median of rounds, since on a machine that
    is not quiet the server itself has to wait for its turn.
    """

    async def ask(port: int) -> list[float]:
        taken: list[float] = []
        async with aiohttp.ClientSession() as session:

            async def one() -> None:
                began = time.perf_counter()
                await _post(session, port, "", bench.body)
                taken.append((time.perf_counter() - began) * 1000)

            waiting = []
            for _ in range(_AT_HALF_LOAD):
                waiting.append(asyncio.create_task(one()))
                await asyncio.sleep(each * 2 / 1000)
            await asyncio.gather(*waiting)
        return taken

    with _process([sys.executable, "-m", "benchmarks.endpoint_servers", "library", _key(bench)], is_whole=True) as (
        _,
        port,
    ):
        asyncio.run(_ask(port, "", bench.body, 100))
        slowest = [percentile(asyncio.run(ask(port)), 0.99) for _ in range(ROUNDS)]
    return Figure("an answer at half the load, 99th percentile", median(slowest), 10, "ms")


async def _ask(port: int, path: str, body: bytes, count: int) -> None:
    async with aiohttp.ClientSession() as session:
        left = iter(range(count))

        async def caller() -> None:
            for _ in left:
                await _post(session, port, path, body)

        await asyncio.gather(*(caller() for _ in range(CALLERS)))


async def _post(session: aiohttp.ClientSession, port: int, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": sign(SECRET, body)}
    async with session.post(f"http://127.0.0.1:{port}/{path}", data=body, headers=headers) as response:
        text = await response.text()
        if response.status != 200 or not text:
            raise Unmeasurable(f"the endpoint answered {response.status}")


@contextlib.contextmanager
def _process(command: list[str], *, is_whole: bool = False) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server that prints its port."""
    line = command if is_whole else [sys.executable, *command]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own servers
        try:
            assert process.stdout is not None
            printed = process.stdout.readline()
            if not printed.strip().isdigit():
                raise Unmeasurable(f"{line[1:3]} did not start")
            yield process, int(printed)
        finally:
            process.kill()
