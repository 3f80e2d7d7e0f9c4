"""The endpoint of "Sign in": sends a code to an email address and checks what comes back.

    APP_SECRET=… uvicorn --factory endpoint:app --port 9000

`private.pem` stands beside this file; its public half belongs to your phone number, and APP_SECRET to the app that the
Flow is linked to. Replace `log_code` by what sends your emails, and `is_customer` by a look into your customers.
Nobody learns from the Flow whether an address is known. Codes are kept in memory, so a restart forgets them.

With REHEARSAL=1 every code for an address at example.com, where nobody gets mail, is 204817, so that `steps.yaml` can
be walked without an inbox.
"""

import hmac
import logging
import os
import secrets
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen, TokenExpired

CODE_SECONDS = 600
ATTEMPTS = 3
CODES_AN_HOUR = 5
REHEARSAL_CODE, REHEARSAL_DOMAIN = "204817", "@example.com"
UNUSED = "unused"  # the token of a message that has none; many people share it

_log = logging.getLogger(__name__)


@dataclass
class Sent:
    """A code on its way, and how often it may still be tried."""

    code: str
    expires: float
    attempts: int = ATTEMPTS


async def log_code(email: str, code: str) -> None:
    """Stands for sending an email."""
    _log.warning("The code for %s is %s", email, code)


def is_customer(email: str) -> bool:
    """Whether a code is sent to this address at all."""
    return "@" in email


def build(
    private_key: str | Path,
    app_secret: str,
    *,
    send_code: Callable[[str, str], Awaitable[None]] = log_code,
    is_known: Callable[[str], bool] = is_customer,
    now: Callable[[], float] = time.monotonic,
    is_rehearsal: bool = False,
) -> Endpoint:
    """The endpoint with all its handlers; `now` counts seconds. Raises UnusableKey."""
    endpoint = Endpoint(private_key=private_key, app_secret=app_secret)
    waiting: dict[tuple[str, str], Sent] = {}
    asked: dict[str, list[float]] = {}
    finished: set[str] = set()

    def refuse_finished(request: Request) -> None:
        if request.flow_token in finished:
            raise TokenExpired("You are signed in already.")

    async def send(request: Request, email: str) -> Screen:
        for key in [key for key, sent in waiting.items() if sent.expires <= now()]:
            del waiting[key]
        if is_rehearsal and email.endswith(REHEARSAL_DOMAIN):
            waiting[request.flow_token, email] = Sent(REHEARSAL_CODE, now() + CODE_SECONDS)
            return enter_code(email)
        asked[email] = [at for at in asked.get(email, ()) if at > now() - 3600]
        if len(asked[email]) >= CODES_AN_HOUR:
            raise TokenExpired("We sent many codes to this address. Try again in an hour.")
        asked[email].append(now())
        if is_known(email):
            code = f"{secrets.randbelow(1_000_000):06}"
            waiting[request.flow_token, email] = Sent(code, now() + CODE_SECONDS)
            await send_code(email, code)
        return enter_code(email)

    @endpoint.on_init
    async def begin(request: Request) -> Screen:
        refuse_finished(request)
        minutes = CODE_SECONDS // 60
        return Screen("SIGN_IN", {"greeting": f"We send a code to your email. It counts for {minutes} minutes."})

    @endpoint.on("SIGN_IN")
    async def ask_for_code(request: Request) -> Screen:
        refuse_finished(request)
        email = text(request.data, "email").lower()
        if "@" not in email:
            return Screen("SIGN_IN", error_message="Give the email you signed up with.")
        return await send(request, email)

    @endpoint.on("CODE")
    async def check_code(request: Request) -> Screen | Finish:
        refuse_finished(request)
        email = text(request.data, "email").lower()
        if request.data.get("wish") == "new_code":
            return await send(request, email)
        key = (request.flow_token, email)
        sent = waiting.get(key)
        if sent is not None and sent.expires <= now():
            return Screen("CODE", error_message="This code is too old. Ask for a new one.")
        if sent is None or not hmac.compare_digest(sent.code.encode(), text(request.data, "code").encode()):
            return wrong(sent, key)
        del waiting[key]
        if request.flow_token != UNUSED:
            finished.add(request.flow_token)
        return Finish({"email": email, "signed_in": True})

    def wrong(sent: Sent | None, key: tuple[str, str]) -> Screen:
        if sent is not None:
            sent.attempts -= 1
            if sent.attempts == 0:
                del waiting[key]
        left = sent.attempts if sent else 0
        advice = f"You can try {left} more." if left > 1 else "You can try once more." if left else "Ask for a new one."
        return Screen("CODE", error_message=f"This is not the code we sent. {advice}")

    return endpoint


def enter_code(email: str) -> Screen:
    return Screen("CODE", {"email": email, "hint": f"We sent six digits to {masked(email)}."})


def masked(email: str) -> str:
    """The first letter and the domain: enough to recognise one's own address."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def text(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value.strip() if isinstance(value, str) else ""


def app() -> Endpoint:
    """What an ASGI server runs."""
    secret = os.environ.get("APP_SECRET") or sys.exit("Set APP_SECRET to the secret of the app the Flow is linked to.")
    return build(Path(__file__).parent / "private.pem", secret, is_rehearsal=bool(os.environ.get("REHEARSAL")))
