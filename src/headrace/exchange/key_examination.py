"""Says what form a key has, whether it can be used, and whether two halves belong together. Pure."""

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from headrace.exchange import remedies
from headrace.exchange.findings import Finding
from headrace.exchange.keys import KEY_BITS, UnusableKey, load_private_key, load_public_key, public_pem

_PRIVATE, _PUBLIC, _PAIR = "The private key", "The public key", "The key pair"


def examine_private_key(pem: bytes, password: str | None) -> tuple[Finding, RSAPrivateKey | None]:
    """The finding about a private key's PEM, and the key when it can be used."""
    try:
        key = load_private_key(pem, password)
    except UnusableKey as error:
        lines = remedies.LOADING if b"ENCRYPTED" in pem and not password else {}
        return Finding("private-key", _PRIVATE, "wrong", f"{error}{_advice(pem)}", lines=lines), None
    if key.key_size != KEY_BITS:
        words = f"{_form(pem)}. It has {key.key_size:,} bits; WhatsApp wants {KEY_BITS:,}. Make a new pair."
        return Finding("private-key", _PRIVATE, "wrong", words), None
    form = _form(pem)
    if _is_in_one_line(pem):
        return Finding("private-key", _PRIVATE, "warning", f"{form}. {_LOST_LINE_ENDS}"), key
    if b"Proc-Type: 4,ENCRYPTED" in pem:
        words = (
            f"{form}. Node, PHP and Python read this form; .NET's ImportFromEncryptedPem and Go's x509 do not: "
            "openssl pkcs8 -topk8 -in private.pem -out private8.pem"
        )
        return Finding("private-key", _PRIVATE, "warning", words), key
    further = f" {_PKCS1_IN_JAVA}" if form.startswith("PKCS#1") else ""
    return Finding("private-key", _PRIVATE, "good", f"{form}, {key.key_size:,} bits.{further}"), key


def examine_public_key(pem: str) -> Finding:
    """The finding about the PEM that was uploaded for a sender."""
    try:
        load_public_key(pem)
    except UnusableKey as error:
        return Finding("key", _PUBLIC, "wrong", str(error))
    return Finding("key", _PUBLIC, "good", f"RSA with {KEY_BITS:,} bits.")


def examine_pair(key: RSAPrivateKey, pem: str) -> Finding:
    """Whether a usable public key is the other half of a private key."""
    if public_pem(key.public_key()) == public_pem(load_public_key(pem)):
        return Finding("pair", _PAIR, "good", "The public key belongs to the private key.")
    words = (
        "The public key does not belong to the private key: whatever is sealed with it, this private key cannot open. "
        "Upload the other half of the private key for the sender: openssl rsa -in private.pem -pubout"
    )
    return Finding("pair", _PAIR, "wrong", words, fault="wrong-key")


def _form(pem: bytes) -> str:
    if b"BEGIN ENCRYPTED PRIVATE KEY" in pem:
        return "PKCS#8 with a password"
    if b"BEGIN RSA PRIVATE KEY" in pem:
        return "PKCS#1 with a password" if b"ENCRYPTED" in pem else "PKCS#1 without a password"
    return "PKCS#8 without a password"


def _advice(pem: bytes) -> str:
    """What more to say of a text that is no usable private key."""
    if b"BEGIN OPENSSH PRIVATE KEY" in pem:
        return " It has the form of OpenSSH. Make one with: openssl genrsa -out private.pem 2048"
    if b"BEGIN CERTIFICATE" in pem:
        return " It is a certificate. The private key that belongs to it is in another file."
    if b"BEGIN PUBLIC KEY" in pem or b"BEGIN RSA PUBLIC KEY" in pem:
        return " It is a public key. The private key stays with the endpoint."
    if pem.lstrip().startswith(b"LS0tLS1CRUdJTi"):
        return " It is base64 of a PEM file. Decode it first."
    return f" {_LOST_LINE_ENDS}" if _is_in_one_line(pem) else ""


_PKCS1_IN_JAVA = (
    "Java's PKCS8EncodedKeySpec reads only PKCS#8: openssl pkcs8 -topk8 -nocrypt -in private.pem -out private8.pem"
)
_LOST_LINE_ENDS = (
    "Its line ends are lost, and most languages do not read it so. A PEM text in an environment variable keeps them, "
    "or has \\n in their place."
)


def _is_in_one_line(pem: bytes) -> bool:
    return b"PRIVATE KEY-----" in pem and pem.strip(b"\"' \r\n").count(b"\n") < 2 and b"\\n" not in pem
