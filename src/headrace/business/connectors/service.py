"""The connector of a Flow: its text and versions, its secrets, and making it the Flow's endpoint."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from headrace.business.connectors.keys import SenderKey, provide_keys
from headrace.business.connectors.models import ConnectorVersion, HostedConnector
from headrace.business.context import BusinessContext
from headrace.business.encryption import Vault
from headrace.business.flows.copies import doubt_copies
from headrace.business.flows.remote import find_flow
from headrace.business.team import Caller, InWorkspace, Permission
from headrace.business.team.audit import Act, note
from headrace.business.team.scope import columns_of, of
from headrace.business.whatsapp.flows import change_flow
from headrace.database import wait_for_turn
from headrace.exchange.connectors.check import check_connector
from headrace.exchange.connectors.flow_contract import FlowContract
from headrace.exchange.connectors.language import Connector
from headrace.exchange.connectors.problems import TOP, Problem, UnusableConnector
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.connectors.skeleton import write_skeleton
from headrace.exchange.connectors.source import LONGEST_TEXT
from headrace.flowjson.document import parse

PATH = "/endpoints"
LONGEST_SECRET = 4_000


class NotKept(Exception):
    """What was asked for cannot be kept. The words are fit to be shown."""


@dataclass(frozen=True)
class Judged:
    """A connector's text beside its Flow: what was read of it, and what is wrong."""

    connector: Connector | None
    problems: list[Problem]

    @property
    def error_count(self) -> int:
        return sum(not problem.is_warning for problem in self.problems)


@dataclass(frozen=True)
class Version:
    """A saved version without its text."""

    number: int
    author: str
    error_count: int
    saved_at: datetime


@dataclass(frozen=True)
class Kept:
    """A Flow's connector as its page shows it. `served_number` is the version that answers, `secrets` are the names
    of those whose values are kept.
    """

    id: int
    path: str
    text: str
    number: int
    served_number: int | None
    secrets: frozenset[str]
    versions: list[Version]
    trouble: str | None
    trouble_at: datetime | None


def judge(text: str, flow_json: str) -> Judged:
    """Reads a connector and checks it against a Flow JSON."""
    document = parse(flow_json)
    if not document.is_json or not isinstance(document.value, dict):
        return Judged(None, [Problem(TOP, "The Flow has no Flow JSON that can be read.", "Mend it in the Builder.")])
    try:
        connector = read_connector(text)
    except UnusableConnector as error:
        return Judged(None, error.problems)
    problems = [*_out_of_place(connector), *check_connector(connector, FlowContract(document))]
    return Judged(connector, sorted(problems, key=lambda problem: problem.place))


def first_text(flow_json: str) -> str:
    """What a connector of this Flow begins with: every request and every field, answered with the Flow's examples."""
    return write_skeleton(FlowContract(parse(flow_json)), "flow.json", "connector.yaml")


def _out_of_place(connector: Connector) -> list[Problem]:
    """What works beside a file, and not on a server."""
    return [
        Problem(table.place, "A hosted connector has no files beside it.", "Put the table here, under text.")
        for table in connector.tables.values()
        if table.file is not None
    ]


async def find_kept(session: AsyncSession, vault: Vault, owner: InWorkspace, flow_id: str) -> Kept | None:
    """The connector of a Flow of the owner's workspace."""
    row = (await session.scalars(of(owner, HostedConnector).where(HostedConnector.flow_id == flow_id))).one_or_none()
    if row is None:
        return None
    statement = columns_of(
        owner,
        ConnectorVersion,
        ConnectorVersion.number,
        ConnectorVersion.author,
        ConnectorVersion.error_count,
        ConnectorVersion.saved_at,
    ).where(ConnectorVersion.connector_id == row.id)
    versions = [Version(*entry) for entry in await session.execute(statement.order_by(ConnectorVersion.number.desc()))]
    return Kept(
        id=row.id,
        path=f"{PATH}/{row.key}",
        text=await _text(session, owner, row.id, row.number),
        number=row.number,
        served_number=row.served_number,
        secrets=frozenset(secrets_of(vault, row)),
        versions=versions,
        trouble=row.trouble,
        trouble_at=row.trouble_at,
    )


async def find_addressed(session: AsyncSession, key: str) -> HostedConnector | None:
    """The connector that an address names; its key is unique in the installation."""
    return (await session.scalars(select(HostedConnector).where(HostedConnector.key == key))).one_or_none()


def secrets_of(vault: Vault, row: HostedConnector) -> dict[str, str]:
    """The values of a connector's secrets by their names."""
    values: dict[str, str] = json.loads(vault.decrypt(row.sealed_secrets))
    return values


async def secret_values(session: AsyncSession, vault: Vault, owner: InWorkspace, flow_id: str) -> dict[str, str]:
    """The values of a Flow's connector's secrets by their names."""
    row = (await session.scalars(of(owner, HostedConnector).where(HostedConnector.flow_id == flow_id))).one_or_none()
    return {} if row is None else secrets_of(vault, row)


async def version_text(session: AsyncSession, owner: InWorkspace, flow_id: str, number: int) -> str | None:
    """The text of one version; none where there is none."""
    chosen = of(owner, HostedConnector).where(HostedConnector.flow_id == flow_id)
    row = (await session.scalars(chosen)).one_or_none()
    return None if row is None else (await _text(session, owner, row.id, number)) or None


