"""Publishing, with the ping to the endpoint in the middle.

A ping may take ten seconds, so no transaction is open meanwhile: the facts are read, the endpoint is called, and the
outcome is committed only if the Flow is still the one that was judged. These functions therefore take the box and open
their own transactions.
"""

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from headrace.exchange.channel import Health
from headrace.platform.accounts.callers import Caller
from headrace.platform.accounts.integrity import check_integrity
from headrace.platform.accounts.models import App
from headrace.platform.accounts.service import business_of, find_waba
from headrace.platform.box import Box
from headrace.platform.endpoints.channels import open_channel
from headrace.platform.endpoints.recording import record_ping
from headrace.platform.errors import PlatformError, UnknownObject
from headrace.platform.errors.catalogue import CLONE_SOURCE_UNKNOWN, FLOW_CHANGED_MEANWHILE
from headrace.platform.flows import service
from headrace.platform.flows.drafts import Draft, refuse_versions
from headrace.platform.flows.examination import examine
from headrace.platform.flows.facts import Account, facts_of, gather_account
from headrace.platform.flows.lifecycle import Action, target
from headrace.platform.flows.models import Flow
from headrace.platform.flows.publishing_checks import Facts, first_refusal


@dataclass(frozen=True)
class NewFlow:
    """What a caller wants made. `flow_json` is a Flow JSON as it came, `clone_flow_id` a Flow whose JSON is taken."""

    name: str
    categories: list[str]
    flow_json: bytes | None = None
    clone_flow_id: str | None = None
    endpoint_uri: str | None = None
    publish: bool = False


@dataclass(frozen=True)
class _Judged:
    """The facts about a Flow, and what a ping brought where its endpoint was asked."""

    facts: Facts
    ping: Health | None = None


@dataclass(frozen=True)
class _Candidate:
    """A Flow with everything that publishing it takes, as it was read."""

    flow: Flow
    app: App | None
    account: Account
    facts: Facts


async def publish(box: Box, caller: Caller, flow_id: str) -> None:
    """Publishes the working copy of a Flow. Raises 139002 or 139000 with the first check that fails."""
    async with box.database.reading() as session:
        flow = await service.find_flow(session, caller.business_id, flow_id)
        target(Action.PUBLISH, flow.status)
        candidate = await _candidate(session, box, flow)
    judged = await _judge(box, candidate)
    async with box.database.transaction() as session:
        stored = await service.find_flow(session, caller.business_id, flow_id, locked=True)
        target(Action.PUBLISH, stored.status)
        if stored.edition != flow.edition:
            raise FLOW_CHANGED_MEANWHILE.explained(FLOW_CHANGED_MEANWHILE.remedy)
        await _note_ping(session, box, stored, judged.ping)
        refused = first_refusal(judged.facts)
        if refused is None:
            await service.mark_published(session, box, stored)
    # Raised only now: what the ping brought is kept.
    if refused is not None:
        raise refused


@dataclass(frozen=True)
class Prepared:
    """A Flow that is not stored yet, with what a ping brought; it is published when it is stored, or stays a draft."""

    flow: Flow
    ping: Health | None
    publishes: bool


async def create(box: Box, caller: Caller, waba_id: str, wanted: NewFlow) -> Flow:
    """Makes a Flow, and publishes it when that is wanted and its Flow JSON has no validation errors.

    Raises 139000 for a business that is not verified or that is flagged.

    When a publishing check fails, nothing is made and the error of that check is raised.
    """
    prepared = await prepare(box, caller, waba_id, wanted)
    async with box.database.transaction() as session:
        await store(session, box, prepared)
    return prepared.flow


async def prepare(box: Box, caller: Caller, waba_id: str, wanted: NewFlow) -> Prepared:
    """Everything that making a Flow takes before it is stored, the publishing checks included; raises what fails."""
    async with box.database.reading() as session:
        await find_waba(session, caller.business_id, waba_id)
        check_integrity(await business_of(session, waba_id))
        content = await _source(session, caller, wanted)
    draft = None if content is None else await examine(content, box.clock.now().date())
    if wanted.publish and draft is not None:
        refuse_versions(draft)
    flow = service.new_flow(box, waba_id, caller.app, wanted.name, wanted.categories, draft, wanted.endpoint_uri)
    publishes = wanted.publish and draft is not None and draft.is_valid
    return Prepared(flow, await _check_new(box, flow) if publishes else None, publishes)


async def store(session: AsyncSession, box: Box, prepared: Prepared) -> None:
    """Stores what was prepared. Raises code 100 when its name was taken meanwhile."""
    await service.create_flow(session, box, prepared.flow)
    await _note_ping(session, box, prepared.flow, prepared.ping)
    if prepared.publishes:
        await service.mark_published(session, box, prepared.flow)


async def upload(box: Box, caller: Caller, flow_id: str, content: bytes) -> Draft:
    """Takes a new Flow JSON, right or wrong, and answers with what the check says."""
    draft = await examine(content, box.clock.now().date())
    async with box.database.transaction() as session:
        flow = await service.find_flow(session, caller.business_id, flow_id, locked=True)
        await service.update_json(session, box, flow, draft)
    return draft


async def _source(session: AsyncSession, caller: Caller, wanted: NewFlow) -> bytes | None:
    if wanted.clone_flow_id is None:
        return wanted.flow_json
    try:
        original = await service.find_flow(session, caller.business_id, wanted.clone_flow_id)
    except UnknownObject as error:
        raise CLONE_SOURCE_UNKNOWN.explained(
            f"clone_flow_id: there is no Flow with the id {wanted.clone_flow_id[:40]} that this token may read.",
        ) from error
    return service.content_of(original)


async def _check_new(box: Box, flow: Flow) -> Health | None:
    """The publishing checks for a Flow that is not stored yet; gives what a ping brought. Raises what refuses it."""
    async with box.database.reading() as session:
        candidate = await _candidate(session, box, flow)
    judged = await _judge(box, candidate)
    refused = first_refusal(judged.facts)
    if refused is not None:
        raise refused
    return judged.ping


async def _note_ping(session: AsyncSession, box: Box, flow: Flow, ping: Health | None) -> None:
    """Notes a ping on its Flow, and among the calls to its endpoint."""
    if ping is not None:
        flow.pinged_at, flow.ping_error = box.clock.now(), ping.problem
        await record_ping(session, ping, box.clock.now(), flow.id)


async def _candidate(session: AsyncSession, box: Box, flow: Flow) -> _Candidate:
    account = await gather_account(session, box, flow.waba_id)
    app = None if flow.app_id is None else await session.get(App, flow.app_id)
    facts = replace(facts_of(flow, account, box), ping_problem=None)
    return _Candidate(flow, app, account, facts)


async def _judge(box: Box, candidate: _Candidate) -> _Judged:
    """The facts, with what a ping brought where the Flow has an endpoint. Raises what is wrong before any ping."""
    refused: PlatformError | None = first_refusal(candidate.facts, before_ping=True)
    if refused is not None:
        raise refused
    app, uri = candidate.app, candidate.flow.endpoint_uri
    if not candidate.facts.has_endpoint or app is None or uri is None:
        return _Judged(candidate.facts)

    async def public_key() -> str | None:
        return candidate.account.public_key

    health = await open_channel(box, candidate.flow.id, uri, app.secret, public_key).ping()
    return _Judged(replace(candidate.facts, ping_problem=health.problem), health)
