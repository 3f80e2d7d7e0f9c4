"""The Flow itself.

Made from the catalogue by `tools/generate_authoring.py`; change the catalogue or that, not this file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from headrace.flowjson.authoring.document import FlowDocument
from headrace.flowjson.authoring.model import Raw
from headrace.flowjson.authoring.screens import Screen
from headrace.flowjson.catalogue.containers import ROOT

__all__ = ["DataApiVersion", "Flow", "VersionName"]

VersionName: TypeAlias = Literal[
    "2.1",
    "3.0",
    "3.1",
    "4.0",
    "5.0",
    "5.1",
    "6.0",
    "6.1",
    "6.2",
    "6.3",
    "7.0",
    "7.1",
    "7.2",
    "7.3",
]
"""The public versions of Flow JSON."""

DataApiVersion: TypeAlias = Literal["3.0", "4.0"]
"""The versions of the data exchange with an endpoint."""


@dataclass(kw_only=True, repr=False)
class Flow(FlowDocument):
    """A whole Flow.

    screens: 1 to 100 entries.
    data_channel_uri: Up to 2.1.
    """

    SHAPE = ROOT
    LAST = ("screens",)

    version: VersionName
    screens: Sequence[Screen | Raw]
    data_api_version: DataApiVersion | None = None
    routing_model: Mapping[str, Sequence[str]] | None = None
    data_channel_uri: str | None = None
