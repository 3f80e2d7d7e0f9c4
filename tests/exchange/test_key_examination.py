"""Keys in every form in which people have them."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from headrace.exchange.key_examination import examine_pair, examine_private_key, examine_public_key
from headrace.exchange.keys import KeyPair, generate_key_pair, load_private_key
from headrace.exchange.remedies import LANGUAGES


def written(pair: KeyPair, format: PrivateFormat, password: bytes | None = None) -> bytes:
    encryption = NoEncryption() if password is None else BestAvailableEncryption(password)
    return load_private_key(pair.private_pem).private_bytes(Encoding.PEM, format, encryption)


def test_usable_forms_are_named(pair: KeyPair) -> None:
    def found(pem: bytes, password: str | None = None) -> tuple[str, str, bool]:
        finding, key = examine_private_key(pem, password)
        return finding.verdict, finding.words, key is not None

    assert found(pair.private_pem.encode()) == ("good", "PKCS#8 without a password, 2,048 bits.", True)
    pkcs1 = written(pair, PrivateFormat.TraditionalOpenSSL)
    for one in (pkcs1, pkcs1.replace(b"\n", b"\\n")):
        verdict, words, is_usable = found(one)
        assert (verdict, is_usable) == ("good", True)
        assert words.startswith("PKCS#1 without a password, 2,048 bits. Java's PKCS8EncodedKeySpec reads only PKCS#8")
    locked = generate_key_pair("word").private_pem.encode()
    assert found(locked, "word") == ("good", "PKCS#8 with a password, 2,048 bits.", True)
    verdict, words, is_usable = found(written(pair, PrivateFormat.TraditionalOpenSSL, b"word"), "word")
    assert (verdict, is_usable) == ("warning", True)
    assert "openssl pkcs8 -topk8" in words


def test_unusable_texts_are_told_apart(pair: KeyPair) -> None:
    def words(pem: bytes, password: str | None = None) -> str:
        finding, key = examine_private_key(pem, password)
        assert (finding.verdict, key) == ("wrong", None)
        return finding.words

    locked = generate_key_pair("word").private_pem.encode()
    assert "encrypted. Give its password" in words(locked)
    assert tuple(examine_private_key(locked, None)[0].lines) == LANGUAGES
    assert "password is wrong" in words(locked, "other")
    assert "public key" in words(pair.public_pem.encode())
    assert "certificate" in words(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    key = load_private_key(pair.private_pem)
    openssh = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    assert "OpenSSH" in words(openssh)
    assert "base64 of a PEM" in words(base64.b64encode(pair.private_pem.encode()))
    in_one_line, _ = examine_private_key(pair.private_pem.replace("\n", " ").encode(), None)
    assert (in_one_line.verdict, "line ends are lost" in in_one_line.words) == ("warning", True)
    assert "line ends are lost" in words(pair.private_pem.replace("\n", "")[:900].encode())
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert "not an RSA key" in words(curve)
    small = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = small.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert "1,024 bits" in words(pem)
    assert (
        examine_public_key(
            small.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        ).verdict
        == "wrong"
    )


@pytest.mark.parametrize("pem", [b"", b"-----BEGIN PRIVATE KEY-----", b"\xff\x00", b"BEGIN PRIVATE KEY-----" * 9])
def test_anything_is_examined(pem: bytes) -> None:
    assert examine_private_key(pem, None)[0].verdict == "wrong"


def test_halves_belong_together_or_not(pair: KeyPair, other_pair: KeyPair) -> None:
    key = load_private_key(pair.private_pem)
    assert examine_pair(key, pair.public_pem).verdict == "good"
    finding = examine_pair(key, other_pair.public_pem)
    assert (finding.verdict, finding.fault) == ("wrong", "wrong-key")
