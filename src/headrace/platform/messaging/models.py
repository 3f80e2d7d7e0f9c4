"""Messages of one chat between a sender and a person, both ways, and when the person last wrote."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from headrace.database import Json, UtcDateTime
from headrace.platform.tables import Table

UNREAD = text("status IN ('sent', 'delivered')")
"""What the index of unread messages holds. Statements that are to use it repeat this very condition."""

UNSUPPORTED = "unsupported"
"""The type of what a person sent and the Cloud API does not pass on; its payload are the `errors` that say so."""

_IS_CARRIED = text("shard IS NOT NULL")
_INITIATES = text("initiates")


class Message(Table):
    """One message. `payload` holds the type's own object as sent (`{"body": …}` for a text, a list for contacts).

    `direction` is `out` (business to person) or `in`. `status` of an outgoing one: accepted, sent, delivered, read or
    failed. A Flow message names what it opens: `flow_id`, `flow_version_id` (none for a draft, which opens the working
    copy), `flow_mode`, `flow_token`, and `flow_opening`, how it opens: `{"action", "screen", "data"}`. When a draft is
    deleted its messages stay in the chat and open nothing.

    `status` of an incoming one: sent, delivered, and read when the business marked it as read. `error` of an accepted
    one is the reason why it will fail. `shard` says which job carries the message next; none once it has arrived.

    A template message has `template_id`, the template it came from; `shown`, what people see of it (`header`, `body`,
    `footer`, `buttons`); and `pricing` as status webhooks tell it. One that `initiates` was sent while the window was
    shut, and counts for the messaging limit.

    `loss` says why the platform lost an accepted message without a word: it stays where it is, nobody carries it. One
    that waits for a phone to come online is lost at `expires_at`.

    `fetched` are the files that it names by links: the id under which each is kept, None while it is being fetched.
    Nobody carries the message before all are.

    A message that a person wrote offline is accepted until the phone is online again.
    """

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_chat", "wa_id", "phone_number_id", "id"),
        Index("ix_messages_flow", "flow_id", "created_at"),
        Index(
            "ix_messages_unread",
            "wa_id",
            "phone_number_id",
            "direction",
            "id",
            sqlite_where=UNREAD,
            postgresql_where=UNREAD,
        ),
        Index("ix_messages_initiating", "created_at", sqlite_where=_INITIATES, postgresql_where=_INITIATES),
        Index("ix_messages_shard", "shard", "id", sqlite_where=_IS_CARRIED, postgresql_where=_IS_CARRIED),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    wamid: Mapped[str] = mapped_column(String(160), unique=True)
    phone_number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    wa_id: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(3))
    type: Mapped[str] = mapped_column(String(20))
    payload: Mapped[Any] = mapped_column(Json)
    context_wamid: Mapped[str | None] = mapped_column(String(160))
    status: Mapped[str] = mapped_column(String(12))
    error: Mapped[dict[str, Any] | None] = mapped_column(Json)
    callback_data: Mapped[str | None] = mapped_column(String(512))
    app_id: Mapped[str | None] = mapped_column(ForeignKey("apps.id"))
    flow_id: Mapped[str | None] = mapped_column(ForeignKey("flows.id", ondelete="SET NULL"))
    flow_version_id: Mapped[str | None] = mapped_column(ForeignKey("flow_versions.id", ondelete="SET NULL"))
    flow_mode: Mapped[str | None] = mapped_column(String(10))
    flow_token: Mapped[str | None] = mapped_column(Text)
    flow_opening: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # What became of a Flow message's button: none (can be opened), "answered", or "closed" by a 427.
    flow_outcome: Mapped[str | None] = mapped_column(String(12))
    template_id: Mapped[str | None] = mapped_column(String(32))
    shown: Mapped[dict[str, Any] | None] = mapped_column(Json)
    pricing: Mapped[dict[str, Any] | None] = mapped_column(Json)
    initiates: Mapped[bool | None]
    loss: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    fetched: Mapped[dict[str, str | None] | None] = mapped_column(Json)
    shard: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Media(Table):
    """A file that a person attached in a Flow, sealed as it lies on the media servers.

    `upload_id` names it on the phone and in a data exchange, `id` in the Cloud API, `cdn_key` in its address. `content`
    are the sealed bytes, read only when they are asked for, and none once they expired or were deleted. `size` and
    `sha256` are those of the plain file. `phone_number_id` is set when a response message went there with the file;
    only then, from `sent_at` on, it can be fetched from the Cloud API.
    """

    __tablename__ = "media"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    upload_id: Mapped[str] = mapped_column(String(40), unique=True)
    cdn_key: Mapped[str] = mapped_column(String(60), unique=True)
    session_id: Mapped[str] = mapped_column(String(40), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    mime_type: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    encryption: Mapped[dict[str, Any]] = mapped_column(Json)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    phone_number_id: Mapped[str | None] = mapped_column(ForeignKey("phone_numbers.id"))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MediaFile(Table):
    """A file of a message: uploaded by the business for a sender, fetched for one from a link (`source` names it), or
    sent to one by a person (`wa_id`).

    `content` are its bytes, read only when they are asked for, and none once it expired (`expires_at`) or was deleted.
    """

    __tablename__ = "media_files"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    phone_number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"))
    wa_id: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str | None] = mapped_column(String(64), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    mime_type: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class Conversation(Table):
    """When a person last wrote to a sender: the customer service window is open for 24 hours from then.

    `typing_until` is how long the person is shown that the business is typing.
    """

    __tablename__ = "conversations"

    phone_number_id: Mapped[str] = mapped_column(ForeignKey("phone_numbers.id"), primary_key=True)
    wa_id: Mapped[str] = mapped_column(String(20), primary_key=True)
    last_inbound_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    typing_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
