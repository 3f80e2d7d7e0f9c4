"""Serves hosted connectors: WhatsApp calls `/endpoints/{key}`, and what the text says answers.

Each request proves itself: it is sealed for a key of the workspace and signed with the secret of the connection's app.
A connector that is at work is kept, as long as neither its text, its secrets nor the keys change.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from headrace.business.connections.service import Connection, find_connection
from headrace.business.connectors.keys import private_keys
from headrace.business.connectors.models import HostedConnector
from headrace.business.connectors.service import PATH, find_addressed, secrets_of
from headrace.business.context import BusinessContext
from headrace.business.team import InWorkspace
from headrace.business.team.scope import change_of
from headrace.exchange.connectors.language import Connector
from headrace.exchange.connectors.reader import read_connector
from headrace.exchange.connectors.running import Note, Reply, Runner
from headrace.exchange.connectors.surroundings import KeptSecrets, SourceFailed, Surroundings
from headrace.exchange.endpoint import Endpoint
from headrace.exchange.replies import Request, Unanswerable

_MOST_AT_WORK = 64


@dataclass(frozen=True)
class _AtWork:
    runner: Runner | None
    endpoint: Endpoint | None


@dataclass(frozen=True)
class Hosting:
    """Where connectors run: their SQLite files lie below `folder`, one folder for each workspace; `base_url` is the
    address by which WhatsApp reaches this server.
    """

    context: BusinessContext
    folder: Path
    base_url: str
    private_networks: bool
    _at_work: "OrderedDict[tuple[int, str], _AtWork]" = field(default_factory=OrderedDict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def open_routes(self) -> list[Route]:
        """The addresses of the connectors. They carry their own proof: sealing and signature."""
        return [Route(PATH + "/{key}", _Door(self))]

    async def close(self) -> None:
        while self._at_work:
            _, one = self._at_work.popitem()
            if one.runner is not None:
                await one.runner.close()

    async def rehearse(
        self, workspace_id: int, connector: Connector, secrets: Mapping[str, str], request: Request
    ) -> tuple[Reply, list[Note]]:
        """What a connector answers to a request, and what its steps did; nothing is changed or sent to a phone.

        Raises Unanswerable, whose text says what failed, and TokenExpired.
        """
        notes: list[Note] = []
        surroundings = self._surroundings(workspace_id, secrets, is_rehearsal=True)
        try:
            async with Runner(connector, surroundings, self.context.outbound, self.context.clock.now) as runner:
                return await runner.answer(request, notes), notes
        except SourceFailed as failure:
            raise Unanswerable(str(failure), 500) from failure

    def _surroundings(self, workspace_id: int, secrets: Mapping[str, str], *, is_rehearsal: bool) -> Surroundings:
        return Surroundings(
            self.folder / str(workspace_id),
            KeptSecrets(secrets),
            self.private_networks,
            is_server=True,
            is_rehearsal=is_rehearsal,
        )

    async def find(self, key: str) -> Endpoint | None:
        """The endpoint at an address; none where there is nothing that could answer."""
        async with self.context.database.reading() as session:
            row = await find_addressed(session, key)
            if row is None or row.served_text is None:
                return None
            connection = await find_connection(session, self.context.vault, row.connection_id)
            if connection is None:
                return None
            keys = await private_keys(session, self.context.vault, connection)
        state = hashlib.sha256(repr((row.sealed_secrets, connection.app.secret, [one for one, _ in keys])).encode())
        mark = (row.id, f"{row.served_number} {state.hexdigest()}")
        async with self._turn:
            if mark not in self._at_work:
                await self._put_to_work(mark, row, connection, [pem for _, pem in keys])
            self._at_work.move_to_end(mark)
            return self._at_work[mark].endpoint

    async def _put_to_work(
        self, mark: tuple[int, str], row: HostedConnector, connection: Connection, pems: list[str]
    ) -> None:
        for former in [one for one in self._at_work if one[0] == row.id]:
            await self._rest(former)
        while len(self._at_work) >= _MOST_AT_WORK:
            await self._rest(next(iter(self._at_work)))
        self._at_work[mark] = self._made(row, connection, pems)

    async def _rest(self, mark: tuple[int, str]) -> None:
        one = self._at_work.pop(mark, None)
        if one is not None and one.runner is not None:
            await one.runner.close()

    def _made(self, row: HostedConnector, connection: Connection, pems: list[str]) -> _AtWork:
        if not pems:
            return _AtWork(None, None)
        endpoint = Endpoint(private_key=pems, app_secret=connection.app.secret, transport=self.context.outbound)
        secrets = secrets_of(self.context.vault, row)
        surroundings = self._surroundings(connection.workspace_id, secrets, is_rehearsal=False)
        runner, words = None, ""
        try:
            runner = Runner(
                read_connector(row.served_text or ""), surroundings, self.context.outbound, self.context.clock.now
            )
        except (SourceFailed, ValueError) as failure:
            words = str(failure)
        answering = _Answering(self.context, connection, row.id, runner, words)
        endpoint.on_init(answering)
        endpoint.on()(answering)
        endpoint.on_back(answering)
        endpoint.on_error(answering.hear_of_misfit)
        return _AtWork(runner, endpoint)


class _Answering:
    """Answers by a runner, and writes down why it could not."""

    def __init__(
        self, context: BusinessContext, owner: InWorkspace, connector_id: int, runner: Runner | None, words: str
    ) -> None:
        self._context = context
        self._owner = owner
        self._connector_id = connector_id
        self._runner = runner
        self._words = words
        self._told: str | None = None

    async def __call__(self, request: Request) -> Reply:
        try:
            if self._runner is None:
                raise Unanswerable(self._words, 500)
            return await self._runner.answer(request)
        except Unanswerable as failure:
            await self._write_down(f"{request.action} {request.screen or ''}".strip(), str(failure))
            raise

    async def hear_of_misfit(self, notice: Request) -> None:
        """A phone could not use an answer, though the connector made one: its Flow is another than it was made for."""
        why = f"{notice.error}: {notice.error_message}" if notice.error_message else str(notice.error)
        await self._write_down(notice.screen or "the first screen", f"A phone could not use the answer. {why}")

    async def _write_down(self, where: str, words: str) -> None:
        """Once for each trouble, so that a sick source does not become a sick database."""
        told = f"{where}: {words}"[:2_000].replace("\0", "")
        if told == self._told:
            return
        self._told = told
        own = change_of(self._owner, HostedConnector).where(HostedConnector.id == self._connector_id)
        async with self._context.database.transaction() as session:
            await session.execute(own.values(trouble=told, trouble_at=self._context.clock.now()))


class _Door:
    """Speaks ASGI itself, as an endpoint does."""

    def __init__(self, hosting: Hosting) -> None:
        self._hosting = hosting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = await self._hosting.find(scope["path_params"]["key"])
        if endpoint is None:
            body = b"No connector answers here.\n"
            headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
            await send({"type": "http.response.start", "status": 404, "headers": headers})
            await send({"type": "http.response.body", "body": body})
            return
        await endpoint(scope, receive, send)
