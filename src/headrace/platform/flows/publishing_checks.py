"""What a Flow has to satisfy before it is published: a table of checks, in the order in which they are asked.

The same table answers `POST /{flow}/publish`, with the first check that fails, and `health_status`, with all of them
(docs/lifecycle.md). The checks are pure: they judge facts that were gathered before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from headrace.platform.errors import ErrorCode, PlatformError
from headrace.platform.errors.catalogue import (
    APP_MISSING,
    BUSINESS_BLOCKED,
    ENDPOINT_MISSING_IN_JSON,
    ENDPOINT_NOT_AVAILABLE,
    ENDPOINT_URI_MISSING,
    JSON_NOT_VALID,
    NUMBER_MISSING,
    SIGNED_KEY_MISSING,
    VERSION_FROZEN,
    WEBHOOK_MISSING,
)
from headrace.protocol import LISTED_ERRORS

_GUIDE = "https://developers.facebook.com/docs/whatsapp/flows"


@dataclass(frozen=True)
class Facts:
    """What the checks look at.

    `integrity_problem` is what keeps the business from publishing, `ping_problem` what was wrong with the endpoint's
    answer to a ping; None when it answered well or was not asked.
    """

    has_endpoint: bool
    has_json: bool
    validation_error_count: int
    is_frozen: bool
    endpoint_stands_in_json: bool
    endpoint_uri: str | None
    has_app: bool
    has_verified_number: bool
    has_signed_key: bool
    is_told_about_flows: bool
    integrity_problem: str | None = None
    ping_problem: str | None = None


@dataclass(frozen=True)
class Check:
    """One check. `refusal` is Graph's error; `sentence` says what is wrong and what to do, also for `health_status`,
    where the name stands before it. A terse one is Graph's own, and the refusal adds what to do."""

    name: str
    passes: Callable[[Facts], bool]
    refusal: Callable[[Facts], ErrorCode]
    sentence: Callable[[Facts], str]
    solution: str
    only_with_endpoint: bool = False
    is_terse: bool = False

    def fails(self, facts: Facts) -> bool:
        return (facts.has_endpoint or not self.only_with_endpoint) and not self.passes(facts)

    def error(self, facts: Facts) -> PlatformError:
        refusal, sentence = self.refusal(facts), self.sentence(facts)
        return refusal.explained(f"{sentence} {refusal.remedy}" if self.is_terse else sentence)


def _always(text: str) -> Callable[[Facts], str]:
    return lambda _facts: text


def _is(refusal: ErrorCode) -> Callable[[Facts], ErrorCode]:
    return lambda _facts: refusal


def _json_sentence(facts: Facts) -> str:
    if not facts.has_json:
        return "The Flow has no Flow JSON. Upload it with POST /{flow}/assets."
    count = facts.validation_error_count
    errors = "1 validation error" if count == 1 else f"{count} validation errors"
    them = "them" if count <= LISTED_ERRORS else f"the first {LISTED_ERRORS}"
    return f"The Flow JSON has {errors}. Read {them} in validation_errors, mend them and upload it again."


PING = "endpoint_availability"

CHECKS: tuple[Check, ...] = (
    Check(
        "phone_number",
        lambda facts: facts.has_verified_number,
        _is(NUMBER_MISSING),
        _always("You need to connect a verified phone number before you can send or publish a flow."),
        f"{_GUIDE}/guides/implementingyourflowendpoint",
        only_with_endpoint=True,
        is_terse=True,
    ),
    Check(
        "public_key",
        lambda facts: facts.has_signed_key,
        _is(SIGNED_KEY_MISSING),
        _always(
            "You need to upload a public key to a phone number of the account before you can send or publish a flow: "
            "POST /{phone number}/whatsapp_business_encryption. Upload it again when its signature status is MISMATCH."
        ),
        f"{_GUIDE}/guides/implementingyourflowendpoint#upload_public_key",
        only_with_endpoint=True,
    ),
    Check(
        "endpoint_uri",
        lambda facts: bool(facts.endpoint_uri),
        lambda facts: ENDPOINT_MISSING_IN_JSON if facts.endpoint_stands_in_json else ENDPOINT_URI_MISSING,
        _always("You need to set the endpoint URI before you can send or publish a flow."),
        f"{_GUIDE}/reference/flowjson#top-level-flow-json-properties",
        only_with_endpoint=True,
        is_terse=True,
    ),
    Check(
        "app_check",
        lambda facts: facts.has_app,
        _is(APP_MISSING),
        _always("You need to connect a Meta app to the flow before you can send or publish it."),
        "https://developers.facebook.com/docs/development/create-an-app",
        only_with_endpoint=True,
        is_terse=True,
    ),
    Check(
        "flow_json",
        lambda facts: facts.has_json and facts.validation_error_count == 0,
        _is(JSON_NOT_VALID),
        _json_sentence,
        f"{_GUIDE}/reference/flowjson",
    ),
    Check(
        "versions",
        lambda facts: not facts.is_frozen,
        _is(VERSION_FROZEN),
        _always("The version of the Flow JSON is frozen. Move it to a newer one, and upload it again."),
        f"{_GUIDE}/changelogs",
    ),
    Check(
        PING,
        lambda facts: facts.ping_problem is None,
        _is(ENDPOINT_NOT_AVAILABLE),
        lambda facts: f"The endpoint does not answer a ping as it should. {facts.ping_problem}",
        f"{_GUIDE}/guides/implementingyourflowendpoint#health_check_request",
        only_with_endpoint=True,
    ),
    Check(
        "webhook_subscription",
        lambda facts: facts.is_told_about_flows,
        _is(WEBHOOK_MISSING),
        _always(
            "You need to subscribe an app with the webhook field flows to the account before you can publish a flow: "
            "POST /{app}/subscriptions, then POST /{account}/subscribed_apps."
        ),
        f"{_GUIDE}/reference/flowswebhooks",
        only_with_endpoint=True,
    ),
    Check(
        "integrity",
        lambda facts: facts.integrity_problem is None,
        _is(BUSINESS_BLOCKED),
        lambda facts: str(facts.integrity_problem),
        "https://www.facebook.com/business/help/2058515294227817",
    ),
)


def failing(facts: Facts) -> Iterator[Check]:
    """The checks that fail, in order."""
    return (check for check in CHECKS if check.fails(facts))


def first_refusal(facts: Facts, *, before_ping: bool = False) -> PlatformError | None:
    """The error with which publishing is refused, None when nothing speaks against it.

    With `before_ping` only the checks that stand before the ping are asked: there is no need to call an endpoint when
    something else is already wrong.
    """
    for check in CHECKS:
        if before_ping and check.name == PING:
            return None
        if check.fails(facts):
            return check.error(facts)
    return None
