"""What can go wrong between a phone and an endpoint, by the names WhatsApp gives it.

The names, and which of them count against an endpoint, are those of Meta's guides "Implementing endpoints for Flows"
and "Monitoring Flows". Three are the phone's own, for what no endpoint is told: an answer that does not have the
form of one, and Flows that cannot ask or open.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Blame = Literal["endpoint", "phone", "business"]
"""Whose fault a failure is: the endpoint's answer, the phone's own checks, or how the business set things up."""


class ErrorType(StrEnum):
    """The name of a failure, as it stands in error notices, alerts and metrics."""

    TIMEOUT = "timeout_error"
    UNEXPECTED_STATUS = "unexpected_http_status_code"
    NO_RESPONSE = "no_http_response_error"
    CANNOT_BE_SERVED = "cannot_be_served"
    RESPONSE_DECRYPTION = "response-decryption-error"
    BUSINESS_DECRYPTION = "business-decryption-error"
    PUBLIC_KEY_MISSING = "public-key-missing"
    PUBLIC_KEY_SIGNATURE = "public-key-signiture-verification"  # spelled like this on the wire
    SCREEN_TRANSITION = "invalid-screen-transition"
    PAYLOAD_SCHEMA = "payload-schema-error"
    COMPONENTS_VALIDATION = "components-validation-error"
    MISSING_CAPABILITY = "missing_capability"
    MALFORMED_ANSWER = "malformed-answer"
    ENDPOINT_MISSING = "endpoint-missing"
    NOT_AN_ENTRY_SCREEN = "not-an-entry-screen"


GENERIC_SENTENCE = "Something went wrong."


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failure means.

    `is_reported`: the endpoint is told in an error notice, since it answered and the answer could not be used.
    `counts_against_endpoint`: WhatsApp counts it in the endpoint's error rate. `may_pass`: the next try may go well, so
    a screen that is shown stays; without one, and for everything else, an error screen takes over. `meaning` is for who
    builds the Flow, `sentence` what a person reads: Meta's client has own words for a time-out, no network and a used
    up token only.
    """

    blame: Blame
    meaning: str
    sentence: str = GENERIC_SENTENCE
    is_reported: bool = False
    counts_against_endpoint: bool = False
    may_pass: bool = False


FAILURES: Mapping[ErrorType, Failure] = {
    ErrorType.TIMEOUT: Failure(
        "endpoint",
        "The endpoint did not answer within 10 seconds.",
        "No answer within 10 seconds. Try again.",
        counts_against_endpoint=True,
        may_pass=True,
    ),
    ErrorType.UNEXPECTED_STATUS: Failure(
        "endpoint", "The endpoint answered with another status than 200.", counts_against_endpoint=True, may_pass=True
    ),
    ErrorType.NO_RESPONSE: Failure(
        "endpoint", "The endpoint cannot be reached, or hung up.", counts_against_endpoint=True, may_pass=True
    ),
    ErrorType.CANNOT_BE_SERVED: Failure(
        "endpoint", "The Flow is blocked, deprecated or of another business.", counts_against_endpoint=True
    ),
    ErrorType.RESPONSE_DECRYPTION: Failure("endpoint", "The answer could not be opened.", is_reported=True),
    ErrorType.BUSINESS_DECRYPTION: Failure("endpoint", "The endpoint could not open the request, not even resealed."),
    ErrorType.PUBLIC_KEY_MISSING: Failure("business", "The business has no encryption key, so this Flow cannot open."),
    ErrorType.PUBLIC_KEY_SIGNATURE: Failure(
        "business", "The encryption key of the business does not hold, so this Flow cannot open."
    ),
    ErrorType.SCREEN_TRANSITION: Failure("phone", "This step is not part of the Flow.", is_reported=True),
    ErrorType.PAYLOAD_SCHEMA: Failure("phone", "The data of the screen does not fit its data model.", is_reported=True),
    ErrorType.COMPONENTS_VALIDATION: Failure("phone", "A part of this screen cannot be shown.", is_reported=True),
    ErrorType.MISSING_CAPABILITY: Failure("phone", "This phone cannot do what the Flow needs."),
    ErrorType.MALFORMED_ANSWER: Failure("endpoint", "The answer does not have the form of one."),
    ErrorType.ENDPOINT_MISSING: Failure("business", "This Flow needs an endpoint, and none is set up."),
    ErrorType.NOT_AN_ENTRY_SCREEN: Failure("business", "The Flow does not begin with this screen."),
}

REPORTED_ERRORS = frozenset(name for name, failure in FAILURES.items() if failure.is_reported)
"""Failures of which the endpoint is told."""

PASSING_ERRORS = frozenset(name for name, failure in FAILURES.items() if failure.may_pass)
"""Failures after which trying again may help."""
