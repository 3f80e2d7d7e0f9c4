"""Settings of the control room, health of Flows, and which version a call to an endpoint was for"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import BigId, Json, UtcDateTime

revision: str = "d0b462a8d43f"
down_revision: str | Sequence[str] | None = "52566ae0e793"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_ACTIVE = sa.text("deactivated_at IS NULL")
_FIGURES = ["flow_version_id", "kind", "at", "milliseconds", "error_type", "reported_error"]


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", Json, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "flow_alerts",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=False),
        sa.Column("metric", sa.String(length=30), nullable=False),
        sa.Column("threshold", sa.Double(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("activated_at", UtcDateTime(), nullable=False),
        sa.Column("deactivated_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_flow_alerts_flow_id_flows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_alerts")),
    )
    op.create_index("ix_flow_alerts_flow", "flow_alerts", ["flow_id", "activated_at"])
    op.create_index(
        "uq_flow_alerts_active",
        "flow_alerts",
        ["flow_id", "metric", "threshold"],
        unique=True,
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )
    op.create_table(
        "flow_health",
        sa.Column("flow_id", sa.String(length=32), nullable=False),
        sa.Column("flow_version_id", sa.String(length=32), nullable=False),
        sa.Column("bad_since", UtcDateTime(), nullable=True),
        sa.Column("severe_since", UtcDateTime(), nullable=True),
        sa.Column("clean_since", UtcDateTime(), nullable=True),
        sa.Column("pinged_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_flow_health_flow_id_flows"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("flow_id", name=op.f("pk_flow_health")),
    )
    op.add_column("endpoint_calls", sa.Column("flow_version_id", sa.String(length=32), nullable=True))
    op.add_column("endpoint_calls", sa.Column("reported_error", sa.String(length=60), nullable=True))
    op.execute(
        "UPDATE endpoint_calls SET flow_version_id = (SELECT m.flow_version_id FROM flow_sessions s"
        " JOIN messages m ON m.id = s.message_id WHERE s.id = endpoint_calls.session_id)"
        " WHERE session_id IS NOT NULL"
    )
    op.create_index("ix_endpoint_calls_figures", "endpoint_calls", _FIGURES)


def downgrade() -> None:
    op.drop_index("ix_endpoint_calls_figures", "endpoint_calls")
    with op.batch_alter_table("endpoint_calls") as batch_op:
        batch_op.drop_column("reported_error")
        batch_op.drop_column("flow_version_id")
    op.drop_table("flow_health")
    op.drop_table("flow_alerts")
    op.drop_table("settings")
