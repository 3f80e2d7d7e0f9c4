"""Requests that somebody recorded at an endpoint, and what is wrong with them. Pure.

What is read: the body alone; a whole HTTP request as a text; an event of a function (`headers`, `body`,
`isBase64Encoded`), also with the answer (`response`: its body); or lines of JSON as `Transcript` writes them.
"""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from headrace.exchange import faults, messages
from headrace.exchange.decryption_errors import diagnose, explain_clear
from headrace.exchange.findings import Finding, found_wrong
from headrace.exchange.messages import NotAMessage
from headrace.exchange.request_variants import open_variant
from headrace.exchange.sealing import (
    KEY_BYTES,
    VECTOR_BYTES,
    CannotOpen,
    NotAnEnvelope,
    OpenedRequest,
    open_request,
    open_response,
    read_envelope,
    signature_matches,
)
from headrace.protocol.meta_json import escaped_json

_SIGNATURE_HEADER = "x-hub-signature-256"
_RSA_BYTES = 256
_SHOWN = 60


class NotACapture(ValueError):
    """A file holds no request. The text says what was expected."""


@dataclass(frozen=True)
class Capture:
    """One recorded request: the body as it was recorded, the headers by their names in lower case, and the body of the
    answer when it was recorded, too.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    response: bytes | None = None


def read_captures(content: bytes) -> list[Capture]:
    """The requests in a file. Raises NotACapture."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    if content.startswith(b"POST "):
        return [_from_http(content)]
    whole = _json(content)
    if isinstance(whole, dict):
        return [_from_json(whole, content.strip())]
    if isinstance(whole, list):
        return [_from_json(entry, orjson.dumps(entry)) for entry in whole if isinstance(entry, dict)] or _nothing()
    lines = [(_json(line), line) for line in content.splitlines() if line.strip()]
    if lines and all(isinstance(value, dict) for value, _ in lines):
        return [_from_json(value, line) for value, line in lines]
    return _nothing()


def judge(capture: Capture, keys: Mapping[str, RSAPrivateKey], secrets: Sequence[str]) -> Iterator[Finding]:
    """What is wrong with a recorded request, step by step; ends where nothing more can be known.

    `keys` are private keys by the name that is shown for them.
    """
    shape = _shape(capture.body)
    yield shape
    if secrets:
        yield _signature(capture, secrets)
    if shape.verdict == "wrong" or not keys:
        return
    opened, finding = _opening(capture.body, keys)
    yield finding
    if opened is None:
        return
    yield _content(opened)
    if capture.response is not None:
        yield _answer(capture.response, opened)


def _nothing() -> list[Capture]:
    raise NotACapture(
        "This is no recorded request. It takes the JSON body with encrypted_flow_data, encrypted_aes_key and "
        "initial_vector, a whole HTTP request as a text, or JSON with headers and body."
    )


def _from_http(content: bytes) -> Capture:
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    lines = head.decode("latin-1").split("\n")[1:]
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Capture(body.strip(b"\n"), headers)


def _from_json(value: dict[str, Any], written: bytes) -> Capture:
    if "body" not in value:
        return Capture(written)
    body = value["body"]
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else orjson.dumps(body)
    if value.get("isBase64Encoded") is True:
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise NotACapture("The capture says isBase64Encoded, but its body is not base64.") from error
    headers = value.get("headers")
    named = headers if isinstance(headers, dict) else {}
    response = value.get("response")
    if isinstance(response, dict):
        response = response.get("body")
    return Capture(
        content,
        {str(name).lower(): str(text) for name, text in named.items()},
        response.encode("utf-8", "replace") if isinstance(response, str) else None,
    )


def _shape(body: bytes) -> Finding:
    step, title = "body", "The body"
    try:
        _data, key, iv = read_envelope(body)
    except (NotAnEnvelope, CannotOpen) as error:
        return Finding(step, title, "wrong", f"{error}{_shape_advice(body)}")
    if len(iv) != VECTOR_BYTES:
        return Finding(step, title, "wrong", f"initial_vector holds {len(iv)} bytes; WhatsApp sends {VECTOR_BYTES}.")
    if len(key) != _RSA_BYTES:
        words = f"encrypted_aes_key holds {len(key)} bytes; for a key of 2,048 bits it has {_RSA_BYTES}."
        return Finding(step, title, "wrong", words)
    if b"/" in body.replace(b"\\/", b""):
        words = (
            "It has the three members, but it is not as WhatsApp wrote it: the slashes are bare. It was parsed and "
            "written anew, so its signature does not match any more."
        )
        return Finding(
            step, title, "warning", words, fault=faults.REWRITTEN_BODY.name, lines=faults.REWRITTEN_BODY.lines
        )
    return Finding(step, title, "good", "It has the three members, in base64.")