async def save(
    context: BusinessContext, caller: Caller, flow_id: str, text: str, flow_json: str, *, base: int
) -> Judged:
    """Keeps a text as the next version; without errors it is what answers from now on.

    `base` is the number of the version that was worked on, 0 for none. Raises `NotKept` when somebody else saved
    meanwhile, and `WhatsAppRefused`.
    """
    caller.require(Permission.EDIT_FLOWS)
    _check_text(text)
    connection, flow = await find_flow(context, caller, flow_id)
    judged = await asyncio.to_thread(judge, text, flow_json)
    now = context.clock.now()
    async with context.database.transaction() as session:
        await wait_for_turn(session, f"connector {flow.id}")
        chosen = of(caller, HostedConnector).where(HostedConnector.flow_id == flow.id)
        row = (await session.scalars(chosen)).one_or_none()
        if row is None:
            row = HostedConnector(
                workspace_id=caller.workspace_id,
                flow_id=flow.id,
                connection_id=connection.id,
                key=context.identifiers.token(20),
                number=0,
                sealed_secrets=context.vault.encrypt("{}"),
            )
            session.add(row)
        if row.number != base:
            raise NotKept("Somebody else saved this connector meanwhile. Copy your text, and open the page again.")
        row.number += 1
        if not judged.error_count:
            row.served_number, row.served_text, row.trouble, row.trouble_at = row.number, text, None, None
        await session.flush()
        session.add(
            ConnectorVersion(
                workspace_id=caller.workspace_id,
                connector_id=row.id,
                number=row.number,
                text=text,
                author=caller.user.name,
                error_count=judged.error_count,
                saved_at=now,
            )
        )
        await note(session, caller, Act.SAVED_CONNECTOR, flow.name, now, f"version {row.number}")
    return judged


async def keep_secrets(context: BusinessContext, caller: Caller, flow_id: str, values: Mapping[str, str]) -> None:
    """Keeps the values of secrets, encrypted; an empty one leaves what there is. Raises `NotKept`."""
    caller.require(Permission.EDIT_FLOWS)
    given = {name: value for name, value in values.items() if value}
    if any(len(value) > LONGEST_SECRET or "\0" in value for value in given.values()):
        raise NotKept(f"A secret has at most {LONGEST_SECRET:,} characters.")
    async with context.database.transaction() as session:
        await wait_for_turn(session, f"connector {flow_id}")
        chosen = of(caller, HostedConnector).where(HostedConnector.flow_id == flow_id)
        row = (await session.scalars(chosen)).one_or_none()
        if row is None:
            raise NotKept("Save the connector first; then its secrets can be kept.")
        kept = secrets_of(context.vault, row) | given
        row.sealed_secrets = context.vault.encrypt(json.dumps(kept))
        await note(session, caller, Act.CHANGED_SECRETS, flow_id, context.clock.now(), ", ".join(given))


async def connect(
    context: BusinessContext, caller: Caller, flow_id: str, base_url: str, *, replace_keys: bool = False
) -> list[SenderKey]:
    """Makes the connector the endpoint of its Flow: keys for its senders, then address and app at WhatsApp.

    Returns how the senders' keys stand. Raises `NotKept` and `WhatsAppRefused`.
    """
    caller.require(Permission.PUBLISH_FLOWS)
    connection, flow = await find_flow(context, caller, flow_id)
    async with context.database.reading() as session:
        kept = await find_kept(session, context.vault, caller, flow.id)
    if kept is None or kept.served_number is None:
        raise NotKept("Save the connector without errors first; then it can be connected.")
    keys = await provide_keys(context, caller, connection, flow.waba_id, replace=replace_keys)
    address = f"{base_url}{kept.path}"
    await change_flow(context.whatsapp(connection), flow.id, endpoint_uri=address, application_id=connection.app.id)
    async with context.database.transaction() as session:
        await note(session, caller, Act.CONNECTED, flow.name, context.clock.now())
        await doubt_copies(session, caller, [flow.id])
    return keys


async def begin(
    context: BusinessContext, caller: Caller, flow_id: str, text: str, flow_json: str, base_url: str
) -> bool:
    """Gives a new Flow its connector and makes that its endpoint. Returns whether it answers for every sender: not for
    one that has the key of another endpoint. Raises as `save` and `connect` do.
    """
    await save(context, caller, flow_id, text, flow_json, base=0)
    keys = await connect(context, caller, flow_id, base_url)
    return all(one.is_ours for one in keys)


async def _text(session: AsyncSession, owner: InWorkspace, connector_id: int, number: int) -> str:
    statement = columns_of(owner, ConnectorVersion, ConnectorVersion.text)
    chosen = statement.where(ConnectorVersion.connector_id == connector_id, ConnectorVersion.number == number)
    return (await session.execute(chosen)).scalar_one_or_none() or ""


def _check_text(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise NotKept("The connector holds half a character (a lone surrogate). Nothing was saved.") from None
    if size > LONGEST_TEXT:
        raise NotKept(f"The connector has {size:,} bytes; at most {LONGEST_TEXT // 1024} KB are kept.")
    if "\0" in text:
        raise NotKept("The connector holds a NUL character. Take it out; nothing was saved.")
