"""Who can be reached: phones that are offline, senders that were blocked, read receipts that are not sent"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "20ad9cedab39"
down_revision: str | Sequence[str] | None = "de50f4ce9bdf"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(sa.Column("expires_at", headrace.database.UtcDateTime(), nullable=True))
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("is_online", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("sends_read_receipts", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("blocked", headrace.database.Json, server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("blocked")
        batch_op.drop_column("sends_read_receipts")
        batch_op.drop_column("is_online")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("expires_at")
