"""A whole server as a process of its own, with an app beside it that sends messages and hears what becomes of them."""

import asyncio
import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from cryptography.fernet import Fernet

from benchmarks.measuring import Unmeasurable
from headrace.flowjson.gallery import template

FLOW = "appointment"
PATIENCE_SECONDS = 60.0
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_KEY = {"HEADRACE_SECRET_KEY": Fernet.generate_key().decode()}  # several servers on one database need the same
_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Server:
    """Processes of `headrace serve` on one database, with what the first one printed; `urls` are their addresses."""

    processes: list[subprocess.Popen[str]]
    credentials: dict[str, Any]
    urls: list[str]
    data: Path
    looks_every: float = 0.5
    """Seconds between two looks at whether it rests."""

    def console_app(self) -> tuple[str, str]:
        """The id and the secret of the console's app, which a server on SQLite keeps to itself."""
        with contextlib.closing(sqlite3.connect(self.data / "platform.db")) as database:
            app_id, secret = database.execute("SELECT id, secret FROM apps WHERE role = 'console'").fetchone()
        return str(app_id), str(secret)

    def processor_seconds(self) -> float:
        """Processor time of the processes and their threads so far."""
        return sum(processor_seconds_of(process.pid) for process in self.processes)

    async def rest(self) -> None:
        """Waits until the server has nothing left to do: until it takes next to no time any more."""
        while True:
            before = self.processor_seconds()
            await asyncio.sleep(self.looks_every)
            if self.processor_seconds() - before <= 0.06 * self.looks_every * len(self.processes):
                return


@contextlib.asynccontextmanager
async def serving(*arguments: str, processes: int = 1) -> AsyncIterator[Server]:
    """Starts servers with more `arguments` on an empty folder, and ends them."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        ports = [_free_port() for _ in range(processes)]
        public_url = f"http://127.0.0.1:{ports[0]}"
        server = Server([], {}, [f"http://127.0.0.1:{port}" for port in ports], Path(folder) / "data")
        for port in ports:
            process = _start(Path(folder), "--port", str(port), "--public-url", public_url, *arguments)
            running.callback(_end, process)
            line = await asyncio.to_thread(process.stdout.readline) if process.stdout else ""
            if not line:
                raise Unmeasurable("headrace serve does not start: " + (Path(folder) / "log").read_text()[-500:])
            server.processes.append(process)
            server.credentials = server.credentials or json.loads(line)
        yield server


def _start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "headrace", "serve", "--format", "json", "--data", str(folder / "data")]
    with (folder / "log").open("a") as log:
        return subprocess.Popen(  # noqa: S603 - our own command
            [*command, *arguments], stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **_KEY}
        )


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processor_seconds_of(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError as error:
        raise Unmeasurable("the processor time of another process can only be read on Linux") from error
    return (int(fields[11]) + int(fields[12])) / _TICKS


@dataclass
class Subscriber:
    """An app's callback: takes every POST, and notes which messages were told to be delivered."""

    delivered: set[str] = field(default_factory=set)
    posts: int = 0
    url: str = ""

    def take(self, body: bytes) -> None:
        self.posts += 1
        for status in json.loads(body)["entry"][0]["changes"][0]["value"].get("statuses", ()):
            if status["status"] == "delivered":
                self.delivered.add(status["id"])


@contextlib.asynccontextmanager
async def subscriber() -> AsyncIterator[Subscriber]:
    """Listens with as little work as possible: the machine is there for the server."""
    taken = Subscriber()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-le")
                    ),
                    0,
                )
                if length:
                    taken.take(await reader.readexactly(length))
                    writer.write(_OK)
                else:
                    challenge = head.split(b"hub.challenge=")[1].split(b"&")[0].split(b" ")[0]
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(challenge), challenge))
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with listener:
        taken.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/hook"
        yield taken


@dataclass
class Sender:
    """Sends interactive Flow messages with the developer's token, to every phone of the box in turn."""

    server: Server
    client: aiohttp.ClientSession
    flow_id: str
    sent: list[str] = field(default_factory=list)

    async def send(self) -> None:
        number = len(self.sent)
        self.sent.append("")
        phones = self.server.credentials["handsets"]
        message = {
            "messaging_product": "whatsapp",
            "to": phones[number % len(phones)]["wa_id"],
            "type": "interactive",
            "interactive": {
                "type": "flow",
                "header": {"type": "text", "text": "Eye test"},
                "body": {"text": "Shall we book an eye test? It takes half an hour."},
                "footer": {"text": "Free of charge"},
                "action": {
                    "name": "flow",
                    "parameters": {
                        "flow_message_version": "3",
                        "flow_id": self.flow_id,
                        "flow_cta": "Choose a time",
                        "flow_token": f"token-{number}",
                    },
                },
            },
        }
        urls = self.server.urls
        url = f"{urls[number % len(urls)]}/v23.0/{self.server.credentials['phone_number_id']}/messages"
        async with self.client.post(url, json=message) as response:
            answer = await response.json()
        if response.status != 200:
            raise Unmeasurable(f"a message was refused: {answer}")
        self.sent[number] = answer["messages"][0]["id"]


@contextlib.asynccontextmanager
async def sender(server: Server, hook: Subscriber, *, without_console: bool = False) -> AsyncIterator[Sender]:
    """Publishes a Flow, subscribes the developer's app, and has every phone write first.

    `without_console` has the webhooks of the console's app sent here, too, so that only the box works.
    """
    credentials = server.credentials
    headers = {"Authorization": f"Bearer {credentials['access_token']}"}
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(headers=headers, connector=connector) as client:
        graph = f"{credentials['base_url']}/v23.0"

        async def post(path: str, **parameters: Any) -> Any:
            async with client.post(f"{graph}/{path}", data=parameters) as response:
                answer = await response.json()
            if response.status != 200:
                raise Unmeasurable(f"POST /{path} was refused: {answer}")
            return answer

        flow = await post(
            f"{credentials['waba_id']}/flows",
            name=f"Messages {os.urandom(4).hex()}",
            categories='["OTHER"]',
            flow_json=template(FLOW).text(),
            publish="true",
        )
        apps = [(credentials["app_id"], credentials["app_secret"], "messages")]
        if without_console:
            apps.append((*server.console_app(), "messages,message_echoes"))
        for app, secret, fields in apps:
            await post(
                f"{app}/subscriptions",
                object="whatsapp_business_account",
                callback_url=hook.url,
                verify_token="word",  # noqa: S106
                fields=fields,
                access_token=f"{app}|{secret}",
            )
        for phone in credentials["handsets"]:
            words = {"text": "Hello", "sender": credentials["phone_number_id"]}
            async with client.post(
                f"{phone['url']}/write", json=words, headers={"Accept": "application/json"}
            ) as response:
                response.raise_for_status()
        yield Sender(server, client, str(flow["id"]))


async def until_delivered(sending: Sender, hook: Subscriber) -> float:
    """Waits until every message that was sent is told to be delivered; the moment at which that was so."""
    end = time.perf_counter() + PATIENCE_SECONDS
    while len(hook.delivered) < len(sending.sent):
        if time.perf_counter() > end:
            raise Unmeasurable(f"{len(hook.delivered)} of {len(sending.sent)} messages arrived")
        await asyncio.sleep(0.01)
    return time.perf_counter()
