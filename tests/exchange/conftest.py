"""Keys of a sender and the published figures, for all tests of the exchange."""

from typing import Any

import pytest
from tests.contracts import contract

from headrace.exchange.keys import KeyPair, generate_key_pair


@pytest.fixture(scope="session")
def pair() -> KeyPair:
    return generate_key_pair()


@pytest.fixture(scope="session")
def other_pair() -> KeyPair:
    return generate_key_pair()


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The published test vectors."""
    value: dict[str, Any] = contract("endpoint_vectors")
    return value
