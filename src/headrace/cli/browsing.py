"""Takes pictures of pages with the Chromium that is on this machine, over its DevTools protocol."""

import asyncio
import base64
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_START_SECONDS = 30.0
_ANSWER_SECONDS = 30.0
_LONGEST_MESSAGE = 256 * 1024 * 1024


class NoBrowser(Exception):
    """There is no Chromium to use, or it does not do what it should. The words say what to do."""


def find_chromium() -> str:
    """The program in the variable CHROMIUM, else the first that is found in the usual places. Raises NoBrowser."""
    named = os.environ.get("CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowser(f"CHROMIUM names {named}, and there is no such program.")
        return found
    for candidate in (*_NAMES, *_PLACES):
        if found := shutil.which(candidate):
            return found
    raise NoBrowser(
        "There is no Chromium on this machine. Install it (Debian: apt-get install chromium), or set CHROMIUM to the "
        "path of a Chromium or Chrome."
    )


class Browser:
    """One page of a running Chromium. Scripts do not run in it, and it reaches no network."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._socket = socket
        self._session = session
        self._number = 0

    async def picture(self, html: str, width: int, height: int, *, theme: str, scale: float = 2.0) -> bytes:
        """The page as PNG: `width` CSS pixels wide, at least `height` high, as high as its content needs."""
        await self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )
        await self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": theme}])
        tree = await self.call("Page.getFrameTree")
        await self.call("Page.setDocumentContent", frameId=tree["frameTree"]["frame"]["id"], html=html)
        size = (await self.call("Page.getLayoutMetrics"))["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": width, "height": max(height, min(size["height"], 16_000 / scale)), "scale": 1}
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        return base64.b64decode(shot["data"])

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return await _call(self._socket, self._next(), method, parameters, self._session)

    def _next(self) -> int:
        self._number += 1
        return 1000 + self._number


@asynccontextmanager
async def browsing(program: str) -> AsyncIterator[Browser]:
    """Runs a Chromium while the block does. Raises NoBrowser when it does not start or stops answering."""
    with tempfile.TemporaryDirectory(prefix="headrace-shots-", ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program, *_flags(profile), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        draining: asyncio.Task[None] | None = None
        try:
            address = await _address(process, program)
            draining = asyncio.create_task(_drain(process))
            async with (
                aiohttp.ClientSession() as client,
                client.ws_connect(address, max_msg_size=_LONGEST_MESSAGE) as socket,
            ):
                made = await _call(socket, 1, "Target.createTarget", {"url": "about:blank"})
                joined = await _call(
                    socket, 2, "Target.attachToTarget", {"targetId": made["targetId"], "flatten": True}
                )
                browser = Browser(socket, joined["sessionId"])
                await browser.call("Page.enable")
                await browser.call("Emulation.setScriptExecutionDisabled", value=True)
                yield browser
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoBrowser(f"{program} stopped answering: {error or type(error).__name__}.") from error
        finally:
            await _end(process)
            if draining is not None:
                draining.cancel()
                await asyncio.gather(draining, return_exceptions=True)


def _flags(profile: str) -> list[str]:
    flags = [
        "--headless=new",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-gpu",
        "--disable-extensions",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "about:blank",
    ]
    # Chromium refuses to run as root with its sandbox, as in most containers.
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox", *flags] if is_root else flags


async def _address(process: asyncio.subprocess.Process, program: str) -> str:
    """Where Chromium listens: it says so on standard error."""
    assert process.stderr is not None
    said: list[str] = []
    try:
        async with asyncio.timeout(_START_SECONDS):
            async for line in process.stderr:
                said.append(line.decode("utf-8", "replace").strip())
                found = re.search(r"DevTools listening on (ws://\S+)", said[-1])
                if found:
                    return found[1]
    except TimeoutError:
        pass
    raise NoBrowser(f"{program} did not start. It said: {' '.join(said)[-300:] or 'nothing'}")


async def _drain(process: asyncio.subprocess.Process) -> None:
    assert process.stderr is not None
    while await process.stderr.read(65536):
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()


async def _call(
    socket: aiohttp.ClientWebSocketResponse,
    number: int,
    method: str,
    parameters: dict[str, Any],
    session: str | None = None,
) -> dict[str, Any]:
    message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
    await socket.send_json(message if session is None else {**message, "sessionId": session})
    async with asyncio.timeout(_ANSWER_SECONDS):
        async for frame in socket:
            answer = frame.json()
            if answer.get("id") == number:
                if "error" in answer:
                    raise NoBrowser(f"Chromium refused {method}: {answer['error'].get('message')}.")
                return dict(answer["result"])
    raise NoBrowser("Chromium closed the connection.")
