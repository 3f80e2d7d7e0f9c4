"""The browser that browser tests drive: the system's Chromium."""

import shutil
from pathlib import Path

import pytest

import headrace.ui

PATIENCE = 30_000
"""Milliseconds that a browser may take to do or show something: much, as other work may take its processor."""

BUILT = Path(headrace.ui.__file__).parent / "static" / "build" / "app.js"


def chromium() -> str:
    """The path of a Chromium; without one, or without the built front end, the test fails."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    missing = "a Chromium" if found is None else "" if BUILT.is_file() else "the built front end"
    if missing:
        pytest.fail(f"{missing} is missing; run: make test")
    return str(found)
