"""An editor without a screen: starts the real command and speaks the protocol with it through pygls' own client."""

import asyncio
import re
import sys
from collections.abc import Sequence
from itertools import count
from typing import Any, Self

from lsprotocol import types
from pygls.lsp.client import LanguageClient

CURSOR = "§"
WAIT = 30
"""Seconds until an answer is given up."""

MODERN = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True)
    ),
    text_document=types.TextDocumentClientCapabilities(
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(
                snippet_support=True, documentation_format=[types.MarkupKind.Markdown]
            )
        ),
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        definition=types.DefinitionClientCapabilities(link_support=True),
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(related_information=True),
        code_action=types.CodeActionClientCapabilities(
            resolve_support=types.ClientCodeActionResolveOptions(properties=["edit"])
        ),
        document_symbol=types.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True),
    ),
)
"""What VS Code and Neovim can take."""


class Editor:
    """Use as `async with`. Files are opened with their whole text; § in a text stands for the cursor."""

    def __init__(
        self,
        capabilities: types.ClientCapabilities = MODERN,
        command: Sequence[str] = (sys.executable, "-m", "headrace", "lsp"),
        environment: dict[str, str] | None = None,
    ) -> None:
        self.client = LanguageClient("editor", "1")
        self.told: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.messages: list[str] = []
        self.errors: list[Exception] = []
        self.server: types.InitializeResult | None = None
        self._capabilities = capabilities
        self._command = command
        self._environment = environment
        self._news = asyncio.Condition()
        self._numbers = count(1)
        self._texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(self._told())
        self.client.report_server_error = lambda error, source: self.errors.append(error)  # type: ignore[method-assign]

    async def __aenter__(self) -> Self:
        more: dict[str, Any] = {"env": self._environment} if self._environment is not None else {}
        await self.client.start_io(*self._command, **more)
        self.server = await asyncio.wait_for(
            self.client.initialize_async(types.InitializeParams(capabilities=self._capabilities)), WAIT
        )
        self.client.initialized(types.InitializedParams())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            await asyncio.wait_for(self.client.shutdown_async(None), WAIT)
            self.client.exit(None)
        await asyncio.wait_for(self.client.stop(), WAIT)  # type: ignore[no-untyped-call]
        if self.process.stderr:
            self.messages.append((await self.process.stderr.read()).decode())
        transport = self.process._transport  # type: ignore[attr-defined]
        transport.close()

    @property
    def process(self) -> asyncio.subprocess.Process:
        process = self.client._server
        assert process is not None
        return process

    def open(self, text: str, name: str = "", language: str = "json") -> tuple[str, types.Position]:
        """Opens a file; its address, and where the § stood."""
        text, position = self.without_cursor(text)
        uri = f"file:///work/{next(self._numbers)}/{name or 'flow.json'}"
        item = types.TextDocumentItem(uri, language, 1, text)
        self._texts[uri], self._versions[uri] = text, 1
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri, position

    def change(self, uri: str, old: str, new: str) -> int:
        """Replaces the first occurrence, as an edit of that place alone; the new version."""
        text = self._texts[uri]
        start = text.index(old)
        changed = types.Range(position_of(text, start), position_of(text, start + len(old)))
        return self.send(uri, [types.TextDocumentContentChangePartial(changed, new)], text.replace(old, new, 1))

    def send(self, uri: str, changes: list[types.TextDocumentContentChangeEvent], text: str) -> int:
        """Sends changes that make the document this text; the new version."""
        self._texts[uri], self._versions[uri] = text, self._versions[uri] + 1
        identifier = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, changes))
        return self._versions[uri]

    def close(self, uri: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    def text(self, uri: str) -> str:
        return self._texts[uri]

    async def diagnostics(self, uri: str, version: int = 1) -> list[types.Diagnostic]:
        """What is told of this version; waits for it."""

        def latest() -> types.PublishDiagnosticsParams | None:
            return next((one for one in reversed(self.told.get(uri, [])) if (one.version or 0) >= version), None)

        async with self._news:
            await asyncio.wait_for(self._news.wait_for(lambda: latest() is not None), WAIT)
        found = latest()
        assert found is not None
        return list(found.diagnostics)

    async def complete(self, uri: str, position: types.Position) -> dict[str, types.CompletionItem]:
        """The proposals by label."""
        params = types.CompletionParams(types.TextDocumentIdentifier(uri), position)
        found = await self._ask(self.client.text_document_completion_async(params))
        return {item.label: item for item in found.items} if found else {}

    async def hover(self, uri: str, position: types.Position) -> str:
        params = types.HoverParams(types.TextDocumentIdentifier(uri), position)
        found = await self._ask(self.client.text_document_hover_async(params))
        return found.contents.value if found else ""

    async def definition(self, uri: str, position: types.Position) -> Any:
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), position)
        return await self._ask(self.client.text_document_definition_async(params))

    async def references(self, uri: str, position: types.Position, *, declared: bool = True) -> list[str]:
        """The lines on which a name stands, without blanks around them."""
        context = types.ReferenceContext(include_declaration=declared)
        params = types.ReferenceParams(context, types.TextDocumentIdentifier(uri), position)
        found = await self._ask(self.client.text_document_references_async(params))
        lines = lines_of(self._texts[uri])
        return [lines[one.range.start.line].strip() for one in found or ()]

    async def highlights(self, uri: str, position: types.Position) -> list[str]:
        params = types.DocumentHighlightParams(types.TextDocumentIdentifier(uri), position)
        found = await self._ask(self.client.text_document_document_highlight_async(params))
        return [self.slice(uri, one.range) for one in found or ()]

    async def prepare_rename(self, uri: str, position: types.Position) -> Any:
        params = types.PrepareRenameParams(types.TextDocumentIdentifier(uri), position)
        return await self._ask(self.client.text_document_prepare_rename_async(params))

    async def rename(self, uri: str, position: types.Position, new: str) -> Any:
        params = types.RenameParams(types.TextDocumentIdentifier(uri), position, new)
        return await self._ask(self.client.text_document_rename_async(params))

    async def symbols(self, uri: str) -> list[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(uri))
        return list(await self._ask(self.client.text_document_document_symbol_async(params)) or ())

    async def format(self, uri: str) -> list[types.TextEdit]:
        options = types.FormattingOptions(tab_size=2, insert_spaces=True)
        params = types.DocumentFormattingParams(types.TextDocumentIdentifier(uri), options)
        return list(await self._ask(self.client.text_document_formatting_async(params)) or ())

    async def actions(self, uri: str, where: types.Range, only: list[str] | None = None) -> dict[str, types.CodeAction]:
        """The actions offered for a range, by title."""
        context = types.CodeActionContext(diagnostics=[], only=only)
        params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, context)
        found = await self._ask(self.client.text_document_code_action_async(params))
        return {one.title: one for one in found or ()}

    async def resolve(self, action: types.CodeAction) -> types.CodeAction:
        resolved: types.CodeAction = await self._ask(self.client.code_action_resolve_async(action))
        return resolved

    def slice(self, uri: str, where: types.Range) -> str:
        """The characters of a range."""
        text = self._texts[uri]
        return text[offset_of(text, where.start) : offset_of(text, where.end)]

    def applied(self, uri: str, edits: types.WorkspaceEdit | Sequence[Any] | None) -> str:
        """The text with edits made, from the last to the first."""
        assert edits is not None
        if isinstance(edits, types.WorkspaceEdit):
            if edits.document_changes:
                (change,) = edits.document_changes
                assert isinstance(change, types.TextDocumentEdit)
                assert (change.text_document.uri, change.text_document.version) == (uri, self._versions[uri])
                edits = list(change.edits)
            else:
                assert edits.changes is not None
                edits = list(edits.changes[uri])
        text = self._texts[uri]
        spans = [(offset_of(text, one.range.start), offset_of(text, one.range.end), one.new_text) for one in edits]
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def accepted(self, uri: str, item: types.CompletionItem) -> str:
        """The text after a proposal was taken, with the first words of every stop."""
        edit = item.text_edit
        assert isinstance(edit, types.TextEdit)
        new = plain(edit.new_text) if item.insert_text_format == types.InsertTextFormat.Snippet else edit.new_text
        return self.applied(uri, [types.TextEdit(edit.range, new), *(item.additional_text_edits or ())])

    def without_cursor(self, text: str) -> tuple[str, types.Position]:
        offset = max(0, text.find(CURSOR))
        text = text.replace(CURSOR, "")
        return text, position_of(text, offset)

    async def _ask(self, answer: Any) -> Any:
        return await asyncio.wait_for(answer, WAIT)

    def _told(self) -> Any:
        async def note(params: types.PublishDiagnosticsParams) -> None:
            async with self._news:
                self.told.setdefault(params.uri, []).append(params)
                self._news.notify_all()

        return note


def lines_of(text: str) -> list[str]:
    return re.split(r"\r\n|\n|\r", text)


def position_of(text: str, offset: int) -> types.Position:
    """The position of an offset: the line, and units of UTF-16, as the protocol wants them."""
    before = lines_of(text[:offset])
    return types.Position(len(before) - 1, len(before[-1].encode("utf-16-le", "surrogatepass")) // 2)


def offset_of(text: str, position: types.Position) -> int:
    """The offset of a position that lies within the text."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    line = lines_of(text)[position.line]
    units = line.encode("utf-16-le", "surrogatepass")[: position.character * 2]
    assert len(units) == position.character * 2
    return starts[position.line] + len(units.decode("utf-16-le", "surrogatepass"))


def plain(snippet: str) -> str:
    """A snippet without its stops."""
    text = re.sub(r"\$\{\d+\|((?:[^|,\\]|\\.)*)(?:[^|\\]|\\.)*\|\}", r"\1", snippet)
    text = re.sub(r"\$\{\d+:((?:[^}\\]|\\.)*)\}", r"\1", text)
    return re.sub(r"\\([\\$}|,])", r"\1", re.sub(r"(?<!\\)\$\d+", "", text))
