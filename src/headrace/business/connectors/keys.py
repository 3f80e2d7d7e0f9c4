"""The key pairs of senders that connectors answer for: the private half kept here encrypted, the public half uploaded.

WhatsApp has one key for a sender, whatever Flow is opened. A key that is not ours belongs to another endpoint, which
would no longer open anything once it is replaced; so that is done only when somebody says so.
"""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connections.service import Connection
from headrace.business.connectors.models import EndpointKey
from headrace.business.context import BusinessContext
from headrace.business.encryption import Vault
from headrace.business.team import Caller, InWorkspace, Permission
from headrace.business.team.scope import columns_of, of
from headrace.business.whatsapp import Sender
from headrace.business.whatsapp.encryption import read_key, register_key
from headrace.business.whatsapp.messages import list_senders
from headrace.exchange.key_files import fingerprint
from headrace.exchange.keys import UnusableKey, generate_key_pair, load_private_key, public_pem

MOST_KEYS = 50
"""Keys of a workspace that a request is tried with, the newest first."""

_LONGEST_PEM = 20_000


@dataclass(frozen=True)
class SenderKey:
    """A sender, and whether WhatsApp has a key for it (`registered`) whose private half is kept here (`is_ours`)."""

    sender: Sender
    registered: str
    is_ours: bool

    @property
    def is_foreign(self) -> bool:
        return bool(self.registered) and not self.is_ours


async def private_keys(session: AsyncSession, vault: Vault, owner: InWorkspace) -> list[tuple[int, str]]:
    """The private keys of a workspace as PEM, each with the number of its row; the newest first."""
    statement = of(owner, EndpointKey).order_by(EndpointKey.id.desc()).limit(MOST_KEYS)
    return [(row.id, vault.decrypt(row.sealed_private_key)) for row in await session.scalars(statement)]


async def look_at_keys(
    context: BusinessContext, caller: Caller, connection: Connection, waba_id: str
) -> list[SenderKey]:
    """Every sender of an account with its key. Raises `WhatsAppRefused`."""
    whatsapp = context.whatsapp(connection)
    senders = [sender for sender in await list_senders(whatsapp) if sender.waba_id == waba_id]
    async with context.database.reading() as session:
        columns = (EndpointKey.phone_number_id, EndpointKey.fingerprint)
        rows = await session.execute(columns_of(caller, EndpointKey, *columns))
        ours = {(phone, mark) for phone, mark in rows}
    looked = []
    for sender in senders:
        found = (await read_key(whatsapp, sender.id)).pem
        mark = _mark(found)
        looked.append(SenderKey(sender, mark, (sender.id, mark) in ours))
    return looked


async def provide_keys(
    context: BusinessContext, caller: Caller, connection: Connection, waba_id: str, *, replace: bool
) -> list[SenderKey]:
    """Sees to it that every sender of an account has a key of ours; `replace` also takes the place of another's.

    Returns how they stand then. Raises `WhatsAppRefused`.
    """
    caller.require(Permission.PUBLISH_FLOWS)
    whatsapp = context.whatsapp(connection)
    for looked in await look_at_keys(context, caller, connection, waba_id):
        if looked.is_ours or (looked.is_foreign and not replace):
            continue
        pair = await asyncio.to_thread(generate_key_pair)
        await _keep(context, caller, looked.sender.id, pair.private_pem, pair.public_pem)
        await register_key(whatsapp, looked.sender.id, pair.public_pem)
    return await look_at_keys(context, caller, connection, waba_id)


async def bring_key(
    context: BusinessContext, caller: Caller, phone_number_id: str, pem: str, password: str | None
) -> None:
    """Keeps the private key that belongs to a sender already. Raises `UnusableKey`."""
    caller.require(Permission.PUBLISH_FLOWS)
    if len(pem) > _LONGEST_PEM:
        raise UnusableKey("This is longer than a private key is.")
    key = await asyncio.to_thread(load_private_key, pem.strip() + "\n", password or None)
    private_pem = await asyncio.to_thread(_plain_pem, key)
    await _keep(context, caller, phone_number_id, private_pem, public_pem(key.public_key()))


async def _keep(context: BusinessContext, caller: Caller, phone_number_id: str, private: str, public: str) -> None:
    mark = fingerprint(public)
    async with context.database.transaction() as session:
        statement = of(caller, EndpointKey).where(
            EndpointKey.phone_number_id == phone_number_id, EndpointKey.fingerprint == mark
        )
        if (await session.scalars(statement)).first() is None:
            session.add(
                EndpointKey(
                    workspace_id=caller.workspace_id,
                    phone_number_id=phone_number_id[:32],
                    fingerprint=mark,
                    sealed_private_key=context.vault.encrypt(private),
                    made_at=context.clock.now(),
                )
            )


def _plain_pem(key: object) -> str:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    assert isinstance(key, RSAPrivateKey)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def _mark(pem: str) -> str:
    if not pem:
        return ""
    try:
        return fingerprint(pem)
    except UnusableKey:
        return "unreadable"
