"""Messages that reached somebody whose window was shut: they count for the messaging limit"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f3a90b7c11de"
down_revision: str | Sequence[str] | None = "c4d8e21f7a06"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_INITIATES = sa.text("initiates")


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(sa.Column("initiates", sa.Boolean(), nullable=True))
    op.create_index(
        "ix_messages_initiating", "messages", ["created_at"], sqlite_where=_INITIATES, postgresql_where=_INITIATES
    )


def downgrade() -> None:
    op.drop_index("ix_messages_initiating", "messages")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("initiates")
