"""Two workspaces side by side: nothing of the other is seen, not even whether it exists."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from inspect import iscoroutinefunction, signature
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from starlette.routing import Route
from starlette.types import Message
from tests.business.webhooks import deliver, echo, envelope, reply, status
from tests.business.workspace import Member, make_member
from tests.console.conftest import AMARA, browser_of, console_app, console_over
from tests.console.whatsapp_server import WhatsAppServer

import headrace.business
from headrace.business.connections.models import WhatsAppConnection
from headrace.business.connections.service import (
    change_connection,
    find_own_connection,
    first_connection_id,
    list_connections,
)
from headrace.business.connectors import keys as connector_keys
from headrace.business.connectors import service as connectors
from headrace.business.connectors.models import ConnectorVersion, EndpointKey, HostedConnector
from headrace.business.context import BusinessContext
from headrace.business.flows import managing, versions
from headrace.business.flows.copies import (
    CopyFacts,
    copy_texts,
    current_copy,
    doubt_copies,
    known_names,
    newest_copies,
)
from headrace.business.flows.entries import entry_screens
from headrace.business.flows.events import list_events
from headrace.business.flows.messages import (
    Echo,
    StatusNotice,
    attach_copies,
    find_messages,
    list_sent,
    look_up_message,
    move_statuses,
    note_echoes,
    settle,
)
from headrace.business.flows.models import FlowCopy, FlowMessage
from headrace.business.flows.remote import connections_of, find_flow, list_accounts, list_flows, list_senders
from headrace.business.flows.sending import (
    NotSendable,
    Recorded,
    SendableFlow,
    Sending,
    send_flow,
    send_recorded,
    sendable,
)
from headrace.business.people.models import Person
from headrace.business.people.service import Writer, find_people, last_written, note_people
from headrace.business.responses.arrivals import list_arrivals
from headrace.business.responses.files import FileUnusable, describe_file, fetch_file
from headrace.business.responses.labelling import SentFile
from headrace.business.responses.models import Response
from headrace.business.responses.service import (
    Reply,
    ResponseView,
    count_responses,
    get_response,
    list_responses,
    look_up_response,
    store_replies,
)
from headrace.business.tables import OwnedTable
from headrace.business.templates import service as templates
from headrace.business.templates.drafts import NotWritten, TemplateDraft
from headrace.business.templates.service import FoundTemplate
from headrace.business.traffic import service as traffic
from headrace.business.traffic.entries import Filters, Kind
from headrace.business.whatsapp import WhatsAppRefused
from headrace.business.whatsapp.encryption import register_key
from headrace.console.context import Console
from headrace.console.place import BoxPlace, MetaPlace
from headrace.console.routes import PAGES
from headrace.exchange.keys import generate_key_pair

pytestmark = [pytest.mark.anyio, pytest.mark.both_stores]

UNKNOWN = 999
MEDIA = "700"


@dataclass(frozen=True)
class Two:
    """`mine` has everything there can be, `theirs` looks for it. Both are connected to the same WhatsApp."""

    mine: Member
    theirs: Member
    message: FlowMessage
    response: ResponseView
    copy: CopyFacts

    @property
    def marks(self) -> tuple[str, ...]:
        """Texts that only somebody of `mine` may read."""
        names = ("Mine", "Amara", AMARA.wa_id, "Book an eye test", "Contact lenses", "developer-token", "/handsets/")
        return (*names, str(self.message.wamid), str(self.message.flow_token), self.response.wamid)


@pytest.fixture
async def two(business: BusinessContext, whatsapp_server: WhatsAppServer) -> Two:
    url = whatsapp_server.url
    whatsapp_server.templates = [{"id": "901", "name": "Mine", "language": "en", "status": "APPROVED"}]
    mine = await make_member(business, "Mine", base_url=url, waba_ids=("100",))
    theirs = await make_member(business, "Theirs", base_url=url, waba_ids=("200",))
    values = '{"service": "0_lenses", "flow_token": "t-mine"}'
    await deliver(business, mine.connection, echo(flow_id="901", token="t-mine"), status("wamid.out", "delivered"))
    await deliver(business, mine.connection, envelope(reply(values)))
    async with business.database.reading() as session:
        message = (await session.execute(select(FlowMessage))).scalar_one()
        (response,) = await list_responses(session, mine.caller)
        copies = await newest_copies(session, mine.caller, ["901"])
    text = await versions.open_working(business, mine.caller, "901")
    await versions.save(business, mine.caller, "901", text.text, base=text.sha256)
    return Two(mine, theirs, message, response, copies["901"])


@pytest.fixture
async def console(business: BusinessContext, place: BoxPlace, two: Two) -> Console:
    return console_over(business, lambda caller: place if caller is two.mine.caller else MetaPlace("Meta"))


@pytest.fixture
async def theirs(console: Console, two: Two) -> AsyncIterator[httpx.AsyncClient]:
    async with browser_of(console, two.theirs) as client:
        yield client


def addresses(route: Route, two: Two) -> tuple[str, str]:
    """The page of what is mine, and the same page of what nobody has."""
    own: dict[str, Any] = {"flow_id": two.message.flow_id, "response_id": two.response.id, "sender_id": "501"}
    own |= {"user_id": two.mine.caller.user.id, "workspace_id": two.mine.caller.workspace_id}
    own |= {"template_id": two.message.flow_id}
    both: dict[str, Any] = {"media_id": MEDIA, "number": 1, "kind": "webhook", "name": "Dropdown"}
    path = re.sub(r":\w+", "", route.path)
    mine, unknown = {**own, "key": own["flow_id"]}, dict.fromkeys((*own, "key"), UNKNOWN)
    return path.format(**mine, **both), path.format(**unknown, **both)


STREAMS = {"/events", "/responses/events"}
ONE_ANSWER = [route for route in PAGES if not route.path.endswith("/events")]


def name_of(route: Route) -> str:
    return f"{'-'.join(sorted(route.methods or ()))} {route.path}"


async def test_no_page_shows_anything_of_another_workspace(
    theirs: httpx.AsyncClient, two: Two, whatsapp_server: WhatsAppServer
) -> None:
    """One after another on one workspace: a store for each page would take most of the time of these tests."""
    for route in ONE_ANSWER:
        method = "POST" if "POST" in (route.methods or ()) else "GET"
        data = {"phone": AMARA.wa_id, "sender": "501", "body": "Hello", "cta": "Open"} if method == "POST" else None
        own, unknown = [await theirs.request(method, address, data=data) for address in addresses(route, two)]
        assert own.status_code == unknown.status_code, name_of(route)
        told = own.text.replace("901", "999").replace("/responses/1", "/responses/999")
        assert told == unknown.text, name_of(route)
        assert not [mark for mark in two.marks if mark in own.text], name_of(route)
    assert whatsapp_server.sent == []


async def test_the_owner_sees_it(console: Console, two: Two) -> None:
    """Or the test above would prove nothing."""
    async with browser_of(console, two.mine) as mine:
        texts = [(await mine.get(address)).text for address in ("/", "/flows", "/flows/901", "/responses/1")]
    assert all(any(mark in text for text in texts) for mark in two.marks)


@pytest.mark.parametrize("path", sorted(STREAMS))
async def test_an_open_page_hears_nothing_of_another_workspace(
    console: Console, business: BusinessContext, two: Two, path: str
) -> None:
    told: asyncio.Queue[str] = asyncio.Queue()
    closed = asyncio.Event()

    async def receive() -> Message:
        await closed.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.body" and message["body"]:
            told.put_nowait(message["body"].decode())

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "query_string": b""}
    scope["headers"] = [(b"host", b"localhost")]
    following = asyncio.create_task(business.revisions.run())
    page = asyncio.create_task(console_app(console, two.theirs)(scope, receive, send))
    assert await asyncio.wait_for(told.get(), 5) == "event: open\ndata:\n\n"
    await deliver(business, two.mine.connection, envelope(reply('{"a":"1"}', "wamid.mine2")))
    await deliver(business, two.theirs.connection, envelope(reply('{"a":"1"}', "wamid.theirs")))
    assert await asyncio.wait_for(told.get(), 5) == "event: responses\ndata:\n\n"
    assert told.empty()
    closed.set()
    await asyncio.wait_for(page, 5)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


Look = Callable[[BusinessContext, Two], Awaitable[Any]]


def _sees_none(look: Callable[[Any, Two], Awaitable[Any]]) -> Look:
    """A look within a session that must find nothing."""

    async def looking(business: BusinessContext, two: Two) -> None:
        async with business.database.transaction() as session:
            assert not await look(session, two)

    return looking


def _changes_none(change: Callable[[Any, Two], Awaitable[Any]], *kept: type[OwnedTable]) -> Look:
    """A change of something that is mine, by them: it must leave my rows as they are."""

    async def changing(business: BusinessContext, two: Two) -> None:
        async def rows() -> list[Any]:
            async with business.database.reading() as session:
                selects = [
                    select(table.__table__).where(table.workspace_id == two.mine.caller.workspace_id) for table in kept
                ]
                return [(await session.execute(statement)).all() for statement in selects]

        before = await rows()
        assert all(before)
        async with business.database.transaction() as session:
            await change(session, two)
        assert await rows() == before

    return changing


async def _flows(business: BusinessContext, two: Two) -> None:
    flows = (await list_flows(business, two.theirs.caller)).flows
    assert {flow.waba_id for flow in flows} == {"200"}


async def _senders(business: BusinessContext, two: Two) -> None:
    found, _ = await list_senders(business, two.theirs.caller)
    assert {sender.waba_id for sender in found} == {"200"}


async def _entries(business: BusinessContext, two: Two) -> None:
    """Also of a Flow that they name, but do not have."""
    flow = (await find_flow(business, two.mine.caller, "901"))[1]
    assert await entry_screens(business, two.mine.caller, [flow]) == {"901": ("VISIT",)}
    assert await entry_screens(business, two.theirs.caller, [flow]) == {}


async def _accounts(business: BusinessContext, two: Two) -> None:
    assert {account.id for account in await list_accounts(business, two.theirs.caller)} <= {"200"}


async def _flow(business: BusinessContext, two: Two) -> None:
    words = []
    for flow_id in ("901", "999"):
        with pytest.raises(WhatsAppRefused) as refused:
            await find_flow(business, two.theirs.caller, flow_id)
        words.append((refused.value.code, refused.value.message.replace(flow_id, "")))
    assert words[0] == words[1]


async def _sendable(business: BusinessContext, two: Two) -> None:
    with pytest.raises(WhatsAppRefused, match="has no Flow"):
        await sendable(business, two.theirs.caller, "901")


async def _send(business: BusinessContext, two: Two) -> None:
    chosen = await sendable(business, two.mine.caller, "901")
    theirs = SendableFlow(two.theirs.connection, chosen.flow, [])
    with pytest.raises(NotSendable):
        await send_flow(business, two.theirs.caller, theirs, Sending("501", "44", "Hello", "Open"))


async def _connections(business: BusinessContext, two: Two) -> None:
    assert await connections_of(business, two.theirs.caller) == [two.theirs.connection]


async def _copy(business: BusinessContext, two: Two) -> None:
    """They get a copy of their own, also of a Flow with the same id."""
    copy = await current_copy(business, two.theirs.connection, "901")
    assert copy is not None
    assert copy.id != two.copy.id


async def _describe(business: BusinessContext, two: Two) -> None:
    assert await describe_file(business, two.theirs.caller, two.response, MEDIA) is None


async def _fetch(business: BusinessContext, two: Two) -> None:
    with pytest.raises(FileUnusable, match="removed"):
        await fetch_file(business, two.theirs.caller, two.response, SentFile(MEDIA, "a.png", "image/png", "00"))


async def _change_connection(session: Any, two: Two, vault: Any) -> None:
    theirs, mine = two.theirs.connection, two.mine.connection
    with pytest.raises(NoResultFound):
        await change_connection(session, vault, two.theirs.caller, mine.id, access=theirs.access, app=theirs.app)


async def _changing_connection(business: BusinessContext, two: Two) -> None:
    await _changes_none(lambda session, two: _change_connection(session, two, business.vault), WhatsAppConnection)(
        business, two
    )


async def _list_connections(business: BusinessContext, two: Two) -> None:
    async with business.database.reading() as session:
        assert await list_connections(session, business.vault, two.theirs.caller) == [two.theirs.connection]
        assert await first_connection_id(session, two.theirs.caller) == two.theirs.connection.id
        assert await find_own_connection(session, business.vault, two.theirs.caller, two.mine.connection.id) is None


def _writer(two: Two) -> Writer:
    at = two.response.received_at
    return Writer(AMARA.wa_id, "Changed", "changed", at, at)


def _reply(two: Two) -> Reply:
    return Reply(two.response.wamid, "wamid.out", AMARA.wa_id, 1, {"flow_token": "t-mine"}, two.response.received_at)


async def _answer(session: Any, two: Two) -> None:
    """The same answer to the same message, at theirs: it becomes a response of their own that knows no Flow."""
    people = await note_people(session, two.theirs.connection, [_writer(two)])
    known = await find_messages(session, two.theirs.connection, {"wamid.out"}, {"t-mine"})
    await store_replies(session, two.theirs.connection, [_reply(two)], people=people, known=known, copies={})
    rows = await session.scalars(select(Response).where(Response.workspace_id == two.theirs.caller.workspace_id))
    assert [(row.flow_id, row.flow_copy_id) for row in rows] == [(None, None)]


async def _echo(session: Any, two: Two) -> None:
    told = Echo("wamid.out", "7", "Other", "t", "5", "44", two.response.received_at)
    await note_echoes(session, two.theirs.connection, [told], {})


PAIR = generate_key_pair()
CONNECTOR = "open: [{show: APPOINTMENT}]"


async def _keep_mine(business: BusinessContext, two: Two) -> None:
    """A connector of mine with a secret, and a key of mine."""
    await connectors.save(business, two.mine.caller, "901", CONNECTOR, "{}", base=0)
    await connectors.keep_secrets(business, two.mine.caller, "901", {"key": "hush"})
    await connector_keys.bring_key(business, two.mine.caller, "501", PAIR.private_pem, None)


async def _kept(business: BusinessContext, two: Two) -> None:
    await _keep_mine(business, two)
    async with business.database.reading() as session:
        for member, found in ((two.mine, True), (two.theirs, False)):
            kept = await connectors.find_kept(session, business.vault, member.caller, "901")
            values = await connectors.secret_values(session, business.vault, member.caller, "901")
            text = await connectors.version_text(session, member.caller, "901", 1)
            keys = await connector_keys.private_keys(session, business.vault, member.caller)
            assert [bool(one) for one in (kept, values, text, keys)] == [found] * 4


def _keeps_mine(act: Callable[[BusinessContext, Two], Awaitable[Any]], *refusals: type[Exception]) -> Look:
    """An act of theirs on a connector or key of mine leaves it as it is."""

    async def acting(business: BusinessContext, two: Two) -> None:
        await _keep_mine(business, two)

        before = await _mine(business, two)
        assert all(before)
        with pytest.raises(refusals) if refusals else contextlib.nullcontext():
            await act(business, two)
        assert await _mine(business, two) == before

    return acting


async def _mine(business: BusinessContext, two: Two) -> list[Any]:
    tables = (HostedConnector, ConnectorVersion, EndpointKey)
    async with business.database.reading() as session:
        return [
            (await session.execute(select(one.__table__).where(one.workspace_id == two.mine.caller.workspace_id))).all()
            for one in tables
        ]


async def _look_at_keys(business: BusinessContext, two: Two) -> None:
    """A key is one's own only where its private half is kept, also when both have the sender."""
    await _keep_mine(business, two)
    await register_key(business.whatsapp(two.mine.connection), "501", PAIR.public_pem)
    for member, is_ours in ((two.mine, True), (two.theirs, False)):
        looked = await connector_keys.look_at_keys(business, member.caller, two.mine.connection, "100")
        assert next(one.is_ours for one in looked if one.sender.id == "501") is is_ours


