"""The texts of sessions stored once; their pending exchanges as jobs"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "7c41d0a95e1b"
down_revision: str | Sequence[str] | None = "96cce14420b9"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TEXTS = sa.table("session_texts", sa.column("sha256", sa.String), sa.column("text", sa.Text))
_SESSIONS = sa.table(
    "flow_sessions",
    sa.column("id", sa.String),
    sa.column("flow_text", sa.Text),
    sa.column("text_sha256", sa.String),
    sa.column("state", headrace.database.Json),
    sa.column("status", sa.String),
    sa.column("is_waiting", sa.Boolean),
)
_JOBS = sa.table(
    "jobs",
    sa.column("queue", sa.String),
    sa.column("command", sa.String),
    sa.column("key", sa.String),
    sa.column("payload", headrace.database.Json),
    sa.column("due_at", headrace.database.UtcDateTime),
    sa.column("generation", sa.Integer),
    sa.column("attempts", sa.Integer),
)


def upgrade() -> None:
    op.create_table(
        "session_texts",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_session_texts")),
    )
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.add_column(sa.Column("text_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("asked", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("is_waiting", sa.Boolean(), server_default=sa.false(), nullable=False))
    _name_texts()
    _schedule_exchanges()
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.drop_column("flow_text")
        batch_op.alter_column("text_sha256", existing_type=sa.String(length=64), nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_flow_sessions_text_sha256_session_texts"), "session_texts", ["text_sha256"], ["sha256"]
        )


def _name_texts() -> None:
    connection = op.get_bind()
    known: set[str] = set()
    for session_id in connection.scalars(sa.select(_SESSIONS.c.id)).all():
        here = _SESSIONS.c.id == session_id
        text = connection.scalars(sa.select(_SESSIONS.c.flow_text).where(here)).one()
        sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if sha256 not in known:
            connection.execute(sa.insert(_TEXTS).values(sha256=sha256, text=text))
            known.add(sha256)
        connection.execute(sa.update(_SESSIONS).where(here).values(text_sha256=sha256))


def _schedule_exchanges() -> None:
    """What an open session waits for was carried out by the process that held it; now a job does."""
    connection = op.get_bind()
    rows = connection.execute(sa.select(_SESSIONS.c.id, _SESSIONS.c.state).where(_SESSIONS.c.status == "open")).all()
    for session_id, state in rows:
        if state.get("pending"):
            connection.execute(sa.update(_SESSIONS).where(_SESSIONS.c.id == session_id).values(is_waiting=True))
            connection.execute(
                sa.insert(_JOBS).values(
                    queue=f"exchange.ask:{session_id}",
                    command="exchange.ask",
                    key=session_id,
                    payload={},
                    due_at=datetime.now(UTC),
                    generation=0,
                    attempts=0,
                )
            )


def downgrade() -> None:
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.add_column(sa.Column("flow_text", sa.Text(), server_default="", nullable=False))
    op.execute(
        "UPDATE flow_sessions SET flow_text = "
        "(SELECT text FROM session_texts WHERE session_texts.sha256 = flow_sessions.text_sha256)"
    )
    with op.batch_alter_table("flow_sessions") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_flow_sessions_text_sha256_session_texts"), type_="foreignkey")
        batch_op.drop_column("is_waiting")
        batch_op.drop_column("asked")
        batch_op.drop_column("text_sha256")
    op.drop_table("session_texts")
