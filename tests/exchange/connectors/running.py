"""Connectors at work in a test: a runner in a folder, a person that walks, an HTTP server that does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.examples.walking import EXAMPLES, Walker

from headrace.exchange.channel import Channel
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.connectors.running import Note, Reply, Runner
from headrace.exchange.connectors.surroundings import KeptSecrets, Surroundings
from headrace.exchange.endpoint import Endpoint, Request
from headrace.exchange.keys import KeyPair
from headrace.exchange.transport import AsgiTransport
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound
from headrace.phone.answer_check import FlowAnswers
from headrace.simulator.expectations import mismatches

TODAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
ORDERS = EXAMPLES / "orders"


@asynccontextmanager
async def runner(
    text: str | bytes,
    folder: Path,
    *,
    secrets: Mapping[str, str] | None = None,
    private_networks: bool = True,
    is_server: bool = False,
) -> AsyncIterator[Runner]:
    surroundings = Surroundings(folder, KeptSecrets(secrets or {}), private_networks, is_server)
    async with (
        Outbound(private_networks=private_networks) as outbound,
        Runner(read_connector(text), surroundings, outbound, lambda: TODAY) as made,
    ):
        yield made


def channel_to(endpoint: Endpoint, pair: KeyPair) -> Channel:
    async def fetch() -> str:
        return pair.public_pem

    return Channel(AsgiTransport(endpoint), "https://e/", "secret", fetch, RandomIdentifiers())


async def walk(made: Runner, folder: Path, pair: KeyPair) -> dict[str, Any] | None:
    """A person who walks an example by its steps, with every answer judged by its Flow."""
    endpoint = made.endpoint(
        private_key=pair.private_pem,
        app_secret="secret",
        answers=FlowAnswers(folder / "flow.json"),
        refuse_misfits=True,
    )
    return await _Person(folder / "flow.json", channel_to(endpoint, pair)).walk(folder / "steps.yaml")


class _Person(Walker):
    """Expects everything that `headrace run` can."""

    def _expect(self, expected: dict[str, Any]) -> None:
        assert mismatches(expected, self.session, []) == []


async def ask(made: Runner, data: Mapping[str, Any] | None = None, notes: list[Note] | None = None) -> Reply:
    """What the connector answers when the screen A sends this; without data when the Flow opens."""
    request = Request("INIT" if data is None else "data_exchange", "A", dict(data or {}), "token-1", "3.0")
    return await made.answer(request, notes)


@dataclass
class Server:
    """An HTTP server whose answers are bytes by path; `asked` are the requests, head and body."""

    url: str = ""
    answers: dict[str, bytes | float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(
                (int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length")), 0
            )
            body = (await reader.readexactly(length)).decode()
            self.asked.append(head + body)
            path = head.split()[1]
            answer = self.answers.get(path, http(404, b"{}"))
            if isinstance(answer, float):
                await asyncio.sleep(answer)
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def http(status: int, body: bytes, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} OK", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def http_server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    async with listening:
        yield server
