"""Files people attach"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "e3e84bb12754"
down_revision: str | Sequence[str] | None = "79b0c2b9b475"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("upload_id", sa.String(length=40), nullable=False),
        sa.Column("cdn_key", sa.String(length=60), nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("mime_type", sa.String(length=200), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("encryption", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", headrace.database.engine.UtcDateTime(), nullable=False),
        sa.Column("phone_number_id", sa.String(length=32), nullable=True),
        sa.Column("sent_at", headrace.database.engine.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_media_phone_number_id_phone_numbers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("cdn_key", name=op.f("uq_media_cdn_key")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_media_upload_id")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_session_id"), ["session_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_media_session_id"))
        batch_op.drop_index(batch_op.f("ix_media_created_at"))

    op.drop_table("media")
