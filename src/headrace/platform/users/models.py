"""A person on WhatsApp."""

from datetime import datetime

from sqlalchemy import String, false, true
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.cache import USERS
from headrace.platform.tables import Table


class User(Table):
    """`wa_id` is the person's number in digits, `user_id` the business-scoped user id (`GB.1349…`), `name` the name of
    the profile.

    Nothing is delivered to one who is not `is_online`, nor what a sender in `blocked` (ids of senders) writes. Who does
    not send read receipts lets no business hear of what was read. One who `is_scripted` answers by themselves.
    """

    __tablename__ = "users"
    kept_as = USERS

    wa_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    is_online: Mapped[bool] = mapped_column(default=True, server_default=true())
    sends_read_receipts: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_scripted: Mapped[bool] = mapped_column(default=False, server_default=false())
    blocked: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
