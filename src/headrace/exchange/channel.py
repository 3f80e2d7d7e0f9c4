"""The WhatsApp side of an exchange: seals, signs, calls the endpoint, and says what came of it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from headrace.exchange import decryption_errors, faults, messages
from headrace.exchange.faults import Fault
from headrace.exchange.keys import UnusableKey, load_public_key
from headrace.exchange.probing import Probe
from headrace.exchange.sealing import (
    KEY_BYTES,
    VECTOR_BYTES,
    CannotOpen,
    SealedRequest,
    flow_token_signature,
    open_response,
    seal_request,
    sign,
)
from headrace.exchange.transport import Transport
from headrace.identifiers import Identifiers
from headrace.outbound import Answer, ConnectionLost, OutboundError, TimedOut, TooLarge
from headrace.protocol import ErrorType

TIMEOUT_SECONDS = 10.0
RESEND_AFTER_SECONDS = 0.5
PROBING_SECONDS = 5.0
"""What finding out why a key or a signature was refused may take, all its pings together."""

# 10 MB of clear text, the limit since Flow JSON 5.1, grow by a third in base64.
MAX_RESPONSE_BYTES = 14 * 1024 * 1024

USER_AGENT = "facebookexternalua"
_LONGEST_TARGET = 200

FetchPublicKey = Callable[[], Awaitable[str | None]]


class UnverifiedKey(Exception):
    """Raised by a `FetchPublicKey` when the stored key does not match its signature."""


@dataclass(frozen=True)
class Outcome:
    """What came of one exchange, with all there is to show and to record.

    `kind` is `answered` (`body` holds the clear answer), `token_expired` (a 427; `message` holds the endpoint's words
    for the person, if it sent any) or `failed` (`error_type` is WhatsApp's name of the error). `explanation` is for the
    business, in a sentence or two: what went wrong, or would go wrong on a phone, and what to do. `milliseconds` is the
    time of the last sending, and `sealed_request` and `sealed_response` are the exact bodies of it. `is_cut_off` tells
    that the endpoint took the request and closed the connection without an answer. `fault` is the
    mistake of the endpoint that was found by trying, with the line of code to change. A 432 has no error
    type of its own on the platform; it counts as `unexpected_http_status_code` and is told apart by `http_status`.
    """

    kind: Literal["answered", "token_expired", "failed"]
    request: dict[str, Any]
    milliseconds: int
    sealed_request: str = ""
    sealed_response: str | None = None
    body: dict[str, Any] | None = None
    message: str | None = None
    error_type: ErrorType | None = None
    explanation: str | None = None
    http_status: int | None = None
    resent: bool = False
    is_cut_off: bool = False
    fault: Fault | None = None


@dataclass(frozen=True)
class Health:
    """The result of a ping: `problem` is None when the endpoint is well, else one sentence."""

    outcome: Outcome
    problem: str | None
    error_type: ErrorType | None

    @property
    def is_well(self) -> bool:
        return self.problem is None


class Channel:
    """Talks to one endpoint on behalf of one sender.

    `fetch_public_key` gives the sender's public key in PEM, None when none was uploaded; it is asked once, and again
    when the endpoint says by 421 that it cannot open what was sealed. `app_secret` is the secret of the Flow's app.
    When the endpoint refuses a key or a signature, a few pings that are sealed and signed in the usual wrong ways find
    out why, once and within `PROBING_SECONDS`; `probes=False` leaves them out. `timer` counts seconds, `sleep` waits.
    """

    def __init__(
        self,
        transport: Transport,
        endpoint_uri: str,
        app_secret: str,
        fetch_public_key: FetchPublicKey,
        identifiers: Identifiers,
        *,
        timer: Callable[[], float] = time.perf_counter,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        timeout: float = TIMEOUT_SECONDS,
        probes: bool = True,
    ) -> None:
        self._transport = transport
        self._endpoint_uri = endpoint_uri
        self._app_secret = app_secret
        self._fetch_public_key = fetch_public_key
        self._identifiers = identifiers
        self._timer = timer
        self._sleep = sleep
        self._timeout = timeout
        self._probes = probes
        self._public_key: RSAPublicKey | None = None
        self._probed: dict[int, asyncio.Task[Fault | None]] = {}

    async def exchange(self, request: dict[str, Any]) -> Outcome:
        """Sends one clear request and returns what came of it. Never raises for what the endpoint does.

        From Data API 4.0 on the request also carries a signature of its flow token (docs/endpoint.md).
        """
        request = self._with_token_signature(request)
        attempt = _Attempt(request, self._timer)
        try:
            await self._send(attempt)
            if attempt.status == messages.KEY_REFUSED:
                self._public_key = None
                await self._sleep(RESEND_AFTER_SECONDS)
                attempt = _Attempt(request, self._timer, resent=True)
                await self._send(attempt)
        except UnverifiedKey:
            return attempt.failed(
                ErrorType.PUBLIC_KEY_SIGNATURE,
                "The stored public key of this sender does not match its signature. Upload the key again.",
            )
        except UnusableKey as error:
            return attempt.failed(ErrorType.PUBLIC_KEY_MISSING, str(error))
        except TimedOut:
            return attempt.failed(ErrorType.TIMEOUT, f"The endpoint took longer than {self._timeout:g} s.")
        except TooLarge as error:
            return attempt.failed(ErrorType.RESPONSE_DECRYPTION, str(error))
        except ConnectionLost as error:
            return replace(attempt.failed(ErrorType.NO_RESPONSE, str(error)), is_cut_off=True)
        except OutboundError as error:
            return attempt.failed(ErrorType.NO_RESPONSE, str(error))
        fault = await self._why_refused(attempt.status) if attempt.status in _REFUSALS else None
        return _classify(attempt, fault)

    async def _why_refused(self, status: int) -> Fault | None:
        """The mistake behind a 421 or 432, looked for once for each; None when that is not known."""
        key = self._public_key
        if not self._probes or key is None:
            return None
        if status not in self._probed:
            self._probed[status] = asyncio.create_task(self._probe(status, key))
        return await asyncio.shield(self._probed[status])

    async def _probe(self, status: int, key: RSAPublicKey) -> Fault | None:
        try:
            async with asyncio.timeout(PROBING_SECONDS):
                return await self._found_by_trying(status, key)
        except TimeoutError:
            return None

    async def _found_by_trying(self, status: int, key: RSAPublicKey) -> Fault | None:
        probe = Probe(self._transport, self._endpoint_uri, self._app_secret, self._identifiers)
        is_about_signature = status == messages.SIGNATURE_REFUSED
        if await probe.opens(key):
            return faults.SIGNATURE_REFUSED_BY_ITS_CODE if is_about_signature else faults.REFUSED_BY_ITS_CODE
        if is_about_signature:
            return await probe.signature_fault(key, status)
        mistakes = await probe.opening_faults(key)
        return faults.together(mistakes) if mistakes else faults.KEY_REFUSED

    def _with_token_signature(self, request: dict[str, Any]) -> dict[str, Any]:
        token = request.get("flow_token")
        is_due = request.get("version") in messages.VERSIONS_THAT_SIGN_TOKENS and "flow_token_signature" not in request
        if not is_due or not isinstance(token, str):
            return request
        return {**request, "flow_token_signature": flow_token_signature(token, self._app_secret)}

    async def ping(self) -> Health:
        """Asks the endpoint whether it is well, as WhatsApp does on publishing and from time to time."""
        outcome = await self.exchange(dict(messages.PING))
        if outcome.kind == "answered" and not messages.is_active(outcome.body or {}):
            problem = (
                'The endpoint did not answer the ping with {"data": {"status": "active"}}, but with '
                f"{messages.brief(outcome.body or {})}."
            )
            return Health(outcome, problem, ErrorType.PAYLOAD_SCHEMA)
        if outcome.kind == "token_expired":
            problem = "The endpoint answered the ping with status 427. A ping has no flow token: answer it with 200."
            return Health(outcome, problem, ErrorType.UNEXPECTED_STATUS)
        return Health(outcome, outcome.explanation, outcome.error_type)

    async def _send(self, attempt: "_Attempt") -> None:
        key = await self._key()
        attempt.sealed = seal_request(
            messages.to_bytes(attempt.request),
            key,
            self._identifiers.random_bytes(KEY_BYTES),
            self._identifiers.random_bytes(VECTOR_BYTES),
        )
        attempt.start()
        attempt.answer = await self._transport.request(
            "POST",
            self._endpoint_uri,
            headers={
                "Content-Type": "application/json",
                "Accept": "*/*",
                "User-Agent": USER_AGENT,
                "X-Hub-Signature-256": sign(self._app_secret, attempt.sealed.body),
            },
            body=attempt.sealed.body,
            timeout=self._timeout,
            max_bytes=MAX_RESPONSE_BYTES,
        )
        attempt.stop()

    async def _key(self) -> RSAPublicKey:
        if self._public_key is None:
            pem = await self._fetch_public_key()
            if pem is None:
                raise UnusableKey("This sender has no public key. Upload one for its phone number.")
            self._public_key = load_public_key(pem)
        return self._public_key


_REFUSALS: Final = frozenset({messages.KEY_REFUSED, messages.SIGNATURE_REFUSED})


class _Attempt:
    """One sending, from sealing to answer."""

    def __init__(self, request: dict[str, Any], timer: Callable[[], float], *, resent: bool = False) -> None:
        self.request = request
        self.resent = resent
        self.sealed: SealedRequest | None = None
        self.answer: Answer | None = None
        self._timer = timer
        self._started: float | None = None
        self._seconds: float | None = None

    def start(self) -> None:
        self._started = self._timer()

    def stop(self) -> None:
        if self._started is not None:
            self._seconds = self._timer() - self._started

    @property
    def status(self) -> int | None:
        return None if self.answer is None else self.answer.status

    @property
    def text(self) -> str | None:
        """The body as text that any database can hold."""
        return None if self.answer is None else self.answer.body.decode("utf-8", "replace").replace("\0", "\ufffd")

    def answered(self, body: dict[str, Any]) -> Outcome:
        return self._outcome("answered", body=body)

    def token_expired(self, message: str | None, explanation: str | None) -> Outcome:
        return self._outcome("token_expired", message=message, explanation=explanation)

    def failed(self, error_type: ErrorType, explanation: str | Fault) -> Outcome:
        if isinstance(explanation, Fault):
            return self._outcome("failed", error_type=error_type, explanation=explanation.words, fault=explanation)
        return self._outcome("failed", error_type=error_type, explanation=explanation)

    def _outcome(self, kind: Literal["answered", "token_expired", "failed"], **parts: Any) -> Outcome:
        if self._seconds is None:
            self.stop()
        return Outcome(
            kind=kind,
            request=self.request,
            milliseconds=round((self._seconds or 0) * 1000),
            sealed_request="" if self.sealed is None else self.sealed.body.decode(),
            sealed_response=self.text,
            http_status=self.status,
            resent=self.resent,
            **parts,
        )


def _classify(attempt: _Attempt, refused_for: Fault | None) -> Outcome:
    """Each status means one thing; the content type means nothing, since endpoints in the field send any."""
    sealed, answer = attempt.sealed, attempt.answer
    if sealed is None or answer is None:
        raise AssertionError("an attempt without error has an answer")
    match answer.status:
        case messages.OK:
            return _opened(attempt, sealed, answer)
        case messages.KEY_REFUSED:
            return attempt.failed(ErrorType.BUSINESS_DECRYPTION, refused_for or faults.KEY_REFUSED_UNTRIED)
        case messages.TOKEN_EXPIRED:
            return _expired(attempt, sealed, answer)
        case messages.SIGNATURE_REFUSED:
            return attempt.failed(ErrorType.UNEXPECTED_STATUS, refused_for or faults.SIGNATURE_REFUSED)
        case _:
            return attempt.failed(ErrorType.UNEXPECTED_STATUS, _unexpected(answer))


def _opened(attempt: _Attempt, sealed: SealedRequest, answer: Answer) -> Outcome:
    try:
        clear = open_response(answer.body.decode("utf-8", "replace"), sealed.key, sealed.iv)
    except CannotOpen:
        found = decryption_errors.diagnose(answer.body, sealed.key, sealed.iv)
        return attempt.failed(ErrorType.RESPONSE_DECRYPTION, found.fault)
    try:
        return attempt.answered(messages.read_answer(clear))
    except messages.NotAMessage as error:
        return attempt.failed(ErrorType.MALFORMED_ANSWER, decryption_errors.explain_clear(clear, str(error)))


def _expired(attempt: _Attempt, sealed: SealedRequest, answer: Answer) -> Outcome:
    words, is_sealed = messages.expiry_message(answer.body, sealed.key, sealed.iv)
    warning = None
    if answer.body and not is_sealed:
        warning = (
            "The body of the 427 is not sealed with the key of the request. WhatsApp's client opens only what is "
            "sealed, and would show an error of its own instead of these words."
        )
    elif answer.body and words is None:
        warning = (
            'The sealed body of the 427 has no text "error_msg". WhatsApp\'s client would show the word "undefined": '
            'answer with {"error_msg": "…"}, or with no body.'
        )
    return attempt.token_expired(words, warning)


_MISSING_TOKEN: Final = b"Missing Authentication Token"
"""What Amazon's API Gateway says of a path or method that it does not know."""
_WANTS_TLS: Final = (
    b"plain HTTP request was sent to HTTPS port",
    b"Client sent an HTTP request to an HTTPS server",
    b"speaking plain HTTP to an SSL-enabled server port",
    b"This combination of host and port requires TLS",
)
"""What nginx, Go, Apache and Tomcat say to a request without TLS at a port that wants it."""
_LONGEST_PAGE: Final = 4096
_GATEWAY: Final = "A gateway in front of the endpoint, or the endpoint itself, says that"
_CLOUDFLARE: Final = "Cloudflare says of the endpoint that"


def _unexpected(answer: Answer) -> str | Fault:
    status = answer.status
    if decryption_errors.is_tunnel_page(answer.body.decode("utf-8", "replace")):
        return faults.TUNNEL_PAGE
    if 300 <= status < 400:
        target = answer.headers.get("location", "")
        where = f" to {target[:_LONGEST_TARGET]}" if target else ""
        return f"The endpoint redirects{where} (status {status}). Redirects are not followed: give the final URL."
    if any(words in answer.body[:_LONGEST_PAGE] for words in _WANTS_TLS):
        return (
            f"The endpoint answered with status {status}: at this port it speaks only TLS. Write https:// in its URL."
        )
    if _MISSING_TOKEN in answer.body[:_LONGEST_TARGET]:
        return (
            f"The gateway in front of the endpoint answered with status {status}: it knows no such path, or no POST "
            "there. Check the URL, the name of the stage in it included."
        )
    hint = {
        201: "An answer has status 200.",
        204: "An answer has status 200 and a body.",
        400: "It takes what WhatsApp sends for a bad request. See its log.",
        401: "It must not ask for a password: requests are signed instead.",
        403: "For a wrong signature the status is 432.",
        404: "Check the path of the URL.",
        405: "It must accept POST.",
        413: "Its web server takes only smaller bodies. Raise that limit.",
        415: "It must accept application/json.",
        422: "Its framework refused the body before your code ran: it has the three members encrypted_flow_data, "
        "encrypted_aes_key and initial_vector.",
        411: "It must take a body whose length is told.",
        429: "It must not limit WhatsApp's calls.",
        502: f"{_GATEWAY} its answer is of no use. See the endpoint's log, and whether it runs.",
        503: f"{_GATEWAY} nothing is there to answer. See the endpoint's log, and whether it runs.",
        504: f"{_GATEWAY} it took too long. See the endpoint's log.",
        520: f"{_CLOUDFLARE} its answer is of no use. See the endpoint's log.",
        521: f"{_CLOUDFLARE} it refuses connections. See whether it runs and lets Cloudflare in.",
        522: f"{_CLOUDFLARE} it does not take connections in time. See whether it runs and lets Cloudflare in.",
        523: f"{_CLOUDFLARE} it cannot be reached. Check its address at Cloudflare.",
        524: f"{_CLOUDFLARE} it took too long. See the endpoint's log.",
        525: f"{_CLOUDFLARE} no secure connection to it came about. Check its certificate, or the mode of SSL/TLS.",
        526: f"{_CLOUDFLARE} its certificate is not valid. Renew it, or change the mode of SSL/TLS.",
        530: f"{_CLOUDFLARE} its name or its tunnel is not there. See whether the tunnel runs.",
    }.get(status, "See the endpoint's log." if status >= 500 else "An answer has status 200.")
    return f"The endpoint answered with status {status}. {hint}"
