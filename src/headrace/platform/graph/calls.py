"""One call to the Graph face, as every operation gets it."""

from dataclasses import dataclass

from headrace.platform.accounts.callers import Caller
from headrace.platform.box import Box
from headrace.platform.graph.parameters import Parameters


@dataclass(frozen=True)
class Call:
    """Who calls, what for, and from where.

    `path` is the path as it came (with its version), `query` its query; `base_url` is how the caller reached us, so
    that links lead back the same way.
    """

    box: Box
    caller: Caller
    method: str
    path: str
    query: str
    base_url: str
    parameters: Parameters

    @property
    def wants_unix_seconds(self) -> bool:
        """`date_format=U` asks for moments as seconds since 1970."""
        return self.parameters.text("date_format") == "U"
