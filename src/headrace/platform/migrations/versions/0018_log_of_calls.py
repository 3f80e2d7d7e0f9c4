"""The log of calls to the Graph API, and what finds the entries of a Flow"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import BigId, UtcDateTime

revision: str = "e7a25d90c418"
down_revision: str | Sequence[str] | None = "b326444fe2f2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    op.create_table(
        "graph_calls",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=10), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("error_code", sa.Integer(), nullable=True),
        sa.Column("subject_id", sa.String(length=32), nullable=True),
        sa.Column("wa_id", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_graph_calls")),
    )
    _partial("ix_graph_calls_refused", "graph_calls", ["id"], "status >= 400")
    _partial("ix_graph_calls_subject", "graph_calls", ["subject_id", "id"], "subject_id IS NOT NULL")
    _partial("ix_graph_calls_person", "graph_calls", ["wa_id", "id"], "wa_id IS NOT NULL")
    op.create_table(
        "graph_call_texts",
        sa.Column("call_id", BigId, autoincrement=False, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("authorization", sa.Text(), nullable=True),
        sa.Column("request", sa.LargeBinary(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["graph_calls.id"], name=op.f("fk_graph_call_texts_call_id_graph_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_graph_call_texts")),
    )
    op.drop_index("ix_endpoint_calls_flow", "endpoint_calls")
    op.create_index("ix_endpoint_calls_flow", "endpoint_calls", ["flow_id", "id"])
    _partial("ix_webhook_events_flows", "webhook_events", ["subject"], "field = 'flows'")


def downgrade() -> None:
    op.drop_index("ix_webhook_events_flows", "webhook_events")
    op.drop_index("ix_endpoint_calls_flow", "endpoint_calls")
    op.create_index("ix_endpoint_calls_flow", "endpoint_calls", ["flow_id", "at"])
    op.drop_table("graph_call_texts")
    op.drop_table("graph_calls")
