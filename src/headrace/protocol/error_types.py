"""What can go wrong between a phone and an endpoint, by the names WhatsApp gives it.

The names, and which of them count against an endpoint, are those of Meta's guides "Implementing endpoints for Flows"
and "Monitoring Flows". Two are the phone's own, for what never reaches an endpoint.
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
    ENDPOINT_MISSING = "endpoint-missing"
    NOT_AN_ENTRY_SCREEN = "not-an-entry-screen"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failure means.

    `is_reported`: the endpoint is told in an error notice, since it answered and the answer could not be used.
    `counts_against_endpoint`: WhatsApp counts it in the endpoint's error rate. `sentence` is what a person reads.
    """

    blame: Blame
    sentence: str
    is_reported: bool = False
    counts_against_endpoint: bool = False


GENERIC_SENTENCE = "This did not work. Try again."

FAILURES: Mapping[ErrorType, Failure] = {
    ErrorType.TIMEOUT: Failure("endpoint", "No answer within 10 seconds. Try again.", counts_against_endpoint=True),
    ErrorType.UNEXPECTED_STATUS: Failure(
        "endpoint", "The business could not answer. Try again.", counts_against_endpoint=True
    ),
    ErrorType.NO_RESPONSE: Failure(
        "endpoint", "The business cannot be reached. Try again.", counts_against_endpoint=True
    ),
    ErrorType.CANNOT_BE_SERVED: Failure("endpoint", GENERIC_SENTENCE, counts_against_endpoint=True),
    ErrorType.RESPONSE_DECRYPTION: Failure("endpoint", "The answer could not be read. Try again.", is_reported=True),
    ErrorType.BUSINESS_DECRYPTION: Failure("endpoint", "The business could not read the request. Try again."),
    ErrorType.PUBLIC_KEY_MISSING: Failure("business", "The business has no encryption key, so this Flow cannot open."),
    ErrorType.PUBLIC_KEY_SIGNATURE: Failure(
        "business", "The encryption key of the business does not hold, so this Flow cannot open."
    ),
    ErrorType.SCREEN_TRANSITION: Failure("phone", "This step is not part of the Flow. Try again."),
    ErrorType.PAYLOAD_SCHEMA: Failure("phone", "The data of this screen does not fit. Try again.", is_reported=True),
    ErrorType.COMPONENTS_VALIDATION: Failure("phone", "A part of this screen cannot be shown."),
    ErrorType.MISSING_CAPABILITY: Failure("phone", GENERIC_SENTENCE),
    ErrorType.ENDPOINT_MISSING: Failure("business", "This Flow needs an endpoint, and none is set up."),
    ErrorType.NOT_AN_ENTRY_SCREEN: Failure("business", "The Flow does not begin with this screen."),
}

REPORTED_ERRORS = frozenset(name for name, failure in FAILURES.items() if failure.is_reported)
"""Failures of which the endpoint is told."""
