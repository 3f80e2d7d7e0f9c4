"""A box of its own for one test: a real server on a free port, with an empty world and a clock that can be moved.

The first box of a run is made from nothing; every other one is a copy of its folder, which takes a moment.
"""

import asyncio
import atexit
import json
import os
import shutil
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar, Self

import uvicorn

from headrace.app.application import Application
from headrace.app.credentials import Credentials
from headrace.app.serving import listen
from headrace.settings import Part, Settings
from headrace.testing.handset import Handset, PhoneError
from headrace.ui.connections import PatientProtocol

_PATIENCE_SECONDS = 30.0


class BoxError(Exception):
    """The box refused a call, in its own words. `status` is the HTTP status, `error` Graph's object if there is one."""

    def __init__(self, words: str, status: int, error: dict[str, Any] | None = None) -> None:
        super().__init__(words)
        self.status = status
        self.error = error or {}

    @property
    def code(self) -> int | None:
        """Graph's code, such as 132069."""
        return self.error.get("code")


class FreshBox:
    """One box, running until the block is left; nothing in it is shared with another.

    `credentials` has the address, the tokens and the ids of what it holds. The box has no console.
    """

    credentials: Credentials

    parts: ClassVar[Part | None] = Part.BOX
    """What the server is: a box alone. None would add the console."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._stop: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._run, name="fresh box", daemon=True)

    def __enter__(self) -> Self:
        shutil.copytree(_template(), self._folder, dirs_exist_ok=True)
        self._thread.start()
        self._ready.wait(_PATIENCE_SECONDS)
        if self._failure is not None:
            raise RuntimeError("the box did not start") from self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()
        self._thread.join()

    @property
    def url(self) -> str:
        """The address of the box, without a slash at its end."""
        return self.credentials.base_url

    def graph(self, method: str, path: str, **parameters: Any) -> Any:
        """Calls the Graph API as the developer's app; the parameters are the query of a GET, else a JSON body.

        Returns the JSON of the answer. Raises `BoxError` for a refusal.
        """
        url = f"{self.url}/v23.0/{path.lstrip('/')}"
        headers = {"Authorization": f"Bearer {self.credentials.access_token}"}
        if method in {"GET", "DELETE"}:
            url += f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
            return _send(method, url, headers, None)
        return _send(method, url, headers, parameters)

    def send(self, to: str, **message: Any) -> str:
        """Sends a message from the first sender, `text={"body": …}` for example; returns its id."""
        given = {"messaging_product": "whatsapp", "to": to, **message}
        given.setdefault("type", next((name for name in message if name not in {"context", "recipient_type"}), "text"))
        answer = self.graph("POST", f"{self.credentials.phone_number_id}/messages", **given)
        return str(answer["messages"][0]["id"])

    def handset(self, name: str) -> Handset:
        """The phone of a person of this box, by its name. Raises `PhoneError`."""
        phones = _send("GET", f"{self.url}/handsets", {}, None)["handsets"]
        for phone in phones:
            if phone["name"] == name:
                return Handset(f"{self.url}{phone['url']}")
        names = ", ".join(str(phone["name"]) for phone in phones)
        raise PhoneError(f"this box has no phone named {name!r}; it has those of {names}")

    def add_phone(self, name: str, number: str, platform: str = "android") -> Handset:
        """Adds a phone to this box. Raises `BoxError`."""
        added = _send("POST", f"{self.url}/handsets", {}, {"name": name, "number": number, "platform": platform})
        return Handset(f"{self.url}{added['url']}")

    def world(self, method: str = "GET", path: str = "", **members: Any) -> dict[str, Any]:
        """Calls the control room, which has its API below `/_world`. Raises `BoxError`."""
        found: dict[str, Any] = _send(method, f"{self.url}/_world{path}", {}, members if method != "GET" else None)
        return found

    def pass_time(self, length: str | float) -> None:
        """Moves the clock of the box on, by seconds or a text like `1h30m`: all that is due by then is done."""
        self.world("POST", "/clock", by=length)

    def break_endpoint(self, flow_id: str, **fault: Any) -> None:
        """Breaks the endpoint of a Flow: `latency_milliseconds`, `status`, `drops`; without any it is sound again."""
        self.world("POST", f"/flows/{flow_id}/endpoint", **fault)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        listener = listen(0)
        settings = Settings(data=self._folder, port=listener.getsockname()[1], only=self.parts)
        application = await Application.open(settings)
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._stop = partial(loop.call_soon_threadsafe, stopping.set)
        config = uvicorn.Config(
            application.asgi,
            http=PatientProtocol,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        try:
            async with application.working():
                serving = asyncio.create_task(server._serve(sockets=[listener]))
                while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
                    await asyncio.sleep(0.001)
                credentials = await application.introduce()
                assert credentials is not None
                self.credentials = credentials
                self._ready.set()
                await stopping.wait()
                application.end_streams()
                server.should_exit = True
                await serving
        finally:
            await application.close()


@cache
def _template() -> Path:
    """A folder with a box that was opened once, for as long as this process lives."""
    folder = Path(tempfile.mkdtemp(prefix="headrace-box-"))
    owner = os.getpid()

    def remove() -> None:
        if os.getpid() == owner:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    made: list[BaseException] = []

    async def make() -> None:
        application = await Application.open(Settings(data=folder, port=1, only=Part.BOX))
        await application.introduce()
        await application.close()

    def run() -> None:
        try:
            asyncio.run(make())
        except BaseException as error:
            made.append(error)

    maker = threading.Thread(target=run)  # whoever asks may have a loop of its own that runs
    maker.start()
    maker.join()
    if made:
        raise made[0]
    return folder


def _send(method: str, url: str, headers: dict[str, str], members: dict[str, Any] | None) -> Any:
    data = None if members is None else json.dumps(members).encode()
    kind = {} if data is None else {"Content-Type": "application/json"}
    request = urllib.request.Request(  # noqa: S310 - the address of our own server
        url, data=data, headers={"Accept": "application/json", **headers, **kind}, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise _refusal(error) from None


def _refusal(error: urllib.error.HTTPError) -> BoxError:
    text = error.read().decode("utf-8", "replace")
    try:
        found = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        return BoxError(text.strip()[:300] or f"HTTP status {error.code}", error.code)
    if isinstance(found, dict):
        return BoxError(str(found.get("message")), error.code, found)
    return BoxError(str(found), error.code)
