"""How often apps call about accounts"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import BigId

revision: str = "8d1f40b7c2ea"
down_revision: str | Sequence[str] | None = "4a6677643577"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "management_usage",
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("waba_id", sa.String(length=32), nullable=False),
        sa.Column("slot", BigId, nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_management_usage_app_id_apps")),
        sa.ForeignKeyConstraint(["waba_id"], ["wabas.id"], name=op.f("fk_management_usage_waba_id_wabas")),
        sa.PrimaryKeyConstraint("app_id", "waba_id", "slot", name=op.f("pk_management_usage")),
    )


def downgrade() -> None:
    op.drop_table("management_usage")
