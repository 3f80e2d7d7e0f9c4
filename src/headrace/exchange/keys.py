"""The RSA key pair of a sender: the business keeps the private half, WhatsApp seals with the public one.

The public key is RSA with 2,048 bits, in PEM as SubjectPublicKeyInfo. Private keys are met as PKCS#1 or PKCS#8, with or
without a password; the samples of the field use PKCS#1 with DES-EDE3-CBC.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

KEY_BITS = 2048


class UnusableKey(ValueError):
    """A key cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class KeyPair:
    """Both halves in PEM: the private one as PKCS#8, the public one as SubjectPublicKeyInfo."""

    private_pem: str
    public_pem: str


def generate_key_pair(password: str | None = None) -> KeyPair:
    """Makes a new RSA key pair of 2,048 bits; `password` encrypts the private half."""
    key = generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    encryption = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    private_pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption).decode()
    return KeyPair(private_pem, public_pem(key.public_key()))


def public_pem(key: RSAPublicKey) -> str:
    """Writes a public key in the form in which it is uploaded."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def load_private_key(source: str | bytes | Path, password: str | None = None) -> RSAPrivateKey:
    """Reads a private key from PEM text, or from the PEM file that a path names.

    A literal backslash-n in the text counts as a line end, as keys in environment variables have it. A password for a
    key without one is ignored. Raises UnusableKey.
    """
    pem = _normalised(_content(source))
    if b"PRIVATE KEY" not in pem:
        raise UnusableKey("This is not a private key in PEM. It begins with -----BEGIN PRIVATE KEY----- or similar.")
    is_encrypted = b"ENCRYPTED" in pem
    if is_encrypted and not password:
        raise UnusableKey("This private key is encrypted. Give its password.")
    try:
        key = load_pem_private_key(pem, password.encode() if password and is_encrypted else None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        reason = "the password is wrong or the text is damaged" if is_encrypted else "the text is damaged"
        raise UnusableKey(f"This private key cannot be read: {reason}.") from error
    if not isinstance(key, RSAPrivateKey):
        raise UnusableKey("This private key is not an RSA key. Make one with: openssl genrsa -out private.pem 2048")
    return key


def load_public_key(pem: str | bytes) -> RSAPublicKey:
    """Reads the public key of a sender: RSA with 2,048 bits, PEM, SubjectPublicKeyInfo. Raises UnusableKey.

    A literal backslash-n counts as a line end, as form fields and JSON by hand have it.
    """
    text = _normalised(pem.encode() if isinstance(pem, str) else pem)
    if b"PRIVATE KEY" in text:
        raise UnusableKey(
            "This is a private key, and it stays with the business. "
            "Upload the public key: openssl rsa -in private.pem -pubout"
        )
    if not text.startswith(b"-----BEGIN PUBLIC KEY-----"):
        raise UnusableKey(
            "This is not a public key in PEM. It begins with -----BEGIN PUBLIC KEY-----. "
            "Write it with: openssl rsa -in private.pem -pubout"
        )
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UnusableKey("This public key cannot be read: the text is damaged.") from error
    if not isinstance(key, RSAPublicKey):
        raise UnusableKey(f"This public key is not an RSA key. WhatsApp wants RSA with {KEY_BITS:,} bits.")
    if key.key_size != KEY_BITS:
        raise UnusableKey(f"This RSA key has {key.key_size:,} bits. WhatsApp wants {KEY_BITS:,}.")
    return key


def _content(source: str | bytes | Path) -> bytes:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str) and ("-----BEGIN" in source or "\n" in source):
        return source.encode()
    try:
        return Path(source).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise UnusableKey(f"No private key could be read from {str(source)!r}: {reason}.") from error


def _normalised(pem: bytes) -> bytes:
    return pem.replace(b"\\r", b"").replace(b"\\n", b"\n").replace(b"\r\n", b"\n").strip() + b"\n"
