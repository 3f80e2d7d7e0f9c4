"""An endpoint in Node, with the mistakes that its libraries make easy, as the doctor sees it; for Java: `make java`."""

import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from headrace.exchange.doctor import Doctor
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KeyPair
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

FOREIGN = Path(__file__).parent / "foreign"
NODE = shutil.which("node") or str(Path(__file__).parents[2] / ".cache" / "node" / "bin" / "node")


@contextmanager
def started(command: list[str], pair: KeyPair, folder: Path) -> Iterator[str]:
    """Runs an endpoint that prints its port; gives its address."""
    key = folder / "private.pem"
    key.write_text(pair.private_pem)
    with subprocess.Popen([*command, str(key)], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


@pytest.fixture(scope="module")
def node(pair: KeyPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with started([NODE, str(FOREIGN / "endpoint.mjs")], pair, tmp_path_factory.mktemp("node")) as address:
        yield address


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    async with Outbound(private_networks=True) as outbound:
        yield outbound


async def wrong(outbound: Outbound, address: str, pair: KeyPair) -> list[Finding]:
    async def at_once(_seconds: float) -> None: ...

    doctor = Doctor(outbound, address, pair.public_pem, "secret", RandomIdentifiers(), sleep=at_once)
    return [finding async for finding in doctor.examine() if finding.verdict == "wrong"]


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("right", None),
        ("oaep", "oaep-sha1"),
        ("turn", "vector-not-turned"),
        ("tag", "no-tag"),
        ("json", "wrapped-in-json"),
        ("apart", "encoded-in-parts"),
        ("vector", "request-vector-as-text+vector-as-text"),
        ("object", "text-of-an-object"),
        ("rewritten", "signature-over-rewritten-body"),
    ],
)
async def test_a_mistake_in_node_is_named_with_its_line(
    node: str, outbound: Outbound, pair: KeyPair, path: str, fault: str | None
) -> None:
    found = await wrong(outbound, f"{node}/{path}", pair)
    assert [finding.fault for finding in found] == ([] if fault is None else [fault])
    assert all("Node" in finding.lines for finding in found)
