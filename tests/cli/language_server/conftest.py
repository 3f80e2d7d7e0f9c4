from collections.abc import AsyncIterator

import pytest
from tests.cli.language_server.editor import Editor


@pytest.fixture(scope="module")
async def editor(anyio_backend: str) -> AsyncIterator[Editor]:
    """An editor with its server, for all tests of a module: each opens files of its own."""
    async with Editor() as editor:
        yield editor
    assert editor.process.returncode == 0
    assert editor.messages == [""]
    assert not editor.errors
