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

__all__ = ["ABILITIES", "Ability", "Client", "resolve_fix_all"]

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


class Asked(NamedTuple):
    """A request about a snapshot, with what its answer depends on."""

    snapshot: Snapshot
    params: Any
    client: Client
    today: date

    @property
    def offset(self) -> int:
        return self.snapshot.offset(self.params.position)


def _complete(asked: Asked) -> types.CompletionList:
    found = complete(asked.snapshot.document, asked.offset)
    client = asked.client
    items = completion_items(
        found,
        asked.snapshot,
        snippets=client.snippets,
        markdown=client.completion_markdown,
        tags=client.completion_tags,
    )
    return types.CompletionList(is_incomplete=False, items=items)


def _hover(asked: Asked) -> types.Hover | None:
    found = hover(asked.snapshot.document, asked.offset)
    return hover_answer(found, asked.snapshot, markdown=asked.client.hover_markdown) if found else None


def _definition(asked: Asked) -> list[types.LocationLink] | types.Location | None:
    found = definition(asked.snapshot.document, asked.offset)
    return definition_links(found, asked.snapshot, links=asked.client.links) if found else None


def _references(asked: Asked) -> list[types.Location]:
    declared = asked.params.context.include_declaration
    return [
        types.Location(asked.snapshot.uri, asked.snapshot.range(use.start, use.end))
        for use in find_uses(asked.snapshot.document, asked.offset)
        if declared or not use.is_declaration
    ]


def _highlights(asked: Asked) -> list[types.DocumentHighlight]:
    kinds = {True: types.DocumentHighlightKind.Write, False: types.DocumentHighlightKind.Read}
    return [
        types.DocumentHighlight(asked.snapshot.range(use.start, use.end), kinds[use.is_declaration])
        for use in find_uses(asked.snapshot.document, asked.offset)
    ]


def _prepare_rename(asked: Asked) -> types.PrepareRenamePlaceholder | None:
    found = renamable(asked.snapshot.document, asked.offset)
    if found is None:
        return None
    text = asked.snapshot.document.text[found.start : found.end]
    return types.PrepareRenamePlaceholder(asked.snapshot.range(found.start, found.end), text)


def _rename(asked: Asked) -> types.WorkspaceEdit:
    try:
        edits = rename(asked.snapshot.document, asked.offset, asked.params.new_name)
    except Refused as refusal:
        raise JsonRpcException(refusal.message, REQUEST_FAILED) from refusal
    return workspace_edit(asked.snapshot, edits, versioned=asked.client.versioned_edits)


def _symbols(asked: Asked) -> list[types.DocumentSymbol]:
    return [document_symbol(entry, asked.snapshot) for entry in outline(asked.snapshot.document)]


def _format(asked: Asked) -> list[types.TextEdit]:
    """Broken text stays as it is: the diagnostics say what is wrong with it."""
    document = asked.snapshot.document
    try:
        return text_edits(asked.snapshot, edits_between(document.text, formatted(document)))
    except Refused:
        return []


def _code_actions(asked: Asked) -> list[types.CodeAction]:
    only = asked.params.context.only
    client, snapshot = asked.client, asked.snapshot
    found: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix, only):
        found += fixes_in(
            snapshot, asked.params.range, asked.today, versioned=client.versioned_edits, related=client.related
        )
    if _wanted(FIX_ALL, only) and (all_of_them := offers_fix_all(snapshot, asked.today)):
        if not client.resolves_edits:
            all_of_them.edit = fix_all(snapshot, asked.today, versioned=client.versioned_edits)
        found.append(all_of_them)
    return found


def resolve_fix_all(asked: Asked) -> types.CodeAction:
    """Works out the edit of the action that fixes everything."""
    action: types.CodeAction = asked.params
    action.edit = fix_all(asked.snapshot, asked.today, versioned=asked.client.versioned_edits)
    return action


def _wanted(kind: str, only: Any) -> bool:
    """Whether the editor asked for this kind: kinds contain those that begin with them and a dot."""
    kind = getattr(kind, "value", kind)
    wanted = [getattr(one, "value", one) for one in only or ()]
    return only is None or any(one in ("", kind) or kind.startswith(f"{one}.") for one in wanted)


class Ability(NamedTuple):
    """A request the server answers, with what the editor learns of it at the beginning."""

    answer: Callable[[Asked], Any]
    options: Any = None


ABILITIES: Mapping[str, Ability] = {
    types.TEXT_DOCUMENT_COMPLETION: Ability(
        _complete, types.CompletionOptions(trigger_characters=['"', ":", ".", "{", "$", "`"])
    ),
    types.TEXT_DOCUMENT_HOVER: Ability(_hover),
    types.TEXT_DOCUMENT_DEFINITION: Ability(_definition),
    types.TEXT_DOCUMENT_REFERENCES: Ability(_references),
    types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT: Ability(_highlights),
    types.TEXT_DOCUMENT_PREPARE_RENAME: Ability(_prepare_rename),
    types.TEXT_DOCUMENT_RENAME: Ability(_rename, types.RenameOptions(prepare_provider=True)),
    types.TEXT_DOCUMENT_DOCUMENT_SYMBOL: Ability(_symbols),
    types.TEXT_DOCUMENT_FORMATTING: Ability(_format),
    types.TEXT_DOCUMENT_CODE_ACTION: Ability(
        _code_actions,
        types.CodeActionOptions(
            code_action_kinds=[types.CodeActionKind.QuickFix, FIX_ALL],
            resolve_provider=True,
        ),
    ),
}
