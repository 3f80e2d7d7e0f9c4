"""Examines an endpoint from the outside, step by step, as WhatsApp meets it, and says what to mend.

Only pings and one error notice are sent, so no handler of a screen runs. What the endpoint refuses is tried in the
usual wrong ways (`probing`), and what it answers wrongly is opened in them (`decryption_errors`).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from headrace.exchange import faults, messages, remedies
from headrace.exchange.channel import Channel, Outcome
from headrace.exchange.findings import Finding, Verdict, found_wrong
from headrace.exchange.key_examination import examine_pair, examine_public_key
from headrace.exchange.keys import generate_key_pair, load_public_key, public_pem
from headrace.exchange.probing import Probe
from headrace.exchange.transport import Transport
from headrace.identifiers import Identifiers
from headrace.protocol import ErrorType

SLOW_MILLISECONDS = 1000
TRYING_SECONDS = 20.0
"""What finding out why an endpoint refuses a request may take, all its pings together."""

NOTICE: dict[str, Any] = {
    "version": "3.0",
    "flow_token": "headrace-doctor",
    "screen": "DOCTOR",
    "action": "data_exchange",
    "data": {"error": ErrorType.PAYLOAD_SCHEMA, "error_message": "An examination. Nothing is wrong."},
}


@dataclass(frozen=True)
class Doctor:
    """Examines one endpoint. `public_key` is the PEM that was uploaded for the sender, empty when it is not at hand;
    `app_secret` is the secret of the Flow's app. `private_key` is the endpoint's own, if known; `other_keys` are the
    public keys of other numbers, in PEM, by the name that is shown for them. `timer` counts seconds, `sleep` waits.
    """

    transport: Transport
    endpoint_uri: str
    public_key: str
    app_secret: str
    identifiers: Identifiers
    private_key: RSAPrivateKey | None = None
    other_keys: Mapping[str, str] = field(default_factory=dict)
    timer: Callable[[], float] = time.perf_counter
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def examine(self) -> AsyncIterator[Finding]:
        """Yields each finding as soon as it is known, and ends at the first that leaves nothing more to try."""
        address = _address(self.endpoint_uri)
        yield address
        if self.public_key or self.private_key is None:
            uploaded = self.public_key
        else:
            uploaded = public_pem(self.private_key.public_key())
        if uploaded:
            key = examine_public_key(uploaded)
            yield key
            if key.verdict == "wrong":
                return
            if self.private_key is not None and self.public_key:
                yield examine_pair(self.private_key, uploaded)
        if address.verdict == "wrong":
            return
        if not uploaded:
            async for finding in self._examine_without_key():
                yield finding
            return
        async for finding in self._examine(uploaded):
            yield finding

    async def _examine(self, public_key: str) -> AsyncIterator[Finding]:
        ping = await self._channel(public_key).ping()
        outcome = ping.outcome
        yield await self._answered(outcome, public_key)
        refused = await self._refused_in_time(outcome, public_key)
        if refused is not None:
            yield refused
            return
        if outcome.http_status is None:
            return
        if outcome.kind == "answered":
            yield Finding("opens", _OPENS, "good", "It opened the ping.")
            yield Finding("trusts", _TRUSTS, "good", "It does not refuse it.")
        yield _pings(ping.problem, outcome)
        yield _speed(outcome.milliseconds)
        if not ping.is_well:
            return
        strange = self._channel(public_key, app_secret=f"not {self.app_secret}")
        yield _refuses_strangers(await strange.exchange(messages.PING))
        stranger = await asyncio.to_thread(generate_key_pair)
        yield _refuses_other_keys(await self._channel(stranger.public_pem).exchange(messages.PING))
        yield _acknowledges(await self._channel(public_key).exchange(NOTICE))

    async def _examine_without_key(self) -> AsyncIterator[Finding]:
        """What can be known of an endpoint whose key is not at hand: it is asked with a key that it cannot have."""
        stranger = await asyncio.to_thread(generate_key_pair)
        outcome = await self._channel(stranger.public_pem).exchange(messages.PING)
        yield await self._answered(outcome, stranger.public_pem)
        if outcome.http_status is None:
            return
        if outcome.http_status == messages.SIGNATURE_REFUSED:
            yield Finding(
                "trusts",
                _TRUSTS,
                "warning",
                "It checks the signature first. Give the secret of the app with --app-secret to go on.",
            )
            return
        is_stuck = outcome.http_status not in {messages.OK, messages.KEY_REFUSED, *_STATUSES_OF_CRASHES}
        if is_stuck or _name(outcome) in _SENT_UNSEALED:
            yield _pings(outcome.explanation, outcome)
            return
        yield _refuses_other_keys(outcome)
        yield Finding(
            "opens",
            _OPENS,
            "warning",
            "Whether it opens what is sealed for it cannot be tried without its key: give --public-key, the PEM that "
            "was uploaded for the sender, or --private-key.",
        )

    async def _answered(self, outcome: Outcome, public_key: str) -> Finding:
        """What answered, or why nothing did; at an address with http that breaks off, https is tried, too."""
        found = _answers(outcome)
        if not outcome.is_cut_off or not self.endpoint_uri.lower().startswith("http://"):
            return found
        secure = f"https{self.endpoint_uri[len('http') :]}"
        again = await self._channel(public_key, endpoint_uri=secure).exchange(messages.PING)
        if again.http_status is None and _NO_TRUST not in (again.explanation or ""):
            return found
        return Finding(found.step, found.title, "wrong", f"{found.words} It speaks TLS there: write https://.")

    def _channel(self, public_key: str, *, app_secret: str | None = None, endpoint_uri: str = "") -> Channel:
        async def fetch() -> str:
            return public_key

        return Channel(
            self.transport,
            endpoint_uri or self.endpoint_uri,
            app_secret or self.app_secret,
            fetch,
            self.identifiers,
            timer=self.timer,
            sleep=self.sleep,
            probes=False,
        )

    @property
    def _probe(self) -> Probe:
        return Probe(self.transport, self.endpoint_uri, self.app_secret, self.identifiers)

    async def _refused_in_time(self, outcome: Outcome, uploaded: str) -> Finding | None:
        try:
            async with asyncio.timeout(TRYING_SECONDS):
                return await self._refused(outcome, uploaded)
        except TimeoutError:
            words = (
                "It does not take what WhatsApp sends, and is too slow to be asked why: not all that is usually wrong "
                f"could be tried within {TRYING_SECONDS:g} s. Make it answer quickly first."
            )
            return Finding("opens", _OPENS, "wrong", words)

    async def _refused(self, outcome: Outcome, uploaded: str) -> Finding | None:
        """Why it does not open what is sealed, or does not trust the signature; None when that is not the matter."""
        key = load_public_key(uploaded)
        if outcome.http_status == messages.SIGNATURE_REFUSED:
            fault = await self._probe.signature_fault(key, messages.SIGNATURE_REFUSED)
            missing = "" if self.app_secret else " The examination was given none: use --app-secret."
            words = f"{faults.SIGNATURE_REFUSED.words}{missing}" if fault is None else None
            return found_wrong("trusts", _TRUSTS, fault or faults.SIGNATURE_REFUSED, words)
        is_refused = outcome.http_status == messages.KEY_REFUSED
        is_crash = outcome.is_cut_off or outcome.http_status in _STATUSES_OF_CRASHES
        if not is_refused and not is_crash and _name(outcome) not in _SAYS_NOTHING_SEALED:
            return None
        mistakes = await self._probe.opening_faults(key, thorough=True)
        if mistakes:
            mistake = faults.together(mistakes)
            proven = f"{mistake.words} The key itself is right: it answers a ping that is sealed in that way."
            return found_wrong("opens", _OPENS, mistake, proven)
        for name, pem in self.other_keys.items():
            if await self._probe.opens(load_public_key(pem)):
                words = f"It opens what is sealed with {name}. {faults.OTHER_SENDERS_KEY.words}"
                return found_wrong("opens", _OPENS, faults.OTHER_SENDERS_KEY, words)
        # Many answer a wrong signature as their framework does, with 401 or 403, or with 421, or stumble over it.
        fault = await self._probe.signature_fault(key)
        if fault is not None:
            return found_wrong("trusts", _TRUSTS, fault)
        if not is_refused:
            return None
        return found_wrong("opens", _OPENS, faults.KEY_REFUSED, self._refused_words(uploaded))

    def _refused_words(self, uploaded: str) -> str:
        if self.private_key is None:
            return faults.KEY_REFUSED.words
        if public_pem(self.private_key.public_key()) == public_pem(load_public_key(uploaded)):
            return (
                "It answers 421 although the public key belongs to the private key that you gave, and it takes none of "
                "the usual wrong paddings either. So it runs with another private key than this one, or answers 421 "
                "for a reason of its own: see its log, and restart it after a change of the key."
            )
        return (
            "It answers 421, as it has to: the public key does not belong to the private key. Upload the other half of "
            "the private key for the sender: openssl rsa -in private.pem -pubout"
        )


_OPENS = "Opens what is sealed"
_TRUSTS = "Trusts the signature"
_NO_TRUST = "certificate"
"""Stands in the words about a secure connection that failed only because of whom to trust."""
_SENT_UNSEALED = frozenset(
    {
        faults.EMPTY.name,
        faults.WEB_PAGE.name,
        faults.TUNNEL_PAGE.name,
        faults.IN_CLEAR.name,
        faults.ENCODED_ONLY.name,
        faults.nothing_sealed("").name,
        faults.error_in_clear("").name,
    }
)
_SAYS_NOTHING_SEALED = _SENT_UNSEALED | {faults.NOT_BASE64.name}
"""What endpoints answer with status 200 that tell of an error in words."""
_STATUSES_OF_CRASHES = frozenset({400, 401, 403, 500, 502, 503})
"""What endpoints answer whose code stumbles over a request that it cannot open."""


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


def _answers(outcome: Outcome) -> Finding:
    if outcome.http_status is None:
        words = f"{outcome.explanation or ''}{_tls_advice(outcome.explanation or '')}"
        return Finding("answers", "Something answers", "wrong", words, outcome.milliseconds)
    return Finding("answers", "Something answers", "good", f"Status {outcome.http_status}.", outcome.milliseconds)


def _tls_advice(explanation: str) -> str:
    if "secure connection" not in explanation or _NO_TRUST not in explanation:
        return ""
    return (
        " WhatsApp takes only a certificate that everybody trusts, for this very name, still valid, and sent together "
        "with the certificates between it and its authority."
    )


def _pings(problem: str | None, outcome: Outcome) -> Finding:
    title = "Answers the ping"
    if outcome.fault is not None:
        return found_wrong("ping", title, outcome.fault)
    if problem is not None:
        lines = remedies.PING if outcome.kind == "answered" else {}
        return Finding("ping", title, "wrong", problem, lines=lines)
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


def _name(outcome: Outcome) -> str:
    return "" if outcome.fault is None else outcome.fault.name


def _met(outcome: Outcome) -> str:
    if outcome.http_status is None:
        return outcome.explanation or "It did not answer."
    return f"It answered with status {outcome.http_status}."
