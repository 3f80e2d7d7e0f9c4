"""Why no secure connection came about, and what to do about it at the server. Pure."""

from typing import Final

_ADVICE: Final = (
    ("certificate has expired", "Renew it, and let the server load the new one"),
    ("certificate is not yet valid", "Look at its dates and at the clock of this machine"),
    ("mismatch", "The certificate is for other names: get one for this name, or call the server by a name in it"),
    ("self-signed certificate in certificate chain", "Its authority is not one that everybody trusts"),
    ("self-signed", "Get one from an authority that everybody trusts, such as Let's Encrypt"),
    (
        "unable to get local issuer",
        "The server does not send the certificates between its own and the authority (let it send the whole chain, "
        "often called fullchain.pem), or nobody knows the authority",
    ),
    ("wrong version number", "What listens there speaks no TLS: call it with http://, or give the port of https"),
    ("record layer failure", "What listens there speaks no TLS: call it with http://, or give the port of https"),
    ("protocol version", "Switch on TLS 1.2 and 1.3 at the server"),
    ("unsupported protocol", "Switch on TLS 1.2 and 1.3 at the server"),
    ("unrecognized name", "The server has no certificate for this name: see the host in the URL and its list of names"),
    ("handshake failure", "Client and server have no cipher or version of TLS in common: switch on TLS 1.2 and 1.3"),
)
CLOSED = "the connection was closed in the middle of the handshake. Switch on TLS 1.2 and 1.3 at the server"
"""What a server does that speaks only older versions of TLS, or none."""


def tls_reason(error: Exception) -> str:
    """OpenSSL's words without its codes, and what to do, without a stop at the end."""
    cause = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    if isinstance(cause, ConnectionResetError):
        return CLOSED
    text = getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or str(cause)
    words = str(text).replace("_", " ").lower().rstrip(".")
    advice = next((advice for known, advice in _ADVICE if known in words), "")
    return f"{words}. {advice}" if advice else words
