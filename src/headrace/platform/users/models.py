"""A person on WhatsApp."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import UtcDateTime
from headrace.platform.cache import USERS
from headrace.platform.tables import Table


class User(Table):
    """`wa_id` is the person's number in digits, `user_id` the business-scoped user id (`GB.1349…`), `name` the name of
    the profile.
    """

    __tablename__ = "users"
    kept_as = USERS

    wa_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
