"""What the check says about an uploaded Flow JSON, found without keeping others waiting.

A small text is checked in a thread. A large one is checked in a process of its own, for a thread would take turns with
everybody else's statements, and a text of some megabytes that is wrong everywhere takes seconds and much memory. Run
as `python -m headrace.platform.flows.examination DAY` it reads the text and writes what was found as JSON.
"""

import asyncio
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

import orjson

from headrace.characters import writable
from headrace.flowjson.diagnostics import ERROR_TYPE
from headrace.platform.flows.drafts import Draft, judged, unjudged

_MODULE = "headrace.platform.flows.examination"
_SMALL = 64 * 1024
_LONGEST_SECONDS = 120.0
_MOST_MEMORY = 2 * 1024**3
_AT_A_TIME = 1
_WAITING: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def examine(content: bytes, today: date) -> Draft:
    """Checks a Flow JSON. Never refuses one: what is wrong becomes its validation errors."""
    if len(content) <= _SMALL:
        return await asyncio.to_thread(judged, content, today)
    async with _WAITING.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_A_TIME)):
        found = await _ask(content, today)
    draft = unjudged(content)
    return replace(draft, **(found or {"validation_errors": [_uncheckable()]}))


async def _ask(content: bytes, today: date) -> dict[str, Any] | None:
    """What a process of its own found; None when it took too long or too much memory."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _MODULE,
        today.isoformat(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            written, _ = await process.communicate(content)
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode != 0:
        return None
    found: dict[str, Any] = orjson.loads(written)
    return found


def _uncheckable() -> dict[str, Any]:
    place = {"line_start": 0, "line_end": 0, "column_start": 0, "column_end": 0}
    words = "Flow JSON is not valid. It is so large or so wrong that it cannot be checked. Send a smaller one."
    return {"error": "INVALID_FLOW_JSON", "error_type": ERROR_TYPE, "message": words, **place, "pointers": []}


def _main() -> None:
    with suppress(ImportError):  # not on Windows
        import os
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        os.nice(10)
    found = asdict(judged(sys.stdin.buffer.read(), date.fromisoformat(sys.argv[1])))
    del found["text"], found["content"]
    sys.stdout.buffer.write(orjson.dumps(writable(found)))


if __name__ == "__main__":
    _main()
