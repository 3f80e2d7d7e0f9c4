"""Message templates, and the rules by which the review decides about new ones."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.cache import TEMPLATES
from headrace.platform.tables import Table
from headrace.protocol import RejectionReason, TemplateQuality

_IS_NOT_DELETED = text("status <> 'DELETED'")


class Template(Table):
    """One template in one language. `components` are as the business gave them, with types in capitals; a FLOW button
    names its Flow by id, which is also `flow_id`.

    `status` is a `TemplateStatus`. A deleted one stays as a row that no face shows: messages in chats came from it, and
    its name rests until `name_rests_until`. `edits` are the moments at which it was edited while it was approved,
    `pauses` how often it was paused for its quality, `resumes_at` when that pause ends. `edition` grows with every
    change that the review has to see, so that a review of an older one decides nothing.
    """

    __tablename__ = "templates"
    kept_as = TEMPLATES
    __table_args__ = (
        Index(
            "uq_templates_name_language",
            "waba_id",
            "name",
            "language",
            unique=True,
            sqlite_where=_IS_NOT_DELETED,
            postgresql_where=_IS_NOT_DELETED,
        ),
        Index("ix_templates_waba_created", "waba_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    waba_id: Mapped[str] = mapped_column(ForeignKey("wabas.id"))
    name: Mapped[str] = mapped_column(String(512))
    language: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(20))
    previous_category: Mapped[str | None] = mapped_column(String(20))
    correct_category: Mapped[str | None] = mapped_column(String(20))
    parameter_format: Mapped[str] = mapped_column(String(10))
    components: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    flow_id: Mapped[str | None] = mapped_column(ForeignKey("flows.id", ondelete="SET NULL"), index=True)
    status: Mapped[str] = mapped_column(String(20))
    rejected_reason: Mapped[str] = mapped_column(String(40), default=RejectionReason.NONE.value)
    quality: Mapped[str] = mapped_column(String(10), default=TemplateQuality.UNKNOWN.value)
    quality_at: Mapped[datetime] = mapped_column(UtcDateTime)
    message_send_ttl_seconds: Mapped[int | None]
    cta_url_link_tracking_opted_out: Mapped[bool | None]
    edition: Mapped[int] = mapped_column(default=1)
    edits: Mapped[list[str]] = mapped_column(Json, default=list)
    pauses: Mapped[int] = mapped_column(default=0)
    resumes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    name_rests_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadSession(Table):
    """A file on its way, for the sample of a template's header: `received` of `length` bytes are in `content`."""

    __tablename__ = "upload_sessions"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    file_type: Mapped[str] = mapped_column(String(80))
    length: Mapped[int]
    received: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewRule(Table):
    """What the review does with templates whose name matches `pattern` (`*` stands for anything); the first rule in
    order of `position` decides, and without one a template is approved.

    `decision` is approve, reject (with `reason`) or hold (somebody decides by hand), after `delay_seconds`.
    """

    __tablename__ = "template_review_rules"
    __table_args__ = (UniqueConstraint("position"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    position: Mapped[int]
    pattern: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(40), default=RejectionReason.NONE.value)
    delay_seconds: Mapped[int] = mapped_column(default=0)
