"""What assistance finds, in the shapes of the protocol."""

from collections.abc import Mapping

from lsprotocol import types

from headrace.cli.language_server.documents import Snapshot
from headrace.cli.language_server.edits import text_edits
from headrace.flowjson.assistance import Completion, CompletionKind, Definition, Entry, EntryKind, Hover
from headrace.flowjson.formatting.layout import style_of

__all__ = ["completion_items", "definition_links", "document_symbol", "hover_answer"]

_COMPLETION_KINDS: Mapping[CompletionKind, types.CompletionItemKind] = {
    CompletionKind.COMPONENT: types.CompletionItemKind.Class,
    CompletionKind.PROPERTY: types.CompletionItemKind.Property,
    CompletionKind.VALUE: types.CompletionItemKind.EnumMember,
    CompletionKind.SCREEN: types.CompletionItemKind.Module,
    CompletionKind.FIELD: types.CompletionItemKind.Field,
    CompletionKind.INPUT: types.CompletionItemKind.Variable,
    CompletionKind.ACTION: types.CompletionItemKind.Function,
    CompletionKind.SNIPPET: types.CompletionItemKind.Snippet,
}
_SYMBOL_KINDS: Mapping[EntryKind, types.SymbolKind] = {
    EntryKind.SCREEN: types.SymbolKind.Module,
    EntryKind.DATA: types.SymbolKind.Field,
    EntryKind.INPUT: types.SymbolKind.Variable,
    EntryKind.CONTAINER: types.SymbolKind.Struct,
    EntryKind.ACTION: types.SymbolKind.Function,
    EntryKind.OTHER: types.SymbolKind.String,
}


def completion_items(
    found: list[Completion], snapshot: Snapshot, *, snippets: bool, markdown: bool, tags: bool
) -> list[types.CompletionItem]:
    """Completions in their order; with places to fill in where the editor knows such."""
    indent = style_of(snapshot.document.text[:10_000]).indent
    return [
        _completion_item(one, number, snapshot, indent, snippets=snippets, markdown=markdown, tags=tags)
        for number, one in enumerate(found)
    ]


def _completion_item(
    one: Completion, number: int, snapshot: Snapshot, indent: str, *, snippets: bool, markdown: bool, tags: bool
) -> types.CompletionItem:
    marked = snippets and one.snippet.has_stops
    text = (one.snippet.marked if marked else one.snippet.plain).replace("\t", indent)
    extra = text_edits(snapshot, one.extra)
    documentation = _marked_up(one.documentation, markdown=markdown) if one.documentation else None
    return types.CompletionItem(
        label=one.label,
        kind=_COMPLETION_KINDS[one.kind],
        detail=one.detail or None,
        documentation=documentation,
        sort_text=f"{number:04d}",
        filter_text=one.filter or one.label,
        text_edit=types.TextEdit(snapshot.range(one.start, one.end), text),
        insert_text_format=types.InsertTextFormat.Snippet if marked else types.InsertTextFormat.PlainText,
        insert_text_mode=types.InsertTextMode.AdjustIndentation if "\n" in text else None,
        additional_text_edits=extra or None,
        tags=[types.CompletionItemTag.Deprecated] if tags and one.is_outdated else None,
    )


def hover_answer(found: Hover, snapshot: Snapshot, *, markdown: bool) -> types.Hover:
    return types.Hover(_marked_up(found.text, markdown=markdown), snapshot.range(found.start, found.end))


def definition_links(
    found: Definition, snapshot: Snapshot, *, links: bool
) -> list[types.LocationLink] | types.Location:
    """Where a name is declared: with what it belongs to where the editor knows links, else the name alone."""
    target = snapshot.range(found.target.start, found.target.end)
    if not links:
        return types.Location(snapshot.uri, target)
    whole = snapshot.range(found.whole.start, found.whole.end)
    return [types.LocationLink(snapshot.uri, whole, target, snapshot.range(found.start, found.end))]


def document_symbol(entry: Entry, snapshot: Snapshot) -> types.DocumentSymbol:
    """An entry of the outline, with all below it."""
    return types.DocumentSymbol(
        name=entry.name,
        kind=_SYMBOL_KINDS[entry.kind],
        range=snapshot.range(entry.span.start, entry.span.end),
        selection_range=snapshot.range(entry.name_span.start, entry.name_span.end),
        detail=entry.detail or None,
        children=[document_symbol(child, snapshot) for child in entry.children],
    )


def _marked_up(text: str, *, markdown: bool) -> types.MarkupContent:
    if markdown:
        return types.MarkupContent(types.MarkupKind.Markdown, text)
    plain = text.replace("**", "").replace("```json\n", "").replace("\n```", "").replace("`", "").replace("\\", "")
    return types.MarkupContent(types.MarkupKind.PlainText, plain)
