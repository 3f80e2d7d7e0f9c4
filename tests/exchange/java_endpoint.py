"""An endpoint in Java, with the mistakes that its libraries make easy, as the doctor sees it.

Runs with `make java`, which wants a JDK: Debian has one in default-jdk-headless.
"""

import shutil
from collections.abc import AsyncIterator, Iterator

import pytest
from tests.exchange.test_foreign_endpoints import FOREIGN, started, wrong

from headrace.exchange.keys import KeyPair
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

SOURCE = FOREIGN / "Endpoint.java"


@pytest.fixture(scope="module")
def java(pair: KeyPair, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    command = shutil.which("java")
    assert command is not None, "There is no Java here: apt-get install default-jdk-headless"
    with started([command, "-XX:TieredStopAtLevel=1", str(SOURCE)], pair, tmp_path_factory.mktemp("java")) as address:
        yield address


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    async with Outbound(private_networks=True) as outbound:
        yield outbound


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("right", None),
        ("default", "mgf1-sha1"),
        ("early", "request-vector-turned"),
        ("forgot", "vector-not-turned"),
        ("short", "request-short-tag+short-tag"),
    ],
)
async def test_a_mistake_in_java_is_named_with_its_line(
    java: str, outbound: Outbound, pair: KeyPair, path: str, fault: str | None
) -> None:
    found = await wrong(outbound, f"{java}/{path}", pair)
    assert [finding.fault for finding in found] == ([] if fault is None else [fault])
    assert all("Java" in finding.lines for finding in found)


async def test_the_line_for_java_is_the_one_that_works(java: str, outbound: Outbound, pair: KeyPair) -> None:
    (finding,) = await wrong(outbound, f"{java}/default", pair)
    line = finding.lines["Java"].removeprefix("cipher.init(Cipher.DECRYPT_MODE, privateKey, ").removesuffix(");")
    assert line in " ".join(SOURCE.read_text(encoding="utf-8").split())
