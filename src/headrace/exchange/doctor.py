"""Examines an endpoint from the outside, step by step, as WhatsApp meets it, and says what to mend.

Only pings and one error notice are sent, so no handler of a screen runs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from headrace.exchange import messages
from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.keys import UnusableKey, generate_key_pair, load_public_key
from headrace.exchange.transport import Transport
from headrace.identifiers import Identifiers
from headrace.protocol import ErrorType

SLOW_MILLISECONDS = 1000

Verdict = Literal["good", "warning", "wrong"]

NOTICE: dict[str, Any] = {
    "version": "3.0",
    "flow_token": "headrace-doctor",
    "screen": "DOCTOR",
    "action": "data_exchange",
    "data": {"error": ErrorType.PAYLOAD_SCHEMA, "error_message": "An examination. Nothing is wrong."},
}


@dataclass(frozen=True)
class Finding:
    """One step: `step` names it for programs, `title` for people, `words` say what was found and what to do."""

    step: str
    title: str
    verdict: Verdict
    words: str
    milliseconds: int | None = None


@dataclass(frozen=True)
class Doctor:
    """Examines one endpoint. `public_key` is the PEM that was uploaded for the sender, `app_secret` the secret of the
    Flow's app. `timer` counts seconds, `sleep` waits.
    """

    transport: Transport
    endpoint_uri: str
    public_key: str
    app_secret: str
    identifiers: Identifiers
    timer: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def examine(self) -> AsyncIterator[Finding]:
        """Yields each finding as soon as it is known, and ends at the first that leaves nothing more to try."""
        address, key = _address(self.endpoint_uri), _key(self.public_key)
        yield address
        yield key
        if "wrong" in (address.verdict, key.verdict):
            return
        ping = await self._channel().ping()
        outcome = ping.outcome
        yield _answers(outcome)
        if outcome.http_status is None:
            return
        yield _opens(outcome)
        yield _trusts(outcome)
        if outcome.http_status in {messages.KEY_REFUSED, messages.SIGNATURE_REFUSED}:
            return
        yield _pings(ping.problem)
        yield _speed(outcome.milliseconds)
        if not ping.is_well:
            return
        yield _refuses_strangers(await self._channel(app_secret=f"not {self.app_secret}").exchange(messages.PING))
        stranger = await asyncio.to_thread(generate_key_pair)
        yield _refuses_other_keys(await self._channel(public_key=stranger.public_pem).exchange(messages.PING))
        yield _acknowledges(await self._channel().exchange(NOTICE))

    def _channel(self, *, app_secret: str | None = None, public_key: str | None = None) -> Channel:
        async def fetch() -> str:
            return public_key or self.public_key

        return Channel(
            self.transport,
            self.endpoint_uri,
            app_secret or self.app_secret,
            fetch,
            self.identifiers,
            timer=self.timer,
            sleep=self.sleep,
        )


def _address(endpoint_uri: str) -> Finding:
    def found(verdict: Verdict, words: str) -> Finding:
        return Finding("address", "The address", verdict, words)

    try:
        parts = urlsplit(endpoint_uri.strip())
        host = parts.hostname
    except ValueError:
        return found("wrong", f"{endpoint_uri!r} is not a URL. Write it like https://example.com/path.")
    if parts.scheme not in {"http", "https"} or not host:
        return found("wrong", f"{endpoint_uri!r} is not a URL of a web server. Write it like https://example.com/path.")
    if parts.scheme == "https":
        return found("good", "It uses https.")
    if _is_here(host):
        return found("good", "It is on this machine. In production WhatsApp wants https.")
    return found("warning", "It uses http. WhatsApp calls only https with a certificate that everybody trusts.")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _key(pem: str) -> Finding:
    try:
        load_public_key(pem)
    except UnusableKey as error:
        return Finding("key", "The public key", "wrong", str(error))
    return Finding("key", "The public key", "good", "RSA with 2,048 bits.")


def _answers(outcome: Outcome) -> Finding:
    if outcome.http_status is None:
        return Finding("answers", "Something answers", "wrong", outcome.explanation or "", outcome.milliseconds)
    return Finding("answers", "Something answers", "good", f"Status {outcome.http_status}.", outcome.milliseconds)


def _opens(outcome: Outcome) -> Finding:
    title = "Opens what is sealed"
    if outcome.http_status == messages.KEY_REFUSED:
        return Finding("opens", title, "wrong", outcome.explanation or "")
    return Finding("opens", title, "good", "It does not ask for another key.")


def _trusts(outcome: Outcome) -> Finding:
    title = "Trusts the signature"
    if outcome.http_status == messages.SIGNATURE_REFUSED:
        return Finding("trusts", title, "wrong", outcome.explanation or "")
    return Finding("trusts", title, "good", "It does not refuse it.")


def _pings(problem: str | None) -> Finding:
    if problem is not None:
        return Finding("ping", "Answers the ping", "wrong", problem)
    return Finding("ping", "Answers the ping", "good", 'Sealed, with the status "active".')


def _speed(milliseconds: int) -> Finding:
    if milliseconds > SLOW_MILLISECONDS:
        words = f"It took {milliseconds:,} ms. From {SLOW_MILLISECONDS:,} ms on WhatsApp warns; after 10 s it gives up."
        return Finding("speed", "Answers quickly", "warning", words, milliseconds)
    return Finding("speed", "Answers quickly", "good", f"It took {milliseconds:,} ms.", milliseconds)


def _refuses_strangers(outcome: Outcome) -> Finding:
    title = "Refuses a wrong signature"
    if outcome.http_status == messages.SIGNATURE_REFUSED:
        return Finding("signature", title, "good", "Status 432.")
    if outcome.kind == "answered":
        words = "It answers whoever knows its public key. Check X-Hub-Signature-256 and answer 432 when it differs."
        return Finding("signature", title, "warning", words)
    return Finding("signature", title, "warning", f"{_met(outcome)} The status for a wrong signature is 432.")


def _refuses_other_keys(outcome: Outcome) -> Finding:
    title = "Asks for the right key"
    if outcome.http_status == messages.KEY_REFUSED:
        return Finding("other-key", title, "good", "Status 421.")
    words = f"{_met(outcome)} Answer 421 to what does not open: only then a phone fetches a key that was replaced."
    return Finding("other-key", title, "warning", words)


def _acknowledges(outcome: Outcome) -> Finding:
    title = "Hears error notices"
    data = outcome.body.get("data") if outcome.body else None
    if isinstance(data, dict) and data.get("acknowledged") is True:
        return Finding("notice", title, "good", "Acknowledged.")
    words = 'Answer them with {"data": {"acknowledged": true}}, or you never learn why a phone shows an error.'
    return Finding("notice", title, "warning", f"{_met(outcome)} {words}")


def _met(outcome: Outcome) -> str:
    if outcome.http_status is None:
        return outcome.explanation or "It did not answer."
    return f"It answered with status {outcome.http_status}."
