"""Calls of the Graph API that the business made."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import UtcDateTime

LONGEST_PATH = 400


class MadeCall(OwnedTable):
    """One call. `status` is 0 where no answer came, `error_code` Graph's; of both bodies the beginning is kept.

    `subject_id` is the Flow that a message names, else the node in the path; `wa_id` the number a message went to.
    """

    __tablename__ = "made_calls"
    __table_args__ = (Index("ix_made_calls_newest", "workspace_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    connection_id: Mapped[int] = mapped_column(ForeignKey("whatsapp_connections.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int]
    method: Mapped[str] = mapped_column(String(10))
    path: Mapped[str] = mapped_column(String(LONGEST_PATH))
    status: Mapped[int]
    error_code: Mapped[int | None]
    subject_id: Mapped[str | None] = mapped_column(String(32))
    wa_id: Mapped[str | None] = mapped_column(String(20))
    request: Mapped[str] = mapped_column(Text)
    response: Mapped[str] = mapped_column(Text)
