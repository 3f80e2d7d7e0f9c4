"""The usual mistakes of endpoints, each with what to do about it, in words and in code.

Pure. A fault is found by trying (`decryption_errors`, `probing`, `captures`); here stands only what is said of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from headrace.exchange import remedies


@dataclass(frozen=True)
class Fault:
    """`name` is for programs (several are joined by +), `words` say what is wrong and what to do. `lines` holds the
    right line by language where it is a matter of one line, or one for each of several mistakes found together.
    """

    name: str
    words: str
    lines: remedies.Lines = field(default_factory=dict, compare=False)


def together(found: Sequence[Fault]) -> Fault:
    """Several mistakes at once as one, with the names, words and lines of them all."""
    if len(found) == 1:
        return found[0]
    lines: dict[str, str] = {}
    for language in remedies.LANGUAGES:
        right = dict.fromkeys(fault.lines[language] for fault in found if fault.lines)
        if right:
            lines[language] = "\n".join(right)
    words = " ".join(dict.fromkeys(fault.words for fault in found))
    return Fault("+".join(dict.fromkeys(fault.name for fault in found)), words, lines)


_SHOULD_BE = "An answer is base64 of the sealed JSON, nothing around it."
_WHOLE_VECTOR = "Use the vector of the request with every bit turned over, all 16 bytes of it."
_LONGEST_SHOWN = 80
_PADDING = "WhatsApp seals with RSA-OAEP with SHA-256 for the hash and for MGF1."

# Around the answer.
EMPTY: Final = Fault("empty", f"The endpoint answered with an empty body. {_SHOULD_BE}", remedies.SENDING)
WEB_PAGE: Final = Fault("web-page", f"The endpoint answered with a web page. {_SHOULD_BE}")
TUNNEL_PAGE: Final = Fault(
    "tunnel-page",
    "A web page of the tunnel or of a firewall answered in place of the endpoint. Call the endpoint's own address, or "
    "switch that page off.",
)
BYTE_ORDER_MARK: Final = Fault(
    "byte-order-mark", "There is a byte order mark in front of the answer. Send the base64 alone."
)
URL_SAFE: Final = Fault(
    "url-safe",
    "The endpoint answered with URL-safe base64. Use the standard alphabet, with + and /.",
    remedies.ENCODING,
)
RAW_BYTES: Final = Fault(
    "raw-bytes", "The endpoint answered with the sealed bytes themselves. Send their base64.", remedies.ENCODING
)
HEXADECIMAL: Final = Fault(
    "hexadecimal",
    "The endpoint answered with hexadecimal digits. Write the sealed bytes as base64.",
    remedies.ENCODING,
)
BYTES_AS_NUMBERS: Final = Fault(
    "bytes-as-numbers",
    "The endpoint answered with the sealed bytes as numbers in JSON. Send their base64.",
    remedies.ENCODING,
)
IN_PARTS: Final = Fault(
    "in-parts",
    f"The endpoint answered with several parts in a row, as other systems write sealed text. {_SHOULD_BE}",
    remedies.SEALING,
)
QUOTED: Final = Fault(
    "quoted", "The endpoint answered with sealed text in quotes. Send the text alone, as it is.", remedies.SENDING
)
PYTHON_BYTES: Final = Fault(
    "python-bytes",
    "The endpoint answered with sealed text as Python shows bytes, b'…'. Make the bytes text with .decode() first.",
    remedies.ENCODING,
)
SENT_TWICE: Final = Fault(
    "sent-twice",
    "The endpoint answered with the same sealed text twice in a row. Two places of its code write it: leave one out.",
)
ENCODED_IN_PARTS: Final = Fault(
    "encoded-in-parts",
    "The endpoint encoded the ciphertext before the tag was put behind it. Put the 16 bytes of the tag behind those "
    "of the ciphertext, and encode both together, once.",
    remedies.TAG,
)
PLUS_AS_BLANK: Final = Fault(
    "plus-as-blank",
    "There are blanks in the answer where + belongs: somebody read it as a form or as part of a URL. Send the base64 "
    "as it is.",
    remedies.SENDING,
)
HTML_ESCAPED: Final = Fault(
    "html-escaped",
    "The answer's base64 was escaped as HTML, as templates do with + and /. Send the text as it is.",
    remedies.SENDING,
)
TEXT_IN_UTF_16: Final = Fault(
    "text-in-utf-16", "The endpoint wrote the base64 as UTF-16. Write it as UTF-8 or ASCII.", remedies.SENDING
)
COMPRESSED: Final = Fault(
    "compressed",
    "The endpoint answered with gzip and did not say so. Send the base64 uncompressed.",
)
COMPRESSED_INSIDE: Final = Fault(
    "compressed-inside", "The endpoint's answer opens, but is compressed inside. Seal the JSON as it is."
)
ECHO: Final = Fault(
    "echo",
    "The endpoint sent the request back instead of an answer. Open it, and seal an answer with its key.",
    remedies.SEALING,
)
JOSE: Final = Fault(
    "jose",
    "The endpoint answered with a JSON Web Encryption or token, in parts with points between them. "
    "WhatsApp wants the bare ciphertext and tag in base64.",
    remedies.SEALING,
)
CUT_OFF: Final = Fault(
    "cut-off",
    "The answer begins as it should and breaks off, or changes on the way: its key and vector are right. Look for a "
    "limit of length: a Content-Length that counts characters, a column or a buffer that is too short.",
)
IN_CLEAR: Final = Fault(
    "in-clear", "The endpoint answered with JSON in clear. Seal it with the key of the request.", remedies.SEALING
)
ENCODED_ONLY: Final = Fault(
    "encoded-only",
    "The endpoint answered with JSON that is encoded but not sealed. Seal it with the key of the request.",
    remedies.SEALING,
)
NOT_BASE64: Final = Fault("not-base64", f"The endpoint's answer is not base64. {_SHOULD_BE}", remedies.ENCODING)
DOUBLE_BASE64: Final = Fault(
    "double-base64", "The endpoint's answer is base64 of base64. Encode the sealed bytes once.", remedies.ENCODING
)


def wrapped(where: str) -> Fault:
    """Sealed text inside JSON, under these names."""
    words = f'The endpoint answered with sealed text wrapped in JSON, under "{where}". Send the text alone, as it is.'
    return Fault("wrapped-in-json", words, remedies.SENDING)


def wrapped_by_lambda(where: str) -> Fault:
    words = (
        f'The endpoint answered with sealed text wrapped in JSON, under "{where}": the reply of a function to its '
        "gateway. Let the gateway unwrap it (Lambda proxy integration, or a function URL), so that the text arrives "
        "alone."
    )
    return Fault("wrapped-by-lambda", words)


def surrounded(before: str, after: str) -> Fault:
    """Sealed text with other characters in front of it or behind it."""
    strange = [f"{part!a} {place}" for part, place in ((before[:40], "in front"), (after[:40], "behind")) if part]
    what = f"with {' and '.join(strange)}" if strange else "with too many signs of padding"
    return Fault("surrounded", f"The endpoint answered {what} of sealed text. Send the text alone.", remedies.SENDING)


def nothing_sealed(text: str) -> Fault:
    """A text too short, or too well known, to be sealed: what a webhook says when it took something."""
    words = (
        f"The endpoint answered with {text[:40]!a}, which is nothing sealed. A webhook answers so, or code that "
        f"forgot its answer: see that the Flow has the address of the endpoint. {_SHOULD_BE}"
    )
    return Fault("nothing-sealed", words, remedies.SENDING)


def error_in_clear(text: str) -> Fault:
    """An error that the endpoint tells with status 200."""
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    words = f"The endpoint answered with an error in clear and status 200: {shown!a}. Its log may say why."
    return Fault("error-in-clear", words)


def not_json(reason: str) -> Fault:
    """A text that opens and looks like JSON, and where it ceases to be."""
    words = f"The endpoint's answer opens, but is not JSON: {reason}. Let a library write it."
    return Fault("not-json", words, remedies.JSON_ONCE)


# Within the answer.
NOT_TURNED: Final = Fault(
    "vector-not-turned",
    "The endpoint sealed its answer with the vector of the request as it is. Turn over every bit of it first.",
    remedies.TURNING,
)
SHORT_VECTOR: Final = Fault(
    "vector-of-12-bytes",
    f"The endpoint sealed its answer with the first 12 bytes of the turned vector. {_WHOLE_VECTOR}",
    remedies.SEALING,
)
SHORT_VECTOR_NOT_TURNED: Final = Fault(
    "vector-of-12-bytes-not-turned",
    "The endpoint sealed its answer with the first 12 bytes of the vector of the request, as they are. "
    f"{_WHOLE_VECTOR}",
    remedies.SEALING,
)


def _sealed_with(name: str, what: str, lines: remedies.Lines = remedies.TURNING) -> Fault:
    return Fault(name, f"The endpoint sealed its answer with {what}. {_WHOLE_VECTOR}", lines)


REVERSED_VECTOR: Final = _sealed_with(
    "vector-reversed", "the bytes of the vector in reverse order: turned over is each bit, not the order"
)
PARTLY_TURNED: Final = _sealed_with("vector-partly-turned", "a vector of which only the first 12 bytes are turned over")
VECTOR_OF_ZEROS: Final = _sealed_with("vector-of-zeros", "a vector of zeros", remedies.SEALING)
VECTOR_AS_TEXT: Final = _sealed_with(
    "vector-as-text", "the text of initial_vector instead of the 16 bytes that it stands for"
)
WRONG_TAG: Final = Fault(
    "wrong-tag",
    "The tag behind the ciphertext is not the one that belongs to it, though key and vector are right. Seal without "
    "additional data (AAD), and take the tag when the cipher is done.",
    remedies.SEALING,
)
TAG_FIRST: Final = Fault(
    "tag-first", "The endpoint put the tag in front of the ciphertext. Its 16 bytes belong behind it.", remedies.TAG
)
NO_TAG: Final = Fault(
    "no-tag", "The answer has no tag behind the ciphertext. Append the 16 bytes of the GCM tag.", remedies.TAG
)


def short_tag(length: int) -> Fault:
    words = f"The tag behind the ciphertext has {length} bytes. It needs all 16 of them."
    return Fault("short-tag", words, remedies.TAG)


def tag_apart(where: str) -> Fault:
    words = f'The endpoint sent the tag apart, under "{where}". Its 16 bytes belong behind the ciphertext.'
    return Fault("tag-apart", words, remedies.TAG)


def vector_apart(where: str) -> Fault:
    words = f'The endpoint sealed its answer with a vector of its own, under "{where}". {_WHOLE_VECTOR}'
    return Fault("vector-apart", words, remedies.SEALING)


VECTOR_FIRST: Final = Fault(
    "vector-first",
    "The endpoint put the vector in front of the sealed answer. Send ciphertext and tag alone.",
    remedies.ENCODING,
)
OWN_SHORT_VECTOR: Final = Fault(
    "own-vector-of-12-bytes",
    f"The endpoint put a vector of its own, of 12 bytes, in front of the answer. {_WHOLE_VECTOR}",
    remedies.SEALING,
)
OWN_VECTOR: Final = Fault(
    "own-vector", f"The endpoint put a vector of its own in front of the answer. {_WHOLE_VECTOR}", remedies.SEALING
)
CBC: Final = Fault(
    "cbc",
    "The endpoint sealed its answer with AES in CBC mode. Use GCM, with the tag of 16 bytes behind the ciphertext.",
    remedies.SEALING,
)
CTR: Final = Fault(
    "ctr",
    "The endpoint sealed its answer with AES in CTR mode. Use GCM, with the tag of 16 bytes behind the ciphertext.",
    remedies.SEALING,
)
ECB: Final = Fault(
    "ecb",
    "The endpoint sealed its answer with AES in ECB mode. Use GCM, with the tag of 16 bytes behind the ciphertext.",
    remedies.SEALING,
)
AES_256: Final = Fault(
    "aes-256",
    "The endpoint sealed its answer with AES-256 or AES-192, with a key it made longer. Use AES-128-GCM with the 16 "
    "bytes of the key as they are.",
    remedies.SEALING,
)
BYTES_AS_TEXT: Final = Fault(
    "bytes-as-text",
    "The endpoint took the sealed bytes for text on the way to base64, so that many of them were written as others. "
    "Keep them as bytes, and encode these.",
    remedies.TAG,
)
OTHER_KEY: Final = Fault(
    "other-key",
    "The endpoint's answer does not open, nor with any of the usual mistakes: it was sealed with another key, or its "
    "bytes changed on the way. Seal it with AES-128-GCM, the key of this very request, its vector with every bit "
    "turned over, and the tag of 16 bytes behind the ciphertext.",
    remedies.SEALING,
)

# Within what was sealed well.
WRITTEN_TWICE: Final = Fault(
    "json-written-twice",
    "The endpoint's answer opens, but holds a text with JSON in it instead of an object: it was written as JSON twice. "
    "Write it once.",
    remedies.JSON_ONCE,
)
TEXT_OF_AN_OBJECT: Final = Fault(
    "text-of-an-object",
    "The endpoint's answer opens, but holds an object as the language shows it to programmers, not JSON. Write it as "
    "JSON.",
    remedies.JSON_ONCE,
)
UTF_16: Final = Fault(
    "utf-16",
    "The endpoint's answer opens, but its JSON is UTF-16. Write it as UTF-8.",
    remedies.UTF_8,
)


def unreadable(reason: str) -> Fault:
    """An answer that opens and is not what it should be."""
    return Fault("unreadable", f"The endpoint's answer cannot be read. {reason}")


# How the endpoint opens requests.
def _opens_with(name: str, what: str) -> Fault:
    return Fault(name, f"The endpoint opens the key of a request with {what}. {_PADDING}", remedies.OPENING_THE_KEY)


MGF1_SHA1: Final = _opens_with(
    "mgf1-sha1",
    "RSA-OAEP with SHA-256 whose MGF1 uses SHA-1, as Java does unless it is told otherwise",
)
OAEP_SHA1: Final = _opens_with("oaep-sha1", "RSA-OAEP with SHA-1, the default of many libraries")
OAEP_SHA1_MGF1_SHA256: Final = _opens_with("oaep-sha1-mgf1-sha256", "RSA-OAEP with SHA-1 and MGF1 with SHA-256")
PKCS1_V15: Final = _opens_with("pkcs1-v1.5", "the old padding of PKCS#1 v1.5")


def _reads_data(name: str, what: str) -> Fault:
    words = (
        f"The endpoint opens encrypted_flow_data {what}. WhatsApp seals it with AES-128-GCM, a key and a vector of 16 "
        "bytes each, and the tag of 16 bytes behind the ciphertext."
    )
    return Fault(name, words, remedies.OPENING_THE_DATA)


REQUEST_SHORT_VECTOR: Final = _reads_data(
    "request-vector-of-12-bytes", "with a vector of 12 bytes only, as Go's NewGCM and .NET's AesGcm want it"
)
REQUEST_TAG_FIRST: Final = _reads_data("request-tag-first", "with the tag in front of the ciphertext")
REQUEST_SHORT_TAG: Final = _reads_data("request-short-tag", "with a tag of 12 bytes")
REQUEST_NO_TAG: Final = _reads_data("request-no-tag", "as if it had no tag behind it")
REQUEST_TURNED: Final = _reads_data(
    "request-vector-turned",
    "with the vector turned over, which is for the answer alone (code that turns over initial_vector in its place does "
    "so too early)",
)
REQUEST_VECTOR_AS_TEXT: Final = _reads_data(
    "request-vector-as-text", "with the text of initial_vector instead of the 16 bytes that it stands for"
)
REQUEST_KEY_AS_TEXT: Final = _reads_data(
    "request-key-as-text", "with a key or a vector that it took for text: keep them as bytes all the way"
)
REQUEST_KEY_IN_BASE64: Final = _reads_data(
    "request-key-in-base64", "with a key that it decoded once more: what RSA gives are the 16 bytes of the key"
)
REQUEST_CBC: Final = _reads_data("request-cbc", "with AES in CBC mode")
REQUEST_AES_256: Final = _reads_data("request-aes-256", "with a key of 32 bytes (AES-256)")

KEY_REFUSED: Final = Fault(
    "key-refused",
    "The endpoint says that it cannot open the request (status 421, twice), nor a ping that is sealed with any of the "
    "usual wrong paddings. Either its private key is not the one that belongs to the public key of this sender, or it "
    "answers 421 for a reason of its own. Its log may say which; headrace doctor with --private-key proves whether the "
    "two keys belong together.",
    remedies.OPENING_THE_KEY,
)
KEY_REFUSED_UNTRIED: Final = Fault(
    "key-refused-untried",
    "The endpoint says that it cannot open the request (status 421, twice). Why was not tried, or could not be found "
    "out in time: headrace doctor does.",
    remedies.OPENING_THE_KEY,
)
REFUSED_BY_ITS_CODE: Final = Fault(
    "refused-by-its-code",
    "The endpoint says that it cannot open the request (status 421, twice), but it opens a ping that is sealed in the "
    "same way: key and padding are right. It answers 421 to this request for a reason of its own, for instance an "
    "error in the code behind the opening. See its log, and answer 421 only to what does not open.",
)
OTHER_SENDERS_KEY: Final = Fault(
    "other-senders-key",
    "The endpoint holds the private key of another number. Each sender has a public key of its own: give the endpoint "
    "all private keys, or upload this one's public key for the sender that calls.",
)

# Signatures.
SIGNATURE_REFUSED: Final = Fault(
    "signature-refused",
    "The endpoint refused the signature (status 432). Give it the secret of the app that the Flow is linked to, and "
    "let it sign the bytes of the body as they came.",
    remedies.RAW_BODY,
)
SIGNATURE_REFUSED_BY_ITS_CODE: Final = Fault(
    "signature-refused-by-its-code",
    "The endpoint refused the signature (status 432), but it answers a ping that is signed in the same way: the app "
    "secret is right. It answers 432 to this request for a reason of its own. See its log, and answer 432 only to a "
    "wrong signature.",
)
REWRITTEN_BODY: Final = Fault(
    "signature-over-rewritten-body",
    "The endpoint checks the signature of JSON that it parsed and wrote anew. WhatsApp signs the bytes as they come, "
    "in which a slash is written \\/. Sign the raw body.",
    remedies.RAW_BODY,
)
SIGNATURE_WITHOUT_PREFIX: Final = Fault(
    "signature-without-prefix",
    "The endpoint compares the header X-Hub-Signature-256 without its prefix. The header is sha256= and the "
    "hexadecimal digits.",
    remedies.PREFIX,
)
SIGNATURE_IN_CAPITALS: Final = Fault(
    "signature-in-capitals",
    "The endpoint compares the signature with digits in capitals, as .NET's Convert.ToHexString writes them. WhatsApp "
    "writes them small.",
    remedies.PREFIX,
)
SIGNATURE_IN_BASE64: Final = Fault(
    "signature-in-base64",
    "The endpoint compares the signature with base64. The header has hexadecimal digits.",
    remedies.PREFIX,
)
SECRET_WITH_LINE_END: Final = Fault(
    "secret-with-line-end",
    "The endpoint's app secret ends in a line break or a blank, as a file or a copied line has it. Take it off.",
    remedies.TRIMMING,
)
SECRET_IN_QUOTES: Final = Fault(
    "secret-in-quotes",
    "The endpoint's app secret is in quotes, as docker --env-file and others keep them. Take them off.",
)
