"""The server: takes what the editor sends, answers, and publishes diagnostics unasked."""

import asyncio
import logging
from collections.abc import Callable
from datetime import date
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer

from headrace import __version__
from headrace.cli.language_server.diagnostics import Checker, converted
from headrace.cli.language_server.documents import Documents, Snapshot
from headrace.cli.language_server.features import FEATURES, Client, Request, resolve_fix_all
from headrace.cli.language_server.protocol import FlowProtocol
from headrace.cli.terminal import complain
from headrace.flowjson.diagnostics import Diagnostic

__all__ = ["FlowServer"]


class FlowServer(LanguageServer):
    """A language server for Flow JSON. `today` says by which day versions are judged.

    An answer that fails is logged in one line on standard error, and the editor gets none: it goes on working.
    """

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__("headrace", __version__, protocol_cls=FlowProtocol)
        # pygls logs with tracebacks and every message in full; what matters is logged by `report_server_error`.
        logging.getLogger("pygls").addHandler(logging.NullHandler())
        logging.getLogger("pygls").propagate = False
        self.today = today
        self.is_shut_down = False
        self.checker = Checker(self.documents, today, self._publish)
        self._client: Client | None = None
        for method, feature in FEATURES.items():
            self.feature(method, feature.options)(self._handler(method, feature.answer))
        self.feature(types.CODE_ACTION_RESOLVE)(self._handler(types.CODE_ACTION_RESOLVE, resolve_fix_all))
        self.feature(types.SHUTDOWN)(self._note_shutdown())

    @property
    def documents(self) -> Documents:
        protocol = self.protocol
        assert isinstance(protocol, FlowProtocol)
        return protocol.documents

    @property
    def client(self) -> Client:
        """What the editor can take, as it said at the beginning."""
        if self._client is None:
            self._client = Client.of(self.client_capabilities)
        return self._client

    def run(self, incoming: BinaryIO, outgoing: BinaryIO) -> bool:
        """Serves until the editor is gone; true when it said good-bye in order."""
        self.start_io(incoming, outgoing)
        return self.is_shut_down

    def on_change(self, snapshot: Snapshot, *, is_new: bool = False) -> None:
        """Called with every new snapshot."""
        if is_new:
            self.checker.schedule(snapshot, 0)
        else:
            self.checker.schedule(snapshot)

    def on_close(self, snapshot: Snapshot) -> None:
        """Called with the last snapshot of a closed document: its diagnostics are withdrawn."""
        self.checker.forget(snapshot.uri)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(snapshot.uri, []))

    def report_server_error(self, error: Exception, source: Any) -> None:
        # The result of a request goes to whoever made it.
        if source is not FeatureRequestError:
            self._complain(error)

    def _complain(self, error: Exception) -> None:
        complain(f"headrace lsp: {type(error).__name__}: {error}"[:1000])

    def _publish(self, snapshot: Snapshot, found: list[Diagnostic]) -> None:
        published = [converted(diagnostic, snapshot, related=self.client.related) for diagnostic in found]
        params = types.PublishDiagnosticsParams(snapshot.uri, published, snapshot.version)
        self.text_document_publish_diagnostics(params)

    def _handler(self, method: str, answer: Callable[[Request], Any]) -> Callable[[Any], Any]:
        async def handle(params: Any) -> Any:
            uri = params.data["uri"] if method == types.CODE_ACTION_RESOLVE else params.text_document.uri
            return await asyncio.to_thread(self._answer, method, answer, uri, params)

        return handle

    def _answer(self, method: str, answer: Callable[[Request], Any], uri: str, params: Any) -> Any:
        try:
            snapshot = self.documents.get(uri)
            if snapshot is None:
                return params if method == types.CODE_ACTION_RESOLVE else None
            return answer(Request(snapshot, params, self.client, self.today()))
        except JsonRpcException:
            raise
        except Exception as error:
            self._complain(error)
            return None

    def _note_shutdown(self) -> Callable[[Any], None]:
        def note(params: Any) -> None:
            self.is_shut_down = True

        return note
