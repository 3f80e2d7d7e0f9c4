"""Scripted persons: the rules by which a phone answers, and how far its person is in a Flow"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import Json

revision: str = "7b1f0c9e52d3"
down_revision: str | Sequence[str] | None = "20ad9cedab39"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.add_column(sa.Column("is_scripted", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.add_column(sa.Column("script", Json, nullable=True))
        batch_op.add_column(sa.Column("script_trouble", sa.Text(), nullable=True))
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.add_column(sa.Column("script", Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.drop_column("script")
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.drop_column("script_trouble")
        batch_op.drop_column("script")
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_column("is_scripted")
