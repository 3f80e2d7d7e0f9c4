"""What somebody wishes for who runs the text of an editor: from which screen, with which data and token."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headrace.protocol import UNUSED_TOKEN
from headrace.simulator.previewing.flow_text import read
from headrace.simulator.previewing.preview import Preview
from headrace.simulator.previewing.session import OpeningWishes


class NoRun(Exception):
    """A run that cannot begin; the words are fit to be shown."""


@dataclass(frozen=True)
class RunWish:
    """A text, and how it is to be opened."""

    text: str
    opening: OpeningWishes


def read_wish(value: Any) -> RunWish:
    """Reads `text`, `screen`, `data` and `flow_token` of a JSON value. Raises `NoRun`."""
    wish: Mapping[str, Any] = value if isinstance(value, dict) else {}
    data, screen = wish.get("data"), wish.get("screen")
    if data is not None and not isinstance(data, dict):
        raise NoRun("The data of the first screen is a JSON object.")
    opening = OpeningWishes(
        screen if isinstance(screen, str) and screen else None,
        data,
        str(wish.get("flow_token") or UNUSED_TOKEN),
        has_endpoint=True,
    )
    return RunWish(str(wish.get("text", "")), opening)


async def begin_run(preview: Preview, wish: RunWish) -> None:
    """Has a preview that was made with these wishes show the text. Raises `NoRun`, `UnreadableText`."""
    content = wish.text.encode("utf-8", "replace")
    preview.take(await asyncio.to_thread(read, content, preview.name, preview.today()))
    program = preview.texts.program
    if program is None:
        raise NoRun("There is no screen to run yet.")
    if wish.opening.screen is not None and wish.opening.screen not in program.screens:
        raise NoRun(f"The Flow has no screen {wish.opening.screen[:80]}.")
