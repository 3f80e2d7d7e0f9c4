"""What the editor asks about a text while somebody writes: one function for each question.

The answers are those of the language server: the same checks, fixes, completions and cards. Places are counted as the
editor counts them (`offsets`). Nothing is kept but the last few texts: what follows on a check reads none anew.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from headrace.console.builder.data_model import data_model
from headrace.console.builder.design import act, palette, screen_tree
from headrace.console.builder.fields import fields, version_of
from headrace.console.builder.offsets import Offsets
from headrace.console.builder.ways import ways_from, written_ways
from headrace.flowjson.assistance import Entry, complete, definition, hover, outline, rename
from headrace.flowjson.checks import check
from headrace.flowjson.checks.pages import UnknownRule, page_of
from headrace.flowjson.checks.report import Report
from headrace.flowjson.diagnostics import Diagnostic, Path, Severity, format_path
from headrace.flowjson.document import Document, parse
from headrace.flowjson.formatting import formatted
from headrace.flowjson.formatting.layout import style_of
from headrace.flowjson.graphing import graph_of, to_svg
from headrace.flowjson.refusal import Refused
from headrace.flowjson.textedits import TextEdit, edits_between
from headrace.flowjson.traversal import components_of, screens_with_paths

MOST_PROBLEMS = 1000
"""At most this many problems of a text are told."""

MOST_FIXED = 20
"""Fixes are looked for at most for this many problems at a time."""

_MOST_COMPLETIONS = 400


class Unanswerable(Exception):
    """A question that cannot be answered; the words are fit to be shown."""


@dataclass(frozen=True)
class Text:
    """A text of the editor with everything that is worked out from it once."""

    document: Document
    report: Report
    offsets: Offsets
    today: date
    found: list[Diagnostic] = field(default_factory=list)


@lru_cache(maxsize=8)
def read(text: str, today: date) -> Text:
    """Reads and checks a text."""
    document = parse(text)
    report = check(document, today=today)
    found = sorted([*report.errors, *report.warnings], key=lambda one: (one.severity != Severity.ERROR, one.span.start))
    return Text(document, report, Offsets(text), today, found[:MOST_PROBLEMS])


def answer(asked: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Answers a question: `ask` names it, `text` is what it is about. Raises `Unanswerable`."""
    if asked.get("ask") == "explain":
        return _explain(str(asked.get("rule", "")))
    question = QUESTIONS.get(str(asked.get("ask")))
    text = asked.get("text")
    if question is None or not isinstance(text, str):
        raise Unanswerable(f"A question names what it asks ({', '.join(QUESTIONS)}, explain) and has a text.")
    return question(read(text, today), asked)


