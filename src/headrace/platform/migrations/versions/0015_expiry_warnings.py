"""Flows whose sender was warned that their version expires"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import UtcDateTime

revision: str = "9c1e5b7a40d2"
down_revision: str | Sequence[str] | None = "8d1f40b7c2ea"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("flows", sa.Column("expiry_warned_at", UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("flows") as batch_op:
        batch_op.drop_column("expiry_warned_at")
