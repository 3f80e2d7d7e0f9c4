"""Bindings that a phone shows or sends as they are written."""

import re
from collections.abc import Iterator
from typing import Any

from headrace.flowjson.catalogue import Version
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import NESTED_SINCE, is_binding

NOT_REPLACED = advice_rule(
    "phone/binding-not-replaced",
    "A phone takes '{text}' as it is written: only a text that is one whole binding becomes a value.",
)

_WHOLE = re.compile(r'"\$\{(?:screen\.[a-zA-Z_,]+\.)?(?:data|form)(?:\.[\w-]+)+\}"', re.ASCII)
_TEXT = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_LONGEST_SHOWN = 60
_OF_TITLE = "A title takes words or one whole reference to another screen, but no expression."
_TITLE = len(("screens", 0, "title"))

_READ_OTHERWISE = ("condition", "pattern")
"""Members in which the sign stands among others, or for something else."""


def advise_on_unreplaced(flow: Flow, findings: Findings) -> None:
    """Every text with the sign of a binding in it."""
    for screen in flow.screens:
        count = screen.written.count("${")
        if count and count != _in_order(screen.written, flow.version):
            _texts_on(screen, flow.version, findings)


def _in_order(written: str, version: Version) -> int:
    """How many signs stand in whole bindings and in expressions."""
    whole = len(_WHOLE.findall(written))
    if "`" not in written or version < NESTED_SINCE:
        return whole
    texts = (match[1] for match in _TEXT.finditer(written))
    return whole + sum(text.count("${") for text in texts if len(text) > 1 and text[0] == text[-1] == "`")


def _texts_on(screen: Screen, version: Version, findings: Findings) -> None:
    places: dict[str, list[Path]] = {}
    for path, text in _texts(screen.value.get("layout"), (*screen.path, "layout")):
        if not is_binding(text, version):
            places.setdefault(text, []).append(path)
    title = screen.value.get("title")
    if isinstance(title, str) and "${" in title and not title.startswith("${"):
        places.setdefault(title, []).append((*screen.path, "title"))
    for text, paths in places.items():
        shown = text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
        advice = _OF_TITLE if paths[0][-1] == "title" and len(paths[0]) == _TITLE else _advice(text, version)
        findings.add(NOT_REPLACED, *paths, advice=advice, text=shown)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    waiting: list[tuple[Path, Any]] = [(path, value)]
    while waiting:
        at, item = waiting.pop()
        if isinstance(item, str):
            if "${" in item:
                yield at, item
        elif isinstance(item, dict):
            inner = reversed(item.items())
            waiting.extend(((*at, name), one) for name, one in inner if name not in _READ_OTHERWISE)
        elif isinstance(item, list):
            waiting.extend(((*at, index), item[index]) for index in range(len(item) - 1, -1, -1))


def _advice(text: str, version: Version) -> str:
    if text.startswith("${") and text.endswith("}") and text.count("${") == 1:
        return "A binding begins with data. or form., or with screen.ID. before one of them."
    if version < NESTED_SINCE:
        return f"Words and values are joined by an expression in backticks, which came with Flow JSON {NESTED_SINCE}."
    return "Words and values are joined by an expression in backticks."
