"""Who is told, and what they still have to be told."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.tables import Table


class AppSubscription(Table):
    """An app's callback for one kind of object, with the fields it wants."""

    __tablename__ = "app_subscriptions"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    object: Mapped[str] = mapped_column(String(60), primary_key=True)
    callback_url: Mapped[str] = mapped_column(Text)
    verify_token: Mapped[str] = mapped_column(Text)
    fields: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WabaSubscription(Table):
    """An app that is told what happens on a WABA, with its callback for this WABA where it has one of its own."""

    __tablename__ = "waba_subscriptions"

    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    override_callback_uri: Mapped[str | None] = mapped_column(Text)
    override_verify_token: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhoneNumberOverride(Table):
    """The callback an app has for the messages of one phone number. Other apps keep theirs."""

    __tablename__ = "phone_number_overrides"

    phone_number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    callback_uri: Mapped[str] = mapped_column(Text)
    verify_token: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WebhookDelivery(Table):
    """One event for one subscriber: the exact text signed and posted; kept until delivered, then as a record.

    `refusals` counts the attempts that a receiver answered with something else than 2xx, `attempts` all of them.
    """

    __tablename__ = "webhook_deliveries"
    __table_args__ = (Index("ix_webhook_deliveries_pending", "app_id", "delivered_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"))
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"))
    field: Mapped[str] = mapped_column(String(60))
    phone_number_id: Mapped[str | None] = mapped_column(String(32))
    wamid: Mapped[str | None] = mapped_column(String(160), index=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[int] = mapped_column(default=0)
    first_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_attempt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    set_aside: Mapped[bool] = mapped_column(default=False)
    last_status: Mapped[int | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


WebhookValue = dict[str, Any]
