"""A Flow is a name with a working copy; a version is a Flow JSON that was published and never changes again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.cache import FLOWS
from headrace.platform.tables import Table

_IS_NOT_DELETED = text("status <> 'DELETED'")


class Flow(Table):
    """`json_text` is the working copy as last uploaded; `app_id` the app whose token made the Flow.

    `json_bytes` is empty but for an upload that is no text a database can hold: then it has the exact bytes, and
    `json_text` what could be read of them. Such a working copy has validation errors and is never published.

    A deleted Flow stays as a row with the status `DELETED`, which no face ever shows: messages in chats refer to it.
    `edition` grows with every change of what a publishing would take, so that a change in between is noticed.
    `pinged_at` and `ping_error` tell of the last ping to `endpoint_uri`: never tried, answered (no error), or what went
    wrong; a new endpoint makes them empty again. `expiry_warned_at` is when its sender was told that the version it
    uses expires soon.
    """

    __tablename__ = "flows"
    kept_as = FLOWS
    __table_args__ = (
        Index(
            "uq_flows_waba_id_name",
            "waba_id",
            "name",
            unique=True,
            sqlite_where=_IS_NOT_DELETED,
            postgresql_where=_IS_NOT_DELETED,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), index=True)
    app_id: Mapped[str | None] = mapped_column(ForeignKey("apps.id"))
    name: Mapped[str] = mapped_column(String(200))
    categories: Mapped[list[str]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(20))  # a FlowStatus
    endpoint_uri: Mapped[str | None] = mapped_column(Text)
    json_text: Mapped[str | None] = mapped_column(Text)
    json_bytes: Mapped[bytes | None] = mapped_column(LargeBinary)
    json_version: Mapped[str | None] = mapped_column(String(10))
    data_api_version: Mapped[str | None] = mapped_column(String(10))
    validation_errors: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    errors_left_out: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # of a list that is too long
    edition: Mapped[int] = mapped_column(default=1)
    pinged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ping_error: Mapped[str | None] = mapped_column(Text)
    expiry_warned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    preview_token: Mapped[str] = mapped_column(String(64))
    preview_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FlowVersion(Table):
    """One published Flow JSON; `number` counts from 1 within the Flow."""

    __tablename__ = "flow_versions"
    kept_as = FLOWS
    __table_args__ = (UniqueConstraint("flow_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    flow_id: Mapped[str] = mapped_column(ForeignKey("flows.id"), index=True)
    number: Mapped[int]
    json_text: Mapped[str] = mapped_column(Text)
    json_version: Mapped[str] = mapped_column(String(10))
    data_api_version: Mapped[str | None] = mapped_column(String(10))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