def _unknown(act: Callable[[BusinessContext, Two], Awaitable[Any]]) -> Look:
    """An act on a Flow of mine, by them: it is refused as if there were no such Flow, and leaves its versions alone."""

    async def acting(business: BusinessContext, two: Two) -> None:
        before = await versions.list_versions(business, two.mine.caller, "901")
        with pytest.raises(WhatsAppRefused, match="has no Flow"):
            await act(business, two)
        assert await versions.list_versions(business, two.mine.caller, "901") == before
        assert len(before) == 1

    return acting


async def _versions(business: BusinessContext, two: Two) -> None:
    assert await versions.list_versions(business, two.theirs.caller, "901") == []
    assert await versions.version_text(business, two.theirs.caller, "901", 1) is None
    assert await versions.version_text(business, two.mine.caller, "901", 1)


async def _create(business: BusinessContext, two: Two) -> None:
    with pytest.raises(managing.NotMakeable, match="Choose one of this workspace's"):
        await managing.create(business, two.theirs.caller, managing.Wanted("100", "Theirs now", ("OTHER",)))


def _no_template(act: Callable[[BusinessContext, Two], Awaitable[Any]]) -> Look:
    """An act on a template of mine, by them: it is refused as if there were no such template."""

    async def acting(business: BusinessContext, two: Two) -> None:
        assert (await templates.find_template(business, two.mine.caller, "901")).template.name == "Mine"
        with pytest.raises(WhatsAppRefused, match="has no template"):
            await act(business, two)
        assert (await templates.find_template(business, two.mine.caller, "901")).template.name == "Mine"

    return acting


