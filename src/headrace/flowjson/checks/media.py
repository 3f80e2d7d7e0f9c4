"""Photos and documents in payloads, and how much of them one completion may carry."""

from collections.abc import Iterator, Mapping
from typing import Any

from headrace.flowjson.catalogue.media import COMPLETION_FILES, COMPLETION_KB, LARGEST_FILE_KB, MOST_FILES
from headrace.flowjson.catalogue.versions import v
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Action, Flow, Node, Screen
from headrace.flowjson.checks.rules import rule
from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import references

CODE = "INVALID_ON_CLICK_ACTION_PAYLOAD"

IN_NAVIGATE = rule(
    "media/in-navigate",
    CODE,
    "The value of {component} component is not allowed in the payload of navigate action.",
)
NOT_ON_TOP = rule(
    "media/not-on-top",
    CODE,
    "The value of following components must be a top-level string in complete and data_exchange on-click-action payload"
    ": [PhotoPicker, DocumentPicker].",
)
TOO_MANY_FILES = rule(
    "media/too-many-files",
    CODE,
    "The payload of complete can carry {limit} files, but its pickers take up to {count}. Lower their max-uploaded-* "
    "properties (without one, a picker takes 30).",
)
TOO_LARGE = rule(
    "media/too-large",
    CODE,
    "The payload of complete can carry {limit} KB, but its pickers take up to {size} KB. Lower their max-file-size-kb "
    "(without one, a file may have 25600 KB) or the number of files.",
)
ONE_FILE = rule(
    "media/one-file",
    CODE,
    "In the complete action payload, {component} can only be used if the value of the '{property}' property doesn't "
    "exceed 1.",
)
ONE_PICKER = rule(
    "media/one-picker",
    CODE,
    "Complete action payload can contain either a single PhotoPicker or a single DocumentPicker component.",
)

PICKERS = {"PhotoPicker": "max-uploaded-photos", "DocumentPicker": "max-uploaded-documents"}

_SEVERAL_SINCE = v("5.0")


def check_media(flow: Flow, findings: Findings) -> None:
    """The pickers whose values actions carry."""
    if not flow.has(*PICKERS):
        return
    for screen in flow.screens:
        for action in screen.actions:
            if action.payload:
                _payload(action, action.payload, screen, flow, findings)


def _payload(action: Action, payload: Mapping[str, Any], screen: Screen, flow: Flow, findings: Findings) -> None:
    path: Path = (*action.path, "payload")
    pickers: dict[Path, Node] = {}
    for at, picker in _pickers(payload, screen, flow):
        if action.name == "navigate":
            findings.add(IN_NAVIGATE, (*path, *at), component=picker.kind)
        elif len(at) > 1:
            findings.add(NOT_ON_TOP, (*path, *at))
        else:
            pickers[picker.path] = picker
    if action.name == "complete" and pickers:
        amounts = _several if flow.version >= _SEVERAL_SINCE else _single
        amounts(list(pickers.values()), path, findings)


def _pickers(payload: Mapping[str, Any], screen: Screen, flow: Flow) -> Iterator[tuple[Path, Node]]:
    """Where in a payload the value of a picker goes."""
    for reference in references(payload):
        if reference.source == "form":
            known = look_up(reference, screen, flow)
            if isinstance(known, Known) and known.node and known.node.kind in PICKERS:
                yield reference.at, known.node


def _several(pickers: list[Node], path: Path, findings: Findings) -> None:
    counts = [_amount(node, PICKERS[node.kind], MOST_FILES) for node in pickers]
    sizes = [_amount(node, "max-file-size-kb", LARGEST_FILE_KB) for node in pickers]
    size = sum(count * size for count, size in zip(counts, sizes, strict=True))
    if sum(counts) > COMPLETION_FILES:
        findings.add(TOO_MANY_FILES, path, limit=COMPLETION_FILES, count=sum(counts))
    elif size > COMPLETION_KB:
        findings.add(TOO_LARGE, path, limit=COMPLETION_KB, size=size)


def _single(pickers: list[Node], path: Path, findings: Findings) -> None:
    """Before 5.0 a completion carries one file."""
    if len(pickers) > 1:
        findings.add(ONE_PICKER, path)
    for node in pickers:
        if _amount(node, PICKERS[node.kind], MOST_FILES) > 1:
            findings.add(ONE_FILE, path, component=node.kind, property=PICKERS[node.kind])


def _amount(node: Node, name: str, default: int) -> int:
    value = node.value.get(name, default)
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) else default
