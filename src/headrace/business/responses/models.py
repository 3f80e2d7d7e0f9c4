"""The answers that people sent back."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import Json, UtcDateTime


class Response(OwnedTable):
    """One answered Flow. `values` is the parsed `response_json`, `answers` the same with labels and titles.

    `flow_id` is none as long as nobody knows which Flow was answered.
    """

    __tablename__ = "responses"
    __table_args__ = (
        UniqueConstraint("workspace_id", "wamid"),
        Index("ix_responses_message_wamid", "workspace_id", "message_wamid"),
        Index("ix_responses_flow_id", "workspace_id", "flow_id"),
        Index("ix_responses_newest", "workspace_id", "received_at", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    wamid: Mapped[str] = mapped_column(String(160))
    message_wamid: Mapped[str | None] = mapped_column(String(160))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("received_webhooks.id"))
    flow_id: Mapped[str | None] = mapped_column(String(32))
    flow_name: Mapped[str | None] = mapped_column(String(200))
    flow_copy_id: Mapped[int | None] = mapped_column(ForeignKey("flow_copies.id"))
    flow_token: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
