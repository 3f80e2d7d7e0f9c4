"""Calls to endpoints in a table of their own, with the bodies apart"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from headrace.database import BigId, Json, UtcDateTime

revision: str = "2a6f18c3d7b9"
down_revision: str | Sequence[str] | None = "7c41d0a95e1b"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_CALLS = sa.table("endpoint_calls", sa.column("id", BigId), sa.column("kind", sa.String))
_BODIES = sa.table("endpoint_bodies", sa.column("call_id", BigId), sa.column("request", Json))


def upgrade() -> None:
    op.create_table(
        "endpoint_calls",
        sa.Column("id", BigId, autoincrement=True, nullable=False),
        sa.Column("flow_id", sa.String(length=32), nullable=True),
        sa.Column("phone_number_id", sa.String(length=32), nullable=True),
        sa.Column("session_id", sa.String(length=40), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("screen", sa.String(length=200), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("error_type", sa.String(length=60), nullable=True),
        sa.Column("resent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_endpoint_calls_flow_id_flows"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_endpoint_calls_phone_number_id_phone_numbers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint_calls")),
    )
    op.create_index("ix_endpoint_calls_flow", "endpoint_calls", ["flow_id", "at"])
    op.create_index("ix_endpoint_calls_session", "endpoint_calls", ["session_id", "id"])
    op.create_table(
        "endpoint_bodies",
        sa.Column("call_id", BigId, nullable=False),
        sa.Column("request", Json, nullable=False),
        sa.Column("response", Json, nullable=True),
        sa.Column("sealed_request", sa.Text(), nullable=False),
        sa.Column("sealed_response", sa.Text(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_id"],
            ["endpoint_calls.id"],
            name=op.f("fk_endpoint_bodies_call_id_endpoint_calls"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_endpoint_bodies")),
    )
    with op.batch_alter_table("trace_entries") as batch_op:
        batch_op.add_column(sa.Column("call_id", BigId, nullable=True))
    _move_exchanges()
    with op.batch_alter_table("trace_entries") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_trace_entries_exchange_id_exchanges"), type_="foreignkey")
        batch_op.drop_column("exchange_id")
        batch_op.create_foreign_key(
            batch_op.f("fk_trace_entries_call_id_endpoint_calls"), "endpoint_calls", ["call_id"], ["id"]
        )
    op.drop_table("exchanges")


def _move_exchanges() -> None:
    op.execute(
        "INSERT INTO endpoint_calls (id, flow_id, phone_number_id, session_id, kind, at, action, screen, milliseconds,"
        " http_status, outcome, error_type, resent) "
        "SELECT e.id, s.flow_id, m.phone_number_id, e.session_id, 'exchange', e.at, e.action, e.screen, e.milliseconds,"
        " e.http_status, e.kind, e.error_type, e.resent "
        "FROM exchanges e JOIN flow_sessions s ON s.id = e.session_id LEFT JOIN messages m ON m.id = s.message_id"
    )
    op.execute(
        "INSERT INTO endpoint_bodies (call_id, request, response, sealed_request, sealed_response, explanation,"
        " message) SELECT id, clear_request, clear_response, sealed_request, sealed_response, explanation, message "
        "FROM exchanges"
    )
    op.execute("UPDATE trace_entries SET call_id = exchange_id")
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(
            "SELECT setval(pg_get_serial_sequence('endpoint_calls', 'id'), max(id)) "
            "FROM endpoint_calls HAVING max(id) > 0"
        )
    for call_id, request in connection.execute(sa.select(_BODIES.c.call_id, _BODIES.c.request)).all():
        data = request.get("data")
        if isinstance(data, dict) and isinstance(data.get("error", data.get("error_key")), str):
            connection.execute(sa.update(_CALLS).where(_CALLS.c.id == call_id).values(kind="notice"))


def downgrade() -> None:
    op.create_table(
        "exchanges",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("session_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("screen", sa.String(length=200), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=True),
        sa.Column("error_type", sa.String(length=60), nullable=True),
        sa.Column("clear_request", Json, nullable=False),
        sa.Column("clear_response", Json, nullable=True),
        sa.Column("sealed_request", sa.Text(), nullable=False),
        sa.Column("sealed_response", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=16), server_default="answered", nullable=False),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("resent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["flow_sessions.id"], name=op.f("fk_exchanges_session_id_flow_sessions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchanges")),
    )
    op.create_index("ix_exchanges_session", "exchanges", ["session_id", "id"])
    op.execute(
        "INSERT INTO exchanges (id, session_id, at, action, screen, milliseconds, http_status, error_type, kind,"
        " resent, clear_request, clear_response, sealed_request, sealed_response, explanation, message) "
        "SELECT c.id, c.session_id, c.at, c.action, c.screen, c.milliseconds, c.http_status, c.error_type, c.outcome,"
        " c.resent, b.request, b.response, b.sealed_request, b.sealed_response, b.explanation, b.message "
        "FROM endpoint_calls c JOIN endpoint_bodies b ON b.call_id = c.id WHERE c.session_id IS NOT NULL"
    )
    with op.batch_alter_table("trace_entries") as batch_op:
        batch_op.add_column(sa.Column("exchange_id", sa.Integer(), nullable=True))
    op.execute("UPDATE trace_entries SET exchange_id = call_id")
    with op.batch_alter_table("trace_entries") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_trace_entries_call_id_endpoint_calls"), type_="foreignkey")
        batch_op.drop_column("call_id")
        batch_op.create_foreign_key(
            batch_op.f("fk_trace_entries_exchange_id_exchanges"), "exchanges", ["exchange_id"], ["id"]
        )
    op.drop_table("endpoint_bodies")
    op.drop_table("endpoint_calls")
