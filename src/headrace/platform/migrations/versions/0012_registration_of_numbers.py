"""Registration of numbers, and their profiles"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import Json

revision: str = "6a5ac4dd8aa6"
down_revision: str | Sequence[str] | None = "d0b462a8d43f"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("phone_numbers") as batch_op:
        batch_op.add_column(sa.Column("status", sa.String(length=20), server_default="CONNECTED", nullable=False))
        batch_op.add_column(sa.Column("pin", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("code", sa.String(length=6), nullable=True))
        batch_op.add_column(sa.Column("registrations", Json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("profile", Json, server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("phone_numbers") as batch_op:
        for name in ("profile", "registrations", "code", "pin", "status"):
            batch_op.drop_column(name)
