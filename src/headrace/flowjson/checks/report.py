"""What a check answers."""

from collections.abc import Callable
from functools import cached_property

from headrace.flowjson.diagnostics import Diagnostic, Severity
from headrace.flowjson.document import Document

Diagnose = Callable[[Severity], list[Diagnostic]]
"""Gives what was found of one severity, with its places in the text, in their order."""


class Report:
    """What was found in a document: errors and warnings, each in the order of the text.

    `version` and `data_api_version` are the texts that stand in the file, whether or not such versions exist. Where
    something stands is worked out when somebody asks for it: who wants only to know whether a document is right does
    not wait for the lines of its warnings.
    """

    def __init__(
        self, document: Document, version: str | None, data_api_version: str | None, diagnose: Diagnose
    ) -> None:
        self.document = document
        self.version = version
        self.data_api_version = data_api_version
        self._diagnose = diagnose

    @cached_property
    def errors(self) -> list[Diagnostic]:
        return self._diagnose(Severity.ERROR)

    @cached_property
    def warnings(self) -> list[Diagnostic]:
        return self._diagnose(Severity.WARNING)

    @property
    def is_valid(self) -> bool:
        return not self.errors
