"""How many validation errors of a Flow are not listed"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b2d9446e0c71"
down_revision: str | Sequence[str] | None = "9c1e5b7a40d2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("flows", sa.Column("errors_left_out", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("flows", "errors_left_out")
