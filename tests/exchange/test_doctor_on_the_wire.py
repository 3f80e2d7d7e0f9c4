"""Endpoints that are not reached, each for one reason, as the doctor sees them over real sockets."""

import asyncio
import datetime
import socket
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from headrace.exchange.doctor import Doctor
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KeyPair, load_private_key
from headrace.identifiers import RandomIdentifiers
from headrace.outbound import Outbound

pytestmark = pytest.mark.anyio

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
AUTHORITY = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority of the tests")])


@pytest.fixture
def trusted(other_pair: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority that this machine trusts while a test runs."""
    key = load_private_key(other_pair.private_pem)
    certificate = (
        x509.CertificateBuilder(AUTHORITY, AUTHORITY, key.public_key(), 1, LONG_AGO, LONG_AGO.replace(year=2096))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    context = ssl.create_default_context(cadata=certificate.public_bytes(Encoding.PEM).decode())
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", context)


def secured(
    pair: KeyPair, signer: KeyPair | None, folder: Path, host: str = "localhost", until: int = 2096
) -> ssl.SSLContext:
    """A server's side of TLS with a certificate for `host`, signed by the authority or by itself."""
    key = load_private_key(pair.private_pem)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    issuer, signing = (name, key) if signer is None else (AUTHORITY, load_private_key(signer.private_pem))
    certificate = (
        x509.CertificateBuilder(issuer, name, key.public_key(), 2, LONG_AGO, LONG_AGO.replace(year=until))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(signing, SHA256())
    )
    (folder / "key.pem").write_text(pair.private_pem)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context


async def last(uri: str, pair: KeyPair) -> Finding:
    async def at_once(_seconds: float) -> None: ...

    async with Outbound(private_networks=True) as outbound:
        doctor = Doctor(outbound, uri, pair.public_pem, "secret", RandomIdentifiers(), sleep=at_once)
        return [finding async for finding in doctor.examine()][-1]


async def against(context: ssl.SSLContext | None, pair: KeyPair, scheme: str = "https", says: bytes = b"") -> Finding:
    """What is found at a server that says this to whatever comes, and closes."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(says)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        return await last(f"{scheme}://localhost:{server.sockets[0].getsockname()[1]}/", pair)


@pytest.mark.parametrize(
    ("host", "until", "is_signed", "words", "advice"),
    [
        ("localhost", 2021, True, "certificate has expired", "Renew it"),
        ("other.example", 2096, True, "mismatch", "get one for this name"),
        ("localhost", 2096, False, "self-signed certificate", "Let's Encrypt"),
    ],
)
@pytest.mark.usefixtures("trusted")
async def test_a_certificate_that_does_not_hold_is_told(
    pair: KeyPair,
    other_pair: KeyPair,
    tmp_path: Path,
    host: str,
    until: int,
    is_signed: bool,
    words: str,
    advice: str,
) -> None:
    context = secured(pair, other_pair if is_signed else None, tmp_path, host, until)
    found = await against(context, pair)
    assert (found.step, found.verdict) == ("answers", "wrong")
    assert all(part in found.words for part in (words, advice, "everybody trusts"))


async def test_a_chain_that_is_not_whole_is_told(pair: KeyPair, other_pair: KeyPair, tmp_path: Path) -> None:
    found = await against(secured(pair, other_pair, tmp_path), pair)
    assert "fullchain.pem" in found.words


async def test_http_and_https_are_not_mixed_up(pair: KeyPair, tmp_path: Path) -> None:
    found = await against(None, pair, says=b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    assert "speaks no TLS" in found.words
    found = await against(secured(pair, None, tmp_path), pair, "http")
    assert "It speaks TLS there: write https://." in found.words


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (b"", "closed the connection"),
        (b"SSH-2.0-OpenSSH_9\r\n", "something that is not HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "before its answer was complete"),
    ],
)
async def test_what_is_no_answer_is_told(pair: KeyPair, says: bytes, words: str) -> None:
    found = await against(None, pair, "http", says)
    assert (found.step, found.verdict, words in found.words) == ("answers", "wrong", True)


async def test_nobody_there_ends_after_the_attempt(pair: KeyPair, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await last("http://127.0.0.1:1/", pair)
    assert (found.step, found.verdict, "127.0.0.1:1" in found.words) == ("answers", "wrong", True)

    def unknown(*_arguments: object, **_named: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    found = await last("https://endpoint.invalid/flow", pair)
    assert (found.step, found.verdict, "endpoint.invalid is not known" in found.words) == ("answers", "wrong", True)
