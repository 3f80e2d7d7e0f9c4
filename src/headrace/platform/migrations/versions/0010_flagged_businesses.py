"""Flagged businesses"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "52566ae0e793"
down_revision: str | Sequence[str] | None = "f43ebd631478"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("businesses") as batch_op:
        batch_op.add_column(sa.Column("is_flagged", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("businesses") as batch_op:
        batch_op.drop_column("is_flagged")