def _check(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Every problem at its place, and what the Flow consists of."""
    screens = _screens(text)
    return {
        "problems": [_problem(text, number, one) for number, one in enumerate(text.found)],
        "screens": screens,
        "version": text.report.version,
        "is_json": text.document.is_json,
    }


def _problem(text: Text, number: int, one: Diagnostic) -> dict[str, Any]:
    start, end = text.offsets.to_editor(one.span.start), text.offsets.to_editor(one.span.end)
    path = one.pointers[0].path if one.pointers else ()
    return {
        "id": number,
        "from": start,
        "to": end,
        "line": one.span.line_start,
        "column": one.span.column_start,
        "severity": one.severity.value,
        "rule": one.rule,
        "code": one.code,
        "message": one.message,
        "explanation": one.explanation or ("" if one.rule.startswith("syntax/") else page_of(one.rule).meaning),
        "path": format_path(path),
        "screen": _screen_id(text.document.value, path),
        "leads_to": _target(text.document.value, path),
    }


def _screen_id(flow: Any, path: Path) -> str | None:
    try:
        if path[:1] == ("routing_model",) and len(path) > 1:
            return str(path[1])
        found = flow["screens"][path[1]]["id"] if path[:1] == ("screens",) else None
    except (IndexError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def _target(flow: Any, path: Path) -> str | None:
    """The screen that an action or a route leads to, where a problem is about that."""
    value = flow
    try:
        if path[:1] == ("routing_model",) and len(path) > 2:
            return str(flow["routing_model"][path[1]][path[2]])
        for step in path:
            value = value[step]
            following = value.get("next") if isinstance(value, dict) else None
            if isinstance(following, dict) and isinstance(following.get("name"), str):
                return str(following["name"])
    except (IndexError, KeyError, TypeError):
        return None
    return None


def _screens(text: Text) -> list[dict[str, Any]]:
    entries = outline(text.document)
    graph = {screen.id: screen for screen in graph_of(text.document.value).screens}
    found = []
    for placed, entry in zip(screens_with_paths(text.document.value), entries, strict=True):
        drawn = graph.get(entry.name)
        inputs = sum("name" in one.value for one in components_of(placed))
        found.append(
            {
                **_entry(text, entry),
                "path": format_path(placed.path),
                "index": placed.path[1],
                "inputs": inputs,
                "entry": bool(drawn and drawn.entry),
                "terminal": bool(drawn and drawn.terminal),
                "reachable": bool(drawn is None or drawn.reachable),
            }
        )
    return found


def _entry(text: Text, entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "detail": entry.detail,
        "kind": entry.kind.value,
        "from": text.offsets.to_editor(entry.span.start),
        "to": text.offsets.to_editor(entry.span.end),
        "at": text.offsets.to_editor(entry.name_span.start),
        "children": [_entry(text, child) for child in entry.children],
    }


def _fixes(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fixes of the problems whose numbers are asked for, by number."""
    from headrace.flowjson.fixing import fixes_of  # it takes time to load, and checks need none of it

    wanted = asked.get("problems")
    numbers = [one for one in wanted if isinstance(one, int)] if isinstance(wanted, list) else []
    found = {}
    for number in numbers[:MOST_FIXED]:
        if 0 <= number < len(text.found):
            fixes = {fix.title: fix for fix in reversed(fixes_of(text.report, text.found[number]))}
            found[str(number)] = [
                {"title": fix.title, "edits": _edits(text, fix.edits)} for fix in reversed(fixes.values())
            ]
    return {"fixes": found}


def _fix_all(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    from headrace.flowjson.fixing import mend

    mended = mend(text.document, lambda document: check(document, today=text.today)).text
    return {"edits": _edits(text, edits_between(text.document.text, mended))}


def _complete(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    indent = style_of(text.document.text[:10_000]).indent
    found = complete(text.document, text.offsets.to_document(_offset(asked)))[:_MOST_COMPLETIONS]
    return {
        "items": [
            {
                "label": one.label,
                "kind": one.kind.value,
                "from": text.offsets.to_editor(one.start),
                "to": text.offsets.to_editor(one.end),
                "snippet": one.snippet.marked.replace("\t", indent),
                "plain": not one.snippet.has_stops,
                "text": one.snippet.plain.replace("\t", indent),
                "filter": one.filter or one.label,
                "detail": one.detail,
                "documentation": one.documentation,
                "outdated": one.is_outdated,
                "extra": _edits(text, one.extra),
            }
            for one in found
        ]
    }


def _hover(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    found = hover(text.document, text.offsets.to_document(_offset(asked)))
    if found is None:
        return {"card": None}
    place = {"from": text.offsets.to_editor(found.start), "to": text.offsets.to_editor(found.end)}
    return {"card": {"text": found.text, **place}}


def _definition(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    found = definition(text.document, text.offsets.to_document(_offset(asked)))
    return {"at": None if found is None else text.offsets.to_editor(found.target.start)}


def _rename(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    offset, name = text.offsets.to_document(_offset(asked)), str(asked.get("name", ""))
    return {"edits": _edits(text, rename(text.document, offset, name))}


def _format(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    return {"edits": _edits(text, edits_between(text.document.text, formatted(text.document)))}


def _graph(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The picture of the graph, and the places of the actions that lead from screen to screen."""
    ways = [
        {"source": source, "target": target, "at": text.offsets.to_editor(at)}
        for source, target, at in written_ways(text.document)
    ]
    return {"svg": to_svg(graph_of(text.document.value), "Screens"), "ways": ways}


def _ways(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What on a screen can be led to another one."""
    return {"ways": ways_from(text.document, str(asked.get("screen", "")), version_of(text.document.value))}


def _explain(rule: str) -> dict[str, Any]:
    try:
        page = page_of(rule)
    except (UnknownRule, KeyError):
        raise Unanswerable("There is no such rule.") from None
    return {
        "rule": page.rule,
        "code": page.code,
        "meaning": page.meaning,
        "why": page.why,
        "wrong": page.wrong_shown,
        "right": page.right,
    }


def _offset(asked: Mapping[str, Any]) -> int:
    offset = asked.get("offset")
    if not isinstance(offset, int):
        raise Unanswerable("The question needs an offset.")
    return offset


def _edits(text: Text, edits: Any) -> list[dict[str, Any]]:
    return [_edit(text, edit) for edit in edits]


def _edit(text: Text, edit: TextEdit) -> dict[str, Any]:
    place = {"from": text.offsets.to_editor(edit.start), "to": text.offsets.to_editor(edit.end)}
    return {**place, "insert": edit.text}


def _design(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The tree of a screen, the palette, and the properties of what is chosen (`path`)."""
    number, path = asked.get("screen"), asked.get("path")
    version = version_of(text.document.value)
    tree = screen_tree(text.document, number) if isinstance(number, int) else None
    for one in _items(tree["lists"] if tree else []):
        start, end = one.pop("span")
        one["from"], one["to"] = text.offsets.to_editor(start), text.offsets.to_editor(end)
    try:
        inspector = fields(text.document, tuple(path), version) if isinstance(path, list) and path else None
        if inspector and len(inspector["path"]) == 2:
            inspector["data"] = data_model(text.document, inspector["path"], version)
    except (Refused, TypeError):
        inspector = None
    return {"tree": tree, "palette": palette(version), "inspector": inspector}


def _items(lists: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in lists:
        for item in one["items"]:
            yield item
            yield from _items(item["lists"])


def _act(text: Text, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The edits of a visual act, and what is chosen then."""
    done = act(text.document, asked, version_of(text.document.value))
    return {"edits": _edits(text, done.edits), "select": done.select}


QUESTIONS: Mapping[str, Callable[[Text, Mapping[str, Any]], dict[str, Any]]] = {
    "check": _check,
    "fixes": _fixes,
    "fix_all": _fix_all,
    "complete": _complete,
    "hover": _hover,
    "definition": _definition,
    "rename": _rename,
    "format": _format,
    "graph": _graph,
    "design": _design,
    "act": _act,
    "ways": _ways,
}
