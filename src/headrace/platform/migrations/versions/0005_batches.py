"""Webhook events apart from their deliveries and attempts; messages carried by shards of the chats"""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

import headrace.database

revision: str = "c90f3ab86e25"
down_revision: str | Sequence[str] | None = "5b0e7d2f6c41"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_SHARDS = 1
_CHUNK = 500
_UNREAD = sa.text("status IN ('sent', 'delivered')")
_BEFORE_VALUE = '"changes":[{"value":'

_Moment = headrace.database.engine.UtcDateTime
_Counter = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.rename_table("webhook_deliveries", "webhook_deliveries_before")
    op.drop_index("ix_webhook_deliveries_pending", "webhook_deliveries_before")
    op.drop_index("ix_webhook_deliveries_wamid", "webhook_deliveries_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE webhook_deliveries_before "
            "RENAME CONSTRAINT pk_webhook_deliveries TO pk_webhook_deliveries_before"
        )
    _create_webhook_tables()
    _move_webhooks()
    op.drop_table("webhook_deliveries_before")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.add_column(sa.Column("shard", sa.Integer(), nullable=True))
        batch_op.drop_index("ix_messages_chat")
        batch_op.drop_index(batch_op.f("ix_messages_flow_id"))
    _index_messages()
    _shard_messages()


def downgrade() -> None:
    raise NotImplementedError("what is told to several apps cannot be put back into one row for each")


