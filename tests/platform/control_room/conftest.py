"""A box whose control room is open, for the tests of one module."""

from collections.abc import Iterator

import pytest

from headrace.testing import FreshBox


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshBox]:
    with FreshBox(tmp_path_factory.mktemp("world") / "box") as box:
        yield box
