"""What the server can do with a document: a function for each request, from a snapshot and the request to the answer.

None of them changes anything, so they run in threads.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from headrace.cli.language_server.actions import FIX_ALL, fix_all, fixes_in, offers_fix_all
from headrace.cli.language_server.answers import completion_items, definition_links, document_symbol, hover_answer
from headrace.cli.language_server.documents import Snapshot
from headrace.cli.language_server.edits import text_edits, workspace_edit
from headrace.flowjson.assistance import complete, definition, find_uses, hover, outline, renamable, rename
from headrace.flowjson.formatting import formatted
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import edits_between

__all__ = ["FEATURES", "Client", "Feature", "resolve_fix_all"]

REQUEST_FAILED = -32803


@dataclass(frozen=True, slots=True)
class Client:
    """What the editor can take."""

    snippets: bool = False
    completion_markdown: bool = False
    completion_tags: bool = False
    hover_markdown: bool = False
    links: bool = False
    versioned_edits: bool = False
    related: bool = False
    resolves_edits: bool = False

    @classmethod
    def of(cls, capabilities: types.ClientCapabilities) -> "Client":
        def ask(path: str) -> Any:
            return get_capability(capabilities, path, None)

        markdown = types.MarkupKind.Markdown
        item = "text_document.completion.completion_item"
        return cls(
            snippets=bool(ask(f"{item}.snippet_support")),
            completion_markdown=markdown in (ask(f"{item}.documentation_format") or ()),
            completion_tags=types.CompletionItemTag.Deprecated in (ask(f"{item}.tag_support.value_set") or ()),
            hover_markdown=markdown in (ask("text_document.hover.content_format") or ()),
            links=bool(ask("text_document.definition.link_support")),
            versioned_edits=bool(ask("workspace.workspace_edit.document_changes")),
            related=bool(ask("text_document.publish_diagnostics.related_information")),
            resolves_edits="edit" in (ask("text_document.code_action.resolve_support.properties") or ()),
        )


class Request(NamedTuple):
    """A request about a snapshot, with what its answer depends on."""

    snapshot: Snapshot
    params: Any
    client: Client
    today: date

    @property
    def offset(self) -> int:
        return self.snapshot.offset(self.params.position)


def _complete(request: Request) -> types.CompletionList:
    found = complete(request.snapshot.document, request.offset)
    client = request.client
    items = completion_items(
        found,
        request.snapshot,
        snippets=client.snippets,
        markdown=client.completion_markdown,
        tags=client.completion_tags,
    )
    return types.CompletionList(is_incomplete=False, items=items)


def _hover(request: Request) -> types.Hover | None:
    found = hover(request.snapshot.document, request.offset)
    return hover_answer(found, request.snapshot, markdown=request.client.hover_markdown) if found else None


def _definition(request: Request) -> list[types.LocationLink] | types.Location | None:
    found = definition(request.snapshot.document, request.offset)
    return definition_links(found, request.snapshot, links=request.client.links) if found else None


def _references(request: Request) -> list[types.Location]:
    declared = request.params.context.include_declaration
    return [
        types.Location(request.snapshot.uri, request.snapshot.range(use.start, use.end))
        for use in find_uses(request.snapshot.document, request.offset)
        if declared or not use.is_declaration
    ]


def _highlights(request: Request) -> list[types.DocumentHighlight]:
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(request.snapshot.range(use.start, use.end), kinds[use.is_declaration])
        for use in find_uses(request.snapshot.document, request.offset)
    ]


def _prepare_rename(request: Request) -> types.PrepareRenamePlaceholder | None:
    found = renamable(request.snapshot.document, request.offset)
    if found is None:
        return None
    text = request.snapshot.document.text[found.start : found.end]
    return types.PrepareRenamePlaceholder(request.snapshot.range(found.start, found.end), text)


def _rename(request: Request) -> types.WorkspaceEdit:
    try:
        edits = rename(request.snapshot.document, request.offset, request.params.new_name)
    except Refused as refusal:
        raise JsonRpcException(refusal.message, REQUEST_FAILED) from refusal
    return workspace_edit(request.snapshot, edits, versioned=request.client.versioned_edits)


def _symbols(request: Request) -> list[types.DocumentSymbol]:
    return [document_symbol(entry, request.snapshot) for entry in outline(request.snapshot.document)]


def _format(request: Request) -> list[types.TextEdit]:
    """Broken text stays as it is: the diagnostics say what is wrong with it."""
    document = request.snapshot.document
    try:
        return text_edits(request.snapshot, edits_between(document.text, formatted(document)))
    except Refused:
        return []


def _code_actions(request: Request) -> list[types.CodeAction]:
    only = request.params.context.only
    client, snapshot = request.client, request.snapshot
    found: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, only):
        found += fixes_in(
            snapshot, request.params.range, request.today, versioned=client.versioned_edits, related=client.related
        )
    if _wanted(FIX_ALL, only) and (all_of_them := offers_fix_all(snapshot, request.today)):
        if not client.resolves_edits:
            all_of_them.edit = fix_all(snapshot, request.today, versioned=client.versioned_edits)
        found.append(all_of_them)
    return found


def resolve_fix_all(request: Request) -> types.CodeAction:
    """Works out the edit of the action that fixes everything."""
    action: types.CodeAction = request.params
    action.edit = fix_all(request.snapshot, request.today, versioned=request.client.versioned_edits)
    return action


def _wanted(kind: str, only: Any) -> bool:
    """Whether the editor asked for this kind: kinds contain those that begin with them and a dot."""
    kind = getattr(kind, "value", kind)
    wanted = [getattr(one, "value", one) for one in only or ()]
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in wanted)


class Feature(NamedTuple):
    """A request the server answers, with what the editor learns of it at the beginning."""

    answer: Callable[[Request], Any]
    options: Any = None


FEATURES: Mapping[str, Feature] = {
    types.TEXT_DOCUMENT_COMPLETION: Feature(
        _complete, types.CompletionOptions(trigger_characters=['"', ":", ".", "{", "$", "`"])
    ),
    types.TEXT_DOCUMENT_HOVER: Feature(_hover),
    types.TEXT_DOCUMENT_DEFINITION: Feature(_definition),
    types.TEXT_DOCUMENT_REFERENCES: Feature(_references),
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: Feature(_highlights),
    types.TEXT_DOCUMENT_PREPARE_RENAME: Feature(_prepare_rename),
    types.TEXT_DOCUMENT_RENAME: Feature(_rename, types.RenameOptions(prepare_provider=True)),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: Feature(_symbols),
    types.TEXT_DOCUMENT_FORMATTING: Feature(_format),
    types.TEXT_DOCUMENT_CODE_ACTION: Feature(
        _code_actions,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL],
            resolve_provider=True,
        ),
    ),
}
