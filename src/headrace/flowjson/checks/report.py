"""What a check answers."""

from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Literal

from headrace.flowjson.checks.flow import Flow
from headrace.flowjson.diagnostics import Diagnostic, Severity
from headrace.flowjson.document import Document

Diagnose = Callable[[Severity], list[Diagnostic]]
"""Gives what was found of one severity, with its places in the text, in their order."""


class Report:
    """What was found in a document: errors and warnings, each in the order of the text.

    Where something stands is worked out when somebody asks for it: who wants only to know whether a document is right
    does not wait for the lines of its warnings. `today` and `frozen` are what the document was judged by; `flow` is
    what the checks collected of it, None where the version of the language is not known.
    """

    def __init__(
        self,
        document: Document,
        diagnose: Diagnose,
        *,
        today: date,
        frozen: Literal["warn", "error"] = "warn",
        flow: Flow | None = None,
    ) -> None:
        self.document = document
        self.today = today
        self.frozen: Literal["warn", "error"] = frozen
        self.flow = flow
        self._diagnose = diagnose

    @property
    def version(self) -> str | None:
        """The text that stands in the file, whether or not there is such a version."""
        return self._text("version")

    @property
    def data_api_version(self) -> str | None:
        """The text that stands in the file, whether or not there is such a version."""
        return self._text("data_api_version")

    def _text(self, key: str) -> str | None:
        value = self.document.value.get(key) if isinstance(self.document.value, dict) else None
        return value if isinstance(value, str) else None

    @cached_property
    def errors(self) -> list[Diagnostic]:
        return self._diagnose(Severity.ERROR)

    @cached_property
    def warnings(self) -> list[Diagnostic]:
        return self._diagnose(Severity.WARNING)

    @property
    def is_valid(self) -> bool:
        return not self.errors
