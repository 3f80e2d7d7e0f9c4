"""Keys of a sender and the published figures, for all tests of the exchange."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from headrace.exchange.keys import KeyPair, generate_key_pair


@pytest.fixture(scope="session")
def pair() -> KeyPair:
    return generate_key_pair()


@pytest.fixture(scope="session")
def other_pair() -> KeyPair:
    return generate_key_pair()


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The published test vectors; tests that need them are skipped where they are absent."""
    default = Path(__file__).parents[3] / "shared" / "spec"
    file = Path(os.environ.get("HEADRACE_SPEC", default)) / "platform" / "test-vectors.json"
    if not file.is_file():
        pytest.skip(f"no test vectors at {file}; set HEADRACE_SPEC to the folder of the specification")
    value: dict[str, Any] = json.loads(file.read_text())
    return value
