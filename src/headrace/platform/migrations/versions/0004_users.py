"""WhatsApp users apart from the phones that show what they see"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "5b0e7d2f6c41"
down_revision: str | Sequence[str] | None = "e3e84bb12754"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("wa_id", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", headrace.database.engine.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("wa_id", name=op.f("pk_users")),
        sa.UniqueConstraint("user_id", name=op.f("uq_users_user_id")),
    )
    op.execute(
        "INSERT INTO users (wa_id, user_id, name, created_at) SELECT wa_id, user_id, name, created_at FROM handsets"
    )
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_handsets_user_id"), type_="unique")
        batch_op.drop_column("user_id")
        batch_op.drop_column("name")
        batch_op.create_foreign_key(batch_op.f("fk_handsets_wa_id_users"), "users", ["wa_id"], ["wa_id"])


def downgrade() -> None:
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_handsets_wa_id_users"), type_="foreignkey")
        batch_op.add_column(sa.Column("name", sa.String(length=100), server_default="", nullable=False))
        batch_op.add_column(sa.Column("user_id", sa.String(length=40), server_default="", nullable=False))
    op.execute(
        "UPDATE handsets SET name = (SELECT name FROM users WHERE users.wa_id = handsets.wa_id), "
        "user_id = (SELECT user_id FROM users WHERE users.wa_id = handsets.wa_id)"
    )
    with op.batch_alter_table("handsets") as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_handsets_user_id"), ["user_id"])
    op.drop_table("users")
