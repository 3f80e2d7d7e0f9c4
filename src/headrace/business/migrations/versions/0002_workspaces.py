"""Workspaces with their users and connections; one workspace takes over what exists.

The connection that it gets is completed by the box at the next start: what is stored here opens nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from headrace.database.engine import UtcDateTime

revision: str = "8a1f6f0c2b11"
down_revision: str | Sequence[str] | None = "3dd4a9505b8d"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_OWNED = ("people", "flow_copies", "flow_messages", "responses", "received_webhooks")


def upgrade() -> None:
    _create_tables()
    bind = op.get_bind()
    has_data = any(bind.scalar(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)) for table in _OWNED)
    workspace, connection = _first_workspace(bind) if has_data else (None, None)
    for table in _OWNED:
        op.add_column(table, sa.Column("workspace_id", sa.Integer(), nullable=True))
        _fill(bind, table, "workspace_id", workspace)
    op.add_column("received_webhooks", sa.Column("connection_id", sa.Integer(), nullable=True))
    _fill(bind, "received_webhooks", "connection_id", connection)
    _change_people(bind)
    _change_flows(bind)
    _change_responses()
    _change_webhooks(bind, connection)


def _create_tables() -> None:
    op.create_table(
        "workspaces",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    )
    op.create_table(
        "memberships",
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_memberships_workspace_id_workspaces")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_memberships_user_id_users")),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", name=op.f("pk_memberships")),
    )
    op.create_index(op.f("ix_memberships_user_id"), "memberships", ["user_id"])
    op.create_table(
        "whatsapp_connections",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("workspace_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("base_url", sa.String(length=500), nullable=False),
        sa.Column("version", sa.String(length=10), nullable=False),
        sa.Column("waba_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("sealed_access_token", sa.Text(), nullable=False),
        sa.Column("sealed_app_secret", sa.Text(), nullable=False),
        sa.Column("sealed_verify_token", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_whatsapp_connections_workspace_id_workspaces")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_whatsapp_connections")),
        sa.UniqueConstraint("key", name=op.f("uq_whatsapp_connections_key")),
    )
    op.create_index("ix_whatsapp_connections_workspace_id", "whatsapp_connections", ["workspace_id"])


def _first_workspace(bind: sa.Connection) -> tuple[int, int]:
    now = datetime.now(UTC).replace(tzinfo=None)
    bind.execute(sa.text("INSERT INTO workspaces (name, created_at) VALUES ('Workspace', :now)"), {"now": now})
    workspace = bind.scalar(sa.text("SELECT id FROM workspaces"))
    bind.execute(
        sa.text(
            "INSERT INTO whatsapp_connections (workspace_id, key, name, base_url, version, waba_ids, app_id, "
            "sealed_access_token, sealed_app_secret, sealed_verify_token, created_at) "
            "VALUES (:workspace, 'box', 'Box', '', 'v23.0', '[]', '', '', '', '', :now)"
        ),
        {"workspace": workspace, "now": now},
    )
    connection = bind.scalar(sa.text("SELECT id FROM whatsapp_connections"))
    assert workspace is not None
    assert connection is not None
    return int(workspace), int(connection)


def _fill(bind: sa.Connection, table: str, column: str, value: int | None) -> None:
    if value is not None:
        bind.execute(sa.update(sa.table(table, sa.column(column))).values({column: value}))


def _own(table: str, unique: dict[str, tuple[str, list[str]]]) -> None:
    """Makes `workspace_id` binding and unique constraints count within one; `unique` has new names by old ones."""
    with op.batch_alter_table(table) as batch:
        batch.alter_column("workspace_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(batch.f(f"fk_{table}_workspace_id_workspaces"), "workspaces", ["workspace_id"], ["id"])
        for old, (new, columns) in unique.items():
            batch.drop_constraint(batch.f(old), type_="unique")
            batch.create_unique_constraint(batch.f(new), columns)


def _change_people(bind: sa.Connection) -> None:
    bind.execute(sa.text("UPDATE people SET name = '' WHERE name = '+' || wa_id"))
    _own("people", {"uq_people_wa_id": ("uq_people_workspace_id", ["workspace_id", "wa_id"])})
    with op.batch_alter_table("people") as batch:
        batch.alter_column("wa_id", existing_type=sa.String(length=20), type_=sa.String(length=60))


def _change_flows(bind: sa.Connection) -> None:
    op.add_column("flow_copies", sa.Column("checked_at", UtcDateTime(), nullable=True))
    op.add_column("flow_copies", sa.Column("flow_updated_at", UtcDateTime(), nullable=True))
    op.add_column("flow_copies", sa.Column("flow_status", sa.String(length=20), nullable=True))
    bind.execute(sa.text("UPDATE flow_copies SET checked_at = fetched_at"))
    columns = ["workspace_id", "flow_id", "sha256"]
    _own("flow_copies", {"uq_flow_copies_flow_id": ("uq_flow_copies_workspace_id", columns)})
    with op.batch_alter_table("flow_copies") as batch:
        batch.alter_column("checked_at", existing_type=UtcDateTime(), nullable=False)
    op.drop_index("ix_flow_messages_flow_token", table_name="flow_messages")
    _own("flow_messages", {"uq_flow_messages_wamid": ("uq_flow_messages_workspace_id", ["workspace_id", "wamid"])})
    with op.batch_alter_table("flow_messages") as batch:
        batch.alter_column("wa_id", existing_type=sa.String(length=20), type_=sa.String(length=60))
    op.create_index("ix_flow_messages_flow_token", "flow_messages", ["workspace_id", "flow_token"])


def _change_responses() -> None:
    op.drop_index("ix_responses_flow_id", table_name="responses")
    op.drop_index("ix_responses_message_wamid", table_name="responses")
    _own("responses", {"uq_responses_wamid": ("uq_responses_workspace_id", ["workspace_id", "wamid"])})
    op.create_index("ix_responses_flow_id", "responses", ["workspace_id", "flow_id"])
    op.create_index("ix_responses_message_wamid", "responses", ["workspace_id", "message_wamid"])


def _change_webhooks(bind: sa.Connection, connection: int | None) -> None:
    op.add_column("received_webhooks", sa.Column("failure", sa.Text(), nullable=True))
    _own("received_webhooks", {})
    with op.batch_alter_table("received_webhooks") as batch:
        batch.alter_column("connection_id", existing_type=sa.Integer(), nullable=False)
        batch.create_foreign_key(
            batch.f("fk_received_webhooks_connection_id_whatsapp_connections"),
            "whatsapp_connections",
            ["connection_id"],
            ["id"],
        )
    op.create_index(
        "ix_received_webhooks_waiting",
        "received_webhooks",
        ["connection_id", "id"],
        sqlite_where=sa.text("processed_at IS NULL"),
        postgresql_where=sa.text("processed_at IS NULL"),
    )
    # One job a connection works out all that waits; there was one for each webhook.
    bind.execute(sa.text("DELETE FROM jobs WHERE command = 'inbound.process'"))
    if connection is not None:
        now = datetime.now(UTC).replace(tzinfo=None)
        bind.execute(
            sa.text(
                "INSERT INTO jobs (queue, command, key, payload, due_at, generation, attempts) "
                "VALUES (:queue, 'inbound.work_out', :key, '{}', :now, 0, 0)"
            ),
            {"queue": f"inbound.work_out:{connection}", "key": str(connection), "now": now},
        )
