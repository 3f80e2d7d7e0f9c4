"""Traces as files: what run writes and replay reads."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from headrace.cli.sources import UnusableError, read_bytes

if TYPE_CHECKING:
    from headrace.simulator.trace import Trace

_LARGEST = 256 * 1024 * 1024


def read_trace(path: Path) -> "Trace":
    """Raises `UnusableError` for what is no trace."""
    from headrace.simulator.trace import Trace, UnusableTrace

    try:
        return Trace.from_json(json.loads(read_bytes(path, _LARGEST)))
    except (ValueError, RecursionError) as error:
        if isinstance(error, UnusableTrace):
            raise UnusableError(f"{path} is no trace. {error}") from None
        raise UnusableError(f"{path} is not JSON, so it is no trace.") from None


def write_trace(path: Path, trace: "Trace") -> None:
    """Raises `UnusableError` where nothing can be written."""
    try:
        path.write_text(json.dumps(trace.to_json(), indent=1))
    except OSError as error:
        raise UnusableError(f"{path} cannot be written: {error.strerror or error}.") from None