async def _templates(business: BusinessContext, two: Two) -> None:
    assert (await templates.list_templates(business, two.mine.caller)).templates
    assert not (await templates.list_templates(business, two.theirs.caller)).templates
    assert not await templates.templates_of(business, two.theirs.caller, two.theirs.connection, "901", is_all=True)


async def _create_template(business: BusinessContext, two: Two) -> None:
    with pytest.raises(NotWritten, match="Choose one of this workspace's"):
        await templates.create(business, two.theirs.caller, TemplateDraft(waba_id="100", name="theirs", body="Words"))


async def _send_template(business: BusinessContext, two: Two) -> None:
    mine = await templates.find_template(business, two.mine.caller, "901")
    theirs = FoundTemplate(two.theirs.connection, mine.template, [])
    with pytest.raises(NotSendable):
        await templates.send(business, two.theirs.caller, theirs, sender_id="501", wa_id="44", values={})


async def _send_recorded(business: BusinessContext, two: Two) -> None:
    """What they send is written down as theirs."""
    recorded = Recorded("901", "Theirs now", None, "t-theirs", "503", "44")

    async def sends() -> str:
        return "wamid.theirs"

    await send_recorded(business, two.theirs.caller, recorded, sends)
    async with business.database.reading() as session:
        assert [one.wamid for one in await list_sent(session, two.theirs.caller, "901")] == ["wamid.theirs"]
        assert [one.wamid for one in await list_sent(session, two.mine.caller, "901")] == [two.message.wamid]


