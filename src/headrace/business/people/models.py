"""A person, as far as the business knows them."""

from datetime import datetime

from sqlalchemy import Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from headrace.business.tables import OwnedTable
from headrace.database import UtcDateTime


class Person(OwnedTable):
    """`wa_id` is the number in digits, `user_id` the business-scoped id where WhatsApp sent one.

    `name` is empty as long as WhatsApp told none.
    """

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("workspace_id", "wa_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    wa_id: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[str | None] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(200))
    first_wrote_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_wrote_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def shown_name(self) -> str:
        return self.name or f"+{self.wa_id}"
