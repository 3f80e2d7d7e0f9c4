"""Lists that are too short for a phone, or too long for a draft."""

from collections.abc import Mapping
from typing import Any

from headrace.flowjson.checks.data_model import EXAMPLE
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.flow import Flow, Node, Screen
from headrace.flowjson.checks.rules import advice_rule
from headrace.flowjson.checks.types import Known, look_up
from headrace.flowjson.diagnostics import Path
from headrace.flowjson.expressions.references import read_binding

OPTION_COUNT = advice_rule(
    "phone/option-count",
    "{type} '{name}' has {count} options, but takes {least} to {most}: {effect}.",
)

_SOURCE = "data-source"
_CHOICES = ("CheckboxGroup", "RadioButtonsGroup", "ChipsSelector", "Dropdown")

MOST_WITH_IMAGES = 100
"""Options a Dropdown takes when they have images."""


def advise_on_options(flow: Flow, findings: Findings) -> None:
    """Every choice: the options that stand there, or those of the example where they come as data."""
    for screen in flow.screens_with(*_CHOICES):
        for node in screen.of_kind(*_CHOICES):
            source = node.value.get(_SOURCE)
            declared = node.component.properties[_SOURCE]
            least, most = declared.min_items or 0, declared.max_items or 0
            options, path = (
                (source, (*node.path, _SOURCE)) if isinstance(source, list) else _example(source, screen, flow)
            )
            if node.kind == "Dropdown" and any(isinstance(option, dict) and option.get("image") for option in options):
                most = MOST_WITH_IMAGES
            if options and not least <= len(options) <= most:
                _refused(node, path, len(options), (least, most), findings)


def _refused(node: Node, path: Path, count: int, limits: tuple[int, int], findings: Findings) -> None:
    least, most = limits
    roomy = node.kind == "RadioButtonsGroup" and count > most
    findings.add(
        OPTION_COUNT,
        path,
        advice="A Dropdown takes up to 200." if roomy else "",
        type=node.kind,
        name=node.name,
        count=count,
        least=least,
        most=most,
        effect="a phone shows an error screen instead" if count < least else "drafts show a warning",
    )


def _example(source: Any, screen: Screen, flow: Flow) -> tuple[list[Any], Path]:
    """The example that a data model gives for the options, and where it stands."""
    reference = read_binding(source, flow.version) if isinstance(source, str) else None
    known = look_up(reference, screen, flow) if reference and len(reference.steps) == 1 else None
    schema: Mapping[str, Any] = known.schema or {} if isinstance(known, Known) else {}
    example = schema.get(EXAMPLE)
    return (example, (*known.path, EXAMPLE)) if isinstance(known, Known) and isinstance(example, list) else ([], ())
