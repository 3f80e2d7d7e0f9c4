"""Copies of Flow JSON as they were when a message was sent, and the messages that carried them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import UtcDateTime


class FlowCopy(OwnedTable):
    """One Flow JSON of a Flow, as it was read from WhatsApp; `sha256` is of its text.

    The copy with the latest `checked_at` is the one that holds now. `flow_updated_at` and `flow_status` are what
    WhatsApp said of the Flow then; both are none for a copy that has to be compared with WhatsApp before it is used.
    """

    __tablename__ = "flow_copies"
    __table_args__ = (UniqueConstraint("workspace_id", "flow_id", "sha256"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    flow_id: Mapped[str] = mapped_column(String(32))
    flow_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    json_text: Mapped[str] = mapped_column(Text)
    fetched_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    flow_updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    flow_status: Mapped[str | None] = mapped_column(String(20))


class FlowVersion(OwnedTable):
    """One saved state of a Flow's JSON, by whom and why. `sha256` is of its text, `number` counts within the Flow.

    `author` is the name of who saved it; none for a text that was found at WhatsApp and was put there elsewhere.
    """

    __tablename__ = "flow_versions"
    __table_args__ = (UniqueConstraint("workspace_id", "flow_id", "number"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    flow_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    json_text: Mapped[str] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(200))
    error_count: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FlowMessage(OwnedTable):
    """A message that carried a Flow, by whatever app of the business: the way from an answer back to its Flow.

    It is written before the message is sent (`wamid` is none then), so that no answer can come before its record.
    """

    __tablename__ = "flow_messages"
    __table_args__ = (
        UniqueConstraint("workspace_id", "wamid"),
        Index("ix_flow_messages_flow_token", "workspace_id", "flow_token"),
        Index("ix_flow_messages_newest", "workspace_id", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    wamid: Mapped[str | None] = mapped_column(String(160))
    flow_id: Mapped[str | None] = mapped_column(String(32))
    flow_name: Mapped[str | None] = mapped_column(String(200))
    flow_copy_id: Mapped[int | None] = mapped_column(ForeignKey("flow_copies.id"))
    flow_token: Mapped[str | None] = mapped_column(Text)
    phone_number_id: Mapped[str] = mapped_column(String(32))
    wa_id: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(12), default="accepted")
    error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
