"""A person, as far as the business knows them."""

from datetime import datetime

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import Table
from headrace.database import UtcDateTime


class Person(Table):
    """`wa_id` is the number in digits, `user_id` the business-scoped id where WhatsApp sent one."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    wa_id: Mapped[str] = mapped_column(String(20), unique=True)
    user_id: Mapped[str | None] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    first_wrote_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_wrote_at: Mapped[datetime] = mapped_column(UtcDateTime)
