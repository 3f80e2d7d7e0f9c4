"""Unread messages by who has not read them: people, or the business"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "e7c05f2a91d4"
down_revision: str | Sequence[str] | None = "31cb580f1040"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_UNREAD = sa.text("status IN ('sent', 'delivered')")


def upgrade() -> None:
    _index(["wa_id", "phone_number_id", "direction", "id"])


def downgrade() -> None:
    _index(["wa_id", "phone_number_id", "id"])


def _index(columns: list[str]) -> None:
    op.drop_index("ix_messages_unread", "messages")
    op.create_index("ix_messages_unread", "messages", columns, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
