"""Samples for the headers of templates, on their way in pieces"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import UtcDateTime

revision: str = "31cb580f1040"
down_revision: str | Sequence[str] | None = "e7a25d90c418"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "upload_sessions",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("file_type", sa.String(length=80), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_upload_sessions_app_id_apps")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_sessions")),
    )


def downgrade() -> None:
    op.drop_table("upload_sessions")
