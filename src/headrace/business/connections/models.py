"""Connections to WhatsApp. Tokens and secrets are encrypted (`business.encryption`)."""

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import Json, UtcDateTime


class WhatsAppConnection(OwnedTable):
    """One app of one business with the WABAs it works for.

    `key` stands in the address that the app's webhooks are sent to. It is unique in the whole installation, since a
    webhook names nothing else by which its workspace could be told.
    """

    __tablename__ = "whatsapp_connections"
    __table_args__ = (Index("ix_whatsapp_connections_workspace_id", "workspace_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    base_url: Mapped[str] = mapped_column(String(500))
    version: Mapped[str] = mapped_column(String(10), default="v23.0")
    waba_ids: Mapped[list[str]] = mapped_column(Json)
    app_id: Mapped[str] = mapped_column(String(32))
    sealed_access_token: Mapped[str] = mapped_column(Text)
    sealed_app_secret: Mapped[str] = mapped_column(Text)
    sealed_verify_token: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
