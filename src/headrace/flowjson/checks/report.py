"""What a check answers."""

from dataclasses import dataclass, field

from headrace.flowjson.diagnostics import Diagnostic
from headrace.flowjson.document import Document


@dataclass(frozen=True, slots=True)
class Report:
    """`version` and `data_api_version` are the texts that stand in the file, whether or not such versions exist."""

    document: Document
    version: str | None = None
    data_api_version: str | None = None
    errors: list[Diagnostic] = field(default_factory=list)
    warnings: list[Diagnostic] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        return not self.errors
