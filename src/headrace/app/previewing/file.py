"""The file of a preview: read at the start, and again whenever it is saved."""

import asyncio
import logging
import os
from datetime import date
from pathlib import Path

from headrace.app.previewing.watching import changes
from headrace.flowjson.document import SIZE_LIMIT
from headrace.simulator.previewing.flow_text import FlowText, UnreadableText, read
from headrace.simulator.previewing.preview import Preview

_log = logging.getLogger(__name__)


def load(path: Path, today: date) -> FlowText:
    """Reads, checks and compiles the file; raises `UnreadableText`."""
    return read(_content(path), path.name, today)


async def follow(path: Path, preview: Preview) -> None:
    """Has the preview show the file whenever it is saved, until cancelled."""
    async for is_settled in changes(path):
        try:
            text = await asyncio.to_thread(load, path, preview.today())
        except UnreadableText as error:
            if is_settled:
                preview.lose(str(error))
            continue
        except Exception:  # whatever the file holds, the next save is followed
            _log.exception("%s could not be taken in", preview.name)
            preview.lose(f"{preview.name} could not be taken in; what printed this page's address says why.")
            continue
        if preview.texts.trouble is None and text == preview.texts.latest:
            continue
        if text.is_json or is_settled:
            preview.take(text)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise UnreadableText(f"{path.name} does not exist.") from None
    except IsADirectoryError:
        raise UnreadableText(f"{path.name} is a folder; a Flow JSON file is wanted here.") from None
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        raise UnreadableText(f"{path.name} cannot be read: {reason}.") from None
