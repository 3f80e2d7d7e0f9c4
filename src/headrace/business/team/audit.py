"""The log of changes: every act that alters something is written down in the transaction that alters it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.team.caller import Caller
from headrace.business.team.models import AuditEntry
from headrace.business.team.scope import columns_of


class Act(StrEnum):
    """What was done, in the words of the log."""

    CREATED_FLOW = "created a Flow"
    SAVED_FLOW = "saved a Flow"
    CHANGED_FLOW = "changed a Flow's settings"
    PUBLISHED_FLOW = "published a Flow"
    DEPRECATED_FLOW = "deprecated a Flow"
    DELETED_FLOW = "deleted a Flow"
    DELIVERED_AGAIN = "had a webhook delivered again"
    CREATED_TEMPLATE = "created a template"
    CHANGED_TEMPLATE = "changed a template"
    DELETED_TEMPLATE = "deleted a template"
    SENT = "sent a message"
    CHANGED_PASSWORD = "changed their password"  # noqa: S105 - no password
    SAVED_CONNECTOR = "saved a connector"
    CHANGED_SECRETS = "changed a connector's secrets"
    CONNECTED = "connected a Flow with its connector"
    ENDED_SIGN_INS = "signed out everywhere else"
    INVITED = "invited somebody"
    WITHDREW_INVITATION = "withdrew an invitation"
    JOINED = "joined"
    CHANGED_ROLE = "changed a role"
    REMOVED_MEMBER = "took a member out"


@dataclass(frozen=True)
class Entry:
    """One entry of the log."""

    id: int
    at: datetime
    who: str
    act: str
    subject: str
    details: str


async def note(session: AsyncSession, caller: Caller, act: Act, subject: str, at: datetime, details: str = "") -> None:
    """Writes down that the caller did something to `subject`, a name that people know."""
    session.add(
        AuditEntry(
            workspace_id=caller.workspace_id,
            at=at,
            user_id=caller.user.id,
            who=caller.user.name,
            act=act.value,
            subject=subject[:300],
            details=details,
        )
    )
    await session.flush()


async def list_entries(session: AsyncSession, caller: Caller, limit: int = 200) -> list[Entry]:
    """The newest entries of the caller's workspace, the newest first."""
    columns = [getattr(AuditEntry, name) for name in Entry.__dataclass_fields__]
    rows = await session.execute(columns_of(caller, AuditEntry, *columns).order_by(AuditEntry.id.desc()).limit(limit))
    return [Entry(*row) for row in rows]