def _shape_advice(body: bytes) -> str:
    value = _json(body)
    if isinstance(value, str):
        return " It is a JSON text: the object was written as JSON twice."
    if isinstance(value, dict):
        texts = [text for text in value.values() if isinstance(text, str)]
        if any(" " in text for text in texts):
            return " There are blanks where + belongs: the body was read as a form. Read it as JSON."
        return ""
    try:
        inner = _json(base64.b64decode(body.strip(), validate=True))
    except (binascii.Error, ValueError):
        return ""
    return " It is base64 of the body: the gateway encoded it. Decode it first." if isinstance(inner, dict) else ""


def _signature(capture: Capture, secrets: Sequence[str]) -> Finding:
    step, title = "signature", "The signature"
    header = capture.headers.get(_SIGNATURE_HEADER)
    if header is None:
        return Finding(
            step, title, "warning", "The capture has no header X-Hub-Signature-256, so it cannot be checked."
        )
    if any(signature_matches(secret, capture.body, header) for secret in secrets):
        return Finding(step, title, "good", "It matches the app secret.")
    for written in _as_whatsapp_wrote(capture.body):
        if any(signature_matches(secret, written, header) for secret in secrets):
            return found_wrong(
                step,
                title,
                faults.REWRITTEN_BODY,
                "The signature is right for the bytes that WhatsApp sent, but the body was parsed and written anew "
                "before it was recorded. Sign the raw body.",
            )
    return Finding(step, title, "wrong", "It does not match: another app signed it, or the body is not complete.")


def _as_whatsapp_wrote(body: bytes) -> Iterator[bytes]:
    value = _json(body)
    if isinstance(value, dict):
        yield escaped_json(value).encode()
    yield body.replace(b"/", b"\\/")


def _opening(body: bytes, keys: Mapping[str, RSAPrivateKey]) -> tuple[OpenedRequest | None, Finding]:
    step, title = "opens", "Opens"
    for number, (name, key) in enumerate(keys.items()):
        try:
            opened = open_request(body, key)
        except CannotOpen:
            continue
        if number:
            words = f"It opens with {name}, not with {next(iter(keys))}: it was sealed for another number."
            return opened, Finding(step, title, "wrong", words, fault=faults.OTHER_SENDERS_KEY.name)
        return opened, Finding(step, title, "good", f"It opens with {name}.")
    for name, key in keys.items():
        found = open_variant(body, key)
        if found is not None:
            opened, fault = found
            words = f"It opens with {name}, but it was not sealed as WhatsApp seals ({fault.name})."
            return opened, Finding(step, title, "wrong", words, fault=fault.name)
    words = (
        f"It does not open with {_listed(list(keys))}, nor with any of the usual wrong paddings. It was sealed with "
        "the public key of another pair: compare the key that is uploaded for the sender, with --public-key."
    )
    return None, Finding(step, title, "wrong", words, fault="wrong-key")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _content(opened: OpenedRequest) -> Finding:
    step, title = "request", "The request"
    if len(opened.key) != KEY_BYTES:
        return Finding(step, title, "wrong", f"Its key has {len(opened.key)} bytes instead of {KEY_BYTES}.")
    try:
        request = messages.from_bytes(opened.body)
    except NotAMessage as error:
        return Finding(step, title, "wrong", f"What is sealed inside cannot be read. {error}")
    action = request.get("action")
    if not isinstance(action, str):
        return Finding(step, title, "wrong", "What is sealed inside names no action.")
    screen = request.get("screen")
    where = f" on {screen[:_SHOWN]}" if isinstance(screen, str) and screen else ""
    return Finding(step, title, "good", f"{action[:_SHOWN]}{where}.")


def _answer(response: bytes, opened: OpenedRequest) -> Finding:
    step, title = "answer", "The answer"
    try:
        clear = open_response(response.decode("utf-8", "replace"), opened.key, opened.iv)
    except CannotOpen:
        return found_wrong(step, title, diagnose(response, opened.key, opened.iv).fault)
    try:
        messages.read_answer(clear)
    except NotAMessage as error:
        return found_wrong(step, title, explain_clear(clear, str(error)))
    return Finding(step, title, "good", "It opens and holds an object.")


def _json(content: bytes) -> Any:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
