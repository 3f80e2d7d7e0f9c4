"""What endpoints were asked and what came of it: a narrow row a call, and its bodies apart."""

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from headrace.database import BigId, Json, UtcDateTime
from headrace.platform.tables import Table

CallKind = Literal["ping", "exchange", "notice"]
"""A ping asks whether the endpoint is well, an exchange is waited for by a person, a notice tells of an error."""


class EndpointCall(Table):
    """One call. `flow_id` is the Flow's it was for; `session_id` the session's on a phone that made it, if one did, and
    `phone_number_id` that of the sender with whose key it was encrypted.

    `flow_version_id` is the published version that was open, or that monitoring asks for; none for a draft.
    `reported_error` is what an error notice tells of.

    `kind` is a `CallKind`; `outcome`, `error_type` and `resent` are those of `exchange.channel.Outcome`.
    """

    __tablename__ = "endpoint_calls"
    __table_args__ = (
        Index("ix_endpoint_calls_flow", "flow_id", "id"),
        # Everything that health and metrics look at, so that they read the index alone.
        Index(
            "ix_endpoint_calls_figures",
            "flow_version_id",
            "kind",
            "at",
            "milliseconds",
            "error_type",
            "reported_error",
        ),
        Index("ix_endpoint_calls_session", "session_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    flow_id: Mapped[str | None] = mapped_column(ForeignKey("flows.id", ondelete="SET NULL"))
    flow_version_id: Mapped[str | None] = mapped_column(String(32))
    phone_number_id: Mapped[str | None] = mapped_column(ForeignKey("phone_numbers.id"))
    session_id: Mapped[str | None] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(20))
    screen: Mapped[str | None] = mapped_column(String(200))
    milliseconds: Mapped[int]
    http_status: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(16))
    error_type: Mapped[str | None] = mapped_column(String(60))
    reported_error: Mapped[str | None] = mapped_column(String(60))
    resent: Mapped[bool] = mapped_column(default=False, server_default=false())
    bodies: Mapped["EndpointBodies"] = relationship(lazy="raise", uselist=False)


class EndpointBodies(Table):
    """The clear bodies of a call, the exact encrypted ones, and what is said of it: to the business, to the person."""

    __tablename__ = "endpoint_bodies"

    call_id: Mapped[int] = mapped_column(BigId, ForeignKey("endpoint_calls.id", ondelete="CASCADE"), primary_key=True)
    request: Mapped[dict[str, Any]] = mapped_column(Json)
    response: Mapped[dict[str, Any] | None] = mapped_column(Json)
    sealed_request: Mapped[str] = mapped_column(Text)
    sealed_response: Mapped[str | None] = mapped_column(Text)
    explanation: Mapped[str | None] = mapped_column(Text)
    message: Mapped[str | None] = mapped_column(Text)
