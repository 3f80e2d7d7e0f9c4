"""Keeps what came of a call to an endpoint, in the caller's transaction."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.channel import Health, Outcome
from headrace.exchange.messages import error_of
from headrace.platform.endpoints.models import CallKind, EndpointBodies, EndpointCall
from headrace.protocol import ErrorType


async def record_exchange(
    session: AsyncSession,
    outcome: Outcome,
    at: datetime,
    *,
    flow_id: str | None,
    flow_version_id: str | None,
    phone_number_id: str | None,
    session_id: str | None,
) -> EndpointCall:
    """Keeps an exchange or an error notice; the row has its id."""
    reported = error_of(outcome.request)
    kind: CallKind = "exchange" if reported is None else "notice"
    call = _call(outcome, kind, outcome.error_type, at)
    call.flow_version_id = flow_version_id
    call.reported_error = None if reported is None else reported[0][:60]
    call.flow_id, call.phone_number_id, call.session_id = flow_id, phone_number_id, session_id
    session.add(call)
    await session.flush()
    return call


async def record_ping(
    session: AsyncSession, health: Health, at: datetime, flow_id: str, flow_version_id: str | None = None
) -> None:
    """Keeps a ping: of monitoring, which asks for a published version, or of the publishing checks. One that was
    answered, but not as it should be, has the error type of that.
    """
    call = _call(health.outcome, "ping", health.error_type, at)
    call.flow_id, call.flow_version_id = flow_id, flow_version_id
    session.add(call)


def _call(outcome: Outcome, kind: CallKind, error_type: ErrorType | None, at: datetime) -> EndpointCall:
    return EndpointCall(
        kind=kind,
        at=at,
        action=str(outcome.request.get("action", ""))[:20],
        screen=str(outcome.request.get("screen") or "")[:200] or None,
        milliseconds=outcome.milliseconds,
        http_status=outcome.http_status,
        outcome=outcome.kind,
        error_type=error_type,
        resent=outcome.resent,
        bodies=EndpointBodies(
            request=outcome.request,
            response=outcome.body,
            sealed_request=outcome.sealed_request,
            sealed_response=outcome.sealed_response,
            explanation=outcome.explanation,
            message=outcome.message,
        ),
    )