def _create_webhook_tables() -> None:
    op.create_table(
        "webhook_events",
        sa.Column("id", _Counter, autoincrement=True, nullable=False),
        sa.Column("waba_id", sa.String(length=32), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", _Moment(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("phone_number_id", sa.String(length=32), nullable=True),
        sa.Column("wamid", sa.String(length=160), nullable=True),
        sa.ForeignKeyConstraint(["waba_id"], ["wabas.id"], name=op.f("fk_webhook_events_waba_id_wabas")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
    )
    op.create_index(op.f("ix_webhook_events_wamid"), "webhook_events", ["wamid"])
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", _Counter, autoincrement=True, nullable=False),
        sa.Column("event_id", _Counter, nullable=False),
        sa.Column("app_id", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("first_attempt_at", _Moment(), nullable=True),
        sa.Column("last_attempt_at", _Moment(), nullable=True),
        sa.Column("next_attempt_at", _Moment(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["app_id"], ["apps.id"], name=op.f("fk_webhook_deliveries_app_id_apps")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["webhook_events.id"], name=op.f("fk_webhook_deliveries_event_id_webhook_events")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_deliveries")),
    )
    op.create_index(op.f("ix_webhook_deliveries_event_id"), "webhook_deliveries", ["event_id"])
    for state, name, column in (("waiting", "waiting", "id"), ("aside", "aside", "next_attempt_at")):
        condition = sa.text(f"state = '{state}'")
        op.create_index(
            f"ix_webhook_deliveries_{name}",
            "webhook_deliveries",
            ["queue", column],
            sqlite_where=condition,
            postgresql_where=condition,
        )
    op.create_table(
        "webhook_attempts",
        sa.Column("id", _Counter, autoincrement=True, nullable=False),
        sa.Column("delivery_id", _Counter, nullable=False),
        sa.Column("at", _Moment(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["webhook_deliveries.id"], name=op.f("fk_webhook_attempts_delivery_id_webhook_deliveries")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
    )
    op.create_index(op.f("ix_webhook_attempts_delivery_id"), "webhook_attempts", ["delivery_id"])


def _index_messages() -> None:
    carried = sa.text("shard IS NOT NULL")
    op.create_index("ix_messages_chat", "messages", ["wa_id", "phone_number_id", "id"])
    op.create_index("ix_messages_flow", "messages", ["flow_id", "created_at"])
    op.create_index(
        "ix_messages_unread",
        "messages",
        ["wa_id", "phone_number_id", "id"],
        sqlite_where=_UNREAD,
        postgresql_where=_UNREAD,
    )
    op.create_index("ix_messages_shard", "messages", ["shard", "id"], sqlite_where=carried, postgresql_where=carried)


def _move_webhooks() -> None:
    """Each row becomes an event with one delivery, and its last attempt; the ids stay, and with them the order."""
    connection = op.get_bind()
    queues = _Queues(connection)
    tables = sa.MetaData()
    events, deliveries, attempts, jobs = (
        sa.Table(name, tables, autoload_with=connection)
        for name in ("webhook_events", "webhook_deliveries", "webhook_attempts", "jobs")
    )
    due: dict[str, Any] = {}
    for rows in _chunks(connection, "webhook_deliveries_before"):
        connection.execute(sa.insert(events), [_event(row) for row in rows])
        moved = [_delivery(row, queues.of(row)) for row in rows]
        connection.execute(sa.insert(deliveries), moved)
        tried = [
            {
                "delivery_id": row.id,
                "at": row.last_attempt_at,
                "status": row.last_status,
                "error": row.last_error,
            }
            for row in rows
            if row.last_attempt_at is not None
        ]
        if tried:
            connection.execute(sa.insert(attempts), tried)
        for row, delivery in zip(rows, moved, strict=True):
            if delivery["state"] in {"waiting", "aside"}:
                due.setdefault(delivery["queue"], row.created_at)
    connection.execute(sa.delete(jobs).where(jobs.c.command == "webhooks.deliver"))
    _schedule(connection, jobs, "webhooks.deliver", due)
    if connection.dialect.name == "postgresql":
        for name in ("webhook_events", "webhook_deliveries"):
            op.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")  # noqa: S608


def _shard_messages() -> None:
    """Messages that were under way go on, carried by the shard of their person."""
    connection = op.get_bind()
    tables = sa.MetaData()
    messages = sa.Table("messages", tables, autoload_with=connection)
    jobs = sa.Table("jobs", tables, autoload_with=connection)
    under_way = sa.or_(
        sa.and_(messages.c.direction == "out", messages.c.status == "accepted"),
        sa.and_(messages.c.direction == "in", messages.c.status == "sent"),
    )
    columns = (messages.c.id, messages.c.wa_id, messages.c.created_at)
    due: dict[str, Any] = {}
    for row in connection.execute(sa.select(*columns).where(under_way).order_by(messages.c.id)).all():
        shard = crc32(row.wa_id.encode()) % _SHARDS
        connection.execute(sa.update(messages).where(messages.c.id == row.id).values(shard=shard))
        due.setdefault(str(shard), row.created_at)
    connection.execute(sa.delete(jobs).where(jobs.c.command == "messages.deliver"))
    _schedule(connection, jobs, "messages.deliver", due)


def _schedule(connection: sa.Connection, jobs: sa.Table, command: str, due: dict[str, Any]) -> None:
    for key, moment in due.items():
        connection.execute(
            sa.insert(jobs).values(
                queue=f"{command}:{key}",
                command=command,
                key=key,
                payload={},
                due_at=moment,
                generation=0,
                attempts=0,
            )
        )


def _chunks(connection: sa.Connection, name: str) -> Iterator[list[Any]]:
    table = sa.Table(name, sa.MetaData(), autoload_with=connection)
    last = 0
    while rows := list(
        connection.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(_CHUNK))
    ):
        yield rows
        last = rows[-1].id


class _Queues:
    """The callback that an event goes to, by the callbacks that are set now."""

    def __init__(self, connection: sa.Connection) -> None:
        self._numbers = {
            (row.phone_number_id, row.app_id)
            for row in connection.execute(sa.text("SELECT phone_number_id, app_id FROM phone_number_overrides"))
        }
        self._wabas = {
            (row.waba_id, row.app_id)
            for row in connection.execute(
                sa.text("SELECT waba_id, app_id FROM waba_subscriptions WHERE override_callback_uri IS NOT NULL")
            )
        }

    def of(self, row: Any) -> str:
        if row.field == "messages" and (row.phone_number_id, row.app_id) in self._numbers:
            return f"{row.app_id}:number:{row.phone_number_id}"
        if (row.waba_id, row.app_id) in self._wabas:
            return f"{row.app_id}:waba:{row.waba_id}"
        return str(row.app_id)


def _event(row: Any) -> dict[str, Any]:
    start = row.body.index(_BEFORE_VALUE) + len(_BEFORE_VALUE)
    value = row.body[start : row.body.rindex(f',"field":"{row.field}"')]
    return {
        "id": row.id,
        "waba_id": row.waba_id,
        "field": row.field,
        "value": value,
        "at": row.created_at,
        "subject": _subject(row, json.loads(value)),
        "phone_number_id": row.phone_number_id,
        "wamid": row.wamid,
    }


def _subject(row: Any, value: dict[str, Any]) -> str:
    """The chat or the Flow that an event is about."""
    if "flow_id" in value:
        return f"flow:{value['flow_id']}"
    contacts, echoes = value.get("contacts"), value.get("message_echoes")
    person = contacts[0].get("wa_id") if contacts else echoes[0].get("to") if echoes else None
    return "" if person is None else f"{row.phone_number_id}:{person}"


def _delivery(row: Any, queue: str) -> dict[str, Any]:
    state = "aside" if row.set_aside else "waiting"
    if row.delivered_at is not None:
        state = "delivered"
    elif row.given_up_at is not None:
        state = "dropped"
    return {
        "id": row.id,
        "event_id": row.id,
        "app_id": row.app_id,
        "queue": queue,
        "state": state,
        "attempts": row.attempts,
        "refusals": row.refusals,
        "first_attempt_at": row.first_attempt_at,
        "last_attempt_at": row.last_attempt_at,
        "next_attempt_at": row.next_attempt_at,
        "last_error": row.last_error,
    }
