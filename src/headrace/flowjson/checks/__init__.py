"""Judges a Flow JSON document. Nothing else does: the terminal, the editor and the API all ask `check`.

One cause gives one diagnostic: what rests on something that was already found wrong is not judged, and nothing is
called missing where something could not be read.
"""

from datetime import date
from typing import Literal

from headrace.flowjson.checks import syntax, versions
from headrace.flowjson.checks.advice import advise, advise_beside_errors
from headrace.flowjson.checks.bindings import check_bindings
from headrace.flowjson.checks.branches import check_branches
from headrace.flowjson.checks.components import check_components
from headrace.flowjson.checks.conditions import check_conditions
from headrace.flowjson.checks.dates import check_dates
from headrace.flowjson.checks.findings import Findings
from headrace.flowjson.checks.forms import check_forms
from headrace.flowjson.checks.limits import check_counts
from headrace.flowjson.checks.media import check_media
from headrace.flowjson.checks.navigation_lists import check_navigation_lists
from headrace.flowjson.checks.payloads import check_payloads
from headrace.flowjson.checks.report import Report
from headrace.flowjson.checks.routing import check_routes
from headrace.flowjson.checks.rules import RULES
from headrace.flowjson.checks.screens import check_screens
from headrace.flowjson.checks.structure.root import check_structure
from headrace.flowjson.diagnostics import Diagnostic, Severity
from headrace.flowjson.document import Document, parse

__all__ = ["RULES", "Report", "check"]

FAMILIES = (
    check_screens,
    check_routes,
    check_counts,
    check_components,
    check_navigation_lists,
    check_forms,
    check_branches,
    check_bindings,
    check_conditions,
    check_payloads,
    check_media,
    check_dates,
)
"""The checks that follow that of the structure; none needs another to have run."""


def check(
    source: str | bytes | Document, *, today: date, frozen: Literal["warn", "error"] = "warn"
) -> Report:  # fmt: skip
    """Checks a whole document; never raises.

    `today` decides which versions are frozen; `frozen` whether such a version is a warning or an error. Broken text is
    reported with its place, and what could be read of it is checked as far as nothing depends on the rest.
    """
    document = source if isinstance(source, Document) else parse(source)
    findings = Findings(whole=document.is_json)
    flow = document.value if isinstance(document.value, dict) else None
    walked = None
    if flow is not None:
        version = versions.version_of(flow, findings, today, frozen)
        if version is not None:
            walked = check_structure(flow, version, findings)
            for family in FAMILIES:
                family(walked, findings)
            if document.is_json and not findings.has_errors:
                advise(walked, findings, today)
            elif document.is_json:
                advise_beside_errors(walked, findings)

    def diagnose(severity: Severity) -> list[Diagnostic]:
        diagnostics = [*syntax.diagnose(document, severity), *findings.diagnostics(document, severity)]
        return sorted(diagnostics, key=lambda diagnostic: diagnostic.span.start)

    return Report(document, diagnose, today=today, frozen=frozen, flow=walked)
