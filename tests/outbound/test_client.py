"""The way out against real sockets: what comes back, what is refused, and what each failure is called."""

import asyncio
import gzip
import json
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from headrace.outbound import ConnectionLost, Forbidden, Outbound, TimedOut, TooLarge, Unreachable

pytestmark = pytest.mark.anyio

Talk = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def listening(talk: Talk, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> AsyncIterator[int]:
    """A server that hands the whole request to `talk` and then closes."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            await talk(head + await reader.readexactly(length), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, host, 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def answering(raw: bytes) -> Talk:
    async def talk(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return talk


def http(body: bytes, *, status: str = "200 OK", headers: str = "") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    async with Outbound(private_networks=True) as client:
        yield client


async def test_sends_what_it_is_given_and_reads_the_answer(outbound: Outbound) -> None:
    seen: list[bytes] = []

    async def talk(request: bytes, writer: asyncio.StreamWriter) -> None:
        seen.append(request)
        writer.write(http(b"two", status="421 Again", headers="X-Note: n\r\n"))

    async with listening(talk) as port:
        answer = await outbound.request(
            "POST", f"http://127.0.0.1:{port}/a/b?c=d", headers={"X-Mark": "m"}, body=b"one"
        )
    assert (answer.status, answer.body, answer.headers["x-note"]) == (421, b"two", "n")
    assert answer.milliseconds >= 0
    assert seen[0].startswith(b"POST /a/b?c=d HTTP/1.1\r\n")
    assert seen[0].endswith(b"\r\n\r\none")
    assert b"X-Mark: m" in seen[0]


async def test_adds_no_content_type_and_asks_for_no_compression(outbound: Outbound) -> None:
    seen: list[bytes] = []

    async def talk(request: bytes, writer: asyncio.StreamWriter) -> None:
        seen.append(request.lower())
        writer.write(http(b""))

    async with listening(talk) as port:
        await outbound.request("POST", f"http://127.0.0.1:{port}/", body=b"x")
    assert b"content-type" not in seen[0]
    assert b"accept-encoding: identity" in seen[0]
    assert b"cookie" not in seen[0]


async def test_follows_no_redirect_and_keeps_no_cookie(outbound: Outbound) -> None:
    requests: list[bytes] = []

    async def talk(request: bytes, writer: asyncio.StreamWriter) -> None:
        requests.append(request)
        writer.write(http(b"", status="302 Found", headers="Location: /elsewhere\r\nSet-Cookie: a=b\r\n"))

    async with listening(talk) as port:
        first = await outbound.request("GET", f"http://127.0.0.1:{port}/")
        await outbound.request("GET", f"http://127.0.0.1:{port}/")
    assert first.status == 302
    assert len(requests) == 2
    assert b"a=b" not in requests[1]


async def test_a_slow_answer_is_a_timeout_wherever_it_stalls(outbound: Outbound) -> None:
    async def before(_request: bytes, _writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(5)

    async def within(_request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        await asyncio.sleep(5)

    for talk in (before, within):
        async with listening(talk) as port:
            with pytest.raises(TimedOut, match=r"within 0\.1 s"):
                await outbound.request("GET", f"http://127.0.0.1:{port}/", timeout=0.1)


async def test_an_answer_over_the_limit_is_refused_with_and_without_length(outbound: Outbound) -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"400\r\n" + b"x" * 1024 + b"\r\n" + b"0\r\n\r\n"
    )
    for raw in (http(b"x" * 1024), chunked):
        async with listening(answering(raw)) as port:
            url = f"http://127.0.0.1:{port}/"
            assert len((await outbound.request("GET", url, max_bytes=1024)).body) == 1024
            with pytest.raises(TooLarge, match="1,023 bytes"):
                await outbound.request("GET", url, max_bytes=1023)


async def test_a_small_answer_that_unpacks_to_a_large_one_is_refused(outbound: Outbound) -> None:
    packed = gzip.compress(b"\0" * 50_000_000)
    async with listening(answering(http(packed, headers="Content-Encoding: gzip\r\n"))) as port:
        with pytest.raises(TooLarge):
            await outbound.request("GET", f"http://127.0.0.1:{port}/", max_bytes=1_000_000)


@pytest.mark.parametrize(
    "raw",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"SSH-2.0-OpenSSH_9.2\r\n", b"\x15\x03\x01\x00\x02"],
)
async def test_a_broken_answer_is_a_lost_connection(outbound: Outbound, raw: bytes) -> None:
    async with listening(answering(raw)) as port:
        with pytest.raises(ConnectionLost, match=f"127.0.0.1:{port}"):
            await outbound.request("GET", f"http://127.0.0.1:{port}/")


async def test_nobody_listening_is_unreachable(outbound: Outbound) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match=f"127.0.0.1:{port}"):
        await outbound.request("GET", f"http://127.0.0.1:{port}/")


async def test_an_unknown_name_is_unreachable(outbound: Outbound) -> None:
    with pytest.raises(Unreachable, match=r"no-such-name\.invalid"):
        await outbound.request("GET", "http://no-such-name.invalid/")


@pytest.mark.parametrize(
    "url",
    ["", "ftp://example.com/", "file:///etc/passwd", "example.com", "http://", "//example.com", "http://a:99999/",
     "http://[::1", "javascript:alert(1)", "http:///path"],
)  # fmt: skip
async def test_only_http_urls_with_a_host_are_called(outbound: Outbound, url: str) -> None:
    with pytest.raises(Forbidden):
        await outbound.request("GET", url)


async def test_a_header_cannot_smuggle_another(outbound: Outbound) -> None:
    async with listening(answering(http(b""))) as port:
        with pytest.raises(Forbidden):
            await outbound.request("GET", f"http://127.0.0.1:{port}/", headers={"X-A": "1\r\nX-B: 2"})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "[::ffff:127.0.0.1]"])
async def test_loopback_is_refused_however_it_is_written(host: str) -> None:
    called: list[bytes] = []

    async def talk(request: bytes, writer: asyncio.StreamWriter) -> None:
        called.append(request)
        writer.write(http(b""))

    async with listening(talk) as port, Outbound() as guarded:
        with pytest.raises(Forbidden, match=r"private network|not a canonical IPv4 address"):
            await guarded.request("GET", f"http://{host}:{port}/")
    assert called == []


async def test_metadata_is_refused_even_with_private_networks(outbound: Outbound) -> None:
    with pytest.raises(Forbidden, match="metadata"):
        await outbound.request("GET", "http://169.254.169.254/latest/meta-data/")


async def test_errors_tell_neither_path_nor_query_nor_password(outbound: Outbound) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable) as caught:
        await outbound.request("GET", f"http://user:hidden@127.0.0.1:{port}/secret?token=abc")
    assert not any(word in str(caught.value) for word in ("hidden", "secret", "abc"))


async def test_an_untrusted_certificate_is_unreachable_and_says_why(outbound: Outbound, tmp_path: Path) -> None:
    async with listening(answering(http(b"")), tls=_self_signed(tmp_path)) as port:
        with pytest.raises(Unreachable, match="self-signed certificate"):
            await outbound.request("GET", f"https://127.0.0.1:{port}/")


async def test_plain_http_behind_https_is_unreachable(outbound: Outbound) -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(http(b"", status="400 Bad Request"))
        writer.close()

    async with await asyncio.start_server(speak_http, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreachable, match="No secure connection"):
            await outbound.request("GET", f"https://127.0.0.1:{port}/", timeout=2)


async def test_many_requests_at_a_time_and_again_after_closing(outbound: Outbound) -> None:
    async def talk(request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(http(json.dumps(request.split(b" ")[1].decode()).encode()))

    async with listening(talk) as port:
        urls = [f"http://127.0.0.1:{port}/{number}" for number in range(30)]
        answers = await asyncio.gather(*(outbound.request("GET", url) for url in urls))
        assert [json.loads(answer.body) for answer in answers] == [f"/{number}" for number in range(30)]
        await outbound.close()
        assert (await outbound.request("GET", urls[0])).status == 200


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def has_unasked(outbound: Outbound) -> bool:
    """Whether something lies on a kept connection."""
    session = outbound._session
    assert session is not None
    assert isinstance(session.connector, aiohttp.TCPConnector)
    return any(kept.should_close for listed in session.connector._conns.values() for kept, _ in listed)


async def test_what_comes_behind_an_answer_is_not_taken_for_the_next(outbound: Outbound) -> None:
    """A server that answers twice: on a kept connection the second one would be read as that of the next request."""
    said, heard = asyncio.Event(), asyncio.Event()
    connections = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        await reader.readuntil(b"\r\n\r\n")
        writer.write(http(f"answer {connections}".encode()))
        await heard.wait()
        writer.write(http(b"nobody asked"))
        await writer.drain()
        said.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        first = await outbound.request("GET", url)
        heard.set()
        await said.wait()
        while not has_unasked(outbound):
            await asyncio.sleep(0)
        second = await outbound.request("GET", url)
        await outbound.close()
    assert (first.body, second.body, connections) == (b"answer 1", b"answer 2", 2)
