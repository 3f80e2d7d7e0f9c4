"""Keeping connections, and opening them: their secrets decrypted, ready to call and to be called."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connections.models import WhatsAppConnection
from headrace.business.encryption import Vault
from headrace.business.team import InWorkspace, of
from headrace.business.whatsapp import Access, MetaApp


@dataclass(frozen=True)
class Connection:
    """An open connection. It acts within its workspace, so statements may start from it as from a caller."""

    id: int
    workspace_id: int
    key: str
    name: str
    access: Access
    app: MetaApp


async def create_connection(
    session: AsyncSession,
    vault: Vault,
    owner: InWorkspace,
    *,
    key: str,
    name: str,
    access: Access,
    app: MetaApp,
    at: datetime,
) -> Connection:
    """A new connection of the owner's workspace."""
    row = WhatsAppConnection(workspace_id=owner.workspace_id, key=key, name=name, created_at=at)
    _write(row, vault, access, app)
    session.add(row)
    await session.flush()
    return _open(row, vault)


async def change_connection(
    session: AsyncSession, vault: Vault, owner: InWorkspace, connection_id: int, *, access: Access, app: MetaApp
) -> Connection:
    """Gives a connection of the owner's workspace other credentials; its key, and so its address, stay."""
    row = (
        await session.execute(of(owner, WhatsAppConnection).where(WhatsAppConnection.id == connection_id))
    ).scalar_one()
    _write(row, vault, access, app)
    await session.flush()
    return _open(row, vault)


async def open_newest(session: AsyncSession, vault: Vault) -> Connection | None:
    """The connection of the installation that was made last. Raises `KeyUnusable` when this key is not its own."""
    row = await session.scalar(select(WhatsAppConnection).order_by(WhatsAppConnection.id.desc()).limit(1))
    return None if row is None else _open(row, vault)


async def list_connections(session: AsyncSession, vault: Vault, owner: InWorkspace) -> list[Connection]:
    """The connections of the owner's workspace, the oldest first."""
    rows = await session.scalars(of(owner, WhatsAppConnection).order_by(WhatsAppConnection.id))
    return [_open(row, vault) for row in rows]


async def find_own_connection(
    session: AsyncSession, vault: Vault, owner: InWorkspace, connection_id: int
) -> Connection | None:
    """A connection of the owner's workspace; none for an id that it does not have."""
    statement = of(owner, WhatsAppConnection).where(WhatsAppConnection.id == connection_id)
    row = (await session.scalars(statement)).one_or_none()
    return None if row is None else _open(row, vault)


async def first_connection_id(session: AsyncSession, owner: InWorkspace) -> int | None:
    """The id of the oldest connection of the owner's workspace."""
    statement = of(owner, WhatsAppConnection).order_by(WhatsAppConnection.id).limit(1)
    row = (await session.scalars(statement)).one_or_none()
    return None if row is None else row.id


async def find_addressed(session: AsyncSession, vault: Vault, key: str | None) -> Connection | None:
    """The connection that a webhook's address names; without a key the first one of the installation."""
    statement = select(WhatsAppConnection).order_by(WhatsAppConnection.id).limit(1)
    if key is not None:
        statement = statement.where(WhatsAppConnection.key == key)
    row = (await session.scalars(statement)).one_or_none()
    return None if row is None else _open(row, vault)


async def find_connection(session: AsyncSession, vault: Vault, connection_id: int) -> Connection | None:
    """The connection whose webhooks a job works out: its id comes from our own rows, never from a page."""
    row = await session.get(WhatsAppConnection, connection_id)
    return None if row is None else _open(row, vault)


def _write(row: WhatsAppConnection, vault: Vault, access: Access, app: MetaApp) -> None:
    row.base_url = access.base_url
    row.version = access.version
    row.waba_ids = list(access.waba_ids)
    row.app_id = app.id
    row.sealed_access_token = vault.encrypt(access.access_token)
    row.sealed_app_secret = vault.encrypt(app.secret)
    row.sealed_verify_token = vault.encrypt(app.verify_token)


def _open(row: WhatsAppConnection, vault: Vault) -> Connection:
    return Connection(
        id=row.id,
        workspace_id=row.workspace_id,
        key=row.key,
        name=row.name,
        access=Access(row.base_url, vault.decrypt(row.sealed_access_token), tuple(row.waba_ids), row.version),
        app=MetaApp(row.app_id, vault.decrypt(row.sealed_app_secret), vault.decrypt(row.sealed_verify_token)),
    )
