"""What can be wrong: the rules of the check, and the errors of the Graph API, each with what to do."""

import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from headrace.business.team import Permission
from headrace.console.context import caller_of
from headrace.console.shell import page
from headrace.flowjson.checks import RULES
from headrace.flowjson.checks.pages import UnknownRule, explain, page_of
from headrace.protocol.graph_errors import GRAPH_ERRORS, errors_of

_LONGEST_CODE = 9
_REPEATED = re.compile(r"\{\{(\d{1,6}) \* (.)\}\}")


@dataclass(frozen=True)
class Entry:
    """An error in the list; `severity` of a rule is error or warning."""

    name: str
    address: str
    words: str
    severity: str = "error"


async def index(request: Request) -> Response:
    """Those that have every word of the query `q` in their names or meanings."""
    caller = caller_of(request, Permission.READ_FLOWS)
    wanted = request.query_params.get("q", "")[:200]
    words = wanted.casefold().split()
    graph = [
        Entry(one.name, str(one.code), one.means)
        for one in GRAPH_ERRORS
        if _fits(words, f"{one.name} {one.means} {one.remedy}")
    ]
    rules: dict[str, list[Entry]] = {}
    for name in RULES:
        about = page_of(name)
        if _fits(words, f"{name} {about.code} {about.meaning}"):
            family = name.partition("/")[0]
            rules.setdefault(family, []).append(Entry(name, name, about.meaning, about.severity.value))
    values = {"graph": graph, "rules": rules, "wanted": wanted, "count": len(graph) + sum(map(len, rules.values()))}
    return page(request, caller, "reference_errors", "reference", values)


async def show(request: Request) -> Response:
    """A rule such as `routing/loop`, a code of Meta's validator, or the number of an error of the Graph API."""
    caller = caller_of(request, Permission.READ_FLOWS)
    name = request.path_params["name"].strip()
    if name.isascii() and name.isdecimal() and len(name) <= _LONGEST_CODE:
        found = errors_of(int(name))
        if found:
            return page(request, caller, "reference_graph_error", "reference", {"code": name, "errors": found})
        return _missing(request, f"The Graph API has no error {name} that is known.")
    try:
        explained = explain(name[:100])
    except UnknownRule as problem:
        return _missing(request, str(problem))
    shown = [(one, _abridged(one.wrong_shown)) for one in explained.pages]
    return page(request, caller, "reference_rule", "reference", {"explained": explained, "pages": shown})


def _fits(words: list[str], text: str) -> bool:
    return all(word in text.casefold() for word in words)


def _abridged(text: str) -> str:
    return _REPEATED.sub(lambda found: f"{found[2] * 3}… ({int(found[1]):,} times {found[2]})", text)


def _missing(request: Request, words: str) -> Response:
    trouble = {"title": words.rstrip("."), "details": "The reference lists and searches all of them.", "code": ""}
    values: dict[str, Any] = {"trouble": trouble, "heading": "There is no such error"}
    return page(request, caller_of(request), "missing", "reference", values, 404)
