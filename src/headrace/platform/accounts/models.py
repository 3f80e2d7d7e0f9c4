"""Who does business on the box. Ids are Graph ids: decimal digits, kept as text."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import BigId, Json, UtcDateTime
from headrace.platform.cache import ACCOUNTS
from headrace.platform.tables import Table


class Business(Table):
    """`is_verified` says that it passed business verification, `is_flagged` that WhatsApp objects to its conduct."""

    __tablename__ = "businesses"
    kept_as = ACCOUNTS

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    is_verified: Mapped[bool] = mapped_column(default=True)
    is_flagged: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Waba(Table):
    """A WhatsApp Business Account."""

    __tablename__ = "wabas"
    kept_as = ACCOUNTS

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    business_id: Mapped[str] = mapped_column(ForeignKey("businesses.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3), default="GBP")
    timezone_id: Mapped[str] = mapped_column(String(8), default="1")
    template_namespace: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PhoneNumber(Table):
    """A sender. `digits` is the number as webhooks carry it, `display_number` as people read it.

    `status` is a NumberStatus, `pin` the one of two-step verification, `code` the last one sent to prove the number.
    `registrations` are the moments of the last registrations and deregistrations, `profile` the members of its business
    profile as Graph shows them.
    """

    __tablename__ = "phone_numbers"
    kept_as = ACCOUNTS

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), index=True)
    digits: Mapped[str] = mapped_column(String(20), unique=True)
    display_number: Mapped[str] = mapped_column(String(40))
    verified_name: Mapped[str] = mapped_column(String(200))
    code_verification_status: Mapped[str] = mapped_column(String(20), default="VERIFIED")
    status: Mapped[str] = mapped_column(String(20), default="CONNECTED", server_default="CONNECTED")
    pin: Mapped[str | None] = mapped_column(String(6))
    code: Mapped[str | None] = mapped_column(String(6))
    registrations: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    profile: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, server_default="{}")
    public_key: Mapped[str | None] = mapped_column(Text)
    public_key_signature: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class App(Table):
    """A Meta app. `verify_token` is the one the box proposes for the app's own webhook."""

    __tablename__ = "apps"
    kept_as = ACCOUNTS

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    business_id: Mapped[str] = mapped_column(ForeignKey("businesses.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secret: Mapped[str] = mapped_column(String(64))
    verify_token: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))  # "console" or "developer"
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AccessToken(Table):
    """A system user's token. Kept in clear: the box prints it, and it opens nothing but this box.

    `user_id` is the Graph id of that system user, the `id` of `/me`.
    """

    __tablename__ = "access_tokens"
    kept_as = ACCOUNTS

    token: Mapped[str] = mapped_column(String(200), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), index=True)
    user_id: Mapped[str] = mapped_column(String(32))
    scopes: Mapped[list[str]] = mapped_column(Json)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ManagementUsage(Table):
    """How many calls an app made about an account in one slot of five minutes, counted from 1970."""

    __tablename__ = "management_usage"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"), primary_key=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(BigId, primary_key=True)
    calls: Mapped[int]


class Secret(Table):
    """A secret of the box itself, made when it is first needed: what signs encryption keys and download links."""

    __tablename__ = "secrets"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(100))
