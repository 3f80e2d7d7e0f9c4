"""Every form of key that is met in the field, and what is said about the others."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from headrace.exchange.keys import (
    KeyPair,
    UnusableKey,
    generate_key_pair,
    load_private_key,
    load_public_key,
    public_pem,
)


def private_forms(pair: KeyPair) -> dict[str, tuple[str, str | None]]:
    key = load_private_key(pair.private_pem)

    def write(form: PrivateFormat, password: bytes | None) -> str:
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        return key.private_bytes(Encoding.PEM, form, encryption).decode()

    return {
        "PKCS#8": (write(PrivateFormat.PKCS8, None), None),
        "PKCS#8 encrypted": (write(PrivateFormat.PKCS8, b"brass"), "brass"),
        "PKCS#1": (write(PrivateFormat.TraditionalOpenSSL, None), None),
        "PKCS#1 encrypted": (write(PrivateFormat.TraditionalOpenSSL, b"brass"), "brass"),
        "a password too many": (write(PrivateFormat.PKCS8, None), "brass"),
    }


@pytest.mark.parametrize("form", ["PKCS#8", "PKCS#8 encrypted", "PKCS#1", "PKCS#1 encrypted", "a password too many"])
def test_private_keys_are_read_in_every_form_as_text_and_as_file(pair: KeyPair, form: str, tmp_path: Path) -> None:
    pem, password = private_forms(pair)[form]
    file = tmp_path / "private.pem"
    file.write_text(pem)
    for source in (pem, pem.encode(), pem.replace("\n", "\\n"), pem.replace("\n", "\r\n"), file, str(file)):
        assert public_pem(load_private_key(source, password).public_key()) == pair.public_pem


def test_the_key_generator_of_the_samples_is_understood() -> None:
    # Made by: openssl genrsa -des3 -traditional -passout pass:brass 2048
    pem = (Path(__file__).parent / "openssl_des3.pem").read_text()
    assert "DES-EDE3-CBC" in pem
    assert load_private_key(pem, "brass").key_size == 2048
    with pytest.raises(UnusableKey, match="password is wrong"):
        load_private_key(pem, "tin")


def test_an_encrypted_key_wants_the_right_password(pair: KeyPair) -> None:
    for form in ("PKCS#8 encrypted", "PKCS#1 encrypted"):
        pem, _ = private_forms(pair)[form]
        with pytest.raises(UnusableKey, match="Give its password"):
            load_private_key(pem)
        with pytest.raises(UnusableKey, match="password is wrong"):
            load_private_key(pem, "tin")


def test_what_is_no_private_key_is_named(pair: KeyPair, tmp_path: Path) -> None:
    with pytest.raises(UnusableKey, match="not a private key"):
        load_private_key(pair.public_pem)
    with pytest.raises(UnusableKey, match="No such file"):
        load_private_key(tmp_path / "absent.pem")
    with pytest.raises(UnusableKey, match="No private key could be read"):
        load_private_key("a\0b")
    with pytest.raises(UnusableKey, match="damaged"):
        load_private_key(pair.private_pem.replace("M", "N", 3))
    curve = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(UnusableKey, match="not an RSA key"):
        load_private_key(curve.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_public_keys_may_have_written_out_line_ends(pair: KeyPair) -> None:
    for pem in (pair.public_pem, pair.public_pem.replace("\n", "\\n"), f"  {pair.public_pem}\n\n"):
        assert public_pem(load_public_key(pem)) == pair.public_pem


def test_what_is_no_usable_public_key_is_named(pair: KeyPair) -> None:
    def public(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, form: PublicFormat) -> bytes:
        return key.public_key().public_bytes(Encoding.PEM, form)

    with pytest.raises(UnusableKey, match="stays with the business"):
        load_public_key(pair.private_pem)
    with pytest.raises(UnusableKey, match=r"1,024 bits"):
        load_public_key(public(rsa.generate_private_key(65537, 1024), PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(UnusableKey, match="not a public key in PEM"):
        load_public_key(public(load_private_key(pair.private_pem), PublicFormat.PKCS1))
    with pytest.raises(UnusableKey, match="not an RSA key"):
        load_public_key(public(ec.generate_private_key(ec.SECP256R1()), PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(UnusableKey, match="damaged"):
        load_public_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----")
    with pytest.raises(UnusableKey, match="not a public key in PEM"):
        load_public_key("")


def test_generated_pairs_differ_and_can_be_encrypted(pair: KeyPair, other_pair: KeyPair) -> None:
    assert pair.public_pem != other_pair.public_pem
    sealed = generate_key_pair("brass")
    assert "ENCRYPTED" in sealed.private_pem
    assert public_pem(load_private_key(sealed.private_pem, "brass").public_key()) == sealed.public_pem
