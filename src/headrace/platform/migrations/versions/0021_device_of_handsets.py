"""What kind of device a handset is: some open no Flows"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "de50f4ce9bdf"
down_revision: str | Sequence[str] | None = "e7c05f2a91d4"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(length=20), server_default="current", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.drop_column("device")
