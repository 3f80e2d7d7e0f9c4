"""What every test can ask for: a still clock, repeatable identifiers, an empty database of the WhatsApp side."""

import os
from pathlib import Path

import pytest

from headrace.clock import ManualClock
from headrace.identifiers import SeededIdentifiers


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def identifiers() -> SeededIdentifiers:
    return SeededIdentifiers(7)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder with Flow JSON written by others; tests that need it are skipped where it is absent."""
    default = Path(__file__).parent.parent.parent / "shared" / "corpus"
    folder = Path(os.environ.get("HEADRACE_CORPUS", default))
    if not (folder / "index.tsv").is_file():
        pytest.skip(f"no corpus of Flow JSON at {folder}; set HEADRACE_CORPUS to its folder")
    return folder
