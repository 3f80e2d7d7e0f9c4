"""Simulated phones and the Flows that are open on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from headrace.database import BigId, Json, UtcDateTime
from headrace.platform.endpoints.models import EndpointCall
from headrace.platform.tables import Table
from headrace.platform.users.models import User


class Handset(Table):
    """The simulated phone of a user.

    `chat_with` is the sender whose chat the phone shows; none until a chat is chosen. `notice` is what the phone
    says in a dialog, until the person puts it away. `theme` is system, light or dark, `direction` ltr or rtl,
    `text_size` in percent. `device` is a kind of `devices`, which may open no Flows. A phone that `omits_flow_token`
    leaves it out of the responses it writes itself. `script` are the rules by which the person answers by themselves,
    see `scripts`; `script_trouble` what last kept them from it.
    """

    __tablename__ = "handsets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    wa_id: Mapped[str] = mapped_column(ForeignKey("users.wa_id"), unique=True)
    platform: Mapped[str] = mapped_column(String(10), default="android")  # "android" or "ios"
    theme: Mapped[str] = mapped_column(String(6), default="system", server_default="system")
    direction: Mapped[str] = mapped_column(String(3), default="ltr", server_default="ltr")
    text_size: Mapped[int] = mapped_column(default=100, server_default="100")
    omits_flow_token: Mapped[bool] = mapped_column(default=False, server_default=false())
    device: Mapped[str] = mapped_column(String(20), default="current", server_default="current")
    position: Mapped[int]
    chat_with: Mapped[str | None] = mapped_column(ForeignKey("phone_numbers.id"))
    notice: Mapped[str | None] = mapped_column(Text)
    script: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)
    script_trouble: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def user_id(self) -> str:
        return self.user.user_id


class SessionText(Table):
    """A Flow JSON that sessions were opened with, once for all of them: named by the SHA-256 of its UTF-8 bytes."""

    __tablename__ = "session_texts"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class FlowSession(Table):
    """A Flow as it stands on a phone: opened from one message, resumed from `state` after a reload or a restart.

    `text_sha256` names the Flow JSON it was opened with. `state` is written and read by `simulator.stored`. `status` is
    open, closed (can be opened again), completed or ended. `asked` counts the exchanges it has asked for; while it
    `is_waiting`, the newest is outstanding. `script` is what a scripted person does in it: `{"steps": […], "done": 2}`.
    """

    __tablename__ = "flow_sessions"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    handset_id: Mapped[str] = mapped_column(ForeignKey("handsets.id"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"), unique=True)
    flow_id: Mapped[str | None] = mapped_column(ForeignKey("flows.id", ondelete="SET NULL"), index=True)
    text_sha256: Mapped[str] = mapped_column(ForeignKey("session_texts.sha256"))
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    status: Mapped[str] = mapped_column(String(12))
    asked: Mapped[int] = mapped_column(default=0, server_default="0")
    is_waiting: Mapped[bool] = mapped_column(default=False, server_default=false())
    script: Mapped[dict[str, Any] | None] = mapped_column(Json)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TraceEntry(Table):
    """One entry of a session's trace, see `simulator.trace`. Entries stand in the order of their ids.

    An exchange is an entry without `members` that points at the call; so no body is stored twice.
    """

    __tablename__ = "trace_entries"
    __table_args__ = (Index("ix_trace_entries_session", "session_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("flow_sessions.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(12))
    members: Mapped[dict[str, Any] | None] = mapped_column(Json)
    call_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(EndpointCall.id))
