"""Message templates, the rules of their review, and what messages take from them"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import Json, UtcDateTime

revision: str = "4a6677643577"
down_revision: str | Sequence[str] | None = "6a5ac4dd8aa6"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "template_review_rules",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("delay_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_review_rules")),
        sa.UniqueConstraint("position", name=op.f("uq_template_review_rules_position")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("waba_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=512), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=False),
        sa.Column("previous_category", sa.String(length=20), nullable=True),
        sa.Column("correct_category", sa.String(length=20), nullable=True),
        sa.Column("parameter_format", sa.String(length=10), nullable=False),
        sa.Column("components", Json, nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("rejected_reason", sa.String(length=40), nullable=False),
        sa.Column("quality", sa.String(length=10), nullable=False),
        sa.Column("quality_at", UtcDateTime(), nullable=False),
        sa.Column("message_send_ttl_seconds", sa.Integer(), nullable=True),
        sa.Column("cta_url_link_tracking_opted_out", sa.Boolean(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("edits", Json, nullable=False),
        sa.Column("pauses", sa.Integer(), nullable=False),
        sa.Column("resumes_at", UtcDateTime(), nullable=True),
        sa.Column("name_rests_until", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_templates_flow_id_flows"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["waba_id"], ["wabas.id"], name=op.f("fk_templates_waba_id_wabas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
    )
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_templates_flow_id"), ["flow_id"], unique=False)
        batch_op.create_index("ix_templates_waba_created", ["waba_id", "created_at"], unique=False)
        batch_op.create_index(
            "uq_templates_name_language",
            ["waba_id", "name", "language"],
            unique=True,
            sqlite_where=sa.text("status <> 'DELETED'"),
            postgresql_where=sa.text("status <> 'DELETED'"),
        )

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("template_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("shown", Json, nullable=True))
        batch_op.add_column(sa.Column("pricing", Json, nullable=True))
        batch_op.add_column(sa.Column("loss", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_column("loss")
        batch_op.drop_column("pricing")
        batch_op.drop_column("shown")
        batch_op.drop_column("template_id")

    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_templates_name_language",
            sqlite_where=sa.text("status <> 'DELETED'"),
            postgresql_where=sa.text("status <> 'DELETED'"),
        )
        batch_op.drop_index("ix_templates_waba_created")
        batch_op.drop_index(batch_op.f("ix_templates_flow_id"))

    op.drop_table("templates")
    op.drop_table("template_review_rules")
