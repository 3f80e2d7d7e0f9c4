"""Received webhooks, kept as they came."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import UtcDateTime


class ReceivedWebhook(OwnedTable):
    """One POST of WhatsApp, byte for byte, with the signature it carried.

    `failure` says why a webhook could not be worked out; it is set aside then, so that it holds back no other.
    """

    __tablename__ = "received_webhooks"
    __table_args__ = (
        Index(
            "ix_received_webhooks_waiting",
            "connection_id",
            "id",
            sqlite_where=text("processed_at IS NULL"),
            postgresql_where=text("processed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("whatsapp_connections.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    signature: Mapped[str] = mapped_column(String(80))
    processed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failure: Mapped[str | None] = mapped_column(Text)
