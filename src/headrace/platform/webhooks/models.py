"""Who is told, and what they still have to be told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import BigId, Json, UtcDateTime
from headrace.platform.cache import CALLBACKS
from headrace.platform.tables import Table

WAITING = "waiting"
ASIDE = "aside"
DELIVERED = "delivered"
DROPPED = "dropped"

_WAITS = text("state = 'waiting'")
_IS_ASIDE = text("state = 'aside'")
_IS_OF_FLOWS = text("field = 'flows'")


class AppSubscription(Table):
    """An app's callback for one kind of object, with the fields it wants."""

    __tablename__ = "app_subscriptions"
    kept_as = CALLBACKS

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    object: Mapped[str] = mapped_column(String(60), primary_key=True)
    callback_url: Mapped[str] = mapped_column(Text)
    verify_token: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WabaSubscription(Table):
    """An app that is told what happens on a WABA, with its callback for this WABA where it has one of its own."""

    __tablename__ = "waba_subscriptions"
    kept_as = CALLBACKS

    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    override_callback_uri: Mapped[str | None] = mapped_column(Text)
    override_verify_token: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhoneNumberOverride(Table):
    """The callback an app has for the messages of one phone number. Other apps keep theirs."""

    __tablename__ = "phone_number_overrides"
    kept_as = CALLBACKS

    phone_number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    callback_uri: Mapped[str] = mapped_column(Text)
    verify_token: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookEvent(Table):
    """Something that happened on a WABA, as it is told: `value` is the text of that member as it goes out.

    `subject` is whom or what it is about, a chat or a Flow: events about the same are told in order. `phone_number_id`
    is the sender it happened to, `wamid` its message.
    """

    __tablename__ = "webhook_events"
    # Those about Flows are found by their Flow; those about messages, which are many, by their message.
    __table_args__ = (
        Index("ix_webhook_events_flows", "subject", sqlite_where=_IS_OF_FLOWS, postgresql_where=_IS_OF_FLOWS),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"))
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    subject: Mapped[str] = mapped_column(String(60), default="")
    phone_number_id: Mapped[str | None] = mapped_column(String(32))
    wamid: Mapped[str | None] = mapped_column(String(160), index=True)


class WebhookDelivery(Table):
    """One event on its way to one app. `queue` is the callback that it was to go to when it happened.

    `state` is waiting, aside (tried by itself while later ones pass), delivered or dropped. `refusals` counts the
    attempts that a receiver answered with something else than 2xx, `attempts` all of them. `last_error` says why the
    last one failed.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_waiting", "queue", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index(
            "ix_webhook_deliveries_aside",
            "queue",
            "next_attempt_at",
            sqlite_where=_IS_ASIDE,
            postgresql_where=_IS_ASIDE,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_events.id"), index=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"))
    queue: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    first_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class WebhookAttempt(Table):
    """One POST of one delivery. Without `status` no answer came, and `error` says why; what was not measured has no
    `milliseconds`.
    """

    __tablename__ = "webhook_attempts"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_deliveries.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    milliseconds: Mapped[int | None]
    status: Mapped[int | None]
    error: Mapped[str | None] = mapped_column(Text)