async def _traffic(business: BusinessContext, two: Two) -> None:
    async with business.database.reading() as session:
        assert (await traffic.read_lines(session, two.mine.caller, Filters(), None)).lines
        assert await traffic.read_entry(session, two.mine.caller, Kind.WEBHOOK, 1) is not None
        assert not (await traffic.read_lines(session, two.theirs.caller, Filters(), None)).lines
        assert await traffic.read_entry(session, two.theirs.caller, Kind.WEBHOOK, 1) is None
        assert "None" in await traffic.newest(session, two.theirs.caller)


MATRIX: dict[str, Look] = {
    "flows.copies.known_names": _sees_none(lambda session, two: known_names(session, two.theirs.caller)),
    "flows.events.list_events": _sees_none(lambda session, two: list_events(session, two.theirs.caller, "901")),
    "flows.messages.list_sent": _send_recorded,
    "flows.sending.send_recorded": _send_recorded,
    "templates.service.list_templates": _templates,
    "templates.service.templates_of": _templates,
    "templates.service.find_template": _no_template(
        lambda business, two: templates.find_template(business, two.theirs.caller, "901")
    ),
    "templates.service.create": _create_template,
    "templates.service.change": _no_template(
        lambda business, two: templates.change(business, two.theirs.caller, "901", TemplateDraft())
    ),
    "templates.service.delete": _no_template(
        lambda business, two: templates.delete(business, two.theirs.caller, "901")
    ),
    "templates.service.send": _send_template,
    "traffic.service.read_lines": _traffic,
    "traffic.service.read_entry": _traffic,
    "traffic.service.newest": _traffic,
    "connections.service.list_connections": _list_connections,
    "connections.service.first_connection_id": _list_connections,
    "connections.service.find_own_connection": _list_connections,
    "connections.service.change_connection": _changing_connection,
    "flows.copies.newest_copies": _sees_none(lambda session, two: newest_copies(session, two.theirs.caller, ["901"])),
    "flows.copies.doubt_copies": _changes_none(
        lambda session, two: doubt_copies(session, two.theirs.caller, ["901"]), FlowCopy
    ),
    "flows.copies.current_copy": _copy,
    "flows.messages.note_echoes": _changes_none(_echo, FlowMessage),
    "flows.messages.settle": _changes_none(
        lambda session, two: settle(session, two.theirs.caller, {"t-mine": "other"}), FlowMessage
    ),
    "flows.messages.move_statuses": _changes_none(
        lambda session, two: move_statuses(
            session, two.theirs.caller, [StatusNotice("wamid.out", "read", None, "t-mine")]
        ),
        FlowMessage,
    ),
    "flows.messages.attach_copies": _changes_none(
        lambda session, two: attach_copies(session, two.theirs.caller, {two.message.id: two.copy}), FlowMessage
    ),
    "flows.messages.find_messages": _sees_none(
        lambda session, two: _all(find_messages(session, two.theirs.caller, {"wamid.out"}, {"t-mine"}))
    ),
    "flows.remote.list_flows": _flows,
    "flows.remote.find_flow": _flow,
    "flows.remote.list_accounts": _accounts,
    "flows.remote.list_senders": _senders,
    "flows.entries.entry_screens": _entries,
    "flows.copies.copy_texts": _sees_none(lambda session, two: copy_texts(session, two.theirs.caller, [two.copy.id])),
    "flows.remote.connections_of": _connections,
    "flows.sending.sendable": _sendable,
    "flows.sending.send_flow": _send,
    "connectors.keys.bring_key": _keeps_mine(
        lambda business, two: connector_keys.bring_key(business, two.theirs.caller, "501", PAIR.private_pem, None)
    ),
    "connectors.keys.look_at_keys": _look_at_keys,
    "connectors.keys.private_keys": _kept,
    "connectors.keys.provide_keys": _keeps_mine(
        lambda business, two: connector_keys.provide_keys(
            business, two.theirs.caller, two.theirs.connection, "200", replace=False
        )
    ),
    "connectors.service.begin": _keeps_mine(
        lambda business, two: connectors.begin(business, two.theirs.caller, "901", CONNECTOR, "{}", "http://h"),
        WhatsAppRefused,
    ),
    "connectors.service.connect": _keeps_mine(
        lambda business, two: connectors.connect(business, two.theirs.caller, "901", "http://h"), WhatsAppRefused
    ),
    "connectors.service.find_kept": _kept,
    "connectors.service.keep_secrets": _keeps_mine(
        lambda business, two: connectors.keep_secrets(business, two.theirs.caller, "901", {"key": "x"}),
        connectors.NotKept,
    ),
    "connectors.service.save": _keeps_mine(
        lambda business, two: connectors.save(business, two.theirs.caller, "901", CONNECTOR, "{}", base=1),
        WhatsAppRefused,
    ),
    "connectors.service.secret_values": _kept,
    "connectors.service.version_text": _kept,
    "flows.versions.open_working": _unknown(
        lambda business, two: versions.open_working(business, two.theirs.caller, "901")
    ),
    "flows.versions.list_versions": _versions,
    "flows.versions.version_text": _versions,
    "flows.versions.save": _unknown(
        lambda business, two: versions.save(business, two.theirs.caller, "901", "{}", base="")
    ),
    "flows.managing.create": _create,
    "flows.managing.change": _unknown(
        lambda business, two: managing.change(business, two.theirs.caller, "901", name="Theirs")
    ),
    "flows.managing.publish": _unknown(
        lambda business, two: managing.publish(business, two.theirs.caller, "901", is_reminded=True)
    ),
    "flows.managing.deprecate": _unknown(lambda business, two: managing.deprecate(business, two.theirs.caller, "901")),
    "flows.managing.delete": _unknown(lambda business, two: managing.delete(business, two.theirs.caller, "901")),
    "people.service.find_people": _sees_none(lambda session, two: find_people(session, two.theirs.caller, "Amara")),
    "flows.messages.look_up_message": _sees_none(
        lambda session, two: look_up_message(session, two.theirs.caller, "wamid.out")
    ),
    "responses.service.look_up_response": _sees_none(
        lambda session, two: look_up_response(session, two.theirs.caller, two.response.wamid)
    ),
    "people.service.last_written": _sees_none(
        lambda session, two: last_written(session, two.theirs.caller, [AMARA.wa_id])
    ),
    "people.service.note_people": _changes_none(
        lambda session, two: note_people(session, two.theirs.caller, [_writer(two)]), Person
    ),
    "responses.arrivals.list_arrivals": _sees_none(lambda session, two: list_arrivals(session, two.theirs.caller)),
    "responses.files.describe_file": _describe,
    "responses.files.fetch_file": _fetch,
    "responses.service.count_responses": _sees_none(lambda session, two: count_responses(session, two.theirs.caller)),
    "responses.service.list_responses": _sees_none(lambda session, two: list_responses(session, two.theirs.caller)),
    "responses.service.get_response": _sees_none(
        lambda session, two: get_response(session, two.theirs.caller, two.response.id)
    ),
    "responses.service.store_replies": _changes_none(_answer, Person, Response, FlowMessage),
}


async def _all(known: Awaitable[Any]) -> Any:
    return (await known).all


LOOKS = {look: service for service, look in MATRIX.items()}
"""One service of those that are looked at together."""


@pytest.mark.parametrize("service", LOOKS.values())
async def test_a_service_touches_nothing_of_another_workspace(
    business: BusinessContext, two: Two, service: str
) -> None:
    await MATRIX[service](business, two)


MAKERS = {"connections.service.create_connection"}
"""Services that only make something new."""


def test_every_service_that_acts_for_somebody_is_in_the_matrix() -> None:
    root = Path(headrace.business.__file__).parent
    services = set()
    for path in root.glob("*/*.py"):
        room = f"{path.parent.name}.{path.stem}"
        if path.parent.name in ("migrations", "team", "inbound") or path.stem == "__init__":
            continue
        module = import_module(f"headrace.business.{room}")
        for name, function in vars(module).items():
            is_own = iscoroutinefunction(function) and function.__module__ == module.__name__
            if (
                is_own
                and not name.startswith("_")
                and {"owner", "caller", "connection"} & set(signature(function).parameters)
            ):
                services.add(f"{room}.{name}")
    assert services - MAKERS == set(MATRIX)
