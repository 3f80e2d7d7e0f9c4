"""A Flow is a name with a working copy; a version is a Flow JSON that was published and never changes again."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.tables import Table


class Flow(Table):
    """`json_text` is the working copy exactly as last uploaded; `app_id` the app whose token made the Flow."""

    __tablename__ = "flows"
    __table_args__ = (UniqueConstraint("waba_id", "name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), index=True)
    app_id: Mapped[str | None] = mapped_column(ForeignKey("apps.id"))
    name: Mapped[str] = mapped_column(String(200))
    categories: Mapped[list[str]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(20))  # DRAFT PUBLISHED THROTTLED BLOCKED DEPRECATED
    endpoint_uri: Mapped[str | None] = mapped_column(Text)
    json_text: Mapped[str | None] = mapped_column(Text)
    json_version: Mapped[str | None] = mapped_column(String(10))
    data_api_version: Mapped[str | None] = mapped_column(String(10))
    validation_errors: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    preview_token: Mapped[str] = mapped_column(String(64))
    preview_expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FlowVersion(Table):
    """One published Flow JSON; `number` counts from 1 within the Flow."""

    __tablename__ = "flow_versions"
    __table_args__ = (UniqueConstraint("flow_id", "number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    flow_id: Mapped[str] = mapped_column(ForeignKey("flows.id"), index=True)
    number: Mapped[int]
    json_text: Mapped[str] = mapped_column(Text)
    json_version: Mapped[str] = mapped_column(String(10))
    data_api_version: Mapped[str | None] = mapped_column(String(10))
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
