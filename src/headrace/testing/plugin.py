"""The fixtures of pytest, `open_flow` and `fresh_box`. They load in every run, so they import nothing until asked."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from headrace.testing.fresh_box import FreshBox
    from headrace.testing.local import LocalFlow


class OpenAFlow(Protocol):
    """What the fixture gives: opens a Flow on a phone in this process."""

    def __call__(
        self,
        flow: str | PathLike[str] | Mapping[str, Any],
        *,
        endpoint: Any = None,
        public_key: str | None = None,
        app_secret: str | None = None,
        path: str = "/",
        screen: str | None = None,
        data: Mapping[str, Any] | None = None,
        flow_token: str = ...,
    ) -> "LocalFlow": ...


@pytest.fixture
def open_flow(request: pytest.FixtureRequest) -> Iterator[OpenAFlow]:
    """Opens Flows and fills them in as a person would: `flow = open_flow("flow.json", endpoint=app)`.

    `flow` is a file, looked for beside the test and then in the working directory, or the Flow JSON as an object.
    `endpoint` is an ASGI app, an address, or answers: a list of them, one for each exchange, an object of them by
    screen or `INIT` or `BACK`, or a function that takes the clear request. An address, and an app other than Endpoint,
    need `public_key`.
    """
    with ExitStack() as opened:

        def open_one(flow: str | PathLike[str] | Mapping[str, Any], **options: Any) -> "LocalFlow":
            __tracebackhide__ = True
            from headrace.testing.local import LocalFlow

            found = flow if isinstance(flow, Mapping) else _find(Path(flow), request.path.parent)
            local = LocalFlow(found, **options)
            opened.callback(local.leave)
            local.open()
            return local

        yield open_one


@pytest.fixture
def fresh_box(tmp_path: Path) -> "Iterator[FreshBox]":
    """A box of this test's own: a real server with an empty world, whose clock can be moved (docs/testing.md)."""
    try:
        from headrace.testing.fresh_box import FreshBox
    except ImportError:
        pytest.fail(
            'The server is not installed. Install Headrace with it: pip install "/path/to/headrace[serve]"',
            pytrace=False,
        )
    with FreshBox(tmp_path / "box") as box:
        yield box


def _find(path: Path, folder: Path) -> Path:
    for candidate in (folder / path, path):
        if candidate.is_file():
            return candidate
    pytest.fail(f"There is no Flow at {str(path)!r}, neither in {folder} nor in {Path.cwd()}.", pytrace=False)
