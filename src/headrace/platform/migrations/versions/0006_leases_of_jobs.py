"""Leases of jobs, so that several processes may do them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "96cce14420b9"
down_revision: str | Sequence[str] | None = "c90f3ab86e25"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.alter_column("queue", existing_type=sa.String(length=200), type_=sa.String(length=300))
        batch_op.add_column(sa.Column("worker", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("lease_until", headrace.database.engine.UtcDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("jobs") as batch_op:
        batch_op.drop_column("lease_until")
        batch_op.drop_column("worker")
        batch_op.alter_column("queue", existing_type=sa.String(length=300), type_=sa.String(length=200))
