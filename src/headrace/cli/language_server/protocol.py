"""The protocol as pygls speaks it, with our own documents.

pygls ends lines where Python does, also at U+2028 and form feeds; the protocol and JSON do not.
"""

from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidRequest
from pygls.protocol import LanguageServerProtocol, lsp_method

from headrace.cli.language_server.documents import Documents
from headrace.flowjson.positions import Encoding

__all__ = ["FlowProtocol"]


class FlowProtocol(LanguageServerProtocol):
    """Keeps the open documents itself; what has changed is handed to the server's `on_change` and `on_close`."""

    def __init__(self, server: Any, converter: Any) -> None:
        self.documents = Documents()
        self._owner = server
        super().__init__(server, converter)

    def structure_message(self, data: Any) -> Any:
        """Reads a message; a request that is none is answered, so that no editor waits for it."""
        try:
            if data.get("jsonrpc", self.VERSION) != self.VERSION:
                raise JsonRpcInvalidRequest
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                known = data["id"] if isinstance(data["id"], str | int) else None
                # pygls writes any id, also null, which JSON-RPC has for a request whose id cannot be read.
                self._send_response(known, None, error.to_response_error())  # type: ignore[arg-type]
            raise

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        self.documents.encoding = Encoding(self.workspace.position_encoding or Encoding.UTF16)
        self._owner.on_change(self.documents.open(params.text_document), is_new=True)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        snapshot = self.documents.change(params)
        if snapshot is not None:
            self._owner.on_change(snapshot)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        snapshot = self.documents.close(params.text_document.uri)
        if snapshot is not None:
            self._owner.on_close(snapshot)
