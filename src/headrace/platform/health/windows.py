"""What happened to the endpoints of published versions within the windows of the rules, counted by the database."""

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.health.rules import Rules
from headrace.exchange.health.samples import ENDPOINT_ERRORS, Counts
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.tables import table_of
from headrace.protocol import FAILURES, ErrorType

_calls = table_of(EndpointCall).c

# An answer that cannot be decrypted is an exchange that failed already; the notice about it is no second failure.
_SEEN_BY_THE_EXCHANGE = frozenset({ErrorType.RESPONSE_DECRYPTION})
JUDGED_BY_THE_PHONE = frozenset(
    name for name, failure in FAILURES.items() if failure.is_reported and name not in _SEEN_BY_THE_EXCHANGE
)
"""Failures of an answered exchange, of which only the phone's error notice tells."""


@dataclass
class _Tally:
    requests: int = 0
    endpoint_errors: Counter[str] = field(default_factory=Counter)
    pings: int = 0
    failed_pings: int = 0
    navigations: int = 0
    client_errors: Counter[str] = field(default_factory=Counter)


async def count(session: AsyncSession, version_ids: Collection[str], now: datetime, rules: Rules) -> dict[str, Counts]:
    """The samples of each published version in the windows that end now; versions that nothing happened to as well.

    One statement for all, and one for each version that has enough requests for a percentile. The session sees one
    state of the database.
    """
    tallies = {version_id: _Tally() for version_id in version_ids}
    if not tallies:
        return {}
    longest = max(rules.request_window_seconds, rules.ping_window_seconds, rules.navigation_window_seconds)
    statement = (
        select(
            _calls.flow_version_id,
            _calls.kind,
            _calls.error_type,
            _calls.reported_error,
            *(
                func.sum(case((_calls.at > now - timedelta(seconds=seconds), 1), else_=0))
                for seconds in (
                    rules.request_window_seconds,
                    rules.ping_window_seconds,
                    rules.navigation_window_seconds,
                )
            ),
        )
        .where(
            _calls.flow_version_id.in_(sorted(tallies)), _calls.at > now - timedelta(seconds=longest), _calls.at <= now
        )
        .group_by(_calls.flow_version_id, _calls.kind, _calls.error_type, _calls.reported_error)
    )
    for version_id, kind, error, reported, requests, pings, navigations in await session.execute(statement):
        _add(tallies[version_id], kind, error, reported, int(requests), int(pings), int(navigations))
    return {version_id: await _counts(session, version_id, tally, now, rules) for version_id, tally in tallies.items()}


def _add(
    tally: _Tally, kind: str, error: str | None, reported: str | None, requests: int, pings: int, navigations: int
) -> None:
    if kind == "ping":
        tally.pings += pings
        tally.failed_pings += pings if error is not None else 0
        return
    tally.requests += requests
    if error in ENDPOINT_ERRORS and requests:
        tally.endpoint_errors[str(error)] += requests
    if kind == "exchange":
        tally.navigations += navigations
        if error is not None and error not in ENDPOINT_ERRORS and navigations:
            tally.client_errors[error] += navigations
    elif reported in JUDGED_BY_THE_PHONE and navigations:
        tally.client_errors[str(reported)] += navigations


async def _counts(session: AsyncSession, version_id: str, tally: _Tally, now: datetime, rules: Rules) -> Counts:
    p50 = p90 = None
    if tally.requests >= rules.fewest_requests:
        begin = now - timedelta(seconds=rules.request_window_seconds)
        p50 = await _percentile(session, version_id, begin, now, tally.requests, 50)
        p90 = await _percentile(session, version_id, begin, now, tally.requests, 90)
    return Counts(
        requests=tally.requests,
        endpoint_errors=tally.endpoint_errors,
        p50_milliseconds=p50,
        p90_milliseconds=p90,
        pings=tally.pings,
        failed_pings=tally.failed_pings,
        navigations=tally.navigations,
        client_errors=tally.client_errors,
    )


async def _percentile(
    session: AsyncSession, version_id: str, begin: datetime, now: datetime, total: int, percent: int
) -> int:
    """By nearest rank, as `exchange.health.samples.percentile`."""
    rank = max(1, math.ceil(total * percent / 100))
    statement = (
        select(_calls.milliseconds)
        .where(
            _calls.flow_version_id == version_id,
            _calls.kind.in_(("exchange", "notice")),
            _calls.at > begin,
            _calls.at <= now,
        )
        .order_by(_calls.milliseconds)
        .offset(rank - 1)
        .limit(1)
    )
    return int((await session.execute(statement)).scalar_one())
