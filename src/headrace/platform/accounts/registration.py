"""Taking a phone number into service and out of it, and showing whose it is.

A number is proved by a code that is sent to it. On a box nobody has the telephone: the code is written to the server's
log. A number that is registered anew has to be given its encryption key once more.
"""

import hmac
import logging
from datetime import datetime, timedelta
from typing import Final

from headrace.clock import Clock
from headrace.identifiers import Identifiers
from headrace.platform.accounts.models import PhoneNumber
from headrace.platform.errors.catalogue import (
    ACCOUNT_LOCKED,
    CODE_WRONG,
    NUMBER_NOT_REGISTERED,
    PIN_WRONG,
    REGISTRATIONS_TOO_MANY,
)
from headrace.protocol.numbers import VERIFIED, NumberStatus

_log = logging.getLogger(__name__)

MOST_REGISTRATIONS: Final = 10
REGISTRATION_PERIOD: Final = timedelta(hours=72)
"""At most so many registrations and deregistrations of a number in this time."""


def register(clock: Clock, number: PhoneNumber, pin: str) -> None:
    """Puts a number into service under its two-step PIN, the first one given becoming the PIN.

    Raises 131031 for a banned one, 133005 for another PIN, 133016 for too many registrations.
    """
    if number.status == NumberStatus.BANNED:
        raise ACCOUNT_LOCKED.detailed(f"{number.display_number} is banned and cannot be registered.")
    _count(clock.now(), number)
    if number.pin is not None and not hmac.compare_digest(number.pin.encode(), pin.encode()):
        raise PIN_WRONG.detailed(f"The PIN is not the one of {number.display_number}. {PIN_WRONG.remedy}")
    number.pin = pin
    number.status = NumberStatus.CONNECTED.value
    number.code_verification_status = VERIFIED
    number.public_key_signature = None


def deregister(clock: Clock, number: PhoneNumber) -> None:
    """Takes a number out of service; it can be registered again. Raises 133010 or 133016."""
    if number.status == NumberStatus.DISCONNECTED:
        raise NUMBER_NOT_REGISTERED.detailed(f"{number.display_number} is not registered. Register it first.")
    _count(clock.now(), number)
    number.status = NumberStatus.DISCONNECTED.value


def set_pin(number: PhoneNumber, pin: str) -> None:
    number.pin = pin


def request_code(identifiers: Identifiers, number: PhoneNumber) -> None:
    """Sends a code to a number."""
    number.code = f"{int.from_bytes(identifiers.random_bytes(4), 'big') % 1_000_000:06}"
    _log.warning("the code that was sent to %s is %s", number.display_number, number.code)


def verify_code(number: PhoneNumber, code: str) -> None:
    """Proves a number by the code sent to it, which is good once. Raises code 100 for any other."""
    digits = code.replace("-", "").strip()
    if number.code is None or not hmac.compare_digest(number.code.encode(), digits.encode(errors="replace")):
        raise CODE_WRONG.explained(f"The code is not the one that was sent to the number. {CODE_WRONG.remedy}")
    number.code = None
    number.code_verification_status = VERIFIED


def _count(now: datetime, number: PhoneNumber) -> None:
    """Notes one more registration or deregistration."""
    moments = [moment for moment in number.registrations if datetime.fromisoformat(moment) > now - REGISTRATION_PERIOD]
    if len(moments) >= MOST_REGISTRATIONS:
        again = datetime.fromisoformat(moments[-MOST_REGISTRATIONS]) + REGISTRATION_PERIOD
        raise REGISTRATIONS_TOO_MANY.detailed(
            f"{number.display_number} was registered and deregistered {MOST_REGISTRATIONS} times in "
            f"{REGISTRATION_PERIOD.days * 24} hours. Try again after {again:%d %B %H:%M} UTC."
        )
    number.registrations = [*moments, now.isoformat()]
