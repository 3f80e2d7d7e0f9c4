"""Received webhooks, kept as they came, and the responses found in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import Table
from headrace.database import Json, UtcDateTime


class ReceivedWebhook(Table):
    """One POST of WhatsApp, byte for byte, with the signature it carried."""

    __tablename__ = "received_webhooks"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(80))
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Response(Table):
    """One answered Flow. `values` is the parsed `response_json`, `answers` the same with labels and titles.

    `flow_id` is none as long as nobody knows which Flow was answered.
    """

    __tablename__ = "responses"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    wamid: Mapped[str] = mapped_column(String(160), unique=True)
    message_wamid: Mapped[str | None] = mapped_column(String(160), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("received_webhooks.id"))
    flow_id: Mapped[str | None] = mapped_column(String(32), index=True)
    flow_name: Mapped[str | None] = mapped_column(String(200))
    flow_copy_id: Mapped[int | None] = mapped_column(ForeignKey("flow_copies.id"))
    flow_token: Mapped[str | None] = mapped_column(Text)
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    answers: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
