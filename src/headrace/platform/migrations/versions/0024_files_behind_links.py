"""Files behind links: what a message waits for, and where a file came from"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import Json

revision: str = "c4d8e21f7a06"
down_revision: str | Sequence[str] | None = "7b1f0c9e52d3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(sa.Column("fetched", Json, nullable=True))
    with op.batch_alter_table("media_files") as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=64), nullable=True))
        batch_op.create_index("ix_media_files_source", ["source"])


def downgrade() -> None:
    with op.batch_alter_table("media_files") as batch_op:
        batch_op.drop_index("ix_media_files_source")
        batch_op.drop_column("source")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_column("fetched")
